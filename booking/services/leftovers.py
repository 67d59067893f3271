"""Registrations that found no place: carried over, told, and one day at an end."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F

from agencies.models import Agency
from booking import reminders
from booking.models import Person, Registration, ServiceDay
from booking.services import people as who
from core.time import local_date

Family = tuple[Registration, list[Person]]


def leave_over(
    families: Sequence[Family], *, agency: Agency, day: date, is_open: bool, now: datetime
) -> None:
    """Note, in a few statements however many there are, that locked registrations found no place on `day`.

    Each is told once a day, and comes first on the next; but only if it stood in line when numbers were
    released, so that a late one does not pass those before it. On a day when nobody works nothing is said.
    After the last day of its range a registration ends, as soon as no earlier day can bring a place any more.
    """
    new = [family for family in families if _is_untried(family[0], day=day, now=now)]
    over = [registration for registration, _ in new if _is_over(registration, day=day, now=now)]
    Registration.objects.filter(pk__in=[registration.pk for registration, _ in new]).update(left_over_on=day)
    _end(over)
    if not is_open:
        reminders.tell_ended(over, now=now)
        return
    in_line = [registration.pk for registration, _ in new if _stood_in_line(registration, day=day)]
    Registration.objects.filter(pk__in=in_line).update(times_left_over=F("times_left_over") + 1)
    next_day = _next_open_day(agency, after=day)
    reminders.tell_left_over([row for row, _ in new], day=day, next_day=next_day, now=now)


def _is_untried(registration: Registration, *, day: date, now: datetime) -> bool:
    """Whether `day` is news to a registration. A far day, run by hand, says nothing about nearer ones."""
    last, tomorrow = registration.left_over_on, local_date(now) + timedelta(days=1)
    return last is None or last < day or last > max(day, tomorrow)


def _stood_in_line(registration: Registration, *, day: date) -> bool:
    return registration.booking.booked_at <= reminders.number_told_at(registration.agency, day)


def _is_over(registration: Registration, *, day: date, now: datetime) -> bool:
    tomorrow = local_date(now) + timedelta(days=1)
    return registration.to_date <= day and day <= tomorrow


def _next_open_day(agency: Agency, *, after: date) -> date | None:
    days = ServiceDay.objects.filter(site__agency=agency, site__is_active=True, is_open=True, date__gt=after)
    return days.order_by("date").values_list("date", flat=True).first()


def _end(registrations: Sequence[Registration]) -> None:
    for registration in registrations:
        registration.status = Registration.Status.EXPIRED
    keys = [registration.pk for registration in registrations]
    Registration.objects.filter(pk__in=keys).update(status=Registration.Status.EXPIRED)
    who.let_go(Person.objects.filter(booking__registration__in=keys))


@transaction.atomic
def end_missed(*, agency: Agency, now: datetime) -> int:
    """End registrations whose last day went by, and tell their people; gives how many."""
    missed = Registration.objects.waiting().filter(agency=agency, to_date__lt=local_date(now))
    held = missed.select_for_update(of=("self",), no_key=True).select_related("agency", "booking__citizen")
    registrations = list(held.order_by("pk"))
    _end(registrations)
    reminders.tell_ended(registrations, now=now)
    return len(registrations)
