"""What officers see of bookings, and that they go through the use case."""

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.tests.factories import OfficerFactory, PostingFactory
from booking.models import Appointment, Release
from booking.tests.factories import (
    NOW,
    AppointmentFactory,
    OpeningRuleFactory,
    RegistrationFactory,
    SiteWardFactory,
    SlotFactory,
    book,
    book_one,
    family,
    following,
    person,
    register,
)
from core.officers import Deed

# The theme's own pages ask for variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
APPOINTMENTS = "admin:booking_appointment_changelist"
APPOINTMENT = "admin:booking_appointment_change"
RELEASE = "admin:booking_appointment_release_person"
BY_NUMBER = "admin:booking_appointment_release_number"
PAPERS = {"papers_seen": "CCCD bản chính, chính chủ có mặt"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def admin(client):
    client.force_login(OfficerFactory(admin=True))
    return client


@pytest.fixture
def desk(client):
    """Sign an officer of an agency in: who may look and, by default, release."""

    def desk(agency, *permissions):
        officer = OfficerFactory(agency=agency)
        wanted = permissions or ("view_appointment", "release_appointment")
        officer.user_permissions.set(Permission.objects.filter(codename__in=wanted))
        client.force_login(officer)
        return client

    return desk


class TestAppointments:
    def test_are_listed_with_hour_number_and_name_and_three_digits(self, admin):
        book(SlotFactory(), person("Trần Văn An", personal_id="049085000123"))

        page = admin.get(reverse(APPOINTMENTS)).content.decode()

        for word in ("08:00 23/11/2026", "A001", "Trần Văn An", "*********123"):
            assert word in page
        assert "049085000123" not in page

    def test_open_without_a_field_to_edit(self, admin):
        appointment = book_one(SlotFactory())

        page = admin.get(reverse(APPOINTMENT, args=[appointment.pk])).content.decode()

        assert appointment.code in page
        assert 'name="status"' not in page

    def test_can_neither_be_added_nor_deleted(self, admin):
        appointment = book_one(SlotFactory())

        for action in ("add", "delete"):
            args = [] if action == "add" else [appointment.pk]
            assert admin.post(reverse(f"admin:booking_appointment_{action}", args=args)).status_code == 403

    def test_are_found_by_their_code(self, admin):
        first, second = (book_one(SlotFactory()) for _ in range(2))

        page = admin.get(f"{reverse(APPOINTMENTS)}?q={first.code}").content.decode()

        assert first.code in page
        assert second.code not in page

    def test_of_two_agencies_are_on_record_at_each(self, client):
        """What is one agency's is not read by the auditor of another, whoever looked at both."""
        ours, theirs = (book_one(SlotFactory()) for _ in range(2))
        officer = OfficerFactory(agency=ours.day.site.agency)
        PostingFactory(officer=officer, agency=theirs.day.site.agency)
        officer.user_permissions.set(Permission.objects.filter(codename="view_appointment"))
        client.force_login(officer)

        client.get(reverse(APPOINTMENTS))

        on_record = {tuple(entry.agencies): entry.subjects for entry in AuditEntry.objects.all()}
        assert on_record == {(row.day.site.agency_id,): [row.code] for row in (ours, theirs)}

    def test_cost_the_same_however_many_there_are(self, admin, django_assert_num_queries):
        slot = SlotFactory()
        book(slot)
        admin.get(reverse(APPOINTMENTS))
        with django_assert_num_queries(7):  # two of them for the audit log
            admin.get(reverse(APPOINTMENTS))
        book(slot, *family(5))

        with django_assert_num_queries(7):  # two of them for the audit log
            admin.get(reverse(APPOINTMENTS))


class TestReleasePerson:
    def release(self, officer, appointment, said=PAPERS):
        return officer.post(reverse(RELEASE, args=[appointment.pk]), said, follow=True)

    def test_asks_which_papers_were_seen(self, desk):
        appointment = book_one(SlotFactory(), person("Trần Văn An"))
        officer = desk(appointment.day.site.agency)

        page = officer.get(reverse(RELEASE, args=[appointment.pk])).content.decode()

        assert "Giấy tờ đã xem" in page
        assert Appointment.objects.live().count() == 1

    def test_frees_the_number(self, desk):
        appointment = book_one(SlotFactory())
        officer = desk(appointment.day.site.agency)

        page = self.release(officer, appointment)

        assert "Đã giải phóng" in page.content.decode()
        assert Appointment.objects.live().count() == 0
        assert Release.objects.get().papers_seen == PAPERS["papers_seen"]

    def test_shows_the_refusal_in_words(self, desk):
        appointment = book_one(SlotFactory())
        officer = desk(appointment.day.site.agency)
        self.release(officer, appointment)

        page = self.release(officer, appointment)

        assert "không giữ chỗ nào" in page.content.decode()
        assert Release.objects.count() == 1

    def test_does_nothing_without_a_word_on_the_papers(self, desk):
        appointment = book_one(SlotFactory())

        self.release(desk(appointment.day.site.agency), appointment, {"papers_seen": " "})

        assert Appointment.objects.live().count() == 1

    def test_is_not_for_officers_without_the_right(self, desk):
        appointment = book_one(SlotFactory())
        officer = desk(appointment.day.site.agency, "view_appointment")

        assert self.release(officer, appointment).status_code == 403
        assert Appointment.objects.live().count() == 1

    def test_does_not_know_another_agencys_appointments(self, desk):
        appointment = book_one(SlotFactory())
        officer = desk(SlotFactory().day.site.agency)

        assert self.release(officer, appointment).status_code == 404
        assert Appointment.objects.live().count() == 1

    def test_is_not_for_strangers(self, client):
        appointment = book_one(SlotFactory())

        page = self.release(client, appointment)

        assert page.request["PATH_INFO"] == reverse("admin:login")
        assert Appointment.objects.live().count() == 1


class TestOtherLists:
    LISTS = ("site", "serviceday", "registration", "release")

    @pytest.mark.parametrize("name", LISTS)
    def test_cost_the_same_however_many_rows(self, admin, name, django_assert_max_num_queries):
        site = OpeningRuleFactory().site
        SiteWardFactory(site=site)
        slot = SlotFactory(office_assigns=True)
        following(slot)
        for _ in range(4):
            register(slot, *family(2))
            RegistrationFactory()
            SlotFactory()
            appointment = AppointmentFactory()
            Release.objects.create(
                person=appointment.person, officer=OfficerFactory(), papers_seen="CCCD", released_at=NOW
            )

        with django_assert_max_num_queries(8):
            assert admin.get(reverse(f"admin:booking_{name}_changelist")).status_code == 200


class TestReleaseNumber:
    """The officer has the person and the number, and knows nothing of the stranger's appointment."""

    def test_frees_it_wherever_the_stranger_booked(self, desk):
        book_one(SlotFactory(), person(personal_id="049085000123"))
        officer = desk(SlotFactory().day.site.agency)

        page = officer.post(reverse(BY_NUMBER), {"number": "049085000123", **PAPERS}, follow=True)

        assert "Đã giải phóng" in page.content.decode()
        assert Appointment.objects.live().count() == 0

    def test_is_on_record_with_its_code_where_it_was_held_and_without_it_elsewhere(self, desk):
        held = book_one(SlotFactory(), person(personal_id="049085000123"))
        own = SlotFactory().day.site.agency

        desk(own).post(reverse(BY_NUMBER), {"number": "049085000123", **PAPERS})

        there = AuditEntry.objects.filter(deed=Deed.DID, agencies=[held.day.site.agency_id]).get()
        here = AuditEntry.objects.filter(deed=Deed.DID, agencies=[own.pk]).get()
        assert there.subjects == [held.code]
        assert here.subjects == [str(Release.objects.get())]

    def test_shows_what_is_wrong_beside_the_field(self, desk):
        officer = desk(SlotFactory().day.site.agency)

        page = officer.post(reverse(BY_NUMBER), {"number": "1", **PAPERS})

        assert "Số định danh 12 chữ số" in page.content.decode()

    def test_is_not_for_officers_without_the_right(self, desk):
        officer = desk(SlotFactory().day.site.agency, "view_appointment")

        assert officer.get(reverse(BY_NUMBER)).status_code == 403
