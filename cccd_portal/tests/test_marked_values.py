"""What nobody may read by accident: marked secrets, tokens, phones, identity numbers and words of a chat go
by every path, good and bad, and turn up in no log line, Celery message, Redis key or list of officers.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import redis
from celery import current_app
from celery.signals import before_task_publish
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import CitizenFactory, OfficerFactory, ZaloContactFactory
from agencies.tests.factories import AgencyFactory
from booking.tests.factories import person
from booking.tests.racing import day_of
from cccd_portal.tests.portal import AGREED, as_json, soon
from cccd_portal.tests.signing_in import LOGIN
from cccd_portal.zalo_events import handle_events
from core.logs import RequestIdFilter
from notifications.models import Message
from notifications.services import send_due, sweep
from notifications.tests.factories import MessageFactory, MessageTextFactory
from zalo.sandbox.testing import Sandbox, running_sandbox
from zalo.services import seed_tokens

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_as_served")]
OA = "3674338702778448888"
PHONE, NUMBER, OLD_NUMBER = "0905777123", "049085777123", "201777123"
WORDS, PASSWORD, MADE_UP = "dau-vet-trong-chat-7731", "dau-vet-mat-khau-7731", "dau-vet-ma-truy-cap-7731"
SECRETS = ("SECRET_KEY", "ZALO_APP_SECRET", "ZALO_OA_WEBHOOK_SECRET", "ZALO_MINIAPP_API_KEY")
# Last what closes a way to this person for a month.
FAULTS: tuple[dict[str, Any], ...] = (
    {"fail_rate": 1},
    {"fail_rate": 1, "error": -98765},
    {"timeout_rate": 1},
    {"quota": 0},
    {"night": True},
    {"expire_oa_token": True},
    {"expire_oa_token": True, "refresh_timeout": True},
    {"per_phone": {PHONE: -1124}},
    {"per_phone": {PHONE: -118}},
    {},
)


@dataclass
class Watch:
    """Everything that is written where others may read it, and what must not be found there."""

    marks: dict[str, str]
    lines: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)

    def mark(self, name: str, value: str) -> str:
        self.marks[name] = value
        return value

    def found(self, *, in_lists: bool = False) -> list[str]:
        """Where marks are, as `place: mark`; in the officers' lists as well where rows were written."""
        places = {"log": self.lines, "Celery": self.published, "Redis": list(_redis())}
        places |= {"list": list(_lists())} if in_lists else {}
        return sorted({f"{place}: {name}" for place in places for name in self._in(places[place])})

    def _in(self, texts: list[str]) -> Iterator[str]:
        # Phones and numbers may be written in groups.
        text = "\n".join(texts)
        together = re.sub(r"(?<=\d)[ .]+(?=\d)", "", text)
        yield from (name for name, value in self.marks.items() if value in text or value in together)


def _redis() -> Iterator[str]:
    """All keys, and what is kept under them."""
    with redis.Redis.from_url(settings.REDIS_URL) as connection:
        for key in connection.scan_iter():
            kept = {b"list": lambda k: connection.lrange(k, 0, -1), b"string": connection.get}
            read = kept.get(connection.type(key), connection.dump)
            yield f"{key.decode(errors='replace')} {read(key)}"


def _lists() -> Iterator[str]:
    """Each list of the officers, and its search for each number, as the one who sees all rows reads them."""
    client = Client()
    client.force_login(OfficerFactory(admin=True))
    for model, table in admin.site._registry.items():
        page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        if model._default_manager.exists():  # an empty list shows nothing of anybody
            yield client.get(page).content.decode()
        for typed in (PHONE, NUMBER) if "điện thoại" in (table.search_help_text or "") else ():
            answer = client.post(page, {"typed": typed}, follow=True)
            assert answer.redirect_chain, page
            yield f"{answer.redirect_chain} {answer.content.decode()}"


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with running_sandbox(hold=0.4) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running, settings) -> Sandbox:
    running.start_anew()
    for name, value in running.settings.items():
        setattr(settings, name, value)
    settings.ZALO_APP_OA_ID = settings.ZALO_OTP_OA_ID = OA
    settings.ZALO_OTP_TEMPLATE_ID = "otp"
    settings.ZALO_TIMEOUT_SECONDS = 0.2
    settings.QUIET_HOURS = False
    settings.OTP_PAUSE = timedelta(0)
    settings.THROTTLE_FACTOR = 1000
    running.template("otp", "Mã: <otp>")
    pair = running.oa(OA)
    tokens = {"access_token": pair["access_token"], "refresh_token": pair["refresh_token"]}
    seed_tokens(oa_id=OA, expires_in=90_000, now=timezone.now(), **tokens)
    return running


@pytest.fixture
def watch(sandbox) -> Iterator[Watch]:
    oa = sandbox.world.oas[OA]
    marks = {"phone": PHONE[1:], "number": NUMBER, "old number": OLD_NUMBER}
    marks |= {"words": WORDS, "password": PASSWORD, "made up token": MADE_UP}
    marks |= {name: getattr(settings, name) for name in SECRETS}
    marks |= {f"key {n}": key for n, key in enumerate(settings.FIELD_ENCRYPTION_KEYS)}
    marks |= {"password of the database": settings.DATABASES["default"]["PASSWORD"]}
    assert all(len(value) > 5 for value in marks.values()), "too short to be told from chance"
    marks |= {"OA's token": oa.access_token, "OA's refresh token": oa.refresh_token}
    watching = Watch(marks)

    class Reader(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            watching.lines.append(self.format(record))

    def published(body: Any = None, headers: Any = None, **_: Any) -> None:
        watching.published.append(f"{body} {headers}")

    reader, root = Reader(), logging.getLogger()
    reader.setFormatter(logging.Formatter(settings.LOGGING["formatters"]["line"]["format"]))
    reader.addFilter(RequestIdFilter())
    before, root.level = root.level, logging.INFO
    root.addHandler(reader)
    before_task_publish.connect(published, weak=False)
    yield watching
    before_task_publish.disconnect(published)
    root.removeHandler(reader)
    root.level = before


@pytest.fixture
def post(watch) -> Callable[..., Any]:
    """Ask the API, as programs do; tokens that it gives are marked."""

    def ask(path: str, *, token: str = "", **body: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        client = Client(raise_request_exception=False, headers=headers)
        answer = client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")
        said = answer.json() if answer.content else {}
        for name in ("access", "refresh"):
            if name in said:
                watch.mark(f"our {name} token", said[name])
        return answer

    return ask


@pytest.fixture
def citizen(watch, sandbox) -> dict[str, Any]:
    """Somebody with Zalo whose every value is marked."""
    known = sandbox.citizen("Trần Văn An", PHONE)
    watch.mark("citizen's token", known["access_token"])
    watch.mark("phone token", known["phone_token"])
    return known


class TestNothingIsReadByAccident:
    def test_when_one_signs_in_from_the_mini_app(self, watch, post, citizen):
        assert post("auth/zalo/", access_token=MADE_UP).status_code == 401
        signed_in = post("auth/zalo/", access_token=citizen["access_token"])
        shared = {"access_token": citizen["access_token"], "phone_token": citizen["phone_token"]}
        token = signed_in.json()["access"]
        assert post("auth/zalo/phone/", token=token, **shared).json()["phone"].endswith(PHONE[1:])
        assert post("auth/zalo/phone/", token=token, **shared).status_code == 422
        assert post("auth/refresh/", refresh=signed_in.json()["refresh"]).status_code == 200
        assert post("auth/refresh/", refresh=signed_in.json()["refresh"]).status_code == 401

        assert watch.found(in_lists=True) == []

    def test_when_one_signs_in_by_a_code(self, watch, post, sandbox, citizen):
        for faults in ({"fail_rate": 1}, {"timeout_rate": 1}, {"per_phone": {PHONE: -118}}):
            sandbox.faults(**faults)
            assert not 200 <= post("auth/otp/", phone=PHONE).status_code < 300
        sandbox.faults()
        assert post("auth/otp/", phone=f"{PHONE}-{NUMBER}").status_code == 422
        challenge = post("auth/otp/", phone=PHONE).json()["challenge"]
        code = watch.mark("code", sandbox.messages(phone=PHONE)[-1]["template_data"]["otp"])
        assert post("auth/otp/verify/", challenge=challenge, code=code[::-1] + "0").status_code == 422
        assert post("auth/otp/verify/", challenge=challenge, code=code).status_code == 200

        assert watch.found() == []

    def test_when_one_books_and_looks_up(self, watch, post):
        (slot,) = day_of(20, on=soon())
        someone = as_json(person(personal_id=NUMBER))
        asked = {"slot": str(slot.public_id), "phone": PHONE, **AGREED}
        token = _token()
        for people in ([someone], [someone], [someone, someone], [someone | {"personal_id": NUMBER * 2}]):
            post("appointments/", token=token, people=people, **asked)
        post("appointments/", token=_token(), people=[someone], **asked)
        nobody = someone | {"personal_id": None, "old_id": OLD_NUMBER}
        post("appointments/", token=_token(), people=[nobody], **asked)
        post("appointments/lookup/", code="TP23456", birth_year=1985, phone_last4=PHONE)

        assert watch.found(in_lists=True) == []

    def test_when_pages_are_filled_in_wrongly(self, watch, sandbox):
        client = Client()
        sandbox.faults(fail_rate=1)
        for path in ("/dang-nhap/", "/tra-cuu/"):
            client.post(path, {"phone": PHONE, "code": NUMBER, "year": OLD_NUMBER, "last4": NUMBER})
        client.post(LOGIN, {"username": PHONE, "password": PASSWORD})
        client.get("/dang-nhap/zalo/xong/", {"code": MADE_UP, "state": MADE_UP})

        assert watch.found() == []

    def test_when_messages_meet_every_fault(self, watch, sandbox, citizen):
        agency = AgencyFactory(oa_id=OA)
        MessageTextFactory(agency=agency, text=f"{{name}}: {WORDS}")
        by_phone = CitizenFactory(phone=f"+84{PHONE[1:]}")
        in_the_chat = CitizenFactory()
        now = timezone.now()
        uid = citizen["oa_users"][OA]
        ZaloContactFactory(oa_id=OA, uid=uid, citizen=in_the_chat, last_interaction_at=now)
        times = {"due_at": now, "expires_at": now + timedelta(days=1)}

        met = set[str]()
        for hours, faults in enumerate(FAULTS):
            for recipient in (by_phone, in_the_chat):
                MessageFactory(agency=agency, recipient=recipient, **times)
            sandbox.faults(**faults)
            send_due(now=now + timedelta(hours=hours))
            met |= {
                error.split()[1] for error in Message.objects.values_list("last_error", flat=True) if error
            }
            sweep(now=now + timedelta(hours=hours))

        assert met >= {"BackOff", "OutcomeUnknown", "Tomorrow", "AfterQuietHours"}
        assert sandbox.messages()
        assert watch.found(in_lists=True) == []

    def test_when_webhooks_come_good_and_bad(self, watch, sandbox, citizen, monkeypatch):
        user = {"oa_id": OA, "user_id": citizen["user_id"]}
        sandbox.chat(OA, citizen["user_id"], f"{WORDS} {PHONE} {NUMBER}")
        sandbox.event("user_submit_info", info={"name": "An", "phone": PHONE, "note": WORDS}, **user)
        sandbox.event("user_submit_info", info={"phone": PHONE}, forged=True, **user)
        sandbox.event("user_of_tomorrow", note=WORDS, phone=PHONE, **user)
        letters = sandbox.events()
        letters += [(raw[:-5], headers) for raw, headers in letters]
        letters += [(raw, headers | {"X-ZEvent-Signature": MADE_UP}) for raw, headers in letters]
        monkeypatch.setattr("accounts.services.record_contact", _stumbles)
        for raw, headers in letters:
            sent = {name: value for name, value in headers.items() if name != "Content-Type"}
            Client().post("/webhooks/zalo/", raw, content_type="application/json", headers=sent)
        assert handle_events(now=timezone.now()).postponed == 1

        assert watch.found(in_lists=True) == []

    def test_when_something_of_ours_breaks(self, watch, settings):
        settings.ROOT_URLCONF = "cccd_portal.tests.browser.broken_urls"
        client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {MADE_UP}"})
        client.cookies["citizen_session"] = MADE_UP
        answer = client.post("/hong/", {"phone": PHONE, "number": NUMBER, "password": PASSWORD})

        assert answer.status_code == 500
        assert [line for line in watch.lines if "broken on purpose" in line]
        watch.lines.append(answer.content.decode())
        assert watch.found() == []


class TestControls:
    """Keep the tests above honest: what does stand there is found."""

    def test_a_value_in_each_place_is_found(self, watch):
        logging.getLogger("booking").info("Sent to %s", f"0{PHONE[1:4]} {PHONE[4:7]} {PHONE[7:]}")
        try:
            raise RuntimeError(NUMBER)
        except RuntimeError:
            logging.getLogger("booking").exception("Broken")
        current_app.send_task("nobody.does.this", args=[WORDS], queue="marked")
        OfficerFactory(username=MADE_UP)
        with redis.Redis.from_url(settings.REDIS_URL) as connection:
            connection.set(f"of {OLD_NUMBER}", PASSWORD)
            try:
                found = watch.found(in_lists=True)
            finally:
                connection.delete(f"of {OLD_NUMBER}", "marked", "_kombu.binding.marked")

        expected = {"log: phone", "log: number", "Celery: words", "Redis: words", "Redis: old number"}
        assert {*expected, "Redis: password", "list: made up token"} <= set(found)


def _token() -> str:
    from accounts.services.tokens import open_session

    return open_session(citizen=CitizenFactory(), now=timezone.now()).access


def _stumbles(**said: Any) -> None:
    raise RuntimeError(f"{PHONE} {NUMBER} {WORDS} {said}")
