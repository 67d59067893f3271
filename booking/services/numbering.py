"""Queue numbers in the evening, and the reminders that carry them."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from agencies.models import Agency
from booking import reminders
from booking.errors import NothingToAllocate
from booking.models import Appointment, ServiceDay
from core.time import local_date

# Families stay side by side, in the order in which they were written down.
CALLING_ORDER = (
    "slot__starts_at",
    "-person__booking__priority",
    "person__booking__booked_at",
    "person__booking",
    "person__position",
)


def release_numbers(*, agency: Agency, day: date, now: datetime) -> int:
    """Number the live appointments of `day` that have none, in the order of slot, priority and time of
    booking, and owe their reminders. Bookings made later get the next number at once. Gives how many were
    numbered.

    :raises NothingToAllocate: the day is over
    """
    if day < local_date(now):
        raise NothingToAllocate(day=f"{day:%d/%m/%Y}")
    days = ServiceDay.objects.filter(site__agency=agency, date=day).order_by("pk")
    return sum(_release_day(row.pk, now=now) for row in days)


@transaction.atomic
def _release_day(day_id: int, *, now: datetime) -> int:
    # Appointments before their day, as everywhere: a move of one of them may hold it and want the counter.
    unnumbered = Appointment.objects.live().filter(day=day_id, number=None)
    held = list(
        unnumbered.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True)
    )
    day = (
        ServiceDay.objects.select_for_update(no_key=True, of=("self",))
        .select_related("site__agency")
        .get(pk=day_id)
    )
    # Only those held: one that came meanwhile may be moved away before this ends. The next run numbers it.
    in_order = list(
        unnumbered.filter(pk__in=held)
        .select_related("slot", "person__booking", "person__citizen", "person__dossier")
        .defer("person__dossier__data", "person__dossier__extra_data")
        .order_by(*CALLING_ORDER)
    )
    for number, appointment in enumerate(in_order, start=day.last_number + 1):
        appointment.number = number
        appointment.day = day
    Appointment.objects.bulk_update(in_order, ["number"])
    ServiceDay.objects.filter(pk=day_id).update(
        last_number=F("last_number") + len(in_order), numbers_released_at=day.numbers_released_at or now
    )
    reminders.owe_reminders(in_order, now=now)
    return len(in_order)


def owe_missing_reminders(*, agency: Agency, day: date, now: datetime) -> list[str]:
    """Owe the reminder of each live, numbered appointment of `day` that has an account; gives their codes."""
    appointments = list(
        Appointment.objects.live()
        .for_display()
        .select_related("person__citizen")
        .filter(day__site__agency=agency, day__date=day, number__isnull=False, person__citizen__isnull=False)
        .order_by("pk")
    )
    with transaction.atomic():
        reminders.owe_reminders(appointments, now=now)
    return [appointment.code for appointment in appointments]
