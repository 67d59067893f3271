"""Two officers at one counter: a card is told and a fee collected once, whoever sends at the same moment."""

import threading
from datetime import date

import pytest

from accounts.tests.factories import OfficerFactory
from core.errors import NotAllowedNow
from core.testing import run_together
from dossiers.models import Apology, Card, DossierEvent, Payment
from dossiers.services import afterwards, fees, moving
from dossiers.services.loading import load_procedures
from dossiers.states import Status
from dossiers.tests.counter import card, cards, overdue
from dossiers.tests.declared import NOW
from notifications.kinds import Kind
from notifications.models import Message

pytestmark = pytest.mark.django_db(transaction=True)
FRIDAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _law(db) -> None:
    load_procedures(now=NOW)


@pytest.fixture
def _looks_without_holding(monkeypatch) -> None:
    """What somebody would write who does not think of rivals: both look before either writes."""
    both_looked = threading.Barrier(2)

    def look(rows) -> list:
        found = list(rows.for_display().order_by("pk"))
        both_looked.wait(30)
        return found

    monkeypatch.setattr(moving, "hold", look)
    monkeypatch.setattr(afterwards, "hold", look)


def mark(rows: list[Card]) -> list[list]:
    officers = [OfficerFactory(), OfficerFactory()]
    chosen = [row.pk for row in rows]
    return run_together(
        [
            lambda officer=officer: afterwards.mark_ready(dossiers=chosen, officer=officer, now=NOW)
            for officer in officers
        ]
    )


@pytest.mark.usefixtures("_looks_without_holding")
def test_without_the_lock_a_card_comes_twice():
    """Keeps the test below honest."""
    mark(cards(3))

    assert DossierEvent.objects.filter(to_status=Status.READY).count() == 6


def test_a_list_sent_by_two_at_once_is_told_once():
    rows = cards(3)

    outcomes = mark(rows)

    assert sorted(len(outcome) for outcome in outcomes) == [0, 3]
    assert DossierEvent.objects.filter(to_status=Status.READY).count() == 3
    assert Message.objects.filter(kind=Kind.CARD_READY).count() == 3


def apologise(row: Card) -> list:
    said = {"cards": Card.objects.all(), "promised": {row.pk: FRIDAY}, "return_on": date(2026, 11, 30)}
    officers = [OfficerFactory(), OfficerFactory()]
    return run_together(
        [
            lambda officer=officer: afterwards.apologise(**said, officer=officer, now=NOW)
            for officer in officers
        ]
    )


@pytest.mark.usefixtures("_looks_without_holding")
def test_without_the_lock_only_the_database_stops_a_second_apology():
    """Keeps the test below honest."""
    outcomes = apologise(overdue(FRIDAY))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IntegrityError", "list"]


def test_an_apology_sent_by_two_at_once_is_said_once():
    outcomes = apologise(overdue(FRIDAY))

    assert sorted(len(outcome) for outcome in outcomes) == [0, 1]
    assert (Apology.objects.count(), Message.objects.count()) == (1, 1)


def collect(row: Card) -> list:
    officers = [OfficerFactory(), OfficerFactory()]
    return run_together(
        [
            lambda officer=officer, receipt=str(number): fees.collect(
                public_id=row.public_id, amount=35_000, receipt=receipt, officer=officer, now=NOW
            )
            for number, officer in enumerate(officers, start=1)
        ]
    )


def test_without_the_lock_only_the_database_stops_a_second_fee(monkeypatch):
    """Keeps the test below honest: the constraint is there for it."""
    both_looked = threading.Barrier(2)
    create = Payment.objects.create

    def meet_and_create(**said) -> Payment:
        both_looked.wait(30)
        return create(**said)

    monkeypatch.setattr(Payment.objects, "create", meet_and_create)
    monkeypatch.setattr(fees, "locked", lambda public_id, **_: Card.objects.get(public_id=public_id))

    outcomes = collect(card(Status.TAKEN_IN, fee=35_000))

    assert {type(outcome) for outcome in outcomes} == {Payment, NotAllowedNow}


def test_a_fee_is_collected_once():
    outcomes = collect(card(Status.TAKEN_IN, fee=35_000))

    assert {type(outcome) for outcome in outcomes} == {Payment, NotAllowedNow}
    assert Payment.objects.count() == 1
