from booking.models.appointments import BEFORE_ARRIVAL, LIVE, Appointment, Registration
from booking.models.calendar import ServiceDay, Slot
from booking.models.calls import ReminderCall
from booking.models.drafts import Draft
from booking.models.imports import SheetImport
from booking.models.openings import Opening
from booking.models.people import Booking, Person, Release
from booking.models.postings import PostingSite
from booking.models.sessions import Session, SessionWard, SiteCalendarDay
from booking.models.sites import OpeningRule, Site, SiteWard

__all__ = [
    "BEFORE_ARRIVAL",
    "LIVE",
    "Appointment",
    "Booking",
    "Draft",
    "Opening",
    "OpeningRule",
    "Person",
    "PostingSite",
    "Registration",
    "Release",
    "ReminderCall",
    "ServiceDay",
    "Session",
    "SessionWard",
    "SheetImport",
    "Site",
    "SiteCalendarDay",
    "SiteWard",
    "Slot",
]
