"""What citizens see of holidays and sessions, and the one question that some sessions need."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.notice import CURRENT_NOTICE
from accounts.tests.factories import CitizenFactory
from agencies.tests.factories import CalendarDayFactory
from agencies.tests.few_units import load_few_units
from booking.models import Appointment, Draft
from booking.services import drafts
from booking.services.calendar import open_calendar
from booking.services.drafts import contents_of
from booking.tests.factories import (
    AN_MY,
    HOA_HUONG,
    MONDAY,
    NOW,
    OpeningRuleFactory,
    SiteFactory,
    evening,
    first_slot,
    person,
)
from booking.views.drafting import DRAFT_COOKIE

pytestmark = pytest.mark.django_db
BROWSER = "a-browser"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session(tmp_path):
    load_few_units(tmp_path)
    return evening(SiteFactory(), HOA_HUONG, note="Làm thêm buổi tối")


@pytest.fixture
def draft(client, session):
    """Somebody who chose the first hour of the session."""
    client.cookies[DRAFT_COOKIE] = BROWSER
    row = drafts.begin(agency=session.site.agency, intent=Draft.Intent.PICK, browser=BROWSER, now=NOW)
    new = person()
    drafts.put_person(draft=row, position=None, details=new.details, relation=new.relation, now=NOW)
    contents = contents_of(row)
    contents.slot = str(first_slot(session).public_id)
    drafts.save(row, contents, now=NOW)
    return row


def page(client, name, *args, **query):
    return client.get(reverse(name, args=args), query).content.decode()


class TestSitePage:
    def test_says_for_whom_the_hours_of_a_session_are(self, client, session):
        shown = page(client, "site", session.site.public_id, ngay=MONDAY.isoformat())

        assert "18:00–20:00: chỉ nhận người đang ở Phường Hòa Hương" in shown
        assert "T2 23/11: Làm thêm buổi tối" in shown
        assert "<h3>Tối</h3>" in shown

    def test_says_what_is_special_about_an_open_day(self, client):
        rule = OpeningRuleFactory()
        CalendarDayFactory(date=MONDAY, kind="WORKING", note="Có thể nghỉ Tết Nguyên đán", is_expected=True)
        open_calendar(days=7, now=NOW)

        shown = page(client, "site", rule.site.public_id)

        assert "T2 23/11: Có thể nghỉ Tết Nguyên đán (dự kiến)" in shown

    def test_costs_no_statement_more_without_a_session(self, client, django_assert_max_num_queries):
        rule = OpeningRuleFactory()
        open_calendar(days=7, now=NOW)

        with django_assert_max_num_queries(6):
            page(client, "site", rule.site.public_id, ngay=MONDAY.isoformat())


class TestCheckPage:
    def test_asks_for_the_ward_where_the_hour_needs_it(self, client, draft):
        shown = page(client, "draft-check", draft.public_id)

        assert "Phường Hòa Hương (nay là Phường Hương Trà)" in shown

    def test_does_not_ask_elsewhere(self, client, draft):
        contents = contents_of(draft)
        later = evening(SiteFactory(agency=draft.agency), on=MONDAY + timedelta(days=1))
        contents.slot = str(first_slot(later).public_id)
        drafts.save(draft, contents, now=NOW)

        assert "Phường, xã đang ở" not in page(client, "draft-check", draft.public_id)

    @pytest.mark.parametrize(
        ("said", "words"), [("", "Chọn phường, xã"), ("-", "không nhận người ở nơi khác")]
    )
    def test_sends_nobody_on_who_is_not_from_there(self, client, draft, said, words):
        answer = client.post(reverse("draft-check", args=[draft.public_id]), {"ward": said, "notice": "on"})

        assert answer.status_code == 422
        assert words in answer.content.decode()

    def test_books_people_of_the_ward(self, client, draft):
        contents = contents_of(draft)
        contents.ward, contents.accepted_notice, contents.accepted_on_behalf = (
            HOA_HUONG.code,
            CURRENT_NOTICE.version,
            True,
        )
        drafts.save(draft, contents, now=NOW)

        drafts.finish(draft=draft, citizen=CitizenFactory(), now=NOW)

        assert Appointment.objects.get().person.ward == HOA_HUONG.code

    def test_asks_again_when_another_ward_was_said_before(self, client, draft):
        contents = contents_of(draft)
        contents.ward = AN_MY.code
        drafts.save(draft, contents, now=NOW)

        assert "Phường, xã đang ở" in page(client, "draft-check", draft.public_id)
