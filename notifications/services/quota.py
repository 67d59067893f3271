"""The daily quota of template messages: reminders have it before anything else."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import F, Value
from django.db.models.functions import Least

from core.time import at, local_date
from notifications.kinds import Kind
from notifications.models import TEMPLATES, Channel, Message, OaQuota


def is_rationed(message: Message, channel: Channel) -> bool:
    """Say whether a message must leave the quota to the reminders of the day."""
    return channel in TEMPLATES and message.kind != Kind.REMINDER


def set_aside(*, oa_id: str, now: datetime) -> bool:
    """Take one message of today's quota, unless what remains is needed for today's reminders.

    Nothing is withheld before Zalo has told what remains: its refusal would be the first to tell.
    """
    if not OaQuota.objects.filter(oa_id=oa_id, day=local_date(now)).exists():
        return True
    tomorrow = at(local_date(now) + timedelta(days=1), time.min)
    reminders = Message.objects.filter(agency__oa_id=oa_id).reminders_before(tomorrow)
    return OaQuota.objects.take(oa_id=oa_id, day=local_date(now), leaving=reminders.count())


def give_back(*, oa_id: str, now: datetime) -> None:
    """Undo `set_aside` for a message that did not leave."""
    OaQuota.objects.give_back(oa_id=oa_id, day=local_date(now))


def forget_quota(*, oa_id: str, as_of: datetime) -> None:
    """Zalo changed the daily quota: what was known of the day before that moment counts no more.

    The next answer tells what remains; until then nothing is withheld.
    """
    known = OaQuota.objects.filter(oa_id=oa_id, day=local_date(as_of), seen_at__lte=as_of)
    known.delete()


def foresee_quota(*, oa_id: str, needed: int, remaining: int | None, now: datetime) -> None:
    """Remember what tomorrow's reminders will need of today's quota, and what Zalo says is left of that.

    Where Zalo has never told what is left today, there is nothing to compare with, and nothing is kept.
    """
    note(oa_id=oa_id, remaining=remaining, now=now)
    OaQuota.objects.filter(oa_id=oa_id, day=local_date(now)).update(
        needed=needed, remaining_then=F("remaining"), needed_at=now
    )


def short_quotas(*, oa_ids: Sequence[str], day: date) -> list[OaQuota]:
    """The quotas of a day that were found too small for the reminders of the next."""
    if not oa_ids:
        return []
    known = OaQuota.objects.filter(oa_id__in=oa_ids, day=day, needed__gt=F("remaining_then"))
    return list(known.order_by("oa_id"))


def note(*, oa_id: str, remaining: int | None, now: datetime) -> None:
    """Remember how many template messages Zalo says remain today.

    Answers come in any order: the lowest number of the day is the one to trust.
    """
    if remaining is None:
        return
    today = OaQuota.objects.filter(oa_id=oa_id, day=local_date(now))
    if not today.update(remaining=Least("remaining", Value(remaining)), seen_at=now):
        first = OaQuota(oa_id=oa_id, day=local_date(now), remaining=remaining, seen_at=now)
        OaQuota.objects.bulk_create([first], ignore_conflicts=True)
