"""The three offices that answered by Zalo in April 2021, by the chat of their Official Accounts.

Typed as people type, told by the sandbox, handled by the portal, read on the phone.
"""

from collections.abc import Iterator

import pytest

from accounts.models import Citizen
from agencies.models import Agency
from booking.models import Appointment, Session
from booking.services.appointments import cancel
from booking.services.drafts import earliest_slot
from booking.services.invariants import broken_invariants
from booking.services.sessions import cancel_session
from booking.tests.factories import book, person
from cccd_portal.tests.chatting import NINE, Phone, open_office
from faq.models import Miss
from zalo.sandbox.testing import Sandbox, running_sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _running() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_running, settings) -> Iterator[Sandbox]:
    _running.start_anew()
    for name, value in _running.settings.items():
        setattr(settings, name, value)
    settings.ZALO_OTP_TEMPLATE_ID = "portal-otp"
    settings.MESSAGE_SENDERS = settings.EVENT_HANDLERS = 1
    yield _running
    _running.clock()


class TestTanPhu:
    """ "Bấm số tự động" and "Hỏi đáp CCCD"."""

    @pytest.fixture
    def office(self, sandbox, monkeypatch) -> Agency:
        return open_office("cong-an-quan-tan-phu", sandbox=sandbox, monkeypatch=monkeypatch)

    @pytest.fixture
    def phone(self, sandbox, office) -> Phone:
        return Phone(sandbox, office.oa_id)

    def test_answers_what_people_asked_there(self, phone):
        asked = {
            "doi tuong nao dc uu tien lam cccd gan chip v ạ": "ưu tiên",
            "lam cccd can mang theo giay to gi": "ổ hộ khẩu",
            "may gio cong an lam viec z": "07:30–11:30, 13:30–17:00, Chủ nhật 07:30–11:30",
            "Cho em hỏi làm căn cước ở chỗ nào ạ": "55 Thống Nhất",
            "lệ phí đổi cccd bao nhiêu tiền vậy ad": "Đến hết 30/6/2021 giảm 50%",
        }

        said = {text: phone.types(text) for text in asked}

        assert [text for text, fact in asked.items() if fact not in said[text]] == []
        assert not Miss.objects.exists()

    def test_gives_a_number_to_somebody_it_knows(self, phone, office):
        self._came_before(phone.sign_in(), office)

        hours = phone.types("Bấm số tự động")
        assert "Lấy số cho An" in hours
        sure = phone.types("1")
        assert not Appointment.objects.live().exists(), sure
        done = phone.types("1")

        appointment = Appointment.objects.live().get()
        assert appointment.queue_number in done
        assert appointment.code in done
        assert appointment.queue_number in phone.types("số thứ tự của tôi")
        assert not broken_invariants(now=phone.clock)

    def test_leads_a_newcomer_to_the_page_where_numbers_are_taken(self, phone):
        said = phone.types("bam so tu dong")

        assert "/don-vi/cong-an-quan-tan-phu/" in said
        assert not Appointment.objects.exists()

    def test_asks_a_human_in(self, phone):
        phone.types("cho gặp cán bộ")

        assert phone.types("mấy giờ làm việc") == ""

        phone.types("0")
        assert "07:30" in phone.types("mấy giờ làm việc")

    def _came_before(self, citizen: Citizen, office: Agency) -> None:
        slot = earliest_slot(office, sizes=[1], now=NINE)
        (appointment,) = book(slot, person(), citizen=citizen, now=NINE)
        cancel(code=appointment.code, citizen=citizen, now=NINE)


class TestBuonMaThuot:
    """ "Thông báo cấp CCCD" and "Giải đáp về CCCD"."""

    @pytest.fixture
    def office(self, sandbox, monkeypatch) -> Agency:
        return open_office("cong-an-tp-buon-ma-thuot", sandbox=sandbox, monkeypatch=monkeypatch)

    @pytest.fixture
    def phone(self, sandbox, office) -> Phone:
        return Phone(sandbox, office.oa_id)

    def test_tells_a_ward_when_the_mobile_team_comes_and_forgets_what_was_called_off(self, phone):
        said = phone.types("bao gio xa cu ebur lam cccd luu dong")

        days = Session.objects.planned().filter(wards__name="Xã Cư ÊBur").order_by("date")
        first = days[0].date
        assert "Cư ÊBur" in said
        assert f"{first:%d/%m}" in said
        assert "Ea Kao" not in said

        for session in list(days.filter(date=first)):
            cancel_session(session=session, now=phone.clock)
        assert f"{first:%d/%m}" not in phone.types("bao gio xa cu ebur lam cccd luu dong")

    def test_shows_its_evenings_under_the_button_of_announcements(self, phone):
        phone.types("Thông báo cấp CCCD")
        said = phone.types("lịch cấp căn cước")

        assert "18:00" in said

    def test_answers_by_subject(self, phone):
        topics = phone.types("Giải đáp về CCCD")
        questions = phone.types("2")

        said = phone.types("1")

        assert said.splitlines()[0] == questions.splitlines()[1].removeprefix("1. ")
        assert phone.types("0") == topics


class TestHaiDuong:
    """Guidance for the whole province, kept current."""

    @pytest.fixture
    def office(self, sandbox, monkeypatch) -> Agency:
        return open_office("cong-an-tinh-hai-duong", sandbox=sandbox, monkeypatch=monkeypatch)

    @pytest.fixture
    def phone(self, sandbox, office) -> Phone:
        return Phone(sandbox, office.oa_id)

    def test_names_all_its_places(self, phone):
        said = phone.types("lam can cuoc o dau vay")

        assert "35 Đại lộ Hồ Chí Minh" in said
        assert "Chí Linh" in said

    def test_tells_the_steps_in_one_go_with_another_question(self, phone):
        said = phone.types("Chào cán bộ. Trình tự làm thẻ căn cước như thế nào? Lệ phí bao nhiêu ạ?")

        assert "1. " in said

    def test_sends_complaints_where_they_belong_and_keeps_nothing(self, phone):
        said = phone.types("toi muon to cao can bo nhan hoi lo")

        assert "tiếp công dân" in said
        assert not Miss.objects.exists()
