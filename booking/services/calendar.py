"""Weekly hours, calendar and sessions become service days and slots."""

from collections.abc import Iterable, Sequence
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
        for day in _days_to_change(each, first=today, last=last, calendar=calendar):
            made += _settle_day(each.pk, day)
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
    there = {_as_planned(slot) for slot in day.slots.all() if slot.is_open}
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
    # All rows of a kind before those of the next, in the order of their keys: see the locking law.
    lock_sites(changed)
    slots = Slot.objects.filter(day__site__in=changed, day__date=on).order_by("pk")
    list(slots.select_for_update(of=("self",), no_key=True).values_list("pk"))
    for site_id in changed:
        _settle_day(site_id, on)
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
def _settle_day(site_id: int, on: date) -> int:
    """Make one day as it is meant to be, and give how many slots were made."""
    lock_sites([site_id])
    # Read again: what was read before the lock may have changed.
    site = planning_sites(Site.objects.filter(pk=site_id), first=on, last=on).get()
    plan = plan_day(site, on, calendar=read_calendar(first=on, last=on))
    day, _ = ServiceDay.objects.get_or_create(site=site, date=on)
    # Locked, so that nobody takes a place in a slot between the look and the deletion.
    slots = list(day.slots.select_for_update(no_key=True).order_by("pk"))
    history = set(Appointment.objects.filter(day=day).values_list("slot", flat=True))
    change = _compare(slots, plan.slots, history=history, sessions_only=day.is_manual)
    Slot.objects.filter(pk__in=[slot.pk for slot in change.useless]).delete()
    Slot.objects.bulk_update(change.changed, ["ends_at", "capacity", "session", "is_open"])
    Slot.objects.bulk_create(_new(day, wanted) for wanted in change.missing)
    if not day.is_manual:
        is_empty = len(slots) == len(change.useless) and not change.missing
        _say(day, plan, is_empty=is_empty and not history, has_people=any(slot.taken for slot in slots))
    return len(change.missing)


def _new(day: ServiceDay, wanted: Planned) -> Slot:
    return Slot(
        day=day,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        capacity=wanted.capacity,
        session_id=wanted.session,
    )


def _say(day: ServiceDay, plan: DayPlan, *, is_empty: bool, has_people: bool) -> None:
    if is_empty and not plan.is_there:
        day.delete()  # nobody works on it any more
        return
    is_open = not plan.is_closed if plan.is_there else has_people
    ServiceDay.objects.filter(pk=day.pk).update(is_open=is_open, note=plan.note)


@dataclass
class Change:
    """What is to be done with the slots of a day."""

    useless: list[Slot] = field(default_factory=list)
    changed: list[Slot] = field(default_factory=list)
    missing: list[Planned] = field(default_factory=list)


def _compare(
    slots: Sequence[Slot], wanted: Sequence[Planned], *, history: set[int], sessions_only: bool
) -> Change:
    """Compare slots as they are with what is wanted.

    A slot with people stays as it is and nothing is put across it; it takes no more people when nobody works
    at that hour. A slot that only had people in the past is used again or closed, any other is deleted. With
    `sessions_only`, the slots of the week are left alone.
    """
    change = Change()
    if sessions_only:
        wanted = [slot for slot in wanted if slot.session]
    settled = [slot for slot in slots if slot.taken or (sessions_only and not slot.session_id)]
    missing = [slot for slot in wanted if not any(slot.overlaps(other) for other in settled)]
    by_start = {slot.starts_at: slot for slot in missing}
    for slot in slots:
        if slot in settled:
            if not sessions_only or slot.session_id:
                _open(slot, change, is_open=any(other.overlaps(slot) for other in wanted))
            continue
        use = by_start.get(slot.starts_at)
        if use is not None and (slot.pk in history or use == _as_planned(slot)):
            missing.remove(use)
            _use_again(slot, use, change)
        elif slot.pk in history:
            _open(slot, change, is_open=False)
        else:
            change.useless.append(slot)
    change.missing = missing
    return change


def _open(slot: Slot, change: Change, *, is_open: bool) -> None:
    if slot.is_open != is_open:
        slot.is_open = is_open
        change.changed.append(slot)


def _use_again(slot: Slot, wanted: Planned, change: Change) -> None:
    if _as_planned(slot) != wanted or not slot.is_open:
        slot.ends_at, slot.capacity, slot.session_id = wanted.ends_at, wanted.capacity, wanted.session
        slot.is_open = True
        change.changed.append(slot)
