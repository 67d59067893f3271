"""Choosing an hour in the chat: the nearest ones, then other days, then the hours of a day.

Two dialogues ask for an hour, taking a place and moving one. Each has its own kinds of lists, says for whom
an hour is looked for, and where the picked hour leads.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from agencies.models import Agency
from booking.models import Slot
from booking.services.availability import Company, FreeHour, free_days, free_hours
from faq import words, words_of_places
from faq.services.chatting.listening import About, Answer, Heard, Menu, NewQuestion, way_back_of
from faq.services.chatting.paging import page_of

NEAREST = 3
# What a list is made of, beside what it showed.
_KEPT = ("of", "on", "start")


@dataclass(frozen=True)
class Search:
    """Where an hour is looked for, for whom, what is said above the list (`title`) and below the nearest
    hours (`foot`), and the page that shows them all. `but` is the hour that they have.
    """

    agency: Agency
    company: Company
    title: str
    page: str
    but: Slot | None = None
    foot: str = ""


# What is looked for, by what a list is `of` (keys of rows, nothing personal); or why nothing is any more.
Find = Callable[[Heard, Any], Search | Answer]


@dataclass(frozen=True)
class HourLists:
    """The lists of one dialogue: the kind of its hours, of its days, and of what a picked hour leads to."""

    hours: str
    days: str
    then: str
    find: Find

    def menus(self) -> dict[str, Menu]:
        return {
            self.hours: Menu(self.show_hours, self.pick_hour),
            self.days: Menu(self.show_days, self.pick_day),
        }

    def anew(self, about: About) -> NewQuestion:
        """The nearest hours for whom a list behind these is about, with the way back that they had."""
        back = way_back_of(about)
        while back is not None and back.kind in (self.hours, self.days):
            back = way_back_of(back.about)
        return NewQuestion(kind=self.hours, about={"of": about["of"]}, back=back)

    def show_hours(self, heard: Heard, about: About) -> Answer:
        """The nearest hours, and the way to other days; of one day, those that are left."""
        search = self.find(heard, about["of"])
        if isinstance(search, Answer):
            return search
        on = date.fromisoformat(about["on"]) if "on" in about else None
        most = NEAREST if on is None else None
        found = free_hours(search.agency, search.company, on=on, but=search.but, most=most, now=heard.now)
        if not found:
            return Answer(texts=[words_of_places.no_hour(search.page, search.agency)], keeps_menu=True)
        page = page_of(found, start=about.get("start", 0))
        entries = words_of_places.hours_in_list(page.shown, with_day=on is None)
        onward = NewQuestion(kind=self.days, about={"of": about["of"]}) if on is None else None
        if onward is not None:
            entries.append("Ngày khác")
        elif page.more_from is not None:
            entries.append("Giờ muộn hơn")
            onward = NewQuestion(kind=self.hours, about={**_kept(about), "start": page.more_from})
        foot = search.foot if on is None else ""
        said = words_of_places.choose_hour(search.title, entries, on=on, foot=foot)
        return _asking(said, self.hours, about, shown=[_stored(hour) for hour in page.shown], onward=onward)

    def pick_hour(self, _heard: Heard, numbers: Sequence[int], about: About) -> Answer:
        def lead(hour: Any) -> NewQuestion:
            return NewQuestion(kind=self.then, about={"of": about["of"], **hour})

        return _picked(numbers, self.hours, about, lead=lead)

    def show_days(self, heard: Heard, about: About) -> Answer:
        search = self.find(heard, about["of"])
        if isinstance(search, Answer):
            return search
        found = free_days(search.agency, search.company, now=heard.now)
        if not found:
            return Answer(texts=[words_of_places.no_hour(search.page, search.agency)], keeps_menu=True)
        page = page_of(found, start=about.get("start", 0))
        entries, onward = words_of_places.days_in_list(page.shown), None
        if page.more_from is not None:
            entries.append("Ngày muộn hơn")
            onward = NewQuestion(kind=self.days, about={**_kept(about), "start": page.more_from})
        said = words_of_places.choose_day(search.title, entries)
        shown = [day.isoformat() for day in page.shown]
        return _asking(said, self.days, about, shown=shown, onward=onward)

    def pick_day(self, _heard: Heard, numbers: Sequence[int], about: About) -> Answer:
        def lead(day: Any) -> NewQuestion:
            return NewQuestion(kind=self.hours, about={"of": about["of"], "on": day})

        return _picked(numbers, self.days, about, lead=lead)


def _asking(
    said: str, kind: str, about: About, *, shown: Sequence[Any], onward: NewQuestion | None
) -> Answer:
    further = {"kind": onward.kind, "about": onward.stored()} if onward else None
    asks = NewQuestion(
        kind=kind, about={**_kept(about), "shown": list(shown), "onward": further}, back=way_back_of(about)
    )
    return Answer(texts=[said], asks=asks)


def _picked(numbers: Sequence[int], kind: str, about: About, *, lead: Callable[[Any], NewQuestion]) -> Answer:
    shown, onward = about["shown"], about["onward"]
    size = len(shown) + bool(onward)
    if len(numbers) > 1 or not 1 <= numbers[0] <= size:
        return Answer(texts=[words.not_in_menu(size)], keeps_menu=True)
    here = NewQuestion(kind=kind, about=_kept(about), back=way_back_of(about))
    further = lead(shown[numbers[0] - 1]) if numbers[0] <= len(shown) else NewQuestion(**onward)
    return Answer(goes_to=NewQuestion(kind=further.kind, about=further.about, back=here))


def _kept(about: About) -> dict[str, Any]:
    return {name: about[name] for name in _KEPT if name in about}


def _stored(hour: FreeHour) -> dict[str, Any]:
    return {"slot": str(hour.slot.public_id), "together": hour.is_one}
