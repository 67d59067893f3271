"""A day at several sites at a glance: what is booked, what is free, and what is left to do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from booking.models import Appointment, Registration, ServiceDay, Site, Slot
from booking.models.appointments import AppointmentQuerySet
from booking.models.calls import with_word

# From this share of its places on, a slot is about to fill up.
NEARLY_FULL = 0.8
_Status = Appointment.Status


@dataclass
class SiteDay:
    """One site on one day. `unreached` are those who are expected and whom neither a message nor a call told
    the hour; `called` those whom only a call did.
    """

    site: Site
    day: ServiceDay | None = None
    slots: list[Slot] = field(default_factory=list)
    booked: int = 0
    confirmed: int = 0
    expected: int = 0
    reached: int = 0
    called: int = 0
    unnumbered: int = 0

    @property
    def capacity(self) -> int:
        return sum(slot.capacity for slot in self.slots)

    @property
    def is_open(self) -> bool:
        return self.day is not None and self.day.is_open

    @property
    def _bookable(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.is_open] if self.is_open else []

    @property
    def free(self) -> int:
        return sum(slot.places_left for slot in self._bookable)

    @property
    def unreached(self) -> int:
        return self.expected - self.reached - self.called

    @property
    def filling(self) -> list[Slot]:
        """Slots with little room left, by time."""
        nearly = (slot for slot in self._bookable if slot.taken >= NEARLY_FULL * slot.capacity)
        return [slot for slot in nearly if slot.places_left]

    @property
    def full(self) -> int:
        return sum(not slot.places_left for slot in self.slots)


def overview(sites: Iterable[Site], *, on: date) -> list[SiteDay]:
    """The day at each of these sites, in their order. Three statements, however many sites and people."""
    found = {site.pk: SiteDay(site=site) for site in sites}
    for day in ServiceDay.objects.filter(site__in=found, date=on).order_by("pk"):
        found[day.site_id].day = day
    slots = Slot.objects.filter(day__site__in=found, day__date=on).select_related("day")
    for slot in slots.order_by("starts_at", "pk"):
        found[slot.day.site_id].slots.append(slot)
    for row in _counts(Appointment.objects.filter(day__site__in=found, day__date=on)):
        site_day = found[row.pop("day__site")]
        for name, count in row.items():
            setattr(site_day, name, count)
    return list(found.values())


def _counts(held: AppointmentQuerySet) -> Iterable[Any]:
    expected = Q(status__in=(_Status.BOOKED, _Status.CONFIRMED))
    kept = with_word(held).exclude(status=_Status.CANCELLED)
    return (
        kept.values("day__site")
        .annotate(
            booked=Count("pk"),
            confirmed=Count("pk", filter=Q(status=_Status.CONFIRMED)),
            expected=Count("pk", filter=expected),
            reached=Count("pk", filter=expected & Q(is_reached=True)),
            called=Count("pk", filter=expected & Q(is_reached=False, is_called=True)),
            unnumbered=Count("pk", filter=expected & Q(number=None)),
        )
        .order_by("day__site")
    )


def waiting_for(registrations: QuerySet[Registration], *, on: date) -> int:
    """How many people of these registrations wait for a place on that day."""
    waiting = registrations.filter(status=Registration.Status.WAITING, from_date__lte=on, to_date__gte=on)
    return waiting.aggregate(people=Count("booking__people", filter=Q(booking__people__is_live=True)))[
        "people"
    ]
