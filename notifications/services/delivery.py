"""One claimed message on its way out: its channels in turn, and what each answer means for the row."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from accounts.services import ways_to_reach
from notifications import channels
from notifications.channels import Letter
from notifications.hours import end_of_quiet_hours, is_quiet, tomorrow_morning
from notifications.models import Channel, Message, MessageText, State
from notifications.services import quota
from notifications.services.receipts import record_sent
from zalo.clients import Sent
from zalo.errors import AfterQuietHours, Bug, NeedsHuman, OutcomeUnknown, Tomorrow, TryNextChannel, ZaloError

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
LONGEST_LEASE = timedelta(hours=1)
# A message is not handed over in the last moments of its lease: the call could outlive it.
LEASE_RESERVE = timedelta(seconds=45)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=10)
HUMAN_PAUSE = timedelta(minutes=10)
# Where waiting would take too long, another channel may still be open.
ANOTHER_WAY_MAY_DO = (TryNextChannel, Tomorrow, AfterQuietHours)


class KeptForReminders(Tomorrow):
    """What remains of the OA's quota today is needed for reminders."""


class QuietHoursBegan(AfterQuietHours):
    """Our own quiet hours began between the claim and the wire."""


class Outcome(Enum):
    SENT = auto()
    FAILED = auto()
    POSTPONED = auto()
    NOT_OURS = auto()


@dataclass(frozen=True)
class Run:
    """One call of `send_due`: what it may send, and its clock, which goes on from the `now` it was given."""

    began_at: datetime
    ignore_quiet_hours: bool
    only_about: Sequence[str] | None
    began_ticking: float

    @classmethod
    def begin(cls, *, now: datetime, ignore_quiet_hours: bool, only_about: Sequence[str] | None) -> "Run":
        return cls(now, ignore_quiet_hours, only_about, time.monotonic())

    def now(self) -> datetime:
        return self.began_at + timedelta(seconds=time.monotonic() - self.began_ticking)

    def may_disturb(self) -> bool:
        return self.ignore_quiet_hours or not is_quiet(self.now())


def deliver(message: Message, own: MessageText | None, run: Run) -> Outcome:
    """Send a claimed message by the first channel that takes it, and write down what became of it."""
    now = run.now()
    if not _is_still_to_be_sent(message, now):
        return _expire(message, now)
    reach = ways_to_reach(citizen=message.recipient, oa_id=message.agency.oa_id)
    letter = channels.letter(message, own, reach)
    problem = "no_channel"
    for channel in channels.ways(letter, last_interaction_at=reach.last_interaction_at, now=now):
        try:
            sent = _hand_over(message, letter, channel, run)
        except ZaloError as error:
            problem = f"{channel} {type(error).__name__} {error.code}"
            outcome = _after(error, message, problem, run.now())
            if outcome:
                return outcome
        else:
            record_sent(message=message, channel=channel, sent=sent, now=run.now())
            return Outcome.SENT
    return fail(message, problem)


def fail(message: Message, problem: str) -> Outcome:
    """Give a message up, visibly. `problem` is a code, without a word about the person."""
    return _write(message, Outcome.FAILED, state=State.FAILED, last_error=problem)


def _is_still_to_be_sent(message: Message, now: datetime) -> bool:
    # Asked once more, because since the claim it may have been taken back, or waited behind a slow call.
    held = Message.objects.held(message)
    return held.filter(lease_until__gt=now + LEASE_RESERVE, expires_at__gt=now).exists()


def _expire(message: Message, now: datetime) -> Outcome:
    past = Message.objects.held(message).filter(expires_at__lte=now)
    expired = past.update(state=State.EXPIRED, lease_until=None)
    # What is neither past nor ours any more is left to whoever has it, or to the sweep.
    return Outcome.FAILED if expired else Outcome.NOT_OURS


def _hand_over(message: Message, letter: Letter, channel: Channel, run: Run) -> Sent:
    """Call the wire, inside quiet hours never, and within what the reminders leave of the quota.

    :raises ZaloError: it was not sent, or nobody knows
    """
    now = run.now()
    if not run.may_disturb():
        raise QuietHoursBegan(0)
    rationed = quota.is_rationed(message, channel)
    if rationed and not quota.set_aside(oa_id=letter.oa_id, now=now):
        raise KeptForReminders(0)
    try:
        sent = channels.send(channel, letter, now=now)
    except OutcomeUnknown:
        raise
    except ZaloError:
        if rationed:
            quota.give_back(oa_id=letter.oa_id, now=now)
        raise
    if channel != Channel.CS:
        quota.note(oa_id=letter.oa_id, remaining=sent.quota_remaining, now=now)
    return sent


def _after(error: ZaloError, message: Message, problem: str, now: datetime) -> Outcome | None:
    """Write down what an error means for a message; None if the next channel is to be tried at once."""
    if isinstance(error, OutcomeUnknown):
        # It may have arrived: a receipt that comes before the lease is over saves a second sending. The lease
        # grows with each try, so that a Zalo that takes messages and never answers fills nobody's phone.
        lease = min(LEASE * 2 ** min(message.attempts - 1, 10), LONGEST_LEASE)
        Message.objects.held(message).update(last_error=problem, lease_until=now + lease)
        return Outcome.POSTPONED
    again_at = _again_at(error, message, now)
    if again_at and again_at < message.expires_at:
        return _write(message, Outcome.POSTPONED, state=State.OWED, due_at=again_at, last_error=problem)
    if isinstance(error, ANOTHER_WAY_MAY_DO):
        return None
    if isinstance(error, Bug):
        log.error("Zalo does not take message %s: %s", message.public_id, problem)
    return fail(message, problem)


def _again_at(error: ZaloError, message: Message, now: datetime) -> datetime | None:
    """Say when to try again after an error; None if that would not help."""
    match error:
        case Bug() | TryNextChannel():
            return None
        case Tomorrow():
            return tomorrow_morning(now)
        case AfterQuietHours():
            return end_of_quiet_hours(now)
        case NeedsHuman():
            return now + HUMAN_PAUSE
        case _:
            return now + _pause(message)


def _pause(message: Message) -> timedelta:
    """Give the pause after a failed try: doubled each time, and spread so that not all come back at once."""
    doubled = min(FIRST_PAUSE * 2 ** min(message.attempts - 1, 10), LONGEST_PAUSE)
    return doubled * (0.8 + message.public_id.int % 401 / 1000)


def _write(message: Message, outcome: Outcome, **changes: object) -> Outcome:
    """Write what became of a message, unless its lease was lost to somebody else meanwhile."""
    written = Message.objects.held(message).update(lease_until=None, **changes)
    return outcome if written else Outcome.NOT_OURS
