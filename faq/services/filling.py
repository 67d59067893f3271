"""The places in answers, `{{hotline}}`, filled from what the office is and does at the moment.

A sentence with a place that cannot be filled is left out; nobody reads a hole.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse

from agencies.models import Agency
from agencies.services.calendar import read_calendar
from booking.models import Session, Site, Slot
from booking.services import schedule
from booking.services.directory import sites_of, usual_hours
from booking.services.retention import DONE_KEPT, NOT_COME_KEPT
from core.templatetags.words import phone as say_phone
from core.text import say_number
from core.time import local_date, say_day, say_day_short
from dossiers.models import FeeKind
from dossiers.services.versions import law_on
from faq.models import Answer, OfficeWord

# Whatever stands in two braces is meant as a place, however it is written.
_PLACE = re.compile(r"\{\{\s*(.*?)\s*(?:\}\}|$)", re.MULTILINE)
# A sentence ends with its sign and a space before what may begin one: not within "TP.HCM" or "3.000".
_AFTER_SENTENCE = re.compile(r"(?<=[.!?])[ ]+(?=[A-ZÀ-ỸĐ“(\[*]|\{\{)")
DAYS_OF_NOTICE = 60
MOST_DAYS, MOST_STOPS = 6, 6


class Facts:
    """What one office is at one moment; each thing is looked up when first asked for."""

    def __init__(self, agency: Agency, *, now: datetime) -> None:
        self.agency = agency
        self.now = now
        self._known: dict[str, str] = {}

    @cached_property
    def sites(self) -> list[Site]:
        return [site for site in sites_of(self.agency, now=self.now) if site.kind == Site.Kind.FIXED]

    @cached_property
    def office_words(self) -> Mapping[str, str]:
        """The office's own; what it does not say, those above it say."""
        chain = lineage(self.agency)
        rows = OfficeWord.objects.filter(agency__in=chain)
        by_place = {(row.agency_id, row.name): row.text for row in rows}
        return {
            name: text
            for office in reversed(chain)
            for (of, name), text in by_place.items()
            if of == office.pk
        }

    def value(self, name: str) -> str:
        """What stands in a place; empty if it cannot be known."""
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> str:
        if name in OfficeWord.Name.values:
            return self.office_words.get(name, "")
        find = PLACES.get(name)
        return find(self) if find else ""


def lineage(agency: Agency) -> list[Agency]:
    """The office and those above it, the nearest first."""
    chain: list[Agency] = []
    here: Agency | None = agency
    while here is not None and here not in chain:
        chain.append(here)
        here = here.parent
    return chain


def lineages(agencies: Iterable[int]) -> dict[int, set[int]]:
    """For each of these offices, by their keys, itself and those above it: a query for each level."""
    above: dict[int, int | None] = {}
    level = set(agencies)
    asked = frozenset(level)
    while level:
        above |= dict(Agency.objects.filter(pk__in=level).values_list("pk", "parent"))
        level = {parent for parent in above.values() if parent is not None} - set(above)
    return {agency: set(_upwards(agency, above)) for agency in asked}


def _upwards(agency: int | None, above: Mapping[int, int | None]) -> Iterator[int]:
    seen: set[int] = set()
    while agency is not None and agency not in seen:
        seen.add(agency)
        yield agency
        agency = above.get(agency)


def fill(text: str, facts: Facts) -> str:
    """The text with its places filled, without sentences of which one cannot be; empty if nothing is left."""
    lines = [_fill_line(line, facts) for line in text.splitlines()]
    return "\n".join(
        line for line, was in zip(lines, text.splitlines(), strict=True) if line or not was
    ).strip()


def known_places() -> list[str]:
    """The names of all places that something may stand in."""
    return [*PLACES, *OfficeWord.Name.values]


def places_of(text: str) -> set[str]:
    """The names of the places in a text."""
    return set(_PLACE.findall(text))


def unknown_places(text: str) -> list[str]:
    """The places of a text that nothing could ever fill."""
    return sorted(places_of(text) - set(known_places()))


def where_filled(agencies: Collection[int] | None) -> dict[str, list[str]]:
    """For each place the questions in whose published answers it stands: those of the house and of some
    offices, or of all for None.
    """
    rows = Answer.objects.filter(state=Answer.State.PUBLISHED, says__contains="{{")
    if agencies is not None:
        rows = rows.filter(Q(agency=None) | Q(agency__in=agencies))
    found: dict[str, dict[str, None]] = {}
    in_order = rows.order_by("question__topic__position", "question__position", "pk")
    for asks, says in in_order.values_list("question__asks", "says"):
        for name in places_of(says):
            found.setdefault(name, {})[asks] = None
    return {name: list(asked) for name, asked in found.items()}


def left_out(text: str, facts: Facts) -> list[str]:
    """The sentences of a text that nobody would read, because a place of theirs cannot be filled."""
    sentences = [sentence for line in text.splitlines() for sentence in _AFTER_SENTENCE.split(line)]
    return [said for said in sentences if not _is_filled(said, facts)]


def _is_filled(sentence: str, facts: Facts) -> bool:
    return all(facts.value(name) for name in _PLACE.findall(sentence))


def _fill_line(line: str, facts: Facts) -> str:
    sentences = _AFTER_SENTENCE.split(line)
    whole = [said for said in sentences if _is_filled(said, facts)]
    return _PLACE.sub(lambda place: facts.value(place[1]), " ".join(whole))


def _address(facts: Facts) -> str:
    places = [_place(site) for site in facts.sites]
    if not places and facts.agency.address:
        places = [f"{facts.agency.name}, {facts.agency.address}"]
    return "; ".join(places)


def _place(site: Site) -> str:
    return f"{site.name}, {site.address}" if site.address else site.name


def _hours(facts: Facts) -> str:
    said = {site.name: _hours_of(site, facts) for site in facts.sites}
    said = {name: hours for name, hours in said.items() if hours}
    if len(set(said.values())) == 1:
        return next(iter(said.values()))
    return "; ".join(f"{name}: {hours}" for name, hours in said.items())


def _hours_of(site: Site, facts: Facts) -> str:
    return ", ".join(f"{week.days} {week.hours}" for week in usual_hours(site, now=facts.now))


def _weekend(facts: Facts) -> str:
    today = local_date(facts.now)
    open_days = {
        rule.weekday for site in facts.sites for rule in site.opening_rules.all() if rule.is_valid(today)
    }
    if not open_days:
        return ""
    names = [name for weekday, name in ((5, "thứ Bảy"), (6, "Chủ nhật")) if weekday in open_days]
    if not names:
        return "thường không làm thứ Bảy, Chủ nhật"
    return f"có làm {' và '.join(names)} (giờ tiếp nhận: {_hours(facts)})"


def _holidays(facts: Facts) -> str:
    first = local_date(facts.now)
    last = first + timedelta(days=DAYS_OF_NOTICE)
    calendar = read_calendar(first=first, last=last)
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    entries = [calendar.entry(agency=facts.agency.pk, on=day) for day in days]
    said = [f"{say_day_short(entry.date)} {entry.said}" for entry in entries if entry]
    return "; ".join(said[:MOST_DAYS])


def _stops(facts: Facts) -> str:
    stints = schedule.coming(facts.agency, now=facts.now)
    mobile = [stint.in_short for stint in stints if stint.kind == Session.Kind.MOBILE]
    return "; ".join(mobile[:MOST_STOPS])


def _number_release(facts: Facts) -> str:
    if facts.agency.numbers_at_booking:
        return "Số thứ tự có ngay khi đặt lịch"
    return f"Số thứ tự được gửi qua Zalo chiều hôm trước, khoảng {facts.agency.number_release:%H:%M}"


def _cut_off(facts: Facts) -> str:
    minutes = facts.agency.cut_off_minutes
    hours, rest = divmod(minutes, 60)
    return f"{hours} giờ" if hours and not rest else f"{minutes} phút"


def _next_free_day(facts: Facts) -> str:
    """For whom the office leaves the choice; a session for one ward is no answer to all."""
    if facts.agency.office_assigns:
        return ""
    free = Slot.objects.bookable(now=facts.now).filter(
        day__site__agency=facts.agency, session=None, taken__lt=F("capacity")
    )
    day = free.order_by("day__date").values_list("day__date", flat=True).first()
    return say_day(day) if day else ""


def _fees(facts: Facts) -> str:
    law = law_on(facts.agency.law_day(now=facts.now))
    if law.fees is None:
        return ""
    amounts = {fee.kind: fee.amount for fee in law.fees.fees.all() if fee.channel == "COUNTER"}
    named = (
        ("chuyển sang loại thẻ mới", FeeKind.NEW_KIND),
        ("cấp đổi", FeeKind.EXCHANGE),
        ("cấp lại", FeeKind.REISSUE),
    )
    return ", ".join(f"{name} {say_number(amounts[kind])}đ" for name, kind in named if kind in amounts)


PLACES: Mapping[str, Callable[[Facts], str]] = {
    "hotline": lambda facts: say_phone(facts.agency.hotline) if facts.agency.hotline else "",
    "unit_address": _address,
    "site_hours": _hours,
    "oa_name": lambda facts: facts.agency.name if facts.agency.oa_id else "",
    "weekend_rule": _weekend,
    "holiday_notice": _holidays,
    "mobile_schedule": _stops,
    "number_release_time": _number_release,
    "arrive_early_minutes": lambda facts: str(facts.agency.arrive_early_minutes),
    "grace_minutes": lambda facts: str(facts.agency.grace_minutes),
    "change_cutoff": _cut_off,
    "max_reschedule": lambda facts: str(facts.agency.changes_allowed),
    "max_relatives": lambda facts: str(facts.agency.live_per_citizen),
    "booking_window_days": lambda facts: str(facts.agency.window_days),
    "next_free_day": _next_free_day,
    "schedule_page": lambda facts: schedule.page_of_schedule(facts.agency),
    "fake_page": lambda facts: f"{settings.PUBLIC_BASE_URL}{reverse('fakes', args=[facts.agency.slug])}",
    "papers": lambda facts: facts.agency.papers_to_bring,
    "fees": _fees,
    "retention_period": lambda _: (
        f"{DONE_KEPT.days} ngày sau ngày hẹn ({NOT_COME_KEPT.days} ngày nếu không đến)"
    ),
}
