"""Telling those who asked to be told: each at most once, none at night, none before the reminders.

What is to be sent is written down when it begins, and each try before Zalo is asked. So nobody is told twice,
whatever dies; where nobody knows whether it arrived, nobody asks. The row of an announcement is the lock of
its sending: whoever has stopped it knows that no try begins after that.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import CharField, Count, DateTimeField, F, Q, QuerySet, Value

from accounts.models import Officer
from core.time import going_on_from
from faq import words
from faq.errors import NobodyToTell, NotBeingSent, NotOnShow, SentBefore
from faq.models import (
    Announcement,
    Conversation,
    Delivery,
    Subscription,
    same_ward,
)
from notifications import services as notifications
from notifications.hours import again_at, end_of_quiet_hours, is_quiet
from notifications.services.delivery import EnoughForToday
from zalo.errors import AfterQuietHours, Bug, NeedsHuman, OutcomeUnknown, Tomorrow, ZaloError

log = logging.getLogger(__name__)

State, Sending = Delivery.State, Announcement.Sending
# One call ends before beat wakes the next one: a long sending holds up no other work.
BUDGET = timedelta(seconds=4)
# What has not left by then is no news.
WORTH_TELLING = timedelta(days=3)
# A try that is older than this has nobody any more who could write down how it ended.
LONGEST_TRY = timedelta(minutes=5)
FIRST_PAUSE, LONGEST_PAUSE, MOST_TRIES = timedelta(seconds=15), timedelta(minutes=10), 30
# So many who need not be told are passed over in one claim.
PASSED_OVER = 50
# Why somebody is not told, as the row keeps it.
LEFT, SILENT, OVER, STOPPED = "left", "silent", "over", "stopped"


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Of those who asked to be told: how many can be written to, and how many have been silent for too long;
    from when on it leaves, and about how many minutes that takes if nothing goes before.
    """

    told: int
    silent: int
    begins_at: datetime
    minutes: int


def audience(announcement: Announcement, *, now: datetime) -> Audience:
    """Who would be told, and when, if it began now."""
    concerned = _concerned(announcement)
    told = concerned.filter(_heard_lately(now)).count()
    begins = max(now, announcement.starts_at)
    return Audience(
        told=told,
        silent=concerned.count() - told,
        begins_at=end_of_quiet_hours(begins) if is_quiet(begins) else begins,
        minutes=-(-told // settings.ANNOUNCEMENTS_A_MINUTE),
    )


@transaction.atomic
def start(*, announcement: Announcement, by: Officer, now: datetime) -> int:
    """Owe an announcement to everybody whom it concerns, and return to how many. It leaves when it starts.

    :raises NotOnShow: citizens do not read it, and will not
    :raises SentBefore: it was begun before
    :raises NobodyToTell: nobody would get it
    """
    held = Announcement.objects.hold(announcement)
    begins = max(now, held.starts_at)
    if held.sending != Sending.NOT_BEGUN:
        raise SentBefore
    if _is_over(held, now=now):
        raise NotOnShow
    owed = _owe(held, due_at=begins, now=now)
    if not owed:
        raise NobodyToTell
    held.sending, held.sending_begun_by, held.sending_begun_at = Sending.RUNNING, by, now
    held.save(update_fields=["sending", "sending_begun_by", "sending_begun_at"])
    return owed


@transaction.atomic
def stop(*, announcement: Announcement, now: datetime) -> int:
    """Tell nobody more, and return how many had not been told.

    :raises NotBeingSent: it is on its way to nobody
    """
    held = Announcement.objects.hold(announcement)
    if held.sending != Sending.RUNNING:
        raise NotBeingSent
    return end(held, Sending.STOPPED, why=STOPPED, now=now)


def end(held: Announcement, how: Announcement.Sending, *, why: str = STOPPED, now: datetime) -> int:
    """End the sending of an announcement that the caller holds, and leave out who still waits."""
    left_out = Delivery.objects.filter(announcement=held, state=State.WAITING)
    count = left_out.update(state=State.LEFT_OUT, last_error=why)
    held.sending, held.sending_ended_at = how, now
    held.save(update_fields=["sending", "sending_ended_at"])
    return count


def progress(announcement: Announcement) -> dict[Delivery.State, int]:
    """How many people are at which state."""
    rows = Delivery.objects.filter(announcement=announcement).values_list("state").annotate(Count("pk"))
    counted = dict(rows.order_by())
    return {state: counted.get(state, 0) for state in State}


def on_their_way(rows: QuerySet[Announcement]) -> QuerySet[Any]:
    """Those of some announcements that are being sent, with how many people are `waiting` for each."""
    waiting = Count("deliveries", filter=Q(deliveries__state=State.WAITING))
    return rows.filter(sending=Sending.RUNNING).annotate(waiting=waiting).order_by("pk")


def send_due_announcements(*, now: datetime) -> int:
    """Send what is due, a few seconds long, and return how many people were told.

    Harmless in any number of processes at once. Must not stand in a transaction.
    """
    clock = going_on_from(now)
    told, until = 0, clock() + BUDGET
    running = Announcement.objects.going_out().order_by("agency__oa_id")
    accounts = list(running.values_list("agency__oa_id", flat=True).distinct())
    while accounts and clock() < until and not is_quiet(clock()):
        for oa_id in list(accounts):
            delivery = _claim(oa_id, now=clock())
            if delivery is None:
                accounts.remove(oa_id)
            else:
                told += _tell_safely(delivery, clock)
    return told


# --- Who is told --------------------------------------------------------------------------------------


def _concerned(announcement: Announcement) -> QuerySet[Subscription]:
    """Who asked to be told of such a thing, and has taken nothing back since."""
    agency = announcement.agency
    rows = Subscription.objects.standing().filter(agency=agency, contact__oa_id=agency.oa_id)
    codes = list(announcement.wards.values_list("code", flat=True))
    if codes:
        here = Q(ward="")
        for code in codes:
            here |= same_ward(code, "ward")
        rows = rows.filter(here)
    return rows


def _heard_lately(now: datetime) -> Q:
    return Q(contact__last_interaction_at__gt=now - settings.ANNOUNCE_WITHIN)


def _owe(announcement: Announcement, *, due_at: datetime, now: datetime) -> int:
    """Write a row for each person, however many they are, in one statement; who has one keeps it."""
    people = _concerned(announcement).filter(_heard_lately(now)).order_by()
    chosen, values = people.values_list(
        "contact_id",
        F("contact__oa_id"),
        Value(announcement.pk),
        Value(State.WAITING.value, output_field=CharField()),
        Value(due_at, output_field=DateTimeField()),
        Value(0),
        Value("", output_field=CharField()),
    ).query.sql_with_params()
    table = Delivery._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}"'
            " (contact_id, oa_id, announcement_id, state, due_at, attempts, last_error)"
            f" {chosen} ON CONFLICT DO NOTHING",
            values,
        )
        return int(cursor.rowcount)


# --- One at a time ------------------------------------------------------------------------------------


def _claim(oa_id: str, *, now: datetime) -> Delivery | None:
    """Take the next one that may leave by an Official Account, and commit that it is tried.

    One, so that a worker that is killed leaves one person of whom nobody knows. None when nothing may leave:
    nothing is due, reminders are, or as many left in the last minute as may.
    """
    if notifications.are_reminders_due(oa_id=oa_id, now=now):
        return None
    with transaction.atomic(durable=True):
        runs = _hold_running(oa_id)
        for run in runs:
            if _is_over(run, now=now):
                end(run, Sending.DONE, why=OVER, now=now)
        runs = [run for run in runs if run.sending == Sending.RUNNING]
        if not runs or _has_enough(oa_id, now=now):
            return None
        for _ in range(PASSED_OVER):
            delivery = Delivery.objects.filter(announcement__in=runs).take_first(now)
            if delivery is None:
                break
            if _may_go(delivery, now=now):
                return _try(delivery, now=now)
        _end_what_is_done(runs, now=now)
    return None


def _hold_running(oa_id: str) -> list[Announcement]:
    """What goes out by an account, locked: who claims takes turns, so that all together keep to the limit."""
    rows = Announcement.objects.going_out().filter(agency__oa_id=oa_id).select_related("agency")
    return list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))


def _is_over(run: Announcement, *, now: datetime) -> bool:
    """Whether it holds no more, or is too old to be told."""
    begun = max(run.sending_begun_at or now, run.starts_at)
    shown = Announcement.objects.filter(pk=run.pk).on_show(max(now, run.starts_at))
    return now > begun + WORTH_TELLING or not shown.exists()


def _has_enough(oa_id: str, *, now: datetime) -> bool:
    lately = Delivery.objects.filter(oa_id=oa_id, tried_at__gt=now - timedelta(minutes=1))
    return lately.count() >= settings.ANNOUNCEMENTS_A_MINUTE


def _may_go(delivery: Delivery, *, now: datetime) -> bool:
    """Whether a person is told now; if not, that is written down."""
    contact = delivery.contact
    theirs = _concerned(delivery.announcement).filter(contact=contact)
    if not theirs.exists():
        return _write(delivery, state=State.LEFT_OUT, last_error=LEFT)
    if not theirs.filter(_heard_lately(now)).exists():
        return _write(delivery, state=State.LEFT_OUT, last_error=SILENT)
    talk = Conversation.objects.of(oa_id=delivery.oa_id, uid=contact.uid).paused(now).first()
    if talk is not None:  # a human talks there
        return _write(delivery, due_at=talk.paused_until)
    return True


def _write(delivery: Delivery, **changes: object) -> bool:
    Delivery.objects.filter(pk=delivery.pk).update(**changes)
    return False


def _try(delivery: Delivery, *, now: datetime) -> Delivery:
    delivery.state, delivery.tried_at = State.TRIED, now
    delivery.attempts += 1
    delivery.save(update_fields=["state", "tried_at", "attempts"])
    return delivery


def _end_what_is_done(runs: list[Announcement], *, now: datetime) -> None:
    on_the_wire = Q(state=State.TRIED, tried_at__gt=now - LONGEST_TRY, last_error="")
    for run in runs:
        to_come = Delivery.objects.filter(Q(state=State.WAITING) | on_the_wire, announcement=run)
        if not to_come.exists():
            end(run, Sending.DONE, now=now)


def _tell_safely(delivery: Delivery, clock: Callable[[], datetime]) -> bool:
    """Keep somebody who trips over a bug of ours from holding up all others. They stay in doubt."""
    try:
        return _tell(delivery, clock)
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 - the sender's edge; only the class, the words may be personal
        log.error("Delivery %s: %s", delivery.pk, type(error).__name__)
        Delivery.objects.held(delivery).update(last_error=f"bug {type(error).__name__}")
        return False


def _tell(delivery: Delivery, clock: Callable[[], datetime]) -> bool:
    contact, text = delivery.contact, words.announcement_told(delivery.announcement)
    try:
        notifications.tell(
            oa_id=delivery.oa_id, uid=contact.uid, citizen=contact.citizen, text=text, now=clock()
        )
    except OutcomeUnknown as error:
        Delivery.objects.held(delivery).update(last_error=_problem(error))
        return False
    except ZaloError as error:
        _after(error, delivery, now=clock())
        return False
    Delivery.objects.held(delivery).update(state=State.SENT, last_error="")
    return True


def _problem(error: ZaloError) -> str:
    return f"CS {type(error).__name__} {error.code}"


def _after(error: ZaloError, delivery: Delivery, *, now: datetime) -> None:
    """Write down that Zalo surely did not take it: it is tried again where that helps, while it is sent."""
    problem, due_at = _problem(error), _again_at(error, delivery, now=now)
    if isinstance(error, Bug):
        log.error("Zalo does not take announcement %s: %s", delivery.announcement_id, problem)
    with transaction.atomic():
        runs = [run.pk for run in _hold_running(delivery.oa_id)]
        if due_at is None or delivery.attempts >= MOST_TRIES:
            Delivery.objects.held(delivery).update(state=State.FAILED, last_error=problem)
        elif delivery.announcement_id in runs:
            Delivery.objects.held(delivery).update(state=State.WAITING, due_at=due_at, last_error=problem)
        else:
            Delivery.objects.held(delivery).update(state=State.LEFT_OUT, last_error=STOPPED)
        if due_at is not None and _is_of_the_account(error):
            others = Delivery.objects.filter(announcement__in=runs, state=State.WAITING)
            others.filter(due_at__lt=due_at).update(due_at=due_at)


def _again_at(error: ZaloError, delivery: Delivery, *, now: datetime) -> datetime | None:
    """Say when to try again after an error; None if that would not help."""
    return again_at(error, attempts=delivery.attempts, first=FIRST_PAUSE, longest=LONGEST_PAUSE, now=now)


def _is_of_the_account(error: ZaloError) -> bool:
    """Whether everybody else would be refused as well, and need not be tried."""
    return isinstance(error, Tomorrow | AfterQuietHours | NeedsHuman) and not isinstance(
        error, EnoughForToday
    )
