"""Two officers at one regulation: the second one hears of the first, and no two versions hold on one day."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError

from core.testing import run_together
from dossiers.errors import AlreadyAVersion
from dossiers.models import Regulation, Version
from dossiers.services import versions
from dossiers.tests.factories import RegulationFactory

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


def add(regulation: Regulation, on: date = date(2098, 1, 1)) -> Version:
    return versions.add_version(regulation=regulation, valid_from=on, basis="Luật thử", now=NOW)


def test_without_the_lock_the_second_one_runs_into_the_constraint(monkeypatch):
    """Keeps the test below honest: both find the day free, and only the database stops one of them."""
    regulation, both_looked = RegulationFactory(), threading.Barrier(2)
    monkeypatch.setattr(versions, "_lock", lambda _: None)
    monkeypatch.setattr(versions, "_content_of", lambda _: {})
    create = Version.objects.create

    def meet_and_create(**said) -> Version:
        both_looked.wait(30)
        return create(**said)

    monkeypatch.setattr(Version.objects, "create", meet_and_create)

    outcomes = run_together([lambda: add(regulation)] * 2)

    assert {type(outcome) for outcome in outcomes} == {Version, IntegrityError}


def test_with_it_the_second_one_hears_of_the_first():
    regulation = RegulationFactory()

    outcomes = run_together([lambda: add(regulation)] * 2)

    assert {type(outcome) for outcome in outcomes} == {Version, AlreadyAVersion}


def test_versions_added_at_the_same_moment_end_each_other():
    regulation = RegulationFactory()
    days = [date(2098, month, 1) for month in (1, 3, 5, 7)]

    run_together([lambda on=on: add(regulation, on) for on in days])

    assert list(regulation.versions.order_by("valid_from").values_list("valid_from", flat=True)) == days
    assert not versions.versions_with_a_gap().exists()
