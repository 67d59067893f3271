"""What goes wrong at Zalo on the evening before, and how far the office keeps its promise."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from django.test import override_settings
from django.utils import timezone

from accounts.models import ZaloContact
from bench.fault_office import Office, Row, office
from booking.models import Appointment
from core.time import at
from notifications.models import Message, State
from zalo.models import StoredEvent
from zalo.sandbox.testing import Sandbox

A_TOKEN_LIVES = 0.3  # seconds
# Of 2,000 messages come 2,000 receipts; with these 3,500 events, and 1,500 of all come twice.
FLIPS_TO_A_MESSAGE, DUPLICATES_TO_A_MESSAGE = 0.75, 0.75


def refused(sandbox: Sandbox, size: int) -> Row:
    """Zalo refuses one of five sends: too many, come again."""
    at_work = office(sandbox, size)
    sandbox.faults(fail_rate=0.2, error=-32)
    at_work.let_time_pass(_noon(at_work))
    return at_work.row("20 % of sends refused (-32)")


def unanswered(sandbox: Sandbox, size: int) -> Row:
    """Zalo takes one of twenty messages without our hearing of it."""
    at_work = office(sandbox, size)
    sandbox.faults(timeout_rate=0.05)
    at_work.let_time_pass(_noon(at_work))
    return at_work.row("5 % time out after acceptance")


def unanswered_without_receipts(sandbox: Sandbox, size: int) -> Row:
    """The same, and no receipt tells what the time-out did not: everybody is called."""
    at_work = office(sandbox, size)
    sandbox.faults(timeout_rate=0.05, drop_receipts=True)
    at_work.let_time_pass(_noon(at_work))
    return at_work.row("the same, and no receipts at all")


def dying_tokens(sandbox: Sandbox, size: int) -> Row:
    """The Official Account's token dies again and again while messages leave."""
    at_work = office(sandbox, size)
    with _in_the_background(lambda: sandbox.faults(expire_oa_token=True)) as deaths:
        at_work.let_time_pass(_noon(at_work))
    row = at_work.row("tokens die every 0.3 s")
    if not 0 < sandbox.refreshes(at_work.oa_id) <= len(deaths):
        row.broken.append("refreshed never, or more often than a token died")
    return row


def quota_reached(sandbox: Sandbox, size: int) -> Row:
    """Only half of the template messages may leave today, and of the rest half tomorrow."""
    at_work = office(sandbox, size)
    templates = size // 2  # the other people are written to in the chat
    sandbox.faults(quota=templates // 2)
    at_work.let_time_pass(at(at_work.day.date, time(6, 59)))
    sandbox.faults(quota=templates // 4)
    at_work.let_time_pass(_noon(at_work))
    row = at_work.row("quota reached half-way, and again next morning")
    if row.to_be_called != templates - templates // 2 - templates // 4:
        row.broken.append(f"{row.to_be_called} are to be called")
    return row


def night(sandbox: Sandbox, size: int) -> Row:
    """Zalo is away until our quiet hours begin; with these switched off, it refuses templates by itself."""
    early = size // 20
    at_work = office(sandbox, size, early=early)
    evening = at_work.now.date()
    at_work.now = at(evening, time(20, 59))
    sandbox.faults(fail_rate=1.0, error=-32)
    at_work.let_time_pass(at(evening, time(21, 30)))
    sandbox.faults(night=True)
    with override_settings(QUIET_HOURS=False):
        at_work.let_time_pass(at(evening, time(22, 30)))
    sent = {message["channel"] for message in sandbox.messages(oa_id=at_work.oa_id)}
    sandbox.faults()
    at_work.let_time_pass(_noon(at_work))
    row = at_work.row("away until night; Zalo's own night; some come early")
    if row.to_be_called != early // 2:  # the others were told in the chat, which has no night
        row.broken.append(f"{row.to_be_called} are to be called")
    if sent != {"cs"}:
        row.broken.append("templates left in the night")
    return row


def webhooks(sandbox: Sandbox, size: int) -> Row:
    """Receipts, follows and unfollows, some told twice and all in any order."""
    at_work = office(sandbox, size)
    at_work.let_time_pass(at_work.now + timedelta(minutes=30), receipts=False)
    letters = sandbox.events()
    follows = _flip(at_work, int(size * FLIPS_TO_A_MESSAGE))
    letters += sandbox.events()
    known = {raw for raw, _ in letters}
    chance = random.Random(5)
    letters += chance.sample(letters, int(size * DUPLICATES_TO_A_MESSAGE))
    chance.shuffle(letters)
    before = StoredEvent.objects.count()
    for share in range(10):  # handled in between, so that some come when later ones are done
        at_work.tell(letters[share::10])
    row = at_work.row(f"{len(letters):,} webhooks, doubled and shuffled")
    if StoredEvent.objects.count() - before != len(known):
        row.broken.append("an event is stored twice, or not at all")
    if StoredEvent.objects.unfinished().exists() or StoredEvent.objects.filter(state="FAILED").exists():
        row.broken.append("an event was not handled")
    row.broken.extend(_wrong_follows(at_work, follows))
    return row


def _noon(at_work: Office) -> datetime:
    return at(at_work.day.date, time(12, 0))


def _flip(at_work: Office, times: int) -> dict[str, bool]:
    """Let people leave the Official Account and come back; gives how it ended for each, by their id there."""
    followers = [person for person in at_work.people.values() if at_work.oa_id in person.follows]
    ended = dict[str, bool]()
    began = timezone.now() - timedelta(minutes=100)
    for n in range(times):
        person = followers[n % len(followers)]
        follows = at_work.oa_id not in person.follows
        at_work.sandbox.clock(began + timedelta(seconds=n), stands=True, with_events=True)
        at_work.sandbox.event(
            "follow" if follows else "unfollow", oa_id=at_work.oa_id, user_id=person.user_id
        )
        ended[at_work.sandbox.world.uid(person, at_work.oa_id)] = follows
    at_work.sandbox.clock()
    return ended


def _wrong_follows(at_work: Office, ended: dict[str, bool]) -> list[str]:
    contacts = ZaloContact.objects.filter(oa_id=at_work.oa_id, uid__in=ended)
    known = dict(contacts.values_list("uid", "follows"))
    return [f"believed to follow: {known.get(uid)}" for uid in ended if known.get(uid) != ended[uid]]


@contextmanager
def _in_the_background(do: Callable[[], object]) -> Iterator[list[object]]:
    done, over = list[object](), threading.Event()

    def again_and_again() -> None:
        while not over.wait(A_TOKEN_LIVES):
            done.append(do())

    thread = threading.Thread(target=again_and_again, daemon=True)
    thread.start()
    try:
        yield done
    finally:
        over.set()
        thread.join()


SCENARIOS = (
    refused,
    unanswered,
    unanswered_without_receipts,
    dying_tokens,
    quota_reached,
    night,
    webhooks,
)


# --- Controls: an office that breaks its promise, and must be seen to ---------------------------------


def sent_twice(sandbox: Sandbox) -> Row:
    """One message is sent again although Zalo has said that it took it."""
    at_work = office(sandbox, 10)
    at_work.let_time_pass(_noon(at_work), receipts=False)
    one = Message.objects.filter(agency=at_work.day.site.agency).first()
    Message.objects.filter(pk=one.pk).update(state=State.OWED, sent_at=None)
    at_work.let_time_pass(_noon(at_work))
    return at_work.row("control: sent twice")


def never_sent(sandbox: Sandbox) -> Row:
    """One message is said to be delivered, and was never sent."""
    at_work = office(sandbox, 10)
    one = Message.objects.filter(agency=at_work.day.site.agency).first()
    told = {"state": State.DELIVERED, "sent_at": at_work.now, "delivered_at": at_work.now}
    Message.objects.filter(pk=one.pk).update(**told)
    at_work.let_time_pass(_noon(at_work))
    return at_work.row("control: never sent")


def forgotten(sandbox: Sandbox) -> Row:
    """Nobody is told, and one of them is missing from the list of those to be called."""
    at_work = office(sandbox, 10)
    sandbox.faults(quota=0)
    at_work.let_time_pass(_noon(at_work))
    untold = Message.objects.filter(agency=at_work.day.site.agency).exclude(state=State.DELIVERED).first()
    Appointment.objects.filter(code=untold.about).update(status=Appointment.Status.NO_SHOW)
    return at_work.row("control: forgotten")


CONTROLS = (
    (sent_twice, "came 2 times, with 0 tries unanswered"),
    (never_sent, "said to be delivered, and Zalo never had it"),
    (forgotten, "FAILED, and nobody calls"),
)
