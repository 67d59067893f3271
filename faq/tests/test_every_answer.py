"""Every answer, at every kind of office, on days of three laws: no hole, no rule of another day, nothing of
another office.
"""

import re
from collections.abc import Iterator
from datetime import date, time

import pytest

from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from booking.models import Site
from booking.tests.factories import NOW, OpeningRuleFactory, SiteFactory
from faq.services.loading import load_faq
from faq.services.reading import Book, Said
from faq.tests.measuring import shipped_questions

pytestmark = pytest.mark.django_db
DAYS = (date(2021, 4, 20), date(2024, 9, 1), date(2026, 11, 23))
# Each with hours, address and hotline that no other has; the last one has nothing.
OFFICES = (
    ("Công an quận Mai", "55 Phố Mai", "02838100011", time(7, 11)),
    ("Công an phường Lan", "66 Phố Lan", "02838100022", time(8, 22)),
    ("Công an tỉnh Trúc", "", "", None),
)
OWN = [("55 Phố Mai", "028 3810 0011", "07:11"), ("66 Phố Lan", "028 3810 0022", "08:22"), ()]


@pytest.fixture(scope="module")
def said(django_db_setup, django_db_blocker) -> Iterator[dict[tuple[int, date], list[Said]]]:
    """What each office says on each day, read once for all tests below; the database is left as it was."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        load_faq(now=NOW)
        offices = [_office(*facts) for facts in OFFICES]
        yield {
            (place, day): Book(_on(office, day), now=NOW).all()
            for place, office in enumerate(offices)
            for day in DAYS
        }
        transaction.set_rollback(True)


def _office(name: str, address: str, hotline: str, opens: time | None) -> Agency:
    agency = AgencyFactory(name=name, address=address, hotline=hotline)
    if opens:
        site = SiteFactory(agency=agency, name=f"Trụ sở {name}", address=address, kind=Site.Kind.FIXED)
        OpeningRuleFactory(site=site, starts_at=opens, ends_at=time(11, 11))
    return agency


def _on(agency: Agency, day: date) -> Agency:
    agency.law_date = day
    agency.save(update_fields=["law_date"])
    return agency


def test_no_place_is_left_open(said):
    shown = [one.says for answers in said.values() for one in answers]

    assert len(shown) > 700
    assert not [text for text in shown if re.search(r"\{\{|\}\}|None|: *[.;]", text)]


def test_every_question_with_an_answer_of_that_day_is_answered(said):
    for (place, day), answers in said.items():
        wanted = {
            question.key
            for question in shipped_questions()
            if any(a.valid_from <= day <= (a.valid_to or date.max) for a in question.answers)
        }
        left_out = wanted - {one.key for one in answers}
        # An office that has nothing to say of itself cannot say when it works.
        assert left_out <= ({"gio_lam_viec"} if place == 2 else set()), (place, day)


def test_every_answer_is_that_of_the_day(said):
    by_key = {question.key: question.answers for question in shipped_questions()}
    for (_, day), answers in said.items():
        for one in answers:
            right = next(a for a in by_key[one.key] if a.valid_from <= day <= (a.valid_to or date.max))
            assert one.basis == right.basis, (one.key, day)


def test_nothing_is_said_of_another_office(said):
    for (place, _), answers in said.items():
        others = [word for other, words in enumerate(OWN) if other != place for word in words]
        texts = " ".join(one.says for one in answers)
        assert not [word for word in others if word in texts]
        assert [word for word in OWN[place] if word not in texts] == []


def test_what_holds_today_does_not_hold_in_2021(said):
    """A control: the days do differ."""
    then = {one.key: one.says for one in said[0, DAYS[0]]}
    now = {one.key: one.says for one in said[0, DAYS[2]]}

    assert len([key for key in then if then[key] != now.get(key)]) > 20
