"""The page on which officers connect an agency with Zalo."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.tests.factories import OfficerFactory
from agencies.tests.factories import AgencyFactory
from notifications.services import Kind, set_templates
from zalo.models import OaToken
from zalo.sandbox.testing import running_sandbox
from zalo.services import REVOKED, seed_tokens

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_as_served")]
OA, OTHER = "3674338702778449434", "2718281828459045235"
CALLBACK = reverse("admin:agencies_zaloconnection_callback")


@pytest.fixture(scope="module")
def running():
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running, settings):
    running.start_anew()
    for name, value in running.settings.items():
        setattr(settings, name, value)
    running.callback(settings.PUBLIC_BASE_URL + CALLBACK)
    running.oa(OA, "Công an phường Bàn Thạch")
    running.oa(OTHER, "Công an nơi khác")
    return running


@pytest.fixture
def agency(db):
    return AgencyFactory(name="Công an phường Bàn Thạch", oa_id=OA)


@pytest.fixture
def head(client, agency):
    officer = OfficerFactory(agency=agency, roles=[Role.HEAD])
    client.force_login(officer)
    return officer


def page(agency, way: str = "change") -> str:
    return reverse(f"admin:agencies_zaloconnection_{way}", args=[agency.pk])


def seed(oa_id=OA, *, days_ago=0, **said) -> OaToken:
    granted = timezone.now() - timedelta(days=days_ago)
    seed_tokens(oa_id=oa_id, access_token="a", refresh_token="r", expires_in=90_000, now=granted)
    OaToken.objects.filter(oa_id=oa_id).update(expires_at=timezone.now() + timedelta(hours=20), **said)
    return OaToken.objects.get(oa_id=oa_id)


def shown(client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def come_back(client, sandbox, agency, **chosen: str):
    """Press Kết nối, decide at Zalo, and come back to wherever that leads."""
    going = client.post(page(agency, "connect"))
    address = sandbox.consent(going.context["address"], **chosen)
    return client.get(address.removeprefix("http://127.0.0.1:8000"), follow=True)


class TestThePage:
    def test_says_what_to_do_where_nothing_is_connected(self, client, head, agency, settings):
        settings.PUBLIC_BASE_URL = "https://portal.example.vn"
        agency.oa_id = ""
        agency.save(update_fields=["oa_id"])

        said = shown(client, page(agency))

        assert "Chưa kết nối." in said
        assert f"https://portal.example.vn{CALLBACK}" in said
        assert "https://portal.example.vn/webhooks/zalo/" in said
        assert "https://portal.example.vn/dang-nhap/zalo/xong/" in said

    def test_asks_zalo_nothing_by_being_opened(self, client, head, agency):
        """The Zalo of the tests is a closed door: asking would fail."""
        seed()

        assert "Đang kết nối" in shown(client, page(agency))

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"days_ago": 5}, "còn <b>84 ngày</b>"),
            ({"days_ago": 83}, "Quyền chỉ còn 6 ngày"),
            ({"state": "NEEDS_CONSENT", "last_error": "NeedsConsent -14014"}, "Mất quyền gửi"),
            (
                {"state": "SUSPECT", "last_error": "OutcomeUnknown 0"},
                "Lỗi gần nhất: Zalo không trả lời (mã 0).",
            ),
            ({"state": "NEEDS_CONSENT", "last_error": REVOKED}, "Lỗi gần nhất: quyền đã bị thu hồi ở Zalo."),
        ],
        ids=str,
    )
    def test_tells_the_grant_in_plain_words(self, client, head, agency, said, words):
        seed(**said)

        assert words in shown(client, page(agency))

    def test_shows_no_token(self, client, head, agency):
        seed_tokens(
            oa_id=OA, access_token="bi-mat-1", refresh_token="bi-mat-2", expires_in=1, now=timezone.now()
        )

        assert "bi-mat" not in shown(client, page(agency))

    def test_is_reached_from_the_agency_and_from_the_checklist(self, client, head, agency):
        of_the_agency = reverse("admin:agencies_agency_see_connection", args=[agency.pk])

        assert client.get(of_the_agency)["Location"] == page(agency)
        assert f'href="{page(agency)}"' in shown(
            client, reverse("admin:booking_opening_change", args=[agency.pk])
        )


class TestConnecting:
    def test_comes_back_connected_and_is_on_record(self, client, head, agency, sandbox):
        answer = come_back(client, sandbox, agency, oa_id=OA)

        said = " ".join(answer.content.decode().split())
        assert answer.redirect_chain[-1][0] == page(agency)
        assert "Đã kết nối." in said
        assert "còn <b>89 ngày</b>" in said
        assert "còn <b>20.000</b> trong 20.000" in said
        words = set(AuditEntry.objects.filter(deed="DID").values_list("words", flat=True))
        assert words == {"sang Zalo để kết nối", "kết nối Official Account"}

    def test_asks_whose_account_it_is_where_the_agency_has_none(self, client, head, agency, sandbox):
        agency.oa_id = ""
        agency.save(update_fields=["oa_id"])

        asked = come_back(client, sandbox, agency, oa_id=OA)
        assert "Công an phường Bàn Thạch</b>, mã" in " ".join(asked.content.decode().split())
        agency.refresh_from_db()
        assert agency.oa_id == ""
        client.post(asked.request["PATH_INFO"] + f"?oa={OA}")

        agency.refresh_from_db()
        assert agency.oa_id == OA

    def test_adopts_nothing_that_was_only_typed(self, client, head, agency):
        agency.oa_id = ""
        agency.save(update_fields=["oa_id"])

        client.post(f"{page(agency, 'adopt')}?oa={OA}")

        agency.refresh_from_db()
        assert agency.oa_id == ""

    def test_names_both_accounts_where_the_wrong_one_consented(self, client, head, agency, sandbox):
        said = come_back(client, sandbox, agency, oa_id=OTHER).content.decode()

        assert OA in said
        assert OTHER in said
        assert not OaToken.objects.exists()

    def test_says_that_somebody_cancelled(self, client, head, agency, sandbox):
        assert "Đã bấm Hủy" in come_back(client, sandbox, agency, decision="deny").content.decode()

    def test_refuses_what_another_officer_began(self, client, head, agency, sandbox):
        going = client.post(page(agency, "connect"))
        address = sandbox.consent(going.context["address"], oa_id=OA)
        client.force_login(OfficerFactory(agency=agency, roles=[Role.HEAD]))

        said = client.get(address.removeprefix("http://127.0.0.1:8000"), follow=True).content.decode()

        assert "ở trình duyệt khác" in said
        assert not OaToken.objects.exists()

    def test_refuses_an_officer_who_moved_to_another_agency_meanwhile(self, client, head, agency, sandbox):
        going = client.post(page(agency, "connect"))
        address = sandbox.consent(going.context["address"], oa_id=OA)
        head.postings.update(agency=AgencyFactory())

        answer = client.get(address.removeprefix("http://127.0.0.1:8000"), follow=True)

        assert answer.status_code == 404
        assert not OaToken.objects.exists()

    def test_goes_on_although_zalo_is_away_for_the_rest(self, client, head, agency, sandbox, settings):
        settings.ZALO_BUSINESS_BASE = "http://127.0.0.1:9"

        said = come_back(client, sandbox, agency, oa_id=OA).content.decode()

        assert "Đã kết nối." in said
        assert "Chưa hỏi được Zalo: Zalo đang bận" in said
        assert "chỉ hỏi Zalo được một phần: Zalo đang bận (mã 0)." in said


class TestAsking:
    def test_shows_account_and_templates_afterwards(self, client, head, agency, sandbox):
        come_back(client, sandbox, agency, oa_id=OA)
        sandbox.template("t-1", "Lịch hẹn của <name>: <code>", name="Nhắc hẹn phường")
        sandbox.template("t-2", "Khác", name="Mẫu khác")
        set_templates(agency=agency, template_ids=dict.fromkeys(Kind, "") | {Kind.REMINDER: "t-1"})

        answer = client.post(page(agency, "ask"), follow=True)

        said = " ".join(answer.content.decode().split())
        assert "Đã hỏi lại Zalo." in said
        assert "Nhắc hẹn phường" in said
        assert "Mẫu không nói: number, site, time." in said
        assert "Mẫu khác của tài khoản này (1)" in said

    def test_says_that_zalo_is_away(self, client, head, agency):
        seed()

        said = client.post(page(agency, "ask"), follow=True).content.decode()

        assert "Chưa hỏi được Zalo" in said


class TestOverview:
    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"days_ago": 81}, "còn 8 ngày quyền gửi tin qua Zalo"),
            ({"state": "NEEDS_CONSENT", "last_error": "NeedsConsent -14014"}, "mất quyền gửi tin"),
            ({"last_error": "BackOff 0"}, "đang thử lại"),
        ],
        ids=str,
    )
    def test_warns_in_time(self, client, head, agency, said, words):
        seed(**said)

        assert words in shown(client, reverse("admin:index"))

    def test_is_quiet_about_a_grant_that_is_well_and_about_others(self, client, head, agency):
        seed(days_ago=5)
        AgencyFactory(name="Công an nơi khác", oa_id=OTHER)
        seed(OTHER, days_ago=85)

        said = shown(client, reverse("admin:index"))

        assert "quyền gửi tin qua Zalo" not in said

    def test_is_for_those_who_can_do_something_about_it(self, client, agency):
        seed(days_ago=85)
        client.force_login(OfficerFactory(agency=agency, roles=[Role.RECEPTIONIST]))

        assert "quyền gửi tin qua Zalo" not in shown(client, reverse("admin:index"))
