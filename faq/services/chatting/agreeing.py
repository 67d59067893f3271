"""The last look before a place is taken in the chat, what is agreed to by one number, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from accounts import services as accounts
from accounts.models import Citizen
from accounts.notice import CURRENT_NOTICE
from accounts.relations import Relation
from agencies.models import Agency
from booking.errors import (
    AlreadyBooked,
    NotEligible,
    NotOpenYet,
    SlotClosed,
    SlotFull,
    TooLate,
    TooManyLive,
    TooManyPeople,
)
from booking.models import Slot
from booking.services import appointments, known, registrations
from booking.services.chat import page_to_book, waiting
from booking.services.known import Known
from booking.services.people import Accepted, Party
from core.errors import DomainError
from faq import words, words_of_places
from faq.services.chatting import proving
from faq.services.chatting.hours import HourLists, Search
from faq.services.chatting.listening import About, Answer, Heard, Menu, NewQuestion, way_back_of
from faq.services.chatting.mine import MINE, agrees

TAKE, SURE, SURE_OF_WISH = "take", "take_sure", "wish_sure"
_HOUR_IS_GONE = (SlotFull, SlotClosed, TooLate, NotOpenYet, NotEligible)


@dataclass(frozen=True)
class Chosen:
    """Those for whom a place is taken, by whom, and where."""

    citizen: Citizen
    agency: Agency
    people: Sequence[Known]

    def party(self, *, notice: str) -> Party:
        """With all that the one number agrees to: the notice that was shown, and speaking for the others."""
        accepted = Accepted(
            notice=notice, on_behalf=any(one.relation != Relation.SELF for one in self.people)
        )
        return Party(citizen=self.citizen, people=[one.person for one in self.people], accepted=accepted)

    @property
    def ward(self) -> str:
        """Where they live, if that is one ward."""
        wards = {one.person.ward for one in self.people}
        return wards.pop() if len(wards) == 1 else ""


def chosen(heard: Heard, of: Any) -> Chosen | Answer:
    """Those whom a list is about; or what is said where one of them is not known any more."""
    if heard.agency is None or heard.citizen is None:
        return proving.ask(heard)
    people = known.named_to(heard.citizen, of["people"], agency=heard.agency, now=heard.now)
    if len(people) != len(of["people"]):
        return Answer(texts=[words_of_places.people_changed()], goes_to=NewQuestion(kind=TAKE))
    return Chosen(heard.citizen, heard.agency, people)


def _search(heard: Heard, of: Any) -> Search | Answer:
    party = chosen(heard, of)
    if isinstance(party, Answer):
        return party
    return Search(
        party.agency,
        known.company_of(party.people),
        words_of_places.take_for(party.people),
        page=page_to_book(party.agency),
        foot=words_of_places.for_others(party.agency) if of["is_only"] else "",
    )


HOURS = HourLists(hours="take_hour", days="take_day", then=SURE, find=_search)


def show_sure(heard: Heard, about: About) -> Answer:
    """Who, when, where, what to bring, and what the number agrees to."""
    party = chosen(heard, about["of"])
    if isinstance(party, Answer):
        return party
    slot = Slot.objects.select_related("day__site").filter(public_id=about["slot"]).first()
    if slot is None:
        return Answer(goes_to=HOURS.anew(about))
    entries = _entries(party)
    said = words_of_places.sure_to_take(
        known.papers_of(party.people, agency=party.agency),
        slot,
        together=about["together"],
        entries=entries,
    )
    return _asking(said, SURE, about, keep=("of", "slot", "together"), size=len(entries))


def pick_sure(heard: Heard, numbers: Sequence[int], about: About) -> Answer:
    """Take the places, all or none, and say the numbers."""
    party = _agreed(heard, numbers, SURE, about)
    if isinstance(party, Answer):
        return party
    try:
        with transaction.atomic():
            booked = appointments.book(
                slot_id=about["slot"],
                party=party.party(notice=about["notice"]),
                together=about["together"],
                is_told=True,
                now=heard.now,
            )
            takes_messages = _choose_messages(party, numbers[0], about, heard)
    except DomainError as refusal:
        return _refused(party, about, refusal)
    return Answer(texts=[words_of_places.taken(booked.appointments, takes_messages=takes_messages)])


def show_sure_of_wish(heard: Heard, about: About) -> Answer:
    """Who, on which days, and what the number agrees to."""
    party = chosen(heard, about["of"])
    if isinstance(party, Answer):
        return party
    entries = _entries(party)
    said = words_of_places.sure_to_register(
        known.papers_of(party.people, agency=party.agency), *_range(about), entries=entries
    )
    return _asking(said, SURE_OF_WISH, about, keep=("of", "first", "last"), size=len(entries))


def pick_sure_of_wish(heard: Heard, numbers: Sequence[int], about: About) -> Answer:
    """Register the wish, and say when its place is told."""
    party = _agreed(heard, numbers, SURE_OF_WISH, about)
    if isinstance(party, Answer):
        return party
    first, last = _range(about)
    wish = registrations.Wish(party.agency.slug, from_date=first, to_date=last, ward=party.ward)
    try:
        with transaction.atomic():
            made = registrations.register(
                wish=wish, party=party.party(notice=about["notice"]), is_told=True, now=heard.now
            )
            takes_messages = _choose_messages(party, numbers[0], about, heard)
    except DomainError as refusal:
        return _refused(party, about, refusal)
    rows = waiting(citizen=party.citizen, now=heard.now)
    row = next(row for row in rows if row.registration.pk == made.pk)
    return Answer(texts=[words_of_places.registered(row, takes_messages=takes_messages)])


def _range(about: About) -> tuple[date, date]:
    return date.fromisoformat(about["first"]), date.fromisoformat(about["last"])


def _entries(party: Chosen) -> list[str]:
    """One number agrees to all; where messages were never agreed to, there is one for either answer."""
    return words_of_places.ways_to_agree(
        takes_messages=accounts.takes_messages(citizen=party.citizen), assigns=party.agency.office_assigns
    )


def _asking(said: str, kind: str, about: About, *, keep: Sequence[str], size: int) -> Answer:
    shown = {"notice": CURRENT_NOTICE.version, "size": size}
    asks = NewQuestion(
        kind=kind, about={**{name: about[name] for name in keep}, **shown}, back=way_back_of(about)
    )
    return Answer(texts=[said], asks=asks)


def _agreed(heard: Heard, numbers: Sequence[int], kind: str, about: About) -> Chosen | Answer:
    """The party of a list whose number agreed to what was shown, as it is still."""
    if len(numbers) > 1 or not 1 <= numbers[0] <= about["size"]:
        return Answer(texts=[words.not_in_menu(about["size"])], keeps_menu=True)
    if about["notice"] != CURRENT_NOTICE.version:
        return Answer(texts=[words_of_places.notice_changed()], goes_to=NewQuestion(kind=kind, about=about))
    return chosen(heard, about["of"])


def _choose_messages(party: Chosen, number: int, about: About, heard: Heard) -> bool:
    """Note the answer to whether messages are wanted, if it was asked; gives whether they come."""
    if about["size"] > 1:
        accounts.choose_messages(
            citizen=party.citizen, wanted=number == 1, notice_version=about["notice"], now=heard.now
        )
    return number == 1


def _refused(party: Chosen, about: About, refusal: DomainError) -> Answer:
    """Say what stands against it, and lead to where it can be mended."""
    said = words_of_places.refusal(refusal, party.agency, people=party.people)
    if isinstance(refusal, _HOUR_IS_GONE) and "slot" in about:
        return Answer(texts=[said], goes_to=HOURS.anew(about))
    if isinstance(refusal, NotOpenYet):
        return Answer(texts=[said], goes_to=way_back_of(about))
    if isinstance(refusal, AlreadyBooked | TooManyLive):
        return Answer(texts=[said], goes_to=NewQuestion(kind=MINE))
    if isinstance(refusal, TooManyPeople):
        return Answer(texts=[said], goes_to=NewQuestion(kind=TAKE))
    return Answer(texts=[said])


def _hear_agreement(pick: Any) -> Any:
    """A "đồng ý" in words is the number, where there is but one."""

    def hear(heard: Heard, about: About) -> Answer | None:
        if not agrees(heard):
            return None
        if about["size"] > 1:
            return Answer(texts=[words.not_in_menu(about["size"])], keeps_menu=True)
        return pick(heard, (1,), about)

    return hear


MENUS: dict[str, Menu] = {
    **HOURS.menus(),
    SURE: Menu(show_sure, pick_sure, _hear_agreement(pick_sure)),
    SURE_OF_WISH: Menu(show_sure_of_wish, pick_sure_of_wish, _hear_agreement(pick_sure_of_wish)),
}
