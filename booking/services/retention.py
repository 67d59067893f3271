"""Forgetting people whose visit is long over, as the data notice promises; the office's counts stay."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from booking.models import Appointment, Booking, Person, Registration, ReminderCall
from core.time import local_date
from dossiers.services import retention as dossiers
from dossiers.services.moving import hold
from notifications import services as notifications

NOT_COME_KEPT = timedelta(days=90)
DONE_KEPT = timedelta(days=365)
NOT_COME = (Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW, Appointment.Status.NOT_REACHED)
BATCH = 1000
FORGOTTEN = {
    "full_name": "",
    "personal_id": None,
    "old_id": None,
    "birth_date": None,
    "ward": "",
    "namesake_key": "",
    "person_key": "",
}


def let_go_of_past_days(*, now: datetime) -> int:
    """End the claims of people whose day is over, so that they may book again; gives how many.

    What became of the visit is for the desk to say; where it said nothing, the appointment stays as it was.
    """
    over = Person.objects.filter(is_live=True, appointment__day__date__lt=local_date(now))
    return over.update(is_live=False)


@transaction.atomic
def stop_untouched_dossiers(*, now: datetime) -> int:
    """Stop the dossiers with which nobody went on for 90 days, at most a thousand at a time; gives how many.

    Whose person holds a place, or waits for one, is left alone.
    """
    holders = Person.objects.filter(is_live=True, dossier__isnull=False)
    waiting = dossiers.untouched(now=now).exclude(pk__in=holders.values("dossier"))
    held = hold(waiting.filter(pk__in=waiting.order_by("pk").values("pk")[:BATCH]))
    # Now that they are held nobody books with them; who did while we waited for the lock, is seen here.
    placed = set(holders.filter(dossier__in=held).values_list("dossier", flat=True))
    came = Appointment.objects.filter(status=Appointment.Status.DONE, person__dossier__in=held)
    return dossiers.stop(
        dossiers=[row.pk for row in held if row.pk not in placed],
        served=frozenset(came.values_list("person__dossier", flat=True)),
        now=now,
    )


def forget_past_visits(*, now: datetime) -> int:
    """Forget the people of visits that did not happen, 90 days after the hour, and of all others after a
    year; their messages' words too. Gives how many people were forgotten; at most a thousand at a time.
    """
    done = Q(appointment__slot__starts_at__lt=now - DONE_KEPT)
    missed = Q(appointment__slot__starts_at__lt=now - NOT_COME_KEPT, appointment__status__in=NOT_COME)
    ended = (Registration.Status.EXPIRED, Registration.Status.WITHDRAWN)
    never_placed = Q(
        appointment=None,
        booking__registration__status__in=ended,
        booking__registration__to_date__lt=local_date(now - NOT_COME_KEPT),
    )
    over = Person.objects.filter(done | missed | never_placed, is_live=False).exclude(full_name="")
    people = list(over.order_by("pk").values_list("pk", "booking", "appointment__code")[:BATCH])
    forget_people([pk for pk, _, _ in people], bookings={booking for _, booking, _ in people})
    ReminderCall.objects.filter(appointment__code__in=[code for _, _, code in people if code]).update(note="")
    notifications.forget_words(about=[code for _, _, code in people if code])
    return len(people)


def forget_people(people: Collection[int], *, bookings: Collection[int]) -> None:
    """Empty these people, and the phones of those of their bookings in which nobody else is known."""
    Person.objects.filter(pk__in=people).update(**FORGOTTEN)
    still_known = Person.objects.exclude(full_name="").values("booking")
    alone = Booking.objects.filter(pk__in=bookings).exclude(pk__in=still_known)
    alone.update(phone=None, phone_key="")
