"""What became of what a citizen asked for."""

from collections.abc import Callable

import pytest

from booking.models import Booking, Person, Registration, Slot
from booking.services.invariants import broken_invariants
from booking.tests.factories import NOW
from core.errors import DomainError, Invalid
from notifications.models import Message


def refusal_of(
    kind: type[DomainError], ask: Callable[..., object], *args: object, **said: object
) -> DomainError:
    """Ask and be refused; nothing is left behind."""
    before = _rows()
    with pytest.raises(kind) as refusal:
        ask(*args, **said)
    assert _rows() == before
    assert broken_invariants(now=NOW) == {}
    return refusal.value


def _rows() -> list[int]:
    return [model.objects.count() for model in (Booking, Person, Registration, Message)]


def faults_of(refusal: DomainError) -> list[tuple[str, str]]:
    """Each wrong field of a refusal with the code of what is wrong."""
    assert isinstance(refusal, Invalid)
    return [(fault.field, fault.code) for fault in refusal.errors]


def slots_of(registration: Registration) -> list[Slot]:
    """Where each of the family goes, in their order."""
    people = registration.booking.people.select_related("appointment__slot").order_by("position")
    return [person.appointment.slot for person in people if hasattr(person, "appointment")]


def status_of(registration: Registration) -> str:
    return Registration.objects.get(pk=registration.pk).status
