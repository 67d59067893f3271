"""The officer's day in the admin: the week, the list, the calls, booking at the desk. Who may open what, and
that nothing foreign shows, is tried for every page in `cccd_portal/tests/test_permissions.py`.
"""

import io
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import AuditEntry
from accounts.tests.factories import CitizenFactory, OfficerFactory
from agencies.models import Agency
from booking.models import Appointment, Booking, PostingSite, Registration, ReminderCall, ServiceDay, Slot
from booking.tests.factories import (
    EIGHT,
    MONDAY,
    NOW,
    RegistrationFactory,
    ServiceDayFactory,
    SiteFactory,
    SiteWardFactory,
    SlotFactory,
    book,
    book_one,
    declared,
    family,
    following,
    later_day,
    number_for,
    person,
    register,
)
from core.officers import Deed
from dossiers.services import papers
from notifications.kinds import Kind
from notifications.models import Message, State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_as_served")]
NUMBER = "049085000123"
# 17:45 in Hà Nội, the afternoon before EIGHT.
CALLING = EIGHT - timedelta(hours=14, minutes=15)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def officer(client):
    """Sign somebody of an agency in, with every right."""

    def sign_in(agency):
        officer = OfficerFactory(agency=agency)
        officer.user_permissions.set(Permission.objects.all())
        client.force_login(officer)
        client.officer = officer
        return client

    return sign_in


def at(name: str, *args: object, **query: object) -> str:
    return reverse(f"admin:booking_{name}", args=args, query={key: str(said) for key, said in query.items()})


def text(answer) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


class TestWeek:
    def page(self, desk, slot):
        return text(desk.get(at("serviceday_week", diem=slot.day.site.public_id, ngay=MONDAY)))

    def test_says_of_each_slot_how_full_it_is_in_words(self, officer):
        slot = SlotFactory(capacity=3)
        book(slot)
        following(slot, full=True)

        page = self.page(officer(slot.day.site.agency), slot)

        for words in ("1/3", "còn 2", "1/1", "kín", "Thứ Hai", "23/11", "mở · 2/4"):
            assert words in page

    def test_says_that_a_day_is_shut_and_why(self, officer):
        slot = SlotFactory(day__is_open=False, day__note="Nghỉ bù")

        page = self.page(officer(slot.day.site.agency), slot)

        assert "đóng · 0 người có hẹn" in page
        assert "đóng cả ngày" in page
        assert "Nghỉ bù" in page

    def test_says_that_a_single_slot_is_shut(self, officer):
        slot = SlotFactory(capacity=3)
        book(slot)
        following(slot, is_open=False)
        Slot.objects.filter(pk=slot.pk).update(is_open=False)
        desk = officer(slot.day.site.agency)

        assert "đóng, ngoài giờ làm" in self.page(desk, slot)
        assert "mở · 1/1" in self.page(desk, slot)  # places that nobody can have are none
        capacities = text(desk.get(at("serviceday_capacity", slot.day_id)))
        assert "đã đặt 1; đóng, không nhận thêm ai" in capacities

    def test_offers_a_change_only_with_the_right(self, client):
        slot = SlotFactory()
        reader = OfficerFactory(agency=slot.day.site.agency)
        reader.user_permissions.set(Permission.objects.filter(codename="view_serviceday"))
        client.force_login(reader)

        page = self.page(client, slot)

        assert at("serviceday_capacity", slot.day_id) not in page

    def test_shows_the_first_site_where_another_agencys_is_asked_for(self, officer):
        ours, theirs = SlotFactory(), SlotFactory()

        page = self.page(officer(ours.day.site.agency), theirs)

        assert ours.day.site.name in page
        assert theirs.day.site.name not in page

    def test_costs_the_same_however_many_slots_there_are(self, officer, django_assert_max_num_queries):
        slot = SlotFactory()
        desk = officer(slot.day.site.agency)
        for _ in range(5):
            slot = following(slot)
        later_day(slot)

        with django_assert_max_num_queries(10):
            self.page(desk, slot)


class TestCapacity:
    def save(self, desk, slot, capacity):
        return desk.post(at("serviceday_capacity", slot.day_id), {str(slot.pk): capacity}, follow=True)

    def test_is_changed_and_noted(self, officer):
        slot = SlotFactory()

        self.save(officer(slot.day.site.agency), slot, 4)

        assert Slot.objects.get().capacity == 4
        assert AuditEntry.objects.filter(deed=Deed.DID, words="sửa sức chứa").exists()

    def test_below_what_is_taken_is_refused_in_words(self, officer):
        slot = SlotFactory()
        book(slot, *family(3))

        page = text(self.save(officer(slot.day.site.agency), slot, 2))

        assert "đã đặt 3 chỗ, không giảm xuống 2 được" in page
        assert Slot.objects.get().capacity == 10


class TestOpening:
    def test_closes_and_lists_whom_to_call(self, officer):
        slot = SlotFactory()
        book(slot, person("Trần Văn An", personal_id=NUMBER), phone="+84905123456")
        desk = officer(slot.day.site.agency)

        answer = desk.post(at("serviceday_opening", slot.day_id), {"note": "Mất điện"}, follow=True)

        page = text(answer)
        for words in ("Trần Văn An", "*********123", "0905 123 456", "Mở lại ngày này"):
            assert words in page
        assert NUMBER not in page
        assert not ServiceDay.objects.get().is_open

    def test_opens_again(self, officer):
        day = ServiceDayFactory(closed=True)

        officer(day.site.agency).post(at("serviceday_opening", day.pk), {"open": "1"})

        assert ServiceDay.objects.get().is_open


class TestDayList:
    def page(self, desk, **query):
        return text(desk.get(at("serviceday_list", ngay=MONDAY, **query)))

    def test_is_in_order_with_names_and_three_digits(self, officer):
        slot = SlotFactory()
        book(following(slot), person("Lê Thị Mai"))
        book(slot, person("Trần Văn An", personal_id=NUMBER))

        page = self.page(officer(slot.day.site.agency))

        assert page.index("Trần Văn An") < page.index("Lê Thị Mai")
        assert "*********123" in page
        assert NUMBER not in page

    def test_is_narrowed_by_slot_and_state(self, officer):
        slot = SlotFactory()
        book(slot, person("Trần Văn An"))
        later = following(slot)
        book(later, person("Lê Thị Mai"))
        desk = officer(slot.day.site.agency)

        by_slot, by_state = self.page(desk, khung=later.pk), self.page(desk, **{"trang-thai": "CONFIRMED"})

        assert "Trần Văn An" not in by_slot
        assert "Lê Thị Mai" in by_slot
        assert "Không ai khớp bộ lọc" in by_state

    def test_costs_the_same_however_many_there_are(self, officer, django_assert_max_num_queries):
        slot = SlotFactory()
        book(slot, *family(8))
        desk = officer(slot.day.site.agency)

        with django_assert_max_num_queries(12):
            self.page(desk)

    def test_on_paper_is_a_pdf_that_is_noted(self, officer):
        appointment = book_one(SlotFactory())
        desk = officer(appointment.day.site.agency)

        answer = desk.get(at("serviceday_paper", appointment.day_id, **{"dong-trong": 5}))

        assert answer["Content-Type"] == "application/pdf"
        assert "no-store" in answer["Cache-Control"]
        assert AuditEntry.objects.filter(deed=Deed.EXPORTED, subjects=[appointment.code]).exists()

    @pytest.fixture
    def two_declared(self) -> Slot:
        """Two who declared, in another order than they come, and somebody who did not."""
        slot, account = SlotFactory(), CitizenFactory()
        ours = {"agency": slot.day.site.agency, "citizen": account}
        later = declared(person("Lê Thị Mai"), **ours)
        book(following(slot), later, citizen=account)
        book(slot, declared(person("Trần Văn An"), **ours), citizen=account)
        book(slot, person("Phạm Văn Bình"))
        return slot

    def test_prints_the_forms_of_those_who_declared_in_its_order(self, officer, two_declared):
        desk = officer(two_declared.day.site.agency)

        page, answer = self.page(desk), desk.get(at("serviceday_forms", two_declared.day_id))

        names = [sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.content)).pages]
        assert "In 2 tờ khai" in page
        assert ["TRẦN VĂN AN" in names[0], "LÊ THỊ MAI" in names[1], len(names)] == [True, True, 2]
        assert "no-store" in answer["Cache-Control"]
        (entry,) = AuditEntry.objects.filter(deed=Deed.EXPORTED)
        assert len(entry.subjects) == 2

    def test_prints_forms_by_the_same_filter(self, officer, two_declared):
        desk = officer(two_declared.day.site.agency)

        answer = desk.get(at("serviceday_forms", two_declared.day_id, khung=two_declared.pk))

        assert len(PdfReader(io.BytesIO(answer.content)).pages) == 1

    def test_says_that_there_are_too_many_forms_for_one_file(self, officer, two_declared, monkeypatch):
        monkeypatch.setattr(papers, "MOST", 1)
        desk = officer(two_declared.day.site.agency)

        answer = desk.get(at("serviceday_forms", two_declared.day_id), follow=True)

        assert "Một lần in nhiều nhất 1 hồ sơ" in text(answer)
        assert not AuditEntry.objects.filter(deed=Deed.EXPORTED).exists()

    def test_offers_no_forms_where_nobody_declared(self, officer):
        slot = SlotFactory()
        book(slot)

        assert "tờ khai" not in self.page(officer(slot.day.site.agency))

    def test_says_so_where_nobody_works(self, officer):
        assert "không có điểm nào làm việc" in self.page(officer(SiteFactory().agency))


class TestCalls:
    @pytest.fixture
    def appointment(self):
        return book_one(SlotFactory(), person("Trần Văn An", personal_id=NUMBER), phone="+84905123456")

    def test_list_who_was_not_reached_with_the_number_to_call(self, officer, appointment):
        desk = officer(appointment.day.site.agency)

        page = text(desk.get(at("remindercall_list", ngay=MONDAY)))

        for words in ("Trần Văn An", "0905 123 456", "Còn 1 người cần gọi", "Bản xem trước"):
            assert words in page
        assert NUMBER not in page

    def test_are_no_preview_from_half_past_five(self, officer, appointment):
        with time_machine.travel(CALLING, tick=False):
            desk = officer(appointment.day.site.agency)
            page = text(desk.get(at("remindercall_list")))

        assert "Trần Văn An" in page
        assert "Bản xem trước" not in page

    def test_are_ticked_off_and_stay_in_sight(self, officer, appointment):
        desk = officer(appointment.day.site.agency)
        said = {"code": appointment.code, "result": "REACHED", "note": "con nghe máy"}

        page = text(desk.post(at("remindercall_list", ngay=MONDAY), said, follow=True))

        assert ReminderCall.objects.get().officer == desk.officer
        for words in ("Đã báo hết 1 người", "đã báo", "con nghe máy", desk.officer.username):
            assert words in page

    def test_of_another_agency_cannot_be_ticked(self, officer, appointment):
        desk = officer(SiteFactory().agency)

        answer = desk.post(at("remindercall_list"), {"code": appointment.code, "result": "REACHED"})

        assert answer.status_code == 404
        assert not ReminderCall.objects.exists()

    def test_want_a_result(self, officer, appointment):
        desk = officer(appointment.day.site.agency)

        page = text(desk.post(at("remindercall_list"), {"code": appointment.code}, follow=True))

        assert "Chọn kết quả cuộc gọi" in page

    def test_cost_the_same_however_many_there_are(self, officer, django_assert_max_num_queries):
        slot = SlotFactory()
        book(slot, *family(8))
        desk = officer(slot.day.site.agency)

        with django_assert_max_num_queries(11):
            desk.get(at("remindercall_list", ngay=MONDAY))

    def test_are_printed(self, officer, appointment):
        answer = officer(appointment.day.site.agency).get(at("remindercall_paper", ngay=MONDAY))

        assert answer.content.startswith(b"%PDF")


class TestAssist:
    def said(self, slot, **said):
        who = {"full_name": "Trần Văn An", "personal_id": number_for("1950", "male"), "birth_date": "1950"}
        return who | {"slot": str(slot.public_id), "notice": "on", "phone": ""} | said

    def send(self, desk, slot, **said):
        body = self.said(slot, **said)
        return desk.post(at("appointment_assist", ngay=slot.day.date), body, follow=True)

    def test_books_with_a_number_and_a_ticket_to_print(self, officer):
        slot = SlotFactory()
        desk = officer(slot.day.site.agency)

        page = text(self.send(desk, slot))

        appointment = Appointment.objects.get()
        assert appointment.person.booking.assisted_by == desk.officer
        for words in ("A001", "In phiếu A6", "In phiếu 80 mm", "đặt hộ tại quầy"):
            assert words in page

    def test_books_once_however_often_the_button_was_pressed(self, officer):
        slot = SlotFactory()
        desk = officer(slot.day.site.agency)
        form = desk.get(at("appointment_assist", ngay=slot.day.date)).context["once"]

        body = self.said(slot, once=str(form))
        pages = [desk.post(at("appointment_assist", ngay=slot.day.date), body) for _ in range(2)]

        appointment = Appointment.objects.get()
        assert {page["Location"] for page in pages} == {at("appointment_change", appointment.pk)}

    def test_is_refused_beside_the_field(self, officer):
        slot = SlotFactory()

        page = text(self.send(officer(slot.day.site.agency), slot, personal_id="123"))

        assert "Số định danh cá nhân gồm đúng 12 chữ số." in page
        assert not Booking.objects.exists()

    def test_wants_the_notice_to_have_been_read_out(self, officer):
        slot = SlotFactory()

        page = text(self.send(officer(slot.day.site.agency), slot, notice=""))

        assert "Cần đọc thông báo" in page
        assert not Booking.objects.exists()

    def test_offers_no_slot_of_another_agency(self, officer):
        ours, theirs = SlotFactory(), SlotFactory()

        self.send(officer(ours.day.site.agency), theirs)

        assert not Booking.objects.exists()

    def test_says_where_a_person_who_holds_a_place_is_found(self, officer):
        slot = SlotFactory()
        book(slot, person(personal_id=NUMBER))

        said = {"personal_id": NUMBER, "birth_date": "1985"}
        page = text(self.send(officer(slot.day.site.agency), slot, **said))

        assert "giải phóng số định danh" in page

    def test_registers_for_a_site_where_the_officer_works_at_single_ones(self, officer):
        """Or the registration would be out of their sight at once."""
        site = SiteFactory(agency__office_assigns=True)
        desk = officer(site.agency)
        PostingSite.objects.create(posting=desk.officer.postings.get(), site=site)
        wish = {"agency": site.agency.slug, "site": "", "half": "ANY"}
        days = {"from_date": "2026-11-23", "to_date": "2026-11-24"}
        body = self.said(SlotFactory()) | wish | days

        page = text(desk.post(at("registration_assist"), body))
        assert "Nơi nào cũng được" not in page
        assert not Registration.objects.exists()
        desk.post(at("registration_assist"), body | {"site": str(site.public_id)})
        assert Registration.objects.get().site == site

    def test_registers_where_the_office_assigns(self, officer):
        site = SiteFactory(agency__office_assigns=True)
        SiteWardFactory(site=site)
        wish = {"agency": site.agency.slug, "site": "", "half": "ANY", "ward": "2021:20353"}
        days = {"from_date": "2026-11-23", "to_date": "2026-11-24"}
        body = self.said(SlotFactory()) | wish | days

        page = text(officer(site.agency).post(at("registration_assist"), body, follow=True))

        made = Registration.objects.get()
        assert (made.from_date, made.booking.assisted_by.username) == (
            MONDAY,
            made.booking.assisted_by.username,
        )
        assert "đăng ký hộ tại quầy" in page


class TestChangingOne:
    @pytest.fixture
    def appointment(self):
        return book_one(SlotFactory())

    def test_cancel_tells_why(self, officer, appointment):
        desk = officer(appointment.day.site.agency)

        desk.post(at("appointment_cancel", appointment.pk), {"reason": "công dân báo bận"})

        appointment.refresh_from_db()
        assert appointment.status == Appointment.Status.CANCELLED
        assert Message.objects.get(kind=Kind.CANCELLED).context["reason"] == "công dân báo bận"
        assert LogEntry.objects.get().change_message == "hủy lịch: công dân báo bận"

    def test_history_keeps_no_number_that_stood_in_a_reason(self, officer, appointment):
        desk = officer(appointment.day.site.agency)

        desk.post(at("appointment_cancel", appointment.pk), {"reason": f"CCCD {NUMBER}, gọi 0905 123 456"})

        assert LogEntry.objects.get().change_message == "hủy lịch: CCCD ***123, gọi ***456"

    def test_move_takes_another_slot(self, officer, appointment):
        later = following(appointment.slot)
        desk = officer(appointment.day.site.agency)

        assert "08:30" in text(desk.get(at("appointment_move", appointment.pk)))
        desk.post(at("appointment_move", appointment.pk), {"slot": str(later.public_id)})

        appointment.refresh_from_db()
        assert appointment.slot == later

    def test_move_is_not_bound_by_the_citizens_limits(self, officer, appointment):
        agency = appointment.day.site.agency
        Agency.objects.filter(pk=agency.pk).update(changes_allowed=0, window_days=1)
        later = later_day(appointment.slot, days=20)
        desk = officer(agency)

        assert "08:00" in text(desk.get(at("appointment_move", appointment.pk, ngay=later.day.date)))
        desk.post(at("appointment_move", appointment.pk), {"slot": str(later.public_id)})

        appointment.refresh_from_db()
        assert appointment.slot == later

    @pytest.mark.parametrize("page", ["cancel", "move", "release_person", "change"])
    def test_pages_that_name_the_person_are_on_record(self, officer, appointment, page):
        desk = officer(appointment.day.site.agency)

        desk.get(at(f"appointment_{page}", appointment.pk))

        assert AuditEntry.objects.about(appointment.code).filter(deed=Deed.VIEWED).exists()

    def test_page_is_on_record_however_it_is_asked_for(self, client, appointment):
        """The browser's other ways of asking show the page as well."""
        client.force_login(OfficerFactory(admin=True))

        answer = client.put(at("appointment_change", appointment.pk))

        shown = appointment.person.full_name in answer.content.decode()
        assert AuditEntry.objects.about(appointment.code).exists() or not shown

    def test_page_names_the_family_in_the_log(self, officer):
        slot = SlotFactory()
        first, second = book(slot, *family(2))

        officer(slot.day.site.agency).get(at("appointment_change", first.pk))

        assert AuditEntry.objects.about(second.code).filter(deed=Deed.VIEWED).exists()

    def test_nothing_is_done_that_cannot_be_put_on_record(self, officer, appointment):
        desk = officer(appointment.day.site.agency)
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE accounts_auditentry ADD CONSTRAINT no_more_deeds CHECK (deed <> 'DID')"
            )

        with pytest.raises(IntegrityError):
            desk.post(at("appointment_cancel", appointment.pk), {"reason": "công dân báo bận"})

        appointment.refresh_from_db()
        assert appointment.is_live

    def test_move_goes_to_no_slot_of_another_agency(self, officer, appointment):
        desk = officer(appointment.day.site.agency)

        answer = desk.post(at("appointment_move", appointment.pk), {"slot": str(SlotFactory().public_id)})

        assert answer.status_code == 404

    def test_ticket_is_a_pdf(self, officer, appointment):
        desk = officer(appointment.day.site.agency)

        for name in ("ticket", "ticket_roll"):
            assert desk.get(at(f"appointment_{name}", appointment.pk)).content.startswith(b"%PDF")

    def test_shows_its_messages_and_sends_one_again(self, officer, appointment):
        message = Message.objects.get(kind=Kind.BOOKED)
        Message.objects.filter(pk=message.pk).update(state=State.FAILED, last_error="no_channel")
        desk = officer(appointment.day.site.agency)

        page = text(desk.get(at("appointment_change", appointment.pk)))
        desk.post(at("appointment_resend", appointment.pk), {"message": str(message.public_id)})

        assert "không có đường gửi" in page
        message.refresh_from_db()
        assert message.state == State.OWED

    def test_sends_no_message_of_another_appointment(self, officer, appointment):
        other = book_one(SlotFactory())
        message = Message.objects.get(about=other.code, kind=Kind.BOOKED)
        Message.objects.filter(pk=message.pk).update(state=State.FAILED)
        desk = officer(appointment.day.site.agency)

        desk.post(at("appointment_resend", appointment.pk), {"message": str(message.public_id)})

        message.refresh_from_db()
        assert message.state == State.FAILED

    def test_registration_is_withdrawn_and_told_why(self, officer):
        slot = SlotFactory(office_assigns=True)
        registration = register(slot)
        desk = officer(registration.agency)

        desk.post(at("registration_withdraw", registration.pk), {"reason": "đăng ký nhầm nơi"})

        registration.refresh_from_db()
        assert registration.status == Registration.Status.WITHDRAWN
        assert "đăng ký nhầm nơi" in Message.objects.get(kind=Kind.LEFT_OVER).context["fact"]

    def test_says_how_a_place_came_about(self, officer):
        registration = RegistrationFactory(times_left_over=2, site=None)
        desk = officer(registration.agency)

        page = text(desk.get(at("registration_change", registration.pk)))

        assert "23/11/2026 đến 23/11/2026" in page


class TestSearch:
    """What is typed is posted, and no whole number stands in an address."""

    @pytest.fixture
    def found(self, officer):
        appointment = book_one(SlotFactory(), person(personal_id=NUMBER), phone="+84905123456")
        book(appointment.slot, person("Người Khác"), phone="+84905999888")
        agency = appointment.day.site.agency

        def search(typed):
            desk = officer(agency)
            answer = desk.post(at("appointment_changelist"), {"typed": typed})
            where = answer["Location"]
            rows = desk.get(at("appointment_changelist") + where).context["cl"].queryset
            return where, list(rows)

        return appointment, search

    @pytest.mark.parametrize("typed", [NUMBER, "049 085 000 123", "0905 123 456", "A001", "a1", "1"])
    def test_finds_one_by_what_is_at_hand(self, found, typed):
        appointment, search = found

        where, rows = search(typed)

        assert rows == [appointment]
        assert NUMBER not in where
        assert "905123456" not in where

    @pytest.mark.parametrize("typed", ["04908500012", "09051234", "Trần Văn An"])
    def test_says_nothing_again_that_is_no_code(self, found, typed):
        """A number with a slip in it is still nearly somebody's number."""
        _, search = found

        assert search(typed) == ("?q=%3F", [])

    def test_finds_one_by_its_code(self, found):
        appointment, search = found

        assert search(appointment.code.lower())[1] == [appointment]

    def test_finds_nobody_by_what_nobody_has(self, found):
        assert found[1]("B001")[1] == []

    def test_finds_by_number_only_what_is_to_come(self, found):
        _, search = found

        with time_machine.travel(EIGHT + timedelta(hours=2), tick=False):
            assert len(search("A001")[1]) == 1
        with time_machine.travel(EIGHT + timedelta(days=1), tick=False):
            assert search("A001")[1] == []

    def test_finds_registrations_as_well(self, officer):
        registration = register(SlotFactory(office_assigns=True), person(personal_id=NUMBER))
        desk = officer(registration.agency)

        answer = desk.post(at("registration_changelist"), {"typed": NUMBER}, follow=True)

        assert list(answer.context["cl"].queryset) == [registration]
