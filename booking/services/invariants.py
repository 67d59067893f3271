"""What must hold at any moment, asked of the database as it stands. Nothing is mended here."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from booking.models import LIVE, Appointment, Person, Registration, ServiceDay, Slot
from core.time import local_date
from dossiers.models import Attachment, Dossier, Payment, Version
from dossiers.services.attachments import attachments_without_file
from dossiers.services.versions import versions_with_a_gap
from dossiers.states import Status
from notifications.kinds import Kind
from notifications.models import Message


def _slots_off_count(today: date) -> QuerySet[Slot]:
    kept = ~Q(appointments__status=Appointment.Status.CANCELLED)
    held = Coalesce(Sum("appointments__places", filter=kept), 0)
    return Slot.objects.annotate(held=held).exclude(taken=F("held"))


def _slots_over_capacity(today: date) -> QuerySet[Slot]:
    return Slot.objects.filter(taken__gt=F("capacity"))


def _live_without_place(today: date) -> QuerySet[Person]:
    placed = Q(appointment__status__in=LIVE)
    waiting = Q(booking__registration__status__in=("WAITING", "OFFERED"))
    return Person.objects.filter(is_live=True).exclude(placed | waiting)


def _place_without_claim(today: date) -> QuerySet[Appointment]:
    return Appointment.objects.live().filter(person__is_live=False, day__date__gte=today)


def _claim_of_the_past(today: date) -> QuerySet[Person]:
    # A day's grace: the night lets go of them.
    return Person.objects.filter(is_live=True, appointment__day__date__lt=today - timedelta(days=1))


def _wish_without_claim(today: date) -> QuerySet[Registration]:
    # An officer may have taken one of a family out of it; the last one ends it.
    held = Person.objects.filter(booking=OuterRef("booking"), is_live=True)
    return Registration.objects.waiting().filter(~Exists(held))


def _place_without_dossier(today: date) -> QuerySet[Appointment]:
    lost = (Status.WITHDRAWN, Status.REFUSED, Status.STOPPED)
    return Appointment.objects.expected().filter(person__is_live=True, person__dossier__status__in=lost)


def _numbers_beyond_counter(today: date) -> QuerySet[ServiceDay]:
    return ServiceDay.objects.annotate(highest=Max("appointments__number")).filter(
        highest__gt=F("last_number")
    )


def _slots_of_other_days(today: date) -> QuerySet[Appointment]:
    return Appointment.objects.exclude(day=F("slot__day"))


def _versions_with_a_gap(today: date) -> QuerySet[Version]:
    return versions_with_a_gap()


def _payments_of_who_was_not_there(today: date) -> QuerySet[Payment]:
    return Payment.objects.live().filter(dossier__taken_in_at=None)


def _fees_off_their_payments(today: date) -> QuerySet[Dossier]:
    paid = Exists(Payment.objects.live().filter(dossier=OuterRef("pk")))
    return Dossier.objects.exclude(Q(paid, fee_settled_at__isnull=False) | Q(~paid, fee_settled_at=None))


def _cards_nobody_was_told_of(today: date) -> QuerySet[Dossier]:
    told = Message.objects.filter(about=OuterRef("code"), kind=Kind.CARD_READY)
    return Dossier.objects.filter(~Exists(told), status=Status.READY, citizen__isnull=False)


def _attachments_without_file(today: date) -> QuerySet[Attachment]:
    return attachments_without_file()


def _attachments_of_nobody(today: date) -> QuerySet[Attachment]:
    return Attachment.objects.filter(dossier__forgotten_at__isnull=False)


INVARIANTS: Mapping[str, Callable[[date], QuerySet]] = {
    "slots whose count of places is not that of their appointments": _slots_off_count,
    "slots with more taken than capacity": _slots_over_capacity,
    "people who are live without a place or a wish": _live_without_place,
    "live appointments whose person holds no claim": _place_without_claim,
    "people who hold a claim for a day that is long over": _claim_of_the_past,
    "waiting registrations of whose people nobody holds a claim": _wish_without_claim,
    "appointments for a dossier that has ended without a card": _place_without_dossier,
    "days with a number beyond their counter": _numbers_beyond_counter,
    "appointments whose slot is another day's": _slots_of_other_days,
    "payments for dossiers whose people were not taken in": _payments_of_who_was_not_there,
    "dossiers whose fee is not as their payments say": _fees_off_their_payments,
    "cards that are there without a word to their account": _cards_nobody_was_told_of,
    "attachments whose file is not where it was put": _attachments_without_file,
    "attachments of dossiers whose person was forgotten": _attachments_of_nobody,
    "versions of a regulation that do not end the day before the next": _versions_with_a_gap,
}


def broken_invariants(*, now: datetime) -> dict[str, int]:
    """Give each invariant that does not hold, with how many rows break it; nothing if all is well."""
    today = local_date(now)
    counts = {name: rows(today).count() for name, rows in INVARIANTS.items()}
    return {name: count for name, count in counts.items() if count}
