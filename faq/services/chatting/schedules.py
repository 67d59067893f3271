"""When and where the mobile team comes and overtime is worked, in the chat: for all, one ward or one day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from agencies.place_names import read_sought
from booking.services import schedule
from booking.services.sessions import Ward
from booking.services.wards_said import ward_named, ward_within
from core.time import local_date
from faq import words
from faq.services.chatting.listening import About, Answer, Heard, Menu, NewQuestion, way_back_of
from faq.services.filling import Facts, fill

SCHEDULE = "schedule"
MOST_SHOWN, MOST_OTHERS = 6, 3
LONGEST_TEXT, LONGEST_NAME = 200, 60
AT_THE_OFFICE = "Làm tại: {{unit_address}}. Giờ tiếp nhận: {{site_hours}}."
_CARD = r"(?:can cuoc(?: cong dan)?|cccd|cc)"
_SESSION = rf"(?:lich (?:cap|lam) {_CARD}(?: luu dong)?|lich (?:luu dong|ngoai gio|tang ca))"
_OF_SCHEDULE = re.compile(rf"\b(?:luu dong|tang ca|ngoai gio|lam them gio|{_SESSION})\b")
_WHEN = re.compile(r"\b(?:(?:khi|hom|ngay|luc|chung|bua) nao|bao gio|lich)\b")
_COMES = re.compile(rf"\b(?:ve|xuong)(?: [a-z0-9]+){{0,6}} (?:lam|cap)(?: [a-z]+){{0,2}} {_CARD}\b")
# What is asked about those sessions rather than for them.
_ABOUT_THEM = re.compile(
    r"\b(?:(?:tai|tan|o) nha|giay to|mang (?:gi|theo)|le phi|bao nhieu tien|(?:co|mat|lay|nhan) the|bao lau"
    r"|may ngay|huy)\b"
)
_DAYS = re.compile(
    r"\b(?:(?P<today>(?:hom|bua|sang|trua|chieu|toi|dem) nay)"
    r"|(?P<tomorrow>(?:ngay|sang|trua|chieu|toi|dem) mai)"
    r"|(?P<weekday>(?:thu |t)(?P<name>[2-7]|hai|ba|tu|nam|sau|bay)|chu nhat|cn))\b"
)
_NAMES = ("hai", "ba", "tu", "nam", "sau", "bay")
_WEEKDAYS = {name: day for day, name in enumerate(_NAMES)} | {str(day + 2): day for day in range(len(_NAMES))}
SUNDAY = 6
_LIKE_A_WARD = re.compile(r"(?:phuong|xa|thi tran)(?! (?:toi|minh|em|nao|nay|khac)\b)(?: [a-z0-9]+){1,3}")
_AROUND_A_NAME = re.compile(
    r"^(?:(?:toi|minh|em|con|chau|nha|dan|o|thuoc|tai|hoi|cho|xem|la|the) )+"
    r"|(?: (?:a|nhe|thi sao|co khong|co ko|bao gio|khi nao))+$"
)


@dataclass(frozen=True)
class _Asked:
    """For which ward, and on which day."""

    ward: Ward | None
    day: date | None

    @classmethod
    def of(cls, about: About) -> "_Asked":
        return cls(
            ward=Ward(*about["ward"]) if "ward" in about else None,
            day=date.fromisoformat(about["on"]) if "on" in about else None,
        )

    def about(self) -> dict[str, Any]:
        ward: dict[str, Any] = {"ward": list(self.ward)} if self.ward else {}
        return ward | ({"on": self.day.isoformat()} if self.day else {})


def reply_to(heard: Heard) -> Answer | None:
    """Show the schedule to who asks for it in their own words; what they ask about it is not for us.

    Only with a ward or a day: general questions have answers of the office, and a name leads by itself.
    """
    if heard.agency is None or heard.typed is not None or len(heard.text) > LONGEST_TEXT:
        return None
    plain = read_sought(heard.text).key
    comes = _WHEN.search(plain) and _COMES.search(plain)
    if not (comes or _OF_SCHEDULE.search(plain)) or _ABOUT_THEM.search(plain):
        return None
    asked = _Asked(
        ward=ward_within(heard.text, agency=heard.agency),
        day=_day_in(plain, today=local_date(heard.occurred_at)),
    )
    if asked.ward is None and asked.day is None:
        return None
    return Answer(goes_to=NewQuestion(kind=SCHEDULE, about=asked.about()))


def show(heard: Heard, about: About) -> Answer:
    """The next sessions, of a `ward` or `on` a day if that was asked, or where else; and which ward it is."""
    if heard.agency is None:
        return Answer(texts=[words.no_schedule()], keeps_menu=True)
    asked = _Asked.of(about)
    stints = schedule.coming(heard.agency, now=heard.now)
    own = schedule.for_people_of(asked.ward.code, stints) if asked.ward else stints
    shown = [stint for stint in own if asked.day in (None, stint.day)]
    if asked.ward and asked.day is None:
        # An evening for everybody every day would hide the one day for this ward.
        shown = [stint for stint in shown if stint.wards] or shown
    # Who cannot go there may go where everybody is taken.
    others = [] if shown else (own or [stint for stint in stints if not stint.is_limited])
    said = words.schedule(
        agency=heard.agency,
        ward=asked.ward,
        day=asked.day,
        shown=shown[:MOST_SHOWN],
        others=others[:MOST_OTHERS],
        office="" if shown or others else fill(AT_THE_OFFICE, Facts(heard.agency, now=heard.now)),
    )
    if not stints:
        return Answer(texts=[said], keeps_menu=True)
    return Answer(
        texts=[f"{said}\n{words.which_ward()}"], asks=NewQuestion(kind=SCHEDULE, about=asked.about())
    )


def pick(heard: Heard, numbers: Sequence[int], about: About) -> Answer:
    """A number is no entry of the list; it may be the name of a ward."""
    ward = ward_named(f"phường {numbers[0]}", agency=heard.agency) if heard.agency else None
    return _shown_for(ward, about) if ward else Answer(texts=[words.which_ward()], keeps_menu=True)


def hear(heard: Heard, about: About) -> Answer | None:
    """The name of a ward, in few words."""
    if heard.agency is None or len(heard.text) > LONGEST_NAME:
        return None
    typed = read_sought(heard.text).key
    name = _AROUND_A_NAME.sub("", typed)
    # Nhà Bè is a name as well.
    ward = ward_named(typed, agency=heard.agency) or ward_named(name, agency=heard.agency)
    if ward is not None:
        return _shown_for(ward, about)
    if _LIKE_A_WARD.fullmatch(name):
        return Answer(texts=[words.no_such_ward()], keeps_menu=True)
    return None


def _shown_for(ward: Ward, about: About) -> Answer:
    asked = _Asked(ward=ward, day=None)
    return Answer(goes_to=NewQuestion(kind=SCHEDULE, about=asked.about(), back=way_back_of(about)))


def _day_in(plain: str, *, today: date) -> date | None:
    """The day that a text names, today or later."""
    found = _DAYS.search(plain)
    if found is None:
        return None
    if found["weekday"]:
        weekday = SUNDAY if found["weekday"] in ("cn", "chu nhat") else _WEEKDAYS[found["name"]]
        return today + timedelta(days=(weekday - today.weekday()) % 7)
    return today + timedelta(days=1 if found["tomorrow"] else 0)


MENUS: dict[str, Menu] = {SCHEDULE: Menu(show, pick, hear)}
