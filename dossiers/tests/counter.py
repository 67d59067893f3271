"""Approved dossiers on their way through the counter, for tests."""

import itertools
from datetime import date
from typing import Any

from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from dossiers.models import Card
from dossiers.states import Status
from dossiers.tests.declared import standing

_keys = map("person {}".format, itertools.count())


def card(status: Status = Status.ACCEPTED, *, agency: Agency | None = None, **columns: Any) -> Card:
    """A dossier in that status, of somebody else each time."""
    said = {"agency": agency or AgencyFactory(), "person_key": next(_keys)}
    return Card.objects.get(pk=standing(status, **said | columns).pk)


def cards(count: int, status: Status = Status.TAKEN_IN, **columns: Any) -> list[Card]:
    """Several of one office."""
    agency = AgencyFactory()
    return [card(status, agency=agency, **columns) for _ in range(count)]


def overdue(promised: date, **columns: Any) -> Card:
    return card(Status.TAKEN_IN, return_on=promised, **columns)
