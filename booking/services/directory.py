"""Finding the right office, and what it has free."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, QuerySet

from agencies.models import AdminUnit, Agency
from agencies.place_names import is_only_a_kind, place_key, read_sought
from booking.models import ServiceDay, Site, SiteWard
from booking.models.calendar import with_next_open_date
from core.time import WEEKDAYS, local_date

MOST_FOUND = 20
_EVERY_OFFICE = "cong an "


def find_offices(text: str) -> list[Agency]:
    """Agencies whose name, sites or wards hold every word of `text`, however it is marked and capitalised.

    The last word may be unfinished. All of them, at most 20, for an empty text. Best match first: by its
    name, by what it says of its places, then by what its wards were before 1 July 2025 or have become.
    """
    typed = read_sought(text).key
    wanted = typed.split()
    if text.strip() and not wanted:  # signs only
        return []
    by_ward = _meant_for(typed.removeprefix(_EVERY_OFFICE))
    agencies = Agency.objects.filter(is_active=True).prefetch_related("sites__wards").order_by("name", "pk")
    found = [(_rank(agency, wanted, by_ward), agency) for agency in agencies]
    matching = sorted((pair for pair in found if pair[0] is not None), key=lambda pair: pair[0] or 0)
    return [agency for _, agency in matching[:MOST_FOUND]]


def _rank(agency: Agency, wanted: list[str], by_ward: set[int]) -> int | None:
    name = place_key(agency.name)
    places = [agency.address]
    for site in agency.sites.all():
        places += [site.name, site.address, *(ward.name for ward in site.wards.all())]
    if _holds(name, wanted):
        return 0
    # Within one place: words of two wards make up no third.
    if any(_holds(f"{name} {place_key(place)}", wanted) for place in places):
        return 1
    return 2 if agency.pk in by_ward else None


def _holds(text: str, wanted: list[str]) -> bool:
    """Whether every word is in the text; the last may be unfinished. `huong` is not found in `phuong`."""
    *whole, last = [f" {word} " for word in wanted] or [""]
    return all(word in f" {text} " for word in whole) and last.rstrip() in f" {text} "


def _meant_for(ward: str) -> set[int]:
    """The agencies with a site for a ward of this name, of either era; one statement. None for `phuong`."""
    if not ward or is_only_a_kind(ward):
        return set()
    wards = SiteWard.objects.filter(AdminUnit.objects.named(ward).told_by("code"), site__is_active=True)
    return set(wards.values_list("site__agency_id", flat=True))


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
    """The weekly hours in force today; weekdays side by side with the same hours are put together."""
    today = local_date(now)
    groups: list[list[date]] = []
    hours: dict[date, str] = {}
    monday = today - timedelta(days=today.weekday())
    for day in (monday + timedelta(days=offset) for offset in range(7)):
        rules = [
            rule
            for rule in site.opening_rules.all()
            if rule.weekday == day.weekday() and rule.is_valid(today)
        ]
        spans = sorted((rule.starts_at, rule.ends_at) for rule in rules)
        hours[day] = ", ".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in spans)
        if groups and hours[groups[-1][-1]] == hours[day]:
            groups[-1].append(day)
        else:
            groups.append([day])
    return [HoursOfWeek(days=_weekdays(days), hours=hours[days[0]]) for days in groups if hours[days[0]]]


def _weekdays(days: list[date]) -> str:
    names = [WEEKDAYS[day.weekday()] for day in days]
    return names[0] if len(names) == 1 else f"{names[0]} – {names[-1]}"


def wards_of(agency: Agency) -> list[tuple[str, str]]:
    """Code and name of the wards that the agency's open sites are meant for, by name."""
    wards = SiteWard.objects.filter(site__agency=agency, site__is_active=True).order_by("name", "code")
    return list(wards.values_list("code", "name").distinct())


def last_numbers_today(agencies: Iterable[Agency], *, now: datetime) -> list[ServiceDay]:
    """Today's service days of these agencies on which numbers were given, with their sites."""
    days = ServiceDay.objects.filter(
        site__agency__in=agencies, date=local_date(now), is_open=True, last_number__gt=0
    )
    return list(days.select_related("site").order_by("site__name"))
