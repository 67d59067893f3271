"""Taking a place in the chat: for whom, of those whom the account knows, then when.

Nobody's data is typed here. Who is known from an accepted dossier or from an earlier visit is chosen by
number; for the others there is one link, to the pages on which a person is written down.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from agencies.models import Agency
from booking.errors import TooManyPeople
from booking.services import known
from booking.services.availability import Company, free_days, free_hours
from booking.services.chat import coming
from core.time import local_date
from faq import words, words_of_places
from faq.services.chatting import agreeing
from faq.services.chatting.agreeing import HOURS, SURE_OF_WISH, TAKE, chosen
from faq.services.chatting.listening import About, Answer, Heard, Menu, NewQuestion, way_back_of
from faq.typed import Word

WISH_DAYS = "wish_day"
# So many single days are offered to whom the office gives the hour, and this week and the next as a whole.
SINGLE_DAYS = 5
ANYBODY = Company([1], [""])


def show(heard: Heard, about: About) -> Answer:
    """For whom. Where there is but one, the hours follow at once."""
    agency = heard.agency
    if agency is None:
        return Answer(texts=[words.where_to_book(None)], keeps_menu=True)
    people = known.known_to(heard.citizen, agency=agency, now=heard.now) if heard.citizen else []
    if not people:
        return Answer(texts=[_nobody_known(agency, heard)], keeps_menu=True)
    keys = [one.key for one in people]
    if len(people) == 1:
        return Answer(goes_to=_when(agency, keys, back=way_back_of(about), is_only=True))
    asks = NewQuestion(kind=TAKE, about={"people": keys}, back=way_back_of(about))
    return Answer(texts=[words_of_places.who_comes(people, agency)], asks=asks)


def _nobody_known(agency: Agency, heard: Heard) -> str:
    if heard.citizen and coming(citizen=heard.citizen, now=heard.now):
        return words_of_places.all_have_a_place(agency)
    nearest = [] if agency.office_assigns else free_hours(agency, ANYBODY, most=1, now=heard.now)
    return words_of_places.nobody_known(
        agency, nearest[0] if nearest else None, is_linked=heard.citizen is not None
    )


def pick(heard: Heard, numbers: Sequence[int], about: About) -> Answer:
    keys: Sequence[str] = about["people"]
    if heard.agency is None or not all(1 <= number <= len(keys) for number in numbers):
        return Answer(texts=[words_of_places.not_a_choice_of_people(len(keys))], keeps_menu=True)
    limit = heard.agency.people_per_booking
    if len(numbers) > limit:
        return Answer(texts=[str(TooManyPeople(limit=limit))], keeps_menu=True)
    back = NewQuestion(kind=TAKE, back=way_back_of(about))
    return Answer(goes_to=_when(heard.agency, [keys[number - 1] for number in numbers], back=back))


def hear(heard: Heard, about: About) -> Answer | None:
    if heard.typed is not Word.ALL:
        return None
    return pick(heard, range(1, len(about["people"]) + 1), about)


def _when(
    agency: Agency, keys: Sequence[str], *, back: NewQuestion | None, is_only: bool = False
) -> NewQuestion:
    """The hours; the days, where the office gives the hour. `is_only`: there was nobody else to choose."""
    kind = WISH_DAYS if agency.office_assigns else HOURS.hours
    return NewQuestion(kind=kind, about={"of": {"people": list(keys), "is_only": is_only}}, back=back)


def show_days(heard: Heard, about: About) -> Answer:
    """The next days with room for all, and this week and the next."""
    party = chosen(heard, about["of"])
    if isinstance(party, Answer):
        return party
    days = free_days(party.agency, known.company_of(party.people), now=heard.now)
    ranges = _ranges(days, today=local_date(heard.now))
    if not ranges:
        page = words.page_to_book(party.agency)
        return Answer(texts=[words_of_places.no_hour(page, party.agency)], keeps_menu=True)
    said = words_of_places.which_days(party.people, [words_of_places.range_in_list(*one) for one in ranges])
    shown = [[first.isoformat(), last.isoformat()] for _, first, last in ranges]
    asks = NewQuestion(kind=WISH_DAYS, about={"of": about["of"], "ranges": shown}, back=way_back_of(about))
    return Answer(texts=[said], asks=asks)


def _ranges(days: Sequence[date], *, today: date) -> list[tuple[str, date, date]]:
    """What can be picked: each with a name, empty for a single day, its first and its last day."""
    coming = [day for day in days if today < day]
    monday = today - timedelta(days=today.weekday())
    weeks = (("Cả tuần này", monday), ("Cả tuần sau", monday + timedelta(days=7)))
    found = [("", day, day) for day in coming[:SINGLE_DAYS]]
    for name, first in weeks:
        inside = [day for day in coming if first <= day < first + timedelta(days=7)]
        if len(inside) > 1:
            found.append((name, inside[0], inside[-1]))
    return found


def hear_days(heard: Heard, about: About) -> Answer | None:
    if heard.typed is not Word.ALL:
        return None
    return pick_days(heard, range(1, len(about["ranges"]) + 1), about)


def pick_days(_heard: Heard, numbers: Sequence[int], about: About) -> Answer:
    """One entry of the list, or several that follow each other."""
    ranges: Sequence[Sequence[str]] = about["ranges"]
    if not all(1 <= number <= len(ranges) for number in numbers):
        return Answer(texts=[words.not_in_menu(len(ranges))], keeps_menu=True)
    if sorted(numbers) != list(range(min(numbers), max(numbers) + 1)):
        return Answer(texts=[words_of_places.days_in_a_row()], keeps_menu=True)
    picked = [ranges[number - 1] for number in numbers]
    first, last = min(one[0] for one in picked), max(one[1] for one in picked)
    about_wish = {"of": about["of"], "first": first, "last": last}
    back = NewQuestion(kind=WISH_DAYS, about={"of": about["of"]}, back=way_back_of(about))
    return Answer(goes_to=NewQuestion(kind=SURE_OF_WISH, about=about_wish, back=back))


MENUS: dict[str, Menu] = {
    TAKE: Menu(show, pick, hear),
    WISH_DAYS: Menu(show_days, pick_days, hear_days),
    **agreeing.MENUS,
}
