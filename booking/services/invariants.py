"""What must hold at any moment, asked of the database as it stands. Nothing is mended here."""

from collections.abc import Callable, Mapping

from django.db.models import Count, F, Max, Q, QuerySet

from booking.models import LIVE, Appointment, Person, Registration, ServiceDay, Slot


def _slots_off_count() -> QuerySet[Slot]:
    held = Count("appointments", filter=~Q(appointments__status=Appointment.Status.CANCELLED))
    return Slot.objects.annotate(held=held).exclude(taken=F("held"))


def _slots_over_capacity() -> QuerySet[Slot]:
    return Slot.objects.filter(taken__gt=F("capacity"))


def _live_without_place() -> QuerySet[Person]:
    placed = Q(appointment__status__in=LIVE)
    waiting = Q(booking__registration__status__in=("WAITING", "OFFERED"))
    return Person.objects.filter(is_live=True).exclude(placed | waiting)


def _place_without_claim() -> QuerySet[Appointment]:
    return Appointment.objects.live().filter(person__is_live=False)


def _wish_without_claim() -> QuerySet[Registration]:
    return Registration.objects.waiting().filter(booking__people__is_live=False)


def _numbers_beyond_counter() -> QuerySet[ServiceDay]:
    return ServiceDay.objects.annotate(highest=Max("appointments__number")).filter(
        highest__gt=F("last_number")
    )


def _slots_of_other_days() -> QuerySet[Appointment]:
    return Appointment.objects.exclude(day=F("slot__day"))


INVARIANTS: Mapping[str, Callable[[], QuerySet]] = {
    "slots whose count of places is not the number of their appointments": _slots_off_count,
    "slots with more taken than capacity": _slots_over_capacity,
    "people who are live without a place or a wish": _live_without_place,
    "live appointments whose person holds no claim": _place_without_claim,
    "waiting registrations whose people hold no claim": _wish_without_claim,
    "days with a number beyond their counter": _numbers_beyond_counter,
    "appointments whose slot is another day's": _slots_of_other_days,
}


def broken_invariants() -> dict[str, int]:
    """Give each invariant that does not hold, with how many rows break it; nothing if all is well."""
    counts = {name: rows().count() for name, rows in INVARIANTS.items()}
    return {name: count for name, count in counts.items() if count}
