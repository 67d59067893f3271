"""What the office announces, and who wants to be told of it."""

from collections.abc import Sequence

from booking.services.wards_said import ward_named
from faq import words
from faq.models import Announcement
from faq.services import announcing, subscribing
from faq.services.chatting.listening import About, Answer, Heard, Menu, NewQuestion, way_back_of
from faq.services.chatting.schedules import SCHEDULE
from faq.typed import News

NEWS = "news"
# With the way to the schedule, no more than fit on a phone.
MOST_LISTED = 8


def show(heard: Heard, _about: About) -> Answer:
    """The way to the schedule, and the titles of what is announced."""
    if heard.agency is None:
        return Answer(texts=[words.no_news()], keeps_menu=True)
    rows = announcing.on_show(agency=heard.agency, now=heard.now)[:MOST_LISTED]
    is_told = subscribing.is_subscribed(agency=heard.agency, uid=heard.uid)
    listed = words.news([row.title for row in rows], is_told=is_told)
    return Answer(texts=[listed], asks=NewQuestion(kind=NEWS, about={"rows": [row.pk for row in rows]}))


def pick(heard: Heard, numbers: Sequence[int], about: About) -> Answer:
    """Lead to the schedule, or read one or several of those listed; what is over by now is said to be."""
    rows: Sequence[int] = about["rows"]
    if heard.agency is None:
        return show(heard, about)
    if tuple(numbers) == (1,):
        return Answer(
            goes_to=NewQuestion(kind=SCHEDULE, back=NewQuestion(kind=NEWS, back=way_back_of(about)))
        )
    if not all(2 <= number <= len(rows) + 1 for number in numbers):
        return Answer(texts=[words.not_in_menu(len(rows) + 1)], keeps_menu=True)
    shown = announcing.on_show(agency=heard.agency, now=heard.now).in_bulk()
    picked = [shown.get(rows[number - 2]) for number in numbers]
    return Answer(texts=[_read(announcement) for announcement in picked], keeps_menu=True)


def _read(announcement: Announcement | None) -> str:
    return words.announcement_in_chat(announcement) if announcement else words.news_is_over()


def reply_to(heard: Heard) -> Answer | None:
    """Tell somebody from now on, or not any more."""
    if not isinstance(heard.typed, News) or heard.agency is None:
        return None
    if not heard.typed.is_wanted:
        was_told = subscribing.unsubscribe(oa_id=heard.oa_id, uid=heard.uid, said_at=heard.occurred_at)
        return Answer(texts=[words.told_no_more() if was_told else words.not_told()], keeps_menu=True)
    ward = ward_named(heard.typed.ward, agency=heard.agency) if heard.typed.ward else None
    if heard.typed.ward and ward is None:
        return Answer(texts=[words.told_of_which_ward()], keeps_menu=True)
    code, name = ward or ("", "")
    subscribing.subscribe(agency=heard.agency, uid=heard.uid, ward=code, asked_at=heard.occurred_at)
    return Answer(texts=[words.told_from_now_on(heard.agency, ward=name)], keeps_menu=True)


MENUS: dict[str, Menu] = {NEWS: Menu(show, pick)}
