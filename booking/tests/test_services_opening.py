"""An agency opens when everything it needs is there, and says what is not."""

from datetime import time, timedelta

import pytest

from accounts.models import Officer
from accounts.roles import Role
from accounts.tests.factories import CitizenFactory, OfficerFactory
from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from booking.errors import NotReady, StillExpected
from booking.models import OpeningRule, ServiceDay, Slot
from booking.services.opening import (
    checklist,
    close_agency,
    fill_calendar,
    missing_of,
    open_agency,
    send_test_message,
)
from booking.tests.factories import (
    EIGHT,
    NOW,
    OpeningRuleFactory,
    SiteFactory,
    SlotFactory,
    book,
    register,
)
from core.errors import Invalid
from notifications.errors import MessagePending
from notifications.models import Message, State
from notifications.services import Kind, set_text
from zalo.models import OaToken
from zalo.services import seed_tokens

pytestmark = pytest.mark.django_db
PHONE = "+84905123456"


def grant(agency: Agency) -> OaToken:
    said = {"access_token": "a", "refresh_token": "r", "expires_in": 90_000}
    return seed_tokens(oa_id=agency.oa_id, now=NOW, **said)


def arrived(agency: Agency, **said: object) -> Message:
    """A message of trial that reached a phone."""
    send_test_message(agency=agency, phone=PHONE, now=NOW)
    message = Message.objects.latest("pk")
    facts = {"state": State.DELIVERED, "sent_at": NOW, "delivered_at": NOW, "oa_id": agency.oa_id, **said}
    Message.objects.filter(pk=message.pk).update(**facts)
    return message


@pytest.fixture
def owner(db):
    return CitizenFactory(phone=PHONE)


@pytest.fixture
def ready(owner):
    """An agency that has everything and is not open yet."""
    agency = AgencyFactory(unit_code="G01.863.205", is_active=False)
    grant(agency)
    for kind in (Kind.REMINDER, Kind.BOOKED, Kind.CHANGED, Kind.CANCELLED):
        set_text(agency=agency, kind=kind, template_id=f"bt-{kind.wire}")
    OpeningRuleFactory(site__agency=agency)
    OfficerFactory(agency=agency, roles=[Role.HEAD, Role.RECEPTIONIST])
    arrived(agency)
    return agency


def line(agency: Agency, key: str, now=NOW):
    return next(line for line in checklist(agency=agency, now=now) if line.key == key)


class TestChecklist:
    def test_of_a_ready_agency_misses_nothing(self, ready):
        assert missing_of(checklist(agency=ready, now=NOW)) == []

    def test_of_a_new_agency_names_everything(self):
        agency = AgencyFactory(oa_id="", hotline="", is_active=False)

        missing = {line.key for line in missing_of(checklist(agency=agency, now=NOW))}

        assert missing == {
            "unit_code",
            "hotline",
            "oa",
            "reminder_template",
            "sites",
            "hours",
            "officers",
            "trial",
        }

    def test_costs_the_same_however_many_days_and_officers(self, ready, django_assert_max_num_queries):
        OfficerFactory.create_batch(5, agency=ready)
        open_agency(agency=ready, now=NOW)
        fill_calendar(agency=ready, now=NOW)
        ready.refresh_from_db()

        with django_assert_max_num_queries(16):
            checklist(agency=ready, now=NOW)

    def test_reads_the_state_of_the_grant(self, ready):
        OaToken.objects.update(state=OaToken.State.NEEDS_CONSENT, last_error="NeedsConsent -14014")

        assert not line(ready, "oa").is_done
        assert "cấp quyền lại" in line(ready, "oa").says

    def test_asks_for_the_templates_of_the_agencys_way(self, ready):
        assert line(ready, "other_templates").is_done

        ready.allocation = Agency.Allocation.OFFICE_ASSIGNS

        assert line(ready, "other_templates").says == "Chưa có mã mẫu: đã đăng ký, chưa xếp được."
        assert not line(ready, "other_templates").is_required

    def test_counts_only_sites_that_are_active(self, ready):
        ready.sites.update(is_active=False)

        assert {line.key for line in missing_of(checklist(agency=ready, now=NOW))} == {"sites", "hours"}

    @pytest.mark.parametrize("code", ["123", "g01.863.205", "G01-863"])
    def test_knows_a_unit_code(self, ready, code):
        ready.unit_code = code

        assert not line(ready, "unit_code").is_done


class TestHours:
    def test_say_until_when_the_calendar_reaches(self, ready):
        says = line(ready, "hours").says

        assert says == "4 ngày mở, 160 chỗ; còn lịch 24 ngày, đến hết thứ Hai, 14/12/2026."

    def test_warn_of_a_calendar_that_ends_soon(self, ready):
        OpeningRule.objects.update(valid_to=(NOW + timedelta(days=4)).date())

        assert "Sắp hết" in line(ready, "hours").says

    def test_that_have_run_out_are_missing(self, ready):
        OpeningRule.objects.update(valid_to=NOW.date())

        assert not line(ready, "hours").is_done

    def test_count_days_set_by_hand_and_not_closed_ones(self, ready):
        OpeningRule.objects.all().delete()
        site = ready.sites.get()
        SlotFactory(day__site=site, capacity=7)
        SlotFactory(day__site=site, day__date=EIGHT.date() + timedelta(days=1), day__closed=True)

        assert "1 ngày mở, 7 chỗ" in line(ready, "hours").says

    def test_do_not_plan_where_a_day_was_closed_by_hand(self, ready):
        rule = OpeningRule.objects.get()
        for week in range(5):
            on = EIGHT.date() + timedelta(weeks=week)
            ServiceDay.objects.create(site=rule.site, date=on, is_open=False, is_manual=True)

        assert not line(ready, "hours").is_done


class TestOfficers:
    def test_must_be_a_head_and_a_receptionist(self, ready):
        Officer.objects.get().groups.clear()
        OfficerFactory(agency=ready, roles=[Role.RECEPTIONIST])

        assert line(ready, "officers").says == "2 cán bộ đang làm việc. Còn thiếu vai trò: Thủ trưởng."

    def test_may_be_two_people(self, ready):
        Officer.objects.get().delete()
        OfficerFactory(agency=ready, roles=[Role.RECEPTIONIST])
        OfficerFactory(agency=ready, roles=[Role.HEAD])

        assert line(ready, "officers").is_done

    @pytest.mark.parametrize("gone", [{"is_active": False}, {"is_staff": False}])
    def test_who_left_do_not_count(self, ready, gone):
        Officer.objects.update(**gone)

        assert not line(ready, "officers").is_done

    def test_of_other_agencies_do_not_count(self, ready):
        Officer.objects.get().postings.update(agency=AgencyFactory())

        assert not line(ready, "officers").is_done


class TestTrialLine:
    def test_is_done_when_one_arrived_whatever_came_after(self, ready):
        send_test_message(agency=ready, phone=PHONE, now=NOW + timedelta(minutes=1))

        assert line(ready, "trial").is_done

    def test_is_undone_by_another_official_account(self, ready):
        ready.oa_id = "1"

        assert not line(ready, "trial").is_done

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"state": State.SENT, "delivered_at": None}, "đang chờ Zalo báo"),
            (
                {"state": State.FAILED, "sent_at": None, "delivered_at": None, "last_error": "no_channel"},
                "không gửi được (no_channel)",
            ),
        ],
    )
    def test_says_what_became_of_the_last_one(self, owner, facts, words):
        agency = AgencyFactory()
        arrived(agency, **facts)

        assert not line(agency, "trial").is_done
        assert words in line(agency, "trial").says


class TestOpenAgency:
    def test_lets_citizens_in_and_makes_the_slots(self, ready):
        assert open_agency(agency=ready, now=NOW).is_active
        fill_calendar(agency=ready, now=NOW)

        assert Slot.objects.bookable(now=NOW).filter(day__site__agency=ready).exists()
        assert line(Agency.objects.get(pk=ready.pk), "open").is_done

    def test_names_what_is_missing_and_stays_shut(self, ready):
        Agency.objects.filter(pk=ready.pk).update(hotline="")

        with pytest.raises(NotReady, match="Còn thiếu: đường dây nóng"):
            open_agency(agency=ready, now=NOW)

        assert not Agency.objects.get(pk=ready.pk).is_active
        assert not Slot.objects.exists()

    def test_is_not_kept_back_by_advice(self, ready):
        ready.message_texts.exclude(kind=Kind.REMINDER).delete()

        assert open_agency(agency=ready, now=NOW).is_active


class TestCloseAgency:
    def test_lets_nobody_in_any_more(self, ready):
        open_agency(agency=ready, now=NOW)
        fill_calendar(agency=ready, now=NOW)

        close_agency(agency=ready, now=NOW)

        assert not Slot.objects.bookable(now=NOW).filter(day__site__agency=ready).exists()

    def test_waits_for_those_who_hold_a_place(self):
        slot = SlotFactory()
        book(slot)

        with pytest.raises(StillExpected, match="1 lịch hẹn và 0 đăng ký"):
            close_agency(agency=slot.day.site.agency, now=NOW)
        assert Agency.objects.get().is_active

    def test_waits_for_those_who_wait(self):
        site = SiteFactory(agency__office_assigns=True)
        register(site)

        with pytest.raises(StillExpected, match="0 lịch hẹn và 1 đăng ký"):
            close_agency(agency=site.agency, now=NOW)

    def test_does_not_wait_for_the_past(self):
        slot = SlotFactory()
        book(slot)

        assert not close_agency(agency=slot.day.site.agency, now=EIGHT + timedelta(days=1)).is_active

    def test_can_be_undone(self, ready):
        open_agency(agency=ready, now=NOW)
        close_agency(agency=ready, now=NOW)

        assert open_agency(agency=ready, now=NOW).is_active


class TestSendTestMessage:
    def test_owes_a_reminder_of_nothing(self, owner):
        site = SiteFactory()

        send_test_message(agency=site.agency, phone="0905 123 456", now=NOW)

        message = Message.objects.get()
        assert (message.recipient, message.kind, message.agency) == (owner, Kind.REMINDER, site.agency)
        assert (message.context["number"], message.context["site"]) == ("A000", site.name)
        assert message.due_at == NOW

    @pytest.mark.parametrize("phone", ["", "113", "02353851234"])
    def test_wants_a_mobile_phone(self, owner, phone):
        with pytest.raises(Invalid):
            send_test_message(agency=AgencyFactory(), phone=phone, now=NOW)

    def test_goes_to_nobody_who_did_not_show_that_the_phone_is_theirs(self, owner):
        with pytest.raises(Invalid) as refused:
            send_test_message(agency=AgencyFactory(), phone="0905999999", now=NOW)

        assert "đăng nhập một lần" in refused.value.errors[0].message
        assert not Message.objects.exists()

    def test_waits_until_the_last_one_has_left(self, owner):
        agency = AgencyFactory()
        send_test_message(agency=agency, phone=PHONE, now=NOW)

        with pytest.raises(MessagePending):
            send_test_message(agency=agency, phone=PHONE, now=NOW + timedelta(minutes=1))
        assert Message.objects.count() == 1


def test_hours_of_a_whole_week_are_counted_once_per_day(ready):
    rule = OpeningRule.objects.get()
    afternoon = {"starts_at": time(13, 30), "ends_at": time(15, 30), "capacity": 5}
    OpeningRuleFactory(site=rule.site, **afternoon)

    assert line(ready, "hours").says.startswith("4 ngày mở, 240 chỗ")
