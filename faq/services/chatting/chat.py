"""What somebody did in a chat becomes the portal's answer: understood, done, remembered and owed together."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from accounts import services as accounts
from agencies.models import Agency
from faq.models import Conversation, Turn
from faq.private import clear
from faq.services.chatting import (
    humans,
    lists,
    manners,
    menus,
    mine,
    news,
    own_appointments,
    questions,
    schedules,
    warning,
)
from faq.services.chatting.listening import SILENCE, SIX_DIGITS, Answer, Heard
from faq.typed import understand
from notifications.services import owe_replies

# Who may answer, in turn; the first who has an answer gives it.
SPEAKERS: tuple[Callable[[Heard], Answer | None], ...] = (
    *humans.SPEAKERS,
    questions.urgent,
    own_appointments.reply_to,
    menus.entry_named,
    news.reply_to,
    lists.reply_to,
    mine.reply_to,
    manners.reply_to,
    schedules.reply_to,
    questions.reply_to,
)
MENU_OPEN_FOR = timedelta(minutes=30)
# A hint, or a warning, is given once in this time, and no hint about what is long past.
AGAIN_AFTER = timedelta(minutes=10)
WORTH_A_HINT = timedelta(minutes=15)


@transaction.atomic
def answer(
    *, oa_id: str, uid: str, event_key: str, text: str, sent: str = "", occurred_at: datetime, now: datetime
) -> int:
    """Answer what somebody wrote, and return how many replies are owed for it: none while a human talks
    there, none to an event that was answered before.

    `sent` is the kind of what came with the text or instead of it: `image`, `file`, `audio`, …; nobody looks
    at it. Whoever answers the same person waits for the conversation's row, so that what is asked and
    answered has one order. The text is forgotten.
    """
    conversation = _hold(oa_id=oa_id, uid=uid)
    if not _is_first_time(conversation, event_key, now=now):
        return 0
    heard = _heard(conversation, text, occurred_at=occurred_at, now=now)
    if conversation.is_paused(occurred_at):
        reply = lists.followed(humans.in_pause(heard, conversation.pause), heard)
    else:
        reply = humans.after_pause(_reply_to(conversation, heard, sent=sent), heard, conversation.pause)
    _remember(conversation, reply, occurred_at=occurred_at)
    return owe_replies(oa_id=oa_id, uid=uid, event_key=event_key, texts=reply.texts, now=now)


@transaction.atomic
def greet(*, oa_id: str, uid: str, event_key: str, occurred_at: datetime, now: datetime) -> int:
    """Show the first list to somebody who has begun to follow the Official Account, or opened its chat, and
    return how many replies are owed for it: none to an event that was answered before.
    """
    conversation = _hold(oa_id=oa_id, uid=uid)
    if not _is_first_time(conversation, event_key, now=now):
        return 0
    reply = SILENCE
    if not conversation.is_paused(occurred_at):
        heard = _heard(conversation, "", occurred_at=occurred_at, now=now)
        reply = lists.followed(_unless_said(conversation, menus.greeting(), heard), heard)
    _remember(conversation, reply, occurred_at=occurred_at)
    return owe_replies(oa_id=oa_id, uid=uid, event_key=event_key, texts=reply.texts, now=now)


def _hold(*, oa_id: str, uid: str) -> Conversation:
    """The conversation's row, locked until the transaction ends."""
    locked = Conversation.objects.select_for_update(of=("self",), no_key=True).of(oa_id=oa_id, uid=uid)
    found = locked.first()
    if found is not None:
        return found
    Conversation.objects.get_or_create(oa_id=oa_id, uid=uid)
    return locked.get()


def _is_first_time(conversation: Conversation, event_key: str, *, now: datetime) -> bool:
    """Take the turn of an event; false if somebody has had it."""
    facts = {"conversation": conversation, "answered_at": now}
    return Turn.objects.get_or_create(event_key=event_key, defaults=facts)[1]


def _heard(conversation: Conversation, text: str, *, occurred_at: datetime, now: datetime) -> Heard:
    oa_id, uid = conversation.oa_id, conversation.uid
    known = accounts.citizen_behind(oa_id=oa_id, uid=uid)
    menu = conversation.question(occurred_at)
    awaits_code = menu is not None and menu.kind == SIX_DIGITS
    cleared = clear(text, awaits_code=awaits_code)
    return Heard(
        oa_id=oa_id,
        uid=uid,
        agency=Agency.objects.filter(oa_id=oa_id, is_active=True).order_by("pk").first(),
        citizen=known or conversation.proved(occurred_at),
        text=cleared.text,
        secrets=cleared.found,
        # A command is understood only if every word of it is.
        typed=None if cleared.found else understand(cleared.text),
        menu=menu,
        menu_is_over=conversation.question_is_over(occurred_at),
        awaits_code=awaits_code,
        waits_since=conversation.human_wanted_at,
        occurred_at=occurred_at,
        now=now,
    )


def _reply_to(conversation: Conversation, heard: Heard, *, sent: str) -> Answer:
    reply = _first_answer(heard) if heard.text else SILENCE
    warned = warning.of(heard, sent=sent)
    if not warned:
        return lists.followed(_unless_said(conversation, reply, heard), heard)
    reply = SILENCE if reply.is_hint else lists.followed(reply, heard)
    if _was_lately(conversation.warned_at, heard):
        return reply
    conversation.warned_at = heard.occurred_at
    return replace(reply, texts=[warned, *reply.texts])


def _first_answer(heard: Heard) -> Answer:
    for speaker in SPEAKERS:
        reply = speaker(heard)
        if reply is not None:
            return reply
    return menus.greeting() if heard.agency else menus.of_no_office(heard)


def _unless_said(conversation: Conversation, reply: Answer, heard: Heard) -> Answer:
    """The answer, unless it is a hint and that was given just now. Reminders keep their numbers: whoever was
    reminded reads what these mean, and no list.
    """
    if not reply.is_hint:
        return reply
    hint = own_appointments.hint(heard) or reply
    said_at = conversation.hinted_at if hint.texts else menus.shown_at(heard)
    if heard.now - heard.occurred_at > WORTH_A_HINT:
        return SILENCE
    if _was_lately(said_at, heard):
        return Answer(texts=[reply.again], keeps_menu=True) if reply.again else SILENCE
    if hint.texts:
        conversation.hinted_at = heard.occurred_at
    return hint


def _was_lately(said_at: datetime | None, heard: Heard) -> bool:
    return said_at is not None and abs(heard.occurred_at - said_at) < AGAIN_AFTER


def _remember(conversation: Conversation, reply: Answer, *, occurred_at: datetime) -> None:
    is_late = conversation.asked_at is not None and occurred_at < conversation.asked_at
    if reply.asks is not None:
        # What was shown last is what is open, even if the text that it answers came late.
        asked_at = max(conversation.asked_at or occurred_at, occurred_at)
        conversation.question_kind, conversation.question_about = reply.asks.kind, reply.asks.stored()
        conversation.asked_at, conversation.question_expires_at = asked_at, asked_at + MENU_OPEN_FOR
    elif not (reply.keeps_menu or is_late):
        conversation.question_kind, conversation.question_about = "", {}
        conversation.asked_at = conversation.question_expires_at = None
    elif reply.texts and conversation.question(occurred_at):
        # Whoever reads an answer has not done with the list.
        conversation.question_expires_at = occurred_at + MENU_OPEN_FOR
    if conversation.challenge is None:
        conversation.code_wanted_for = None  # what was not sent in its time is sent no more
    for name, value in reply.changes.items():
        setattr(conversation, name, value)
    conversation.heard_at = max(conversation.heard_at or occurred_at, occurred_at)
    conversation.save(
        update_fields=[
            *("question_kind", "question_about", "asked_at", "question_expires_at"),
            *("hinted_at", "warned_at", "heard_at", "code_wanted_for", *reply.changes),
        ]
    )
