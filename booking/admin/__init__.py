"""What officers see of bookings and may do with them: one module for each kind of thing."""

from booking.admin.appointments import AppointmentAdmin, ReleaseAdmin
from booking.admin.calendar import CalendarDayAdmin, SiteCalendarDayAdmin
from booking.admin.calls import ReminderCallAdmin
from booking.admin.days import ServiceDayAdmin
from booking.admin.dossiers import DossierWithPlaceAdmin
from booking.admin.imports import SheetImportAdmin
from booking.admin.opening import OpeningAdmin
from booking.admin.postings import OfficerOfSitesAdmin, PostingAdmin
from booking.admin.registrations import RegistrationAdmin
from booking.admin.sessions import SessionAdmin
from booking.admin.sites import SiteAdmin
from booking.admin.zalo_connection import ZaloConnectionAdmin

__all__ = [
    "AppointmentAdmin",
    "CalendarDayAdmin",
    "DossierWithPlaceAdmin",
    "OfficerOfSitesAdmin",
    "OpeningAdmin",
    "PostingAdmin",
    "RegistrationAdmin",
    "ReleaseAdmin",
    "ReminderCallAdmin",
    "ServiceDayAdmin",
    "SessionAdmin",
    "SheetImportAdmin",
    "SiteAdmin",
    "SiteCalendarDayAdmin",
    "ZaloConnectionAdmin",
]
