"""Finding the right office, and what it has free."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, QuerySet

from accounts.identity import search_key
from agencies.models import Agency
from booking.models import ServiceDay, Site
from booking.models.calendar import with_next_open_date
from core.time import local_date

MOST_FOUND = 20
_SPELLED = {"q": "quan", "p": "phuong", "tp": "thanh pho", "x": "xa", "h": "huyen"}


def find_offices(text: str) -> list[Agency]:
    """Agencies whose name, sites or wards hold every word of `text`, however it is marked and capitalised.

    All of them, at most 20, for an empty text. Best match first: by name before by ward.
    """
    words = [
        _SPELLED.get(word, word) for word in search_key(text).replace(".", " ").replace(",", " ").split()
    ]
    wanted = " ".join(words).split()
    agencies = Agency.objects.filter(is_active=True).prefetch_related("sites__wards").order_by("name", "pk")
    found = [(_rank(agency, wanted), agency) for agency in agencies]
    matching = sorted((pair for pair in found if pair[0] is not None), key=lambda pair: pair[0] or 0)
    return [agency for _, agency in matching[:MOST_FOUND]]


def _rank(agency: Agency, wanted: list[str]) -> int | None:
    name = search_key(agency.name)
    places = [agency.address]
    for site in agency.sites.all():
        places += [site.name, site.address, *(ward.name for ward in site.wards.all())]
    everything = f"{name} {search_key(' '.join(places))}"
    if all(word in name for word in wanted):
        return 0
    return 1 if all(word in everything for word in wanted) else None


def sites_of(agency: Agency, *, now: datetime) -> QuerySet[Site]:
    """The agency's open sites with wards and `next_open_date`: fixed ones first, then the next to be open."""
    sites = Site.objects.open_to_citizens().filter(agency=agency).prefetch_related("wards", "opening_rules")
    return with_next_open_date(sites, now=now).order_by(
        "kind", F("next_open_date").asc(nulls_last=True), "name"
    )


@dataclass(frozen=True)
class HoursOfWeek:
    """When a site is open on some weekdays: `thứ Hai – thứ Sáu`, `07:30–11:30, 13:30–17:00`."""

    days: str
    hours: str


def usual_hours(site: Site, *, now: datetime) -> list[HoursOfWeek]:
    """The weekly hours in force today, weekdays with the same hours put together."""
    today = local_date(now)
    by_day: list[tuple[str, str]] = []
    for weekday in range(7):
        rules = sorted(
            (
                rule
                for rule in site.opening_rules.all()
                if rule.weekday == weekday
                and (rule.valid_from is None or rule.valid_from <= today)
                and (rule.valid_to is None or today <= rule.valid_to)
            ),
            key=lambda rule: rule.starts_at,
        )
        hours = ", ".join(f"{rule.starts_at:%H:%M}–{rule.ends_at:%H:%M}" for rule in rules)
        if rules:
            by_day.append((rules[0].get_weekday_display(), hours))
    return _put_together(by_day)


def _put_together(by_day: list[tuple[str, str]]) -> list[HoursOfWeek]:
    groups: list[tuple[list[str], str]] = []
    for day, hours in by_day:
        if groups and groups[-1][1] == hours:
            groups[-1][0].append(day)
        else:
            groups.append(([day], hours))
    return [
        HoursOfWeek(days=days[0] if len(days) == 1 else f"{days[0]} – {days[-1]}", hours=hours)
        for days, hours in groups
    ]


def last_numbers_today(agencies: Iterable[Agency], *, now: datetime) -> list[ServiceDay]:
    """Today's service days of these agencies on which numbers were given, with their sites."""
    days = ServiceDay.objects.filter(
        site__agency__in=agencies, date=local_date(now), is_open=True, last_number__gt=0
    )
    return list(days.select_related("site").order_by("site__name"))


def stops_of_tour(agency: Agency, *, now: datetime, days: int = 14) -> list[ServiceDay]:
    """The days of the agency's mobile sites in the coming `days` days, by date."""
    first: date = local_date(now)
    coming = ServiceDay.objects.filter(
        site__agency=agency,
        site__kind=Site.Kind.MOBILE,
        is_open=True,
        date__range=(first, first + timedelta(days)),
    )
    return list(coming.select_related("site").order_by("date", "site__name"))
