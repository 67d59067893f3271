"""The own appointments and registrations, and what can be done with one of them.

Nothing is given up by a number: an appointment is cancelled by HUY and its code, a registration, which has no
code, by HUY DANG KY while it alone is shown.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from accounts import services as accounts
from booking import reminders
from booking.errors import NotOpenYet, SlotClosed, SlotFull, TooLate, TooLateToMove
from booking.models import Appointment, Slot
from booking.services import appointments, registrations
from booking.services.availability import Company
from booking.services.chat import Waiting, coming, page_to_move, waiting
from core.errors import DomainError
from dossiers.services.visits import PapersToBring
from faq import words, words_of_places
from faq.services.chatting import proving
from faq.services.chatting.hours import HourLists, Search
from faq.services.chatting.listening import About, Answer, Heard, Menu, NewQuestion, way_back_of
from faq.services.chatting.paging import page_of
from faq.typed import Act, Word, plain_words

MINE, ONE, WISH, WHICH_TO_MOVE = "mine", "my_appointment", "my_wish", "which_to_move"
SURE = "move_sure"
_AGREED = frozenset(["dong y", "ok", "oke", "dong y lay so", "dong y dang ky", "dong y doi gio"])
_HOUR_IS_GONE = (SlotFull, SlotClosed, TooLate, NotOpenYet)


def reply_to(heard: Heard) -> Answer | None:
    """Lead who wants to take a registration back, without having one before them, to the list of them."""
    return Answer(goes_to=NewQuestion(kind=MINE)) if heard.typed is Word.WITHDRAW else None


def show(heard: Heard, about: About) -> Answer:
    if heard.citizen is None:
        return proving.ask(heard)
    rows = coming(citizen=heard.citizen, now=heard.now)
    wishes = waiting(citizen=heard.citizen, now=heard.now)
    if not rows and not wishes:
        return Answer(texts=[words_of_places.none_yours(heard.agency)], keeps_menu=True)
    both: list[Appointment | Waiting] = [*rows, *wishes]
    page = page_of(both, start=about.get("start", 0))
    leads = [_lead_to(one) for one in page.shown]
    asks = NewQuestion(
        kind=MINE, about={"leads": leads, "more_from": page.more_from}, back=way_back_of(about)
    )
    return Answer(texts=[words_of_places.these_are_yours(page)], asks=asks)


def _lead_to(one: Appointment | Waiting) -> dict[str, Any]:
    if isinstance(one, Appointment):
        return {"kind": ONE, "about": {"code": one.code}}
    return {"kind": WISH, "about": {"wish": str(one.registration.public_id)}}


def pick(_heard: Heard, numbers: Sequence[int], about: About) -> Answer:
    leads, more_from = about["leads"], about["more_from"]
    size = len(leads) + (more_from is not None)
    if len(numbers) > 1 or not 1 <= numbers[0] <= size:
        return Answer(texts=[words.not_in_menu(size)], keeps_menu=True)
    back = NewQuestion(kind=MINE, back=way_back_of(about))
    if numbers[0] > len(leads):
        return Answer(goes_to=NewQuestion(kind=MINE, about={"start": more_from}, back=back))
    return Answer(goes_to=NewQuestion(**leads[numbers[0] - 1], back=back))


# --- One appointment ------------------------------------------------------------------------------


def show_one(heard: Heard, about: About) -> Answer:
    row = _own(heard, about["code"])
    if isinstance(row, Answer):
        return row
    said = words_of_places.this_one(
        row,
        papers=reminders.say_to_bring(reminders.to_bring(row, papers=PapersToBring())),
        takes_messages=accounts.takes_messages(citizen=heard.owner),
    )
    asks = NewQuestion(kind=ONE, about={"code": row.code}, back=way_back_of(about))
    return Answer(texts=[said], asks=asks)


def pick_act(heard: Heard, numbers: Sequence[int], about: About) -> Answer:
    if len(numbers) > 1 or not 1 <= numbers[0] <= len(Act):
        return Answer(texts=[words.not_in_menu(len(Act))], keeps_menu=True)
    return do(heard, Act(numbers[0]), about["code"], back=_here(ONE, about, "code"))


def do(
    heard: Heard, act: Act, code: str, *, back: NewQuestion | None = None, reminded_at: str = ""
) -> Answer:
    """What was chosen for one appointment: it is confirmed; the hours to move it to, or how to cancel it,
    are shown. `reminded_at` is the time of the reminder that was answered, if one was.
    """
    row = _own(heard, code)
    if isinstance(row, Answer):
        return row
    if act == Act.CANCEL:
        return Answer(texts=[words.how_to_cancel([row])], keeps_menu=True)
    if act == Act.MOVE:
        of = {"code": code, "reminded_at": reminded_at}
        return Answer(goes_to=NewQuestion(kind=HOURS.hours, about={"of": of}, back=back))
    try:
        done = appointments.confirm(code=code, citizen=heard.owner, now=heard.now)
    except DomainError as refusal:
        return Answer(texts=[str(refusal)], keeps_menu=True)
    return Answer(texts=[words.confirmed([done], left=0)], keeps_menu=True)


def _own(heard: Heard, code: str) -> Appointment | Answer:
    """The person's appointment that is still to come; or what is said where there is none."""
    if heard.citizen is None:
        return proving.ask(heard)
    found = coming(citizen=heard.citizen, codes=[code], now=heard.now)
    return found[0] if found else Answer(texts=[words.no_such_code()])


def _here(kind: str, about: About, *keep: str) -> NewQuestion:
    return NewQuestion(kind=kind, about={name: about[name] for name in keep}, back=way_back_of(about))


# --- Another hour ---------------------------------------------------------------------------------


def move_one_of(heard: Heard, rows: Sequence[Appointment], *, reminded_at: str) -> Answer:
    """The hours to move the only one to; which one, where they are several."""
    codes = [row.code for row in rows]
    if len(codes) == 1:
        return do(heard, Act.MOVE, codes[0], reminded_at=reminded_at)
    about = {"codes": codes, "reminded_at": reminded_at}
    return Answer(goes_to=NewQuestion(kind=WHICH_TO_MOVE, about=about))


def show_which(heard: Heard, about: About) -> Answer:
    """Which of several is moved."""
    if heard.citizen is None:
        return proving.ask(heard)
    rows = coming(citizen=heard.citizen, codes=about["codes"], now=heard.now)
    if not rows:
        return Answer(texts=[words.none_coming()])
    shown = {"codes": [row.code for row in rows], "reminded_at": about["reminded_at"]}
    asks = NewQuestion(kind=WHICH_TO_MOVE, about=shown, back=way_back_of(about))
    return Answer(texts=[words_of_places.which_to_move(rows)], asks=asks)


def pick_which(heard: Heard, numbers: Sequence[int], about: About) -> Answer:
    codes: Sequence[str] = about["codes"]
    if len(numbers) > 1 or not 1 <= numbers[0] <= len(codes):
        return Answer(texts=[words.not_in_menu(len(codes))], keeps_menu=True)
    back = _here(WHICH_TO_MOVE, about, "codes", "reminded_at")
    return do(heard, Act.MOVE, codes[numbers[0] - 1], back=back, reminded_at=about["reminded_at"])


def _search(heard: Heard, of: Any) -> Search | Answer:
    row = _own(heard, of["code"])
    if isinstance(row, Answer):
        return row
    try:
        appointments.refuse_to_move(row, now=heard.now)
    except DomainError as refusal:
        return Answer(texts=[str(refusal)], keeps_menu=True)
    return Search(
        row.day.site.agency,
        Company([row.places], [row.person.ward]),
        words_of_places.move_for(row),
        page=page_to_move(row),
        but=row.slot,
    )


HOURS = HourLists(hours="move_hour", days="move_day", then=SURE, find=_search)


def show_sure(heard: Heard, about: About) -> Answer:
    row = _own(heard, about["of"]["code"])
    if isinstance(row, Answer):
        return row
    slot = Slot.objects.select_related("day__site").filter(public_id=about["slot"]).first()
    if slot is None:
        return Answer(goes_to=HOURS.anew(about))
    asks = _here(SURE, about, "of", "slot")
    return Answer(texts=[words_of_places.sure_to_move(row, slot)], asks=asks)


def pick_sure(heard: Heard, numbers: Sequence[int], about: About) -> Answer:
    if list(numbers) != [1]:
        return Answer(texts=[words.not_in_menu(1)], keeps_menu=True)
    row = _own(heard, about["of"]["code"])
    if isinstance(row, Answer):
        return row
    try:
        moved = appointments.reschedule(
            code=row.code, slot_id=UUID(about["slot"]), citizen=heard.owner, is_told=True, now=heard.now
        )
    except DomainError as refusal:
        may_pick_another = isinstance(refusal, _HOUR_IS_GONE) and not isinstance(refusal, TooLateToMove)
        return Answer(texts=[str(refusal)], goes_to=HOURS.anew(about) if may_pick_another else None)
    takes_messages = accounts.takes_messages(citizen=heard.owner)
    return Answer(texts=[words_of_places.moved(moved, takes_messages=takes_messages)])


def agrees(heard: Heard) -> bool:
    """Whether somebody says in words that they agree to what is shown."""
    return plain_words(heard.text) in _AGREED


def hear_sure(heard: Heard, about: About) -> Answer | None:
    return pick_sure(heard, (1,), about) if agrees(heard) else None


# --- One registration -----------------------------------------------------------------------------


def show_wish(heard: Heard, about: About) -> Answer:
    wish = _own_wish(heard, about["wish"])
    if isinstance(wish, Answer):
        return wish
    said = words_of_places.this_wish(wish, takes_messages=accounts.takes_messages(citizen=heard.owner))
    return Answer(texts=[said], asks=_here(WISH, about, "wish"))


def pick_nothing(heard: Heard, _numbers: Sequence[int], about: About) -> Answer:
    """No number takes a registration back: it is shown again, with the words that do."""
    return show_wish(heard, about)


def hear_of_wish(heard: Heard, about: About) -> Answer | None:
    """Take back the registration that is shown."""
    if heard.typed is not Word.WITHDRAW:
        return None
    wish = _own_wish(heard, about["wish"])
    if isinstance(wish, Answer):
        return wish
    try:
        registrations.withdraw(public_id=wish.registration.public_id, citizen=heard.owner, now=heard.now)
    except DomainError as refusal:
        return Answer(texts=[str(refusal)])
    return Answer(texts=[words_of_places.withdrawn(wish)])


def _own_wish(heard: Heard, public_id: str) -> Waiting | Answer:
    if heard.citizen is None:
        return proving.ask(heard)
    wishes = waiting(citizen=heard.citizen, now=heard.now)
    found = (wish for wish in wishes if str(wish.registration.public_id) == public_id)
    return next(found, None) or Answer(goes_to=NewQuestion(kind=MINE))


MENUS: dict[str, Menu] = {
    MINE: Menu(show, pick),
    ONE: Menu(show_one, pick_act),
    WHICH_TO_MOVE: Menu(show_which, pick_which),
    WISH: Menu(show_wish, pick_nothing, hear_of_wish),
    **HOURS.menus(),
    SURE: Menu(show_sure, pick_sure, hear_sure),
}
