"""At noon: whether the day's quota of messages will do for the reminders of tomorrow."""

import logging
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef

from accounts.models import ZaloContact
from agencies.models import Agency
from booking.models import Appointment, Registration, Slot
from booking.models.calls import without_word
from booking.reminders import reminder_due_at
from booking.services.overview import waiting_for
from core.time import local_date
from notifications import services as notifications
from notifications.channels import FREE_WINDOW
from zalo.clients import BusinessClient
from zalo.errors import ZaloError

log = logging.getLogger(__name__)


def foresee(*, now: datetime) -> int:
    """Compare for each agency what tomorrow's reminders need with what Zalo says is left today; return of how
    many agencies. Goes to the wire: call it outside every transaction.

    An Official Account that does not answer is logged, and keeps no other from being asked.
    """
    tomorrow = local_date(now) + timedelta(days=1)
    asked = 0
    for agency in Agency.objects.filter(is_active=True).exclude(oa_id="").order_by("pk"):
        try:
            remaining = BusinessClient(agency.oa_id).quota(now=now).remaining
        except ZaloError as refused:
            log.warning("The quota of OA %s was not told: %s", agency.oa_id, refused)
            remaining = None
        needed = reminders_needed(agency, on=tomorrow)
        notifications.foresee_quota(oa_id=agency.oa_id, needed=needed, remaining=remaining, now=now)
        asked += 1
    return asked


def reminders_needed(agency: Agency, *, on: date) -> int:
    """How many templates the reminders of a day will use up: one for each person with an account who comes
    then, has not heard, and will not be in the free hours of the chat; and for those who wait for a place, as
    far as there are places.
    """
    chatting = ZaloContact.objects.filter(
        citizen=OuterRef("person__citizen"),
        oa_id=agency.oa_id,
        last_interaction_at__gt=reminder_due_at(agency, on) - FREE_WINDOW,
    )
    expected = Appointment.objects.filter(day__site__agency=agency, day__date=on)
    silent = without_word(expected).filter(person__citizen__isnull=False).exclude(Exists(chatting))
    return silent.count() + _to_be_placed(agency, on=on)


def _to_be_placed(agency: Agency, *, on: date) -> int:
    people = waiting_for(Registration.objects.filter(agency=agency, booking__citizen__isnull=False), on=on)
    if not people:
        return 0
    slots = Slot.objects.filter(day__site__agency=agency, day__date=on, day__is_open=True, is_open=True)
    return min(people, sum(slot.places_left for slot in slots))
