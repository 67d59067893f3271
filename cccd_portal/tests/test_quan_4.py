"""Công an Quận 4 in the spring of 2021: declare at home, come once, with the right papers, to a file that is
checked already, and hear when the card is there. Through the API; officers at their use cases.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Officer
from accounts.notice import CURRENT_NOTICE
from accounts.tests.factories import OfficerFactory
from agencies.models import Agency
from booking.services.reminding import send_reminders
from cccd_portal.demo import load as demo
from core.time import local_date
from dossiers.models import Dossier
from dossiers.models.afterwards import HandOver
from dossiers.services import afterwards, fees, reviewing
from dossiers.services.loading import load_procedures
from dossiers.tests.declared import CC01_DATA
from notifications.services import send_due
from zalo.sandbox.testing import Sandbox, running_sandbox

pytestmark = pytest.mark.django_db(transaction=True)
QUAN_4 = "cong-an-quan-4"
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 9:00 in Việt Nam
SATURDAY, SUNDAY = date(2026, 11, 28), date(2026, 11, 29)
AGREED = {"notice": CURRENT_NOTICE.version, "on_behalf": False}


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=True) as traveller:
        yield traveller


@pytest.fixture
def sandbox(clock, settings, monkeypatch):
    """A Zalo with the demo's office of Quận 4, and the law of every day."""
    settings.ZALO_OTP_TEMPLATE_ID = "portal-otp"
    settings.QUIET_HOURS = False
    monkeypatch.setattr(demo, "OFFICES", [office for office in demo.OFFICES if office.slug == QUAN_4])
    load_procedures(now=timezone.now())
    known = {
        "app_id": settings.ZALO_APP_ID,
        "app_secret": settings.ZALO_APP_SECRET,
        "webhook_secret": settings.ZALO_OA_WEBHOOK_SECRET,
    }
    with running_sandbox(**known) as running:
        for name, value in running.settings.items():
            setattr(settings, name, value)
        demo.load(sandbox=running.base_url, password="", now=timezone.now())
        yield running


@pytest.fixture
def quan_4(sandbox) -> Agency:
    return Agency.objects.get(slug=QUAN_4)


@pytest.fixture
def officer() -> Officer:
    return OfficerFactory(username="reviewer.quan-4")


class Phone:
    """A citizen with the Mini App, in touch with the Official Account."""

    def __init__(self, client, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.zalo = sandbox.citizen(phone="0905123456")
        self.call = partial(self._call, client)
        self.headers: dict[str, str] = {}
        self.keep(self.call("post", "auth/zalo/", {"access_token": self.zalo["access_token"]}))
        shared = {name: self.zalo[name] for name in ("access_token", "phone_token")}
        self.call("post", "auth/zalo/phone/", shared)

    def _call(self, client, method: str, path: str, body=None, *, status=(200, 201), **headers):
        ask = getattr(client, method)
        said = {"data": body, "content_type": "application/json"} if body is not None else {}
        answer = ask(f"/api/v1/{path}", headers={**self.headers, **headers}, **said)
        assert answer.status_code in status, answer.content.decode()
        return answer.json()

    def keep(self, tokens: dict) -> None:
        self.refresh_token = tokens["refresh"]
        self.headers = {"Authorization": f"Bearer {tokens['access']}"}

    def come_back(self) -> None:
        """Open the Mini App again, days later."""
        self.headers = {}
        self.keep(self.call("post", "auth/refresh/", {"refresh": self.refresh_token}))

    def messages(self) -> list[str]:
        """The words of what came, the latest last."""
        send_due(now=timezone.now())
        return [message["text"] or message["rendered"] for message in self.sandbox.messages()]


@pytest.fixture
def phone(client, sandbox, settings) -> Phone:
    settings.THROTTLE_FACTOR = 0
    return Phone(client, sandbox)


def test_one_visit_with_the_right_papers_to_a_file_that_is_checked(phone, quan_4, officer, clock):
    procedures = phone.call("get", f"procedures/?agency={QUAN_4}")
    exchange = next(one for one in procedures if one["kind"] == "exchange")
    assert "ethnicity" in exchange["form"]["properties"]

    dossier = declare(phone, exchange["code"])
    refuse_to_book_without(phone, dossier, quan_4)
    code, row = dossier["code"], Dossier.objects.get(public_id=dossier["id"])

    step(reviewing.take_up, row, officer)
    address = reviewing.Asked(field="permanent_residence", reason="ADDRESS_NOT_ENOUGH")
    step(reviewing.ask_corrections, row, officer, asked=[address])
    returned = phone.call("get", f"dossiers/{dossier['id']}/")
    assert (returned["status"], returned["national_status"]) == ("needs_correction", 5)
    assert [one["field"] for one in returned["corrections"]] == ["permanent_residence"]
    assert any("cần bổ sung 1 mục" in text and code in text for text in phone.messages())

    mended = {"data": {"permanent_residence": "12/3 Tôn Đản, Phường 14, Quận 4, TP Hồ Chí Minh"}}
    phone.call("patch", f"dossiers/{dossier['id']}/", mended, **{"If-Match": f'"{returned["version"]}"'})
    again = hand_in(phone, dossier["id"])
    assert (again["status"], again["corrections"]) == ("submitted", [])

    row.refresh_from_db()
    step(reviewing.take_up, row, officer)
    step(reviewing.accept, row, officer)
    assert any("đã được duyệt" in text and code in text for text in phone.messages())

    appointment = book(phone, dossier, quan_4)
    comes = datetime.fromisoformat(appointment["starts_at"])
    send_reminders(day=local_date(comes), now=comes - timedelta(hours=16))
    reminder = next(text for text in phone.messages() if appointment["code"] in text)
    assert "Mang theo: Sổ hộ khẩu bản chính; CMND hoặc CCCD đang có" in reminder

    clock.move_to(comes)
    phone.come_back()
    now = timezone.now()
    taken_in = afterwards.take_in(public_id=row.public_id, officer=officer, now=now)
    assert taken_in.fee == 15_000  # from CMND to CCCD, Thông tư 112/2020/TT-BTC
    fees.collect(public_id=row.public_id, amount=15_000, receipt="Q4-000123", officer=officer, now=now)
    waiting = phone.call("get", f"dossiers/{dossier['id']}/")
    assert (waiting["status"], waiting["national_status"]) == ("taken_in", 4)

    clock.move_to(comes + timedelta(days=9))
    phone.come_back()
    afterwards.mark_ready(dossiers=[row.pk], officer=officer, now=timezone.now())
    afterwards.mark_ready(dossiers=[row.pk], officer=officer, now=timezone.now())
    ready = [text for text in phone.messages() if text.startswith("Đã có thẻ căn cước của")]
    assert len(ready) == 1
    assert code in ready[0]

    collector = HandOver.Collector.OWNER
    afterwards.hand_over(public_id=row.public_id, collector=collector, officer=officer, now=timezone.now())
    done = phone.call("get", f"dossiers/{dossier['id']}/")
    assert (done["status"], done["national_status"]) == ("handed_over", 10)
    steps = phone.call("get", f"dossiers/{dossier['id']}/events/")["results"]
    checked_twice = ["submitted", "checking", "needs_correction", "submitted", "checking", "accepted"]
    assert [one["to_status"] for one in steps] == [*checked_twice, "taken_in", "ready", "handed_over"]


def declare(phone: Phone, procedure: str) -> dict:
    """Declare bit by bit, as Quận 4 asks; what is missing is told until nothing is."""
    start = {"agency": QUAN_4, "procedure": procedure, "reason": "wants_new_card", "relation": "self"}
    dossier = phone.call("post", "dossiers/", {**start, "card": "cmnd"})
    assert {"full_name", "ethnicity"} <= {one["field"].removeprefix("data.") for one in dossier["missing"]}
    half = len(CC01_DATA) // 2
    for part in (list(CC01_DATA)[:half], list(CC01_DATA)[half:]):
        data = {"data": {name: CC01_DATA[name] for name in part}}
        tag = {"If-Match": f'"{dossier["version"]}"'}
        dossier = phone.call("patch", f"dossiers/{dossier['id']}/", data, **tag)
    assert dossier["missing"] == []
    return hand_in(phone, dossier["id"])


def hand_in(phone: Phone, public_id: str) -> dict:
    said = {"declared_true": True, "accept": AGREED}
    return phone.call("post", f"dossiers/{public_id}/submit/", said)


def step(use_case: Callable[..., Dossier], row: Dossier, officer: Officer, **said: object) -> None:
    use_case(dossier=row, officer=officer, revision=row.revision, now=timezone.now(), **said)


def refuse_to_book_without(phone: Phone, dossier: dict, quan_4: Agency) -> None:
    """Until the dossier is approved there is no place to be had with it, and without one neither."""
    slot = first_slot(phone)
    for said in (dossier["id"], None):
        refused = phone.call("post", "appointments/", party(slot, dossier=said), status=(409, 422))
        assert refused["code"] in ("dossier_required", "invalid", "not_allowed_now")


def book(phone: Phone, dossier: dict, quan_4: Agency) -> dict:
    """Take the earliest hour; seven days are offered, without Saturday afternoon and without Sunday."""
    (site,) = phone.call("get", f"sites/?agency={QUAN_4}")["results"]
    span = f"from={local_date(timezone.now())}&to={local_date(timezone.now()) + timedelta(days=30)}"
    days = phone.call("get", f"sites/{site['id']}/days/?{span}")
    can_be_had = [date.fromisoformat(day["date"]) for day in days if day["remaining"]]
    assert can_be_had
    assert max(can_be_had) <= local_date(timezone.now()) + timedelta(days=7)
    assert SUNDAY not in can_be_had
    on_saturday = phone.call("get", f"sites/{site['id']}/slots/?date={SATURDAY}")
    assert on_saturday
    assert {datetime.fromisoformat(slot["ends_at"]).hour < 13 for slot in on_saturday} == {True}
    made = phone.call("post", "appointments/", party(first_slot(phone), dossier=dossier["id"]))
    return made["appointments"][0]


def first_slot(phone: Phone) -> dict:
    (site,) = phone.call("get", f"sites/?agency={QUAN_4}")["results"]
    tomorrow = local_date(timezone.now()) + timedelta(days=1)
    days = phone.call("get", f"sites/{site['id']}/days/?from={tomorrow}&to={tomorrow + timedelta(days=6)}")
    day = next(day["date"] for day in days if day["remaining"])
    slots = phone.call("get", f"sites/{site['id']}/slots/?date={day}")
    return next(slot for slot in slots if slot["remaining"])


def party(slot: dict, *, dossier: str | None) -> dict:
    person = {
        "full_name": CC01_DATA["full_name"],
        "personal_id": None,
        "old_id": CC01_DATA["id_number"],
        "birth_date": CC01_DATA["birth_date"],
        "sex": CC01_DATA["sex"],
        "relation": "self",
        "ward": None,
        "dossier": dossier,
    }
    return {"slot": slot["id"], "people": [person], "phone": "0905123456", "accept": AGREED}
