"""One claimed message on its way out: its channels in turn, and what each answer means for the row."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

from django.db import transaction

from notifications import channels
from notifications.channels import Letter
from notifications.hours import HUMAN_PAUSE, doubled, end_of_quiet_hours, is_quiet, tomorrow_morning
from notifications.models import TEMPLATES, Channel, Message, State
from notifications.services import limits, opt_outs, quota, spending
from notifications.services.receipts import record_sent
from notifications.services.supplies import Supplies
from zalo.clients import Sent
from zalo.errors import AfterQuietHours, Bug, NeedsHuman, OutcomeUnknown, Tomorrow, TryNextChannel, ZaloError
from zalo.services import misfit

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
LONGEST_LEASE = timedelta(hours=1)
# A message is not handed over in the last moments of its lease: the call could outlive it.
LEASE_RESERVE = timedelta(seconds=45)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=10)
# Where waiting takes too long, or helps nothing before somebody comes, another channel may still be open.
ANOTHER_WAY_MAY_DO = (TryNextChannel, Tomorrow, AfterQuietHours, NeedsHuman)


class KeptForReminders(Tomorrow):
    """What remains of the OA's quota today is needed for reminders."""


class QuietHoursBegan(AfterQuietHours):
    """Our own quiet hours began between the claim and the wire."""


class EnoughForToday(Tomorrow):
    """This person has had as many messages today as anybody gets."""


class OptedOut(TryNextChannel):
    """Zalo told lately that this person wants no messages this way; `code` is how."""


class Unfit(TryNextChannel):
    """The values do not fit the approved template, as Zalo would say. `flaw` tells why, never a value."""

    def __init__(self, flaw: str) -> None:
        super().__init__(0)
        self.flaw = flaw


class Outcome(Enum):
    SENT = auto()
    FAILED = auto()
    POSTPONED = auto()
    NOT_OURS = auto()


@dataclass(frozen=True)
class Run:
    """One call of `send_due`: what it may send, and its clock."""

    now: Callable[[], datetime]
    ignore_quiet_hours: bool
    only_about: Sequence[str] | None

    def may_disturb(self) -> bool:
        return self.ignore_quiet_hours or not is_quiet(self.now())


@dataclass(frozen=True)
class Errand:
    """A message on its way out, with all that it is sent by."""

    message: Message
    letter: Letter = field(repr=False)
    supplies: Supplies = field(repr=False)
    run: Run

    def cost(self, channel: Channel) -> int | None:
        return self.supplies.price(self.message, channel)


def deliver(message: Message, supplies: Supplies, run: Run) -> Outcome:
    """Send a claimed message by the first channel that takes it, and write down what became of it."""
    now = run.now()
    if not _is_still_to_be_sent(message, now):
        return _expire(message, now)
    reach = supplies.reach_of(message)
    letter = channels.letter(message, supplies.text_of(message), supplies.template_of(message), reach)
    errand = Errand(message, letter, supplies, run)
    tried: dict[str, ZaloError] = {}
    for channel in channels.ways(
        letter, last_interaction_at=reach.last_interaction_at, is_shown=message.is_shown, now=now
    ):
        try:
            sent = _hand_over(errand, channel)
        except ZaloError as error:
            problem = _problem(channel, error)
            tried[problem] = error
            outcome = _after(error, errand, channel, problem)
            if outcome:
                return outcome
        else:
            cost, fault = errand.cost(channel), _first(tried, Unfit, NeedsHuman)
            record_sent(message=message, channel=channel, sent=sent, cost=cost, fault=fault, now=run.now())
            return Outcome.SENT
    return _without_a_way(message, tried, now=run.now())


def _without_a_way(message: Message, tried: Mapping[str, ZaloError], *, now: datetime) -> Outcome:
    """Write down that no channel took a message: it waits for a human who mends one, if there is time."""
    again_at = now + HUMAN_PAUSE
    if (to_mend := _first(tried, NeedsHuman)) and again_at < message.expires_at:
        return _write(message, Outcome.POSTPONED, state=State.OWED, due_at=again_at, last_error=to_mend)
    if message.is_shown:  # it was said on the screen, and is well kept on the portal
        return _end_in_inbox(message, Outcome.SENT, state=State.SENT, sent_at=now, now=now)
    problem = _first(tried, Unfit, NeedsHuman) or ["no_channel", *tried][-1]
    return fail(message, problem, now=now)


def _first(tried: Mapping[str, ZaloError], *kinds: type[ZaloError]) -> str:
    """The first problem of these kinds that was met; empty if there was none."""
    return next((problem for problem, error in tried.items() if isinstance(error, kinds)), "")


def fail(message: Message, problem: str, *, now: datetime) -> Outcome:
    """Give a message up, visibly. `problem` is a code, without a word about the person.

    It can be read on the portal all the same, but nobody is told by that.
    """
    return _end_in_inbox(message, Outcome.FAILED, state=State.FAILED, last_error=problem, now=now)


def _end_in_inbox(message: Message, outcome: Outcome, *, now: datetime, **changes: object) -> Outcome:
    with transaction.atomic():
        written = _write(message, outcome, channel=Channel.INBOX, cost=0, **changes)
        if written == outcome:
            spending.count(message, channel=Channel.INBOX, cost=0, now=now)
    return written


def _problem(channel: Channel, error: ZaloError) -> str:
    """What the row says of an error: the channel, what is to be done, and why."""
    why = error.flaw if isinstance(error, Unfit) else error.code
    return f"{channel} {type(error).__name__} {why}"[:80]


def _is_still_to_be_sent(message: Message, now: datetime) -> bool:
    # Asked once more, because since the claim it may have been taken back, or waited behind a slow call.
    held = Message.objects.held(message)
    return held.filter(lease_until__gt=now + LEASE_RESERVE, expires_at__gt=now).exists()


def _expire(message: Message, now: datetime) -> Outcome:
    past = Message.objects.held(message).filter(expires_at__lte=now)
    expired = past.update(state=State.EXPIRED, lease_until=None)
    # What is neither past nor ours any more is left to whoever has it, or to the sweep.
    return Outcome.FAILED if expired else Outcome.NOT_OURS


def _hand_over(errand: Errand, channel: Channel) -> Sent:
    """Call the wire: inside quiet hours never, within what a person gets in a day, and within what the
    reminders leave of the quota.

    :raises ZaloError: it was not sent, or nobody knows
    """
    message, letter, now = errand.message, errand.letter, errand.run.now()
    _refuse_in_vain(errand, channel)
    if not errand.run.may_disturb():
        raise QuietHoursBegan(0)
    if not limits.set_aside(message, now=now):
        raise EnoughForToday(0)
    try:
        sent = _within_quota(message, letter, channel, now=now)
    except OutcomeUnknown:
        raise
    except ZaloError as error:
        limits.give_back(message, now=now)
        opt_outs.note(error, letter, channel, message.recipient, now=now)
        raise
    if channel in TEMPLATES:
        quota.note(oa_id=letter.oa_id, remaining=sent.quota_remaining, now=now)
    return sent


def _refuse_in_vain(errand: Errand, channel: Channel) -> None:
    """Do not ask Zalo for what it is known to refuse.

    :raises OptedOut: the person refused this channel lately
    :raises Unfit: the template does not take these values
    """
    code = errand.supplies.refusal(errand.letter, channel, errand.message.recipient)
    if code is not None:
        raise OptedOut(code)
    template = errand.supplies.template_of(errand.message)
    if channel in TEMPLATES and template is not None:
        found = misfit(template, errand.letter.data)
        if found is not None:
            raise Unfit(f"{found.flaw}:{found.param}" if found.param else str(found.flaw))


def _within_quota(message: Message, letter: Letter, channel: Channel, *, now: datetime) -> Sent:
    rationed = quota.is_rationed(message, channel)
    if rationed and not quota.set_aside(oa_id=letter.oa_id, now=now):
        raise KeptForReminders(0)
    try:
        return channels.send(channel, letter, now=now)
    except OutcomeUnknown:
        raise
    except ZaloError:
        if rationed:
            quota.give_back(oa_id=letter.oa_id, now=now)
        raise


def _after(error: ZaloError, errand: Errand, channel: Channel, problem: str) -> Outcome | None:
    """Write down what an error means for a message; None if the next channel is to be tried at once."""
    message, now = errand.message, errand.run.now()
    if isinstance(error, OutcomeUnknown):
        # It may have arrived: a receipt that comes before the lease is over saves a second sending. The lease
        # grows with each try, so that a Zalo that takes messages and never answers fills nobody's phone.
        lease = doubled(LEASE, message.attempts, at_most=LONGEST_LEASE)
        Message.objects.held(message).update(
            last_error=problem, lease_until=now + lease, channel=channel, cost=errand.cost(channel)
        )
        return Outcome.POSTPONED
    again_at = _again_at(error, message, now)
    if again_at and again_at < message.expires_at:
        return _write(message, Outcome.POSTPONED, state=State.OWED, due_at=again_at, last_error=problem)
    if isinstance(error, ANOTHER_WAY_MAY_DO):
        if isinstance(error, Unfit):
            log.error("Message %s does not fit its template: %s", message.public_id, problem)
        return None
    if isinstance(error, Bug):
        log.error("Zalo does not take message %s: %s", message.public_id, problem)
    return fail(message, problem, now=now)


def _again_at(error: ZaloError, message: Message, now: datetime) -> datetime | None:
    """Say when to try again after an error; None if that would not help."""
    match error:
        case Bug() | TryNextChannel() | NeedsHuman():
            return None
        case Tomorrow() if message.is_shown:
            return None  # by then it is old news
        case Tomorrow():
            return tomorrow_morning(now)
        case AfterQuietHours():
            return end_of_quiet_hours(now)
        case _:
            return now + _pause(message)


def _pause(message: Message) -> timedelta:
    """Give the pause after a failed try: doubled each time, and spread so that not all come back at once."""
    pause = doubled(FIRST_PAUSE, message.attempts, at_most=LONGEST_PAUSE)
    return pause * (0.8 + message.public_id.int % 401 / 1000)


def _write(message: Message, outcome: Outcome, **changes: object) -> Outcome:
    """Write what became of a message, unless its lease was lost to somebody else meanwhile."""
    written = Message.objects.held(message).update(lease_until=None, **changes)
    return outcome if written else Outcome.NOT_OURS
