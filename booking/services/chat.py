"""What a citizen may be told and asked about their own appointments in the chat of an Official Account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse

from accounts.identity import given_name
from accounts.models import Citizen
from agencies.models import Agency
from booking.models import Appointment, Person, Registration
from booking.models.appointments import AppointmentQuerySet
from booking.services.registrations import told_at
from core.time import say_time
from notifications import services as notifications
from notifications.kinds import Kind


@dataclass(frozen=True)
class Asked:
    """An appointment whose reminder asked, in the chat, whether somebody comes."""

    appointment: Appointment
    asked_at: datetime


@dataclass(frozen=True)
class Waiting:
    """A registration that waits, for whom by their given names, and when its place will be told."""

    registration: Registration
    names: Sequence[str]
    told_at: datetime


def asked_in_chat(*, citizen: Citizen, oa_id: str, since: datetime, now: datetime) -> list[Asked]:
    """The citizen's coming appointments whose reminders went by this chat since then, by hour and number.

    A reminder of an hour that has changed asks no more: the one of the new hour will.
    """
    told = notifications.told_by_chat(recipient=citizen, oa_id=oa_id, kind=Kind.REMINDER, since=since)
    told_at = {(message.about, message.occasion): message.sent_at for message in told}
    appointments = _coming(citizen, now=now).filter(code__in={code for code, _ in told_at})
    return [
        Asked(appointment, asked_at)
        for appointment in appointments
        if (asked_at := told_at.get((appointment.code, say_time(appointment.slot.starts_at))))
    ]


def coming(*, citizen: Citizen, codes: Sequence[str] | None = None, now: datetime) -> list[Appointment]:
    """The citizen's appointments that can still be kept, moved or cancelled, by hour and number."""
    rows = _coming(citizen, now=now)
    return list(rows if codes is None else rows.filter(code__in=codes))


def holder_of(*, code: str, now: datetime) -> Citizen | None:
    """The account with this coming appointment and a verified phone. Nobody may hear whether there is one."""
    rows = Appointment.objects.expected().filter(code=code, slot__starts_at__gt=now)
    return (
        Citizen.objects.live().filter(phone_key__isnull=False, pk__in=rows.values("person__citizen")).first()
    )


def _coming(citizen: Citizen, *, now: datetime) -> AppointmentQuerySet:
    rows = Appointment.objects.expected().of(citizen).for_display()
    return rows.filter(slot__starts_at__gt=now).order_by("slot__starts_at", "number", "pk")


def waiting(*, citizen: Citizen, now: datetime) -> list[Waiting]:
    """The citizen's registrations that wait for a place, the first day first."""
    rows = Registration.objects.waiting().of(citizen).select_related("agency", "site", "booking")
    people = Prefetch("booking__people", Person.objects.filter(is_live=True).order_by("position"))
    listed = rows.prefetch_related(people).order_by("from_date", "pk")
    return [
        Waiting(
            registration=row,
            names=[given_name(person.full_name) for person in row.booking.people.all()],
            told_at=told_at(row, now=now) or now,
        )
        for row in listed
    ]


def in_short(appointment: Appointment, *, with_code: bool = True) -> str:
    """`An, 08:30 23/11/2026, số A031, mã TK7F3KQ`: enough to tell one of a family from another."""
    number, code = appointment.queue_number, appointment.code
    parts = [
        given_name(appointment.person.full_name),
        say_time(appointment.slot.starts_at),
        f"số {number}" if number else "",
        f"mã {code}" if with_code else "",
    ]
    return ", ".join(part for part in parts if part)


def page_to_move(appointment: Appointment) -> str:
    """Where a browser changes the hour, for its account or on proof."""
    return f"{settings.PUBLIC_BASE_URL}{reverse('move', args=[appointment.code])}"


def page_to_book(agency: Agency | None = None) -> str:
    """Where an office's places are taken; where everything begins, if no office is meant."""
    where = reverse("agency", args=[agency.slug]) if agency else reverse("home")
    return f"{settings.PUBLIC_BASE_URL}{where}"


def page_to_declare(agency: Agency) -> str:
    """Where a dossier for an office is begun."""
    return f"{settings.PUBLIC_BASE_URL}{reverse('declare-begin', args=[agency.slug])}"


def page_of_ticket(appointment: Appointment) -> str:
    return f"{settings.PUBLIC_BASE_URL}{reverse('ticket', args=[appointment.code])}"


def page_of_notice() -> str:
    """The whole notice on personal data."""
    return f"{settings.PUBLIC_BASE_URL}{reverse('notice')}"


def page_of_all() -> str:
    """Where a citizen signs in and sees all their appointments."""
    return f"{settings.PUBLIC_BASE_URL}{reverse('my-appointments')}"


def page_to_look_up() -> str:
    """Where an appointment is seen without an account."""
    return f"{settings.PUBLIC_BASE_URL}{reverse('look-up')}"
