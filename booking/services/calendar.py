"""Weekly hours, calendar and sessions become service days and slots."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from agencies.services.calendar import Calendar, read_calendar
from booking.models import Appointment, ServiceDay, Site, Slot
from booking.models.sites import SiteQuerySet
from booking.services.planning import DayPlan, Planned, plan_day, planning_sites
from core.time import local_date

LONGEST_WINDOW = 92
# Tomorrow morning's window is open before the nightly run.
BEYOND_WINDOW = 1


def open_calendar(*, days: int | None = None, site: Site | None = None, now: datetime) -> int:
    """Make service days and slots as they are meant to be, from today on, and give how many slots were made.

    `days` is how many days including today; without it, each agency's booking window and one day more. Run
    twice it changes nothing; a slot that has bookings keeps them, and a day set by hand is left alone.
    """
    sites = Site.objects.open_to_citizens()
    if site is not None:
        sites = sites.filter(pk=site.pk)
    today = local_date(now)
    farthest = today + timedelta(days=LONGEST_WINDOW + BEYOND_WINDOW if days is None else days - 1)
    calendar = read_calendar(first=today, last=farthest)
    made = 0
    for each in planning_sites(sites, first=today, last=farthest).order_by("pk"):
        last = last_planned(each, now=now) if days is None else farthest
        days_to_change = _days_to_change(each, first=today, last=last, calendar=calendar)
        made += _settle({each.pk: days_to_change}) if days_to_change else 0
    return made


def last_planned(site: Site, *, now: datetime) -> date:
    """The last day that the nightly run makes for a site."""
    return local_date(now) + timedelta(days=site.agency.window_days + BEYOND_WINDOW)


def _days_to_change(site: Site, *, first: date, last: date, calendar: Calendar) -> list[date]:
    """The days that are not as they are meant to be. Two queries, however many days."""
    existing = ServiceDay.objects.filter(site=site, date__range=(first, last)).prefetch_related("slots")
    known = {day.date: day for day in existing}
    every = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return [
        day for day in every if not _is_as_planned(known.get(day), plan_day(site, day, calendar=calendar))
    ]


def _is_as_planned(day: ServiceDay | None, plan: DayPlan) -> bool:
    if day is None:
        return not plan.is_there
    there = {_as_planned(slot) for slot in day.slots.all() if slot.is_worked}
    if day.is_manual:
        return {slot for slot in there if slot.session} == {slot for slot in plan.slots if slot.session}
    if there != set(plan.slots):
        return False
    return not plan.is_there or (day.is_open, day.note) == (not plan.is_closed, plan.note)


def _as_planned(slot: Slot) -> Planned:
    return Planned(slot.starts_at, slot.ends_at, slot.capacity, slot.session_id)


@transaction.atomic
def replan(sites: SiteQuerySet, *, on: date, now: datetime) -> list[Appointment]:
    """Bring one date of these sites up to date at once; gives the live appointments that lost their hours.

    A date that the nightly run has not come to yet is left to it.
    """
    if on < local_date(now):
        return []
    calendar = read_calendar(first=on, last=on)
    planned = list(planning_sites(sites, first=on, last=on).order_by("pk"))
    days = ServiceDay.objects.filter(site__in=[site.pk for site in planned], date=on).prefetch_related(
        "slots"
    )
    known = {day.site_id: day for day in days}
    changed = [
        site.pk
        for site in planned
        if (site.pk in known or on <= last_planned(site, now=now))
        and not _is_as_planned(known.get(site.pk), plan_day(site, on, calendar=calendar))
    ]
    if changed:
        _settle({key: [on] for key in changed})
    return stranded(on=on, sites=[site.pk for site in planned])


def lock_sites(keys: Iterable[int]) -> None:
    """Hold sites until the transaction ends, so that nobody else plans their days."""
    list(Site.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def stranded(*, on: date, sites: Sequence[int]) -> list[Appointment]:
    """Live appointments at an hour that is no longer worked, in the order of calling."""
    rows = Appointment.objects.live().filter(slot__is_open=False, day__date=on, day__site__in=sites)
    in_order = rows.order_by("day__site__name", "slot__starts_at", "number", "pk")
    return list(in_order.for_display().select_related("person__booking__citizen"))


@transaction.atomic
def _settle(dates_of: Mapping[int, Sequence[date]]) -> int:
    """Make dates of sites, by the sites' keys, as they are meant to be, and give how many slots were made.

    Some dozen statements, however many days.
    """
    lock_sites(dates_of)
    plans = _plans(dates_of)
    days = _days_of(plans)
    # Locked, so that nobody takes a place in a slot between the look and the deletion; sites first, then all
    # slots in the order of their keys, as the locking law has it.
    slots = Slot.objects.filter(day__in=days).select_for_update(of=("self",), no_key=True).order_by("pk")
    slots_of: dict[int, list[Slot]] = defaultdict(list)
    for slot in slots:
        slots_of[slot.day_id].append(slot)
    history = set(Appointment.objects.filter(day__in=days).values_list("slot", flat=True).distinct())
    total, empty, touched = Change(), [], []
    for day in days:
        plan, there = plans[day.site_id, day.date], slots_of[day.pk]
        change = _compare(day, there, plan.slots, history=history)
        total.add(change)
        if not plan.is_there and len(there) == len(change.useless) and not day.is_manual:
            empty.append(day.pk)  # nobody works on it any more
        elif not day.is_manual:
            day.is_open = not plan.is_closed if plan.is_there else any(slot.taken for slot in there)
            day.note = plan.note
            touched.append(day)
    _write(total)
    ServiceDay.objects.bulk_update(touched, ["is_open", "note"])
    ServiceDay.objects.filter(pk__in=empty).delete()
    return len(total.missing)


def _plans(dates_of: Mapping[int, Sequence[date]]) -> dict[tuple[int, date], DayPlan]:
    """What the dates are meant to be, read now: what was read before the lock may have changed."""
    every = [day for dates in dates_of.values() for day in dates]
    first, last = min(every), max(every)
    calendar = read_calendar(first=first, last=last)
    sites = planning_sites(Site.objects.filter(pk__in=dates_of), first=first, last=last)
    return {
        (site.pk, day): plan_day(site, day, calendar=calendar)
        for site in sites.order_by("pk")
        for day in dates_of[site.pk]
    }


def _days_of(plans: Mapping[tuple[int, date], DayPlan]) -> list[ServiceDay]:
    """The service days of these sites and dates, made where somebody is to see them."""
    sites, dates = {site for site, _ in plans}, {on for _, on in plans}
    rows = ServiceDay.objects.filter(site__in=sites, date__in=dates).order_by("pk")
    known = {(row.site_id, row.date) for row in rows}
    new = [
        ServiceDay(site_id=site, date=on)
        for (site, on), plan in plans.items()
        if plan.is_there and (site, on) not in known
    ]
    ServiceDay.objects.bulk_create(new, ignore_conflicts=True)
    return [row for row in rows.all() if (row.site_id, row.date) in plans]


def _write(change: "Change") -> None:
    Slot.objects.filter(pk__in=[slot.pk for slot in change.useless]).delete()
    changed = ["ends_at", "capacity", "session", "is_open", "is_shut_with_day"]
    Slot.objects.bulk_update(change.changed, changed)
    rows = [
        Slot(
            day=day,
            is_open=not _is_shut(day),
            is_shut_with_day=_is_shut(day),
            starts_at=wanted.starts_at,
            ends_at=wanted.ends_at,
            capacity=wanted.capacity,
            session_id=wanted.session,
        )
        for day, wanted in change.missing
    ]
    Slot.objects.bulk_create(rows, ignore_conflicts=True)


@dataclass
class Change:
    """What is to be done with slots so that days are as they are meant to be."""

    useless: list[Slot] = field(default_factory=list)
    changed: list[Slot] = field(default_factory=list)
    missing: list[tuple[ServiceDay, Planned]] = field(default_factory=list)

    def add(self, other: "Change") -> None:
        self.useless += other.useless
        self.changed += other.changed
        self.missing += other.missing


def _compare(
    day: ServiceDay, slots: Sequence[Slot], wanted: Sequence[Planned], *, history: set[int]
) -> Change:
    """Compare a day's slots as they are with what is wanted.

    A slot with people stays as it is and nothing is put across it; it takes no more people when nobody works
    at that hour. A slot that only had people in the past is used again or closed, any other is deleted. Of a
    day set by hand only the slots of sessions are looked at.
    """
    change = Change()
    if day.is_manual:
        wanted = [slot for slot in wanted if slot.session]
    untouchable = [slot for slot in slots if day.is_manual and not slot.session_id]
    held = [slot for slot in slots if slot.taken and slot not in untouchable]
    across = [*untouchable, *held]
    missing = {slot.starts_at: slot for slot in wanted if not any(slot.overlaps(other) for other in across)}
    shut = _is_shut(day)
    for slot in held:
        _work(slot, change, is_worked=any(other.overlaps(slot) for other in wanted), shut=shut)
    for slot in (slot for slot in slots if slot not in across):
        use = missing.get(slot.starts_at)
        if use is not None and (slot.pk in history or use == _as_planned(slot)):
            _use_again(slot, missing.pop(slot.starts_at), change, shut=shut)
        elif slot.pk in history:
            _work(slot, change, is_worked=False, shut=shut)
        else:
            change.useless.append(slot)
    change.missing = [(day, slot) for slot in missing.values()]
    return change


def _is_shut(day: ServiceDay) -> bool:
    """Whether an officer closed the whole day: its slots are shut with it."""
    return day.is_manual and not day.is_open


def _work(slot: Slot, change: Change, *, is_worked: bool, shut: bool) -> None:
    wanted = (is_worked and not shut, is_worked and shut)
    if (slot.is_open, slot.is_shut_with_day) != wanted:
        slot.is_open, slot.is_shut_with_day = wanted
        change.changed.append(slot)


def _use_again(slot: Slot, wanted: Planned, change: Change, *, shut: bool) -> None:
    if _as_planned(slot) != wanted or not slot.is_worked:
        slot.ends_at, slot.capacity, slot.session_id = wanted.ends_at, wanted.capacity, wanted.session
        slot.is_open, slot.is_shut_with_day = not shut, shut
        change.changed.append(slot)
