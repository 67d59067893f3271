"""Setting and taking back days off, half days and make-up days: the days concerned follow at once."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from agencies.models import CalendarDay
from booking.models import Appointment, Site, SiteCalendarDay
from booking.models.sites import SiteQuerySet
from booking.services.calendar import replan, stranded

Entry = CalendarDay | SiteCalendarDay


@transaction.atomic
def set_day(*, entry: Entry, now: datetime) -> list[Appointment]:
    """Write what a date is, and plan it anew at every site concerned.

    Gives the live appointments at hours that are no longer worked: they stay, and are to be called.
    """
    if isinstance(entry, CalendarDay):
        entry.origin = CalendarDay.Origin.OFFICE
    entry.save()
    return replan(sites_concerned(entry), on=entry.date, now=now)


@transaction.atomic
def clear_day(*, entry: Entry, now: datetime) -> list[Appointment]:
    """Take back what was said of a date; it is as its weekday, or as agency or country say, again."""
    sites, on = sites_concerned(entry), entry.date
    entry.delete()
    return replan(sites, on=on, now=now)


def sites_concerned(entry: Entry) -> SiteQuerySet:
    """The sites whose day an entry is about."""
    sites = Site.objects.open_to_citizens()
    if isinstance(entry, SiteCalendarDay):
        return sites.filter(pk=entry.site_id)
    return sites if entry.agency_id is None else sites.filter(agency=entry.agency_id)


def people_hit(entry: Entry, *, among: QuerySet[Site] | None = None) -> list[Appointment]:
    """The live appointments on the date of an entry at hours that are not worked, at some sites or all."""
    sites = sites_concerned(entry)
    if among is not None:
        sites = sites.filter(pk__in=among.values("pk"))
    return stranded(on=entry.date, sites=list(sites.values_list("pk", flat=True)))
