"""One text of a citizen becomes the portal's answer: understood, done, remembered and owed together."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from accounts import services as accounts
from agencies.models import Agency
from booking.services.directory import sites_of, usual_hours
from core.templatetags.words import phone as say_phone
from faq import words
from faq.models import Conversation, Turn
from faq.services import humans, lists, menus, own_appointments, questions, schedules
from faq.services.listening import SIX_DIGITS, Answer, Heard
from faq.typed import understand
from notifications.services import owe_replies

# Who may answer, in turn; the first who has an answer gives it.
SPEAKERS: tuple[Callable[[Heard], Answer | None], ...] = (
    *humans.SPEAKERS,
    own_appointments.reply_to,
    *menus.SPEAKERS,
    lists.reply_to,
    schedules.reply_to,
    questions.reply_to,
)
MENU_OPEN_FOR = timedelta(minutes=30)
# To somebody who talks on, what may be typed is said once in this time, and never about what is long past.
HINT_AGAIN_AFTER = timedelta(minutes=10)
WORTH_A_HINT = timedelta(minutes=15)


@transaction.atomic
def answer(*, oa_id: str, uid: str, event_key: str, text: str, occurred_at: datetime, now: datetime) -> int:
    """Answer one text, and return how many replies are owed for it: none while a human talks there, none to
    an event that was answered before.

    Whoever answers the same person waits for the conversation's row, so that what is asked and answered has
    one order. The text is forgotten.
    """
    conversation = _hold(oa_id=oa_id, uid=uid)
    if not _is_first_time(conversation, event_key, now=now):
        return 0
    conversation.heard_at = max(conversation.heard_at or occurred_at, occurred_at)
    heard = _heard(conversation, text, occurred_at=occurred_at, now=now)
    if conversation.is_paused(occurred_at):
        reply = lists.followed(humans.in_pause(heard, conversation.pause), heard)
    else:
        reply = humans.after_pause(_reply_to(conversation, heard), heard, conversation.pause)
    _remember(conversation, reply, occurred_at=occurred_at)
    return owe_replies(oa_id=oa_id, uid=uid, event_key=event_key, texts=reply.texts, now=now)


def _hold(*, oa_id: str, uid: str) -> Conversation:
    """The conversation's row, locked until the transaction ends."""
    Conversation.objects.get_or_create(oa_id=oa_id, uid=uid)
    locked = Conversation.objects.select_for_update(of=("self",), no_key=True)
    return locked.get(oa_id=oa_id, uid=uid)


def _is_first_time(conversation: Conversation, event_key: str, *, now: datetime) -> bool:
    """Take the turn of an event; false if somebody has had it."""
    facts = {"conversation": conversation, "answered_at": now}
    return Turn.objects.get_or_create(event_key=event_key, defaults=facts)[1]


def _heard(conversation: Conversation, text: str, *, occurred_at: datetime, now: datetime) -> Heard:
    oa_id, uid = conversation.oa_id, conversation.uid
    known = accounts.citizen_behind(oa_id=oa_id, uid=uid)
    menu = conversation.question(occurred_at)
    return Heard(
        oa_id=oa_id,
        uid=uid,
        agency=Agency.objects.filter(oa_id=oa_id, is_active=True).order_by("pk").first(),
        citizen=known or conversation.proved(occurred_at),
        text=text,
        typed=understand(text),
        menu=menu,
        awaits_code=menu is not None and menu.kind == SIX_DIGITS,
        waits_since=conversation.human_wanted_at,
        occurred_at=occurred_at,
        now=now,
    )


def _reply_to(conversation: Conversation, heard: Heard) -> Answer:
    for speaker in SPEAKERS:
        reply = speaker(heard)
        if reply is not None:
            return lists.followed(reply, heard)
    return _hint(conversation, heard)


def _hint(conversation: Conversation, heard: Heard) -> Answer:
    """Say what may be typed, unless that was said just now: people talk to humans here as well."""
    said = conversation.hinted_at
    just_said = said is not None and abs(heard.occurred_at - said) < HINT_AGAIN_AFTER
    if just_said or heard.now - heard.occurred_at > WORTH_A_HINT:
        return Answer(texts=[], keeps_menu=True)
    conversation.hinted_at = heard.occurred_at
    said_now = words.what_can_be_typed(
        is_linked=heard.citizen is not None,
        is_asked=bool(own_appointments.asked(heard)),
        office=_office(heard),
    )
    return Answer(texts=[said_now], keeps_menu=True)


def _office(heard: Heard) -> str:
    """Where a human is to be had; empty for an Official Account that is of no agency."""
    agency = heard.agency
    if agency is None:
        return ""
    site = sites_of(agency, now=heard.now).first()
    hours = [f"{week.days} {week.hours}" for week in usual_hours(site, now=heard.now)] if site else []
    return words.office_in_words(hotline=say_phone(agency.hotline), hours="; ".join(hours))


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
    for name, value in reply.changes.items():
        setattr(conversation, name, value)
    conversation.save(
        update_fields=[
            *("question_kind", "question_about", "asked_at", "question_expires_at"),
            *("hinted_at", "heard_at", *reply.changes),
        ]
    )
