"""What the portal says in the chat to somebody who has just written: owed, sent at once, swept.

The promises are those of the outbox (docs/decisions/0004): written in the transaction of what was understood,
claimed and committed before the wire, at least once. Other than messages, replies of one person leave in
their order, and at any hour, because the person is at the phone.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Case, Q, Value, When

from accounts.models import Citizen, ZaloContact
from core.db import in_threads, nobody_elses
from core.time import going_on_from
from notifications import channels
from notifications.hours import again_at, doubled, end_of_quiet_hours, is_quiet
from notifications.models import ChatReply, ChatReplyQuerySet, State
from notifications.splitting import split_text
from zalo.errors import Bug, OutcomeUnknown, ZaloError

log = logging.getLogger(__name__)

WORTH_SAYING = timedelta(hours=12)
# A reply that is later than this disturbs, and waits for the end of quiet hours.
STILL_THERE = timedelta(minutes=15)
LEASE, LONGEST_LEASE = timedelta(minutes=1), timedelta(hours=1)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=10)
REPLIES_KEPT = timedelta(days=7)
BATCH, BUDGET = 5, timedelta(seconds=20)


def owe_replies(*, oa_id: str, uid: str, event_key: str, texts: Sequence[str], now: datetime) -> int:
    """Write down what answers an event, and return in how many pieces Zalo takes it.

    Must stand in the transaction that understood the event, and behind its lock on the conversation, which
    gives the replies of one person their order.

    :raises RuntimeError: there is no transaction (a bug)
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Replies are owed in the transaction that understood what was written.")
    pieces = [piece for text in texts for piece in split_text(text)]
    replies = [
        ChatReply(
            oa_id=oa_id,
            uid=uid,
            event_key=event_key,
            position=position,
            text=piece,
            due_at=now,
            expires_at=now + WORTH_SAYING,
            created_at=now,
        )
        for position, piece in enumerate(pieces)
    ]
    ChatReply.objects.bulk_create(replies)
    return len(replies)


def send_replies_to(*, oa_id: str, uid: str, now: datetime) -> int:
    """Send what one person is owed now, in order, and return how many replies left.

    Called by whoever has just committed them. Must not stand in a transaction. What does not leave now is
    sent by `send_due_replies`.
    """
    return _send(ChatReply.objects.to_person(oa_id=oa_id, uid=uid), batch=1, clock=going_on_from(now))


def send_due_replies(*, now: datetime) -> int:
    """Send what is owed to anybody, and return how many replies left. Harmless in many processes at once.

    Most replies have left before, with `send_replies_to`. Must not stand in a transaction.
    """
    clock = going_on_from(now)
    waiting = len(ChatReply.objects.first_in_line(now).values_list("pk")[: BATCH + 1])
    if waiting <= BATCH or settings.MESSAGE_SENDERS == 1:
        return _send(ChatReply.objects.all(), batch=BATCH, clock=clock) if waiting else 0

    share = partial(_send, ChatReply.objects.all(), batch=BATCH, clock=clock)
    return sum(in_threads([share] * settings.MESSAGE_SENDERS, name="replier"))


@transaction.atomic
def sweep_replies(*, now: datetime) -> None:
    """Owe again what was claimed by a sender that is lost, and close what comes too late to be an answer."""
    lost = ChatReply.objects.filter(state=State.SENDING, lease_until__lte=now)
    nobody_elses(lost).update(state=State.OWED, lease_until=None)
    late = ChatReply.objects.owed().filter(expires_at__lte=now)
    refused = Case(When(~Q(last_error=""), then=Value(State.FAILED)), default=Value(State.EXPIRED))
    nobody_elses(late).update(state=refused, text=None)


def forget_old_replies(*, now: datetime) -> int:
    """Delete the rows of replies that are long over; their words went when they were sent."""
    over = ChatReply.objects.exclude(state__in=(State.OWED, State.SENDING))
    return over.filter(created_at__lte=now - REPLIES_KEPT).delete()[0]


def forget_person(citizen: Citizen) -> None:
    """Delete what was to be said in the chats of a person, and that it was, with the account."""
    for contact in ZaloContact.objects.filter(citizen=citizen).order_by("pk"):
        ChatReply.objects.to_person(oa_id=contact.oa_id, uid=contact.uid).delete()


def _send(rows: ChatReplyQuerySet, *, batch: int, clock: Callable[[], datetime]) -> int:
    sent, until = 0, clock() + BUDGET
    while clock() < until:
        claimed = rows.claim(limit=batch, lease=LEASE, now=clock())
        if not claimed:
            break
        sent += sum(_say_safely(reply, clock) for reply in claimed)
    return sent


def _say_safely(reply: ChatReply, clock: Callable[[], datetime]) -> bool:
    """Keep a reply that trips over a bug of ours from holding up those of other people."""
    try:
        return _say(reply, clock)
    except DatabaseError:
        raise  # nothing can be written now: the leases bring the replies back
    except Exception as error:  # noqa: BLE001 - the sender's edge; only the class, the words may be personal
        log.error("Reply %s: %s", reply.pk, type(error).__name__)
        _write(reply, state=State.FAILED, text=None, last_error=f"bug {type(error).__name__}")
        return False


def _say(reply: ChatReply, clock: Callable[[], datetime]) -> bool:
    now = clock()
    if not ChatReply.objects.held(reply).filter(lease_until__gt=now, expires_at__gt=now).exists():
        return False  # it waited behind a slow call: the sweep brings it back, or closes it
    try:
        channels.say(oa_id=reply.oa_id, uid=reply.uid, text=reply.text or "", now=now)
    except ZaloError as error:
        _after(error, reply, clock())
        return False
    # Zalo's yes is the truth, even when the lease was lost while we waited for it.
    to_come = ChatReply.objects.filter(pk=reply.pk, state__in=(State.OWED, State.SENDING))
    to_come.update(state=State.SENT, sent_at=clock(), text=None, lease_until=None, last_error="")
    return True


def _after(error: ZaloError, reply: ChatReply, now: datetime) -> None:
    """Write down what an error means for a reply."""
    problem = f"CS {type(error).__name__} {error.code}"
    if isinstance(error, OutcomeUnknown):
        # It may have arrived: nobody tries again before the lease is over. That grows with each try, so that
        # a Zalo that takes replies and never answers fills nobody's phone.
        lease = doubled(LEASE, reply.attempts, at_most=LONGEST_LEASE)
        ChatReply.objects.held(reply).update(last_error=problem, lease_until=now + lease)
        return
    due_at = _again_at(error, reply, now)
    if due_at is not None and due_at < reply.expires_at:
        _write(reply, state=State.OWED, due_at=due_at, last_error=problem)
        return
    if isinstance(error, Bug):
        log.error("Zalo does not take reply %s: %s", reply.pk, problem)
    _write(reply, state=State.FAILED, text=None, last_error=problem)


def _again_at(error: ZaloError, reply: ChatReply, now: datetime) -> datetime | None:
    """Say when to try again after an error; None if that would not help."""
    again = again_at(error, attempts=reply.attempts, first=FIRST_PAUSE, longest=LONGEST_PAUSE, now=now)
    if again is None:
        return None
    is_late = again - reply.created_at > STILL_THERE
    return end_of_quiet_hours(again) if is_late and is_quiet(again) else again


def _write(reply: ChatReply, **changes: object) -> None:
    ChatReply.objects.held(reply).update(lease_until=None, **changes)
