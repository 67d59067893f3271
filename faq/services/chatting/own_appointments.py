"""Confirming, moving and cancelling one's own appointments in the chat.

A reminder asks with 1, 2, 3; a number answers the latest one, or the list that was shown after it. Nothing is
cancelled but by its code. Who has not signed in with this Zalo account is asked to prove who they are.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from booking.models import Appointment
from booking.services import appointments
from booking.services.chat import Asked, asked_in_chat, coming
from core.errors import DomainError, NotFound
from faq import words
from faq.models import OpenQuestion
from faq.services.chatting import mine, proving
from faq.services.chatting.listening import Answer, Heard, NewQuestion
from faq.typed import Act, Code, Command, Numbers, Word

WHICH_TO_CONFIRM = "which_to_confirm"
# A reminder is answered until its appointment begins, and this long.
ASKED_FOR = timedelta(hours=36)
# Zalo's clock and ours: a reminder may seem to have left a little after it was answered.
SKEW = timedelta(minutes=1)


def reply_to(heard: Heard) -> Answer | None:
    """Answer what is about the person's appointments; None for what is not."""
    typed = heard.typed
    if not isinstance(typed, Command | Code) and (heard.citizen is None or typed is None):
        return None
    if heard.citizen is None:
        return proving.ask(heard)
    match typed:
        case Code():
            return _about_code(heard, typed.code)
        case Command(code=None):
            return _about_all(heard, typed.act)
        case Command(code=str(code)):
            return _done_with(heard, typed.act, code)
        case _:
            return _about_what_was_asked(heard)


def asked(heard: Heard) -> list[Asked]:
    """The reminders that a number answers: those that left before it was typed, if no list is later."""
    if heard.citizen is None:
        return []
    since = heard.occurred_at - ASKED_FOR
    found = asked_in_chat(citizen=heard.citizen, oa_id=heard.oa_id, since=since, now=heard.now)
    found = [one for one in found if one.asked_at <= heard.occurred_at + SKEW]
    if heard.menu and all(one.asked_at <= _latest_of(heard.menu) for one in found):
        return []
    return found


def hint(heard: Heard) -> Answer | None:
    """What the numbers of the reminders mean, which were the last to ask; None if others were."""
    return Answer(texts=[words.answers_to_reminder()], keeps_menu=True) if asked(heard) else None


def _latest_of(menu: OpenQuestion) -> datetime:
    """The time of a list: never before the reminders that it came of, whatever the two clocks say."""
    reminded_at = menu.about.get("reminded_at") or menu.about.get("of", {}).get("reminded_at")
    return max(menu.asked_at, datetime.fromisoformat(reminded_at)) if reminded_at else menu.asked_at


def _about_what_was_asked(heard: Heard) -> Answer | None:
    reminded = asked(heard)
    if not reminded:
        return _picked(heard, heard.menu) if heard.menu and heard.menu.kind == WHICH_TO_CONFIRM else None
    match heard.typed:
        case Numbers(values=(1,)):
            return _about_these(heard, Act.CONFIRM, reminded)
        case Numbers(values=(2,)):
            return _about_these(heard, Act.MOVE, reminded)
        case Numbers(values=(3,)):
            return _about_these(heard, Act.CANCEL, reminded)
        case _:
            return None


def _about_these(heard: Heard, act: Act, reminded: Sequence[Asked]) -> Answer:
    """Answer an act that may be meant for any of these."""
    rows, reminded_at = [one.appointment for one in reminded], max(one.asked_at for one in reminded)
    if act == Act.CONFIRM:
        return _confirm_or_ask(heard, rows, reminded_at=reminded_at)
    if act == Act.MOVE:
        return mine.move_one_of(heard, rows, reminded_at=reminded_at.isoformat())
    return Answer(texts=[words.how_to_cancel(rows)])


def _confirm_or_ask(heard: Heard, rows: Sequence[Appointment], *, reminded_at: datetime) -> Answer:
    waiting = _unconfirmed(rows)
    if not waiting:
        return Answer(texts=[words.all_confirmed()])
    if len(waiting) == 1:
        return Answer(texts=_confirm(heard, waiting, left=0))
    about = {"codes": [one.code for one in waiting], "reminded_at": reminded_at.isoformat()}
    asks = NewQuestion(kind=WHICH_TO_CONFIRM, about=about)
    return Answer(texts=[words.which_to_confirm(waiting)], asks=asks)


def _picked(heard: Heard, menu: OpenQuestion) -> Answer | None:
    """Read what was picked from the list of those who may come; its numbers stay as they were shown."""
    codes: list[str] = menu.about["codes"]
    match heard.typed:
        case Word.BACK:
            return Answer(texts=[words.nothing_changed()])
        case Word.ALL:
            picked = codes
        case Numbers(values=values) if all(1 <= value <= len(codes) for value in values):
            picked = [codes[value - 1] for value in values]
        case Numbers():
            return Answer(texts=[words.not_in_list(len(codes))], keeps_menu=True)
        case _:
            return None
    listed = _coming(heard, codes)
    chosen = [appointment for appointment in listed if appointment.code in picked]
    if not chosen:
        return Answer(texts=[words.no_such_code()], keeps_menu=True)
    left = len(_unconfirmed(appointment for appointment in listed if appointment.code not in picked))
    asks = NewQuestion(kind=WHICH_TO_CONFIRM, about=menu.about) if left else None
    return Answer(texts=_confirm(heard, chosen, left=left), asks=asks)


def _about_code(heard: Heard, code: str) -> Answer:
    found = _coming(heard, [code])
    text = words.what_to_do_with(found[0]) if found else words.no_such_code()
    return Answer(texts=[text], keeps_menu=True)


def _about_all(heard: Heard, act: Act) -> Answer:
    """Answer an act without a code: of those that were reminded just now, else of the one that is shown, else
    of all that are to come.
    """
    meant, menu = asked(heard), heard.menu
    if not meant and menu and menu.kind == mine.ONE and _coming(heard, [menu.about["code"]]):
        return mine.pick_act(heard, [act.value], menu.about)
    meant = meant or [Asked(row, heard.occurred_at) for row in _coming(heard)]
    return _about_these(heard, act, meant) if meant else Answer(texts=[words.none_coming()])


def _done_with(heard: Heard, act: Act, code: str) -> Answer:
    """Do what was said with the one that was named; of another person's code nothing is known."""
    if act == Act.MOVE:
        return mine.do(heard, act, code)
    try:
        text = _confirm_one(heard, code) if act == Act.CONFIRM else _cancel_one(heard, code)
    except NotFound:
        text = words.no_such_code()
    except DomainError as refusal:
        text = str(refusal)
    return Answer(texts=[text], keeps_menu=True)


def _confirm_one(heard: Heard, code: str) -> str:
    done = appointments.confirm(code=code, citizen=heard.owner, now=heard.now)
    return words.confirmed([done], left=0)


def _cancel_one(heard: Heard, code: str) -> str:
    gone = appointments.cancel(code=code, citizen=heard.owner, is_told=True, now=heard.now)
    return words.cancelled(gone)


def _confirm(heard: Heard, chosen: Sequence[Appointment], *, left: int) -> list[str]:
    """Note that these people will come, and say so; in the order of the keys, as locks are taken."""
    done, refused = [], []
    for appointment in sorted(chosen, key=lambda row: row.pk):
        try:
            appointments.confirm(code=appointment.code, citizen=heard.owner, now=heard.now)
        except DomainError as refusal:
            refused.append(f"{appointment.code}: {refusal}")
        else:
            done.append(appointment)
    in_order = [appointment for appointment in chosen if appointment in done]
    return ([words.confirmed(in_order, left=left)] if in_order else []) + refused


def _unconfirmed(rows: Iterable[Appointment]) -> list[Appointment]:
    return [row for row in rows if row.status == Appointment.Status.BOOKED]


def _coming(heard: Heard, codes: Sequence[str] | None = None) -> list[Appointment]:
    return coming(citizen=heard.owner, codes=codes, now=heard.now)
