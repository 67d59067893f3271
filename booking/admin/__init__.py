"""What officers see of bookings and may do with them: one module for each kind of thing."""

from booking.admin.appointments import AppointmentAdmin, ReleaseAdmin
from booking.admin.days import ServiceDayAdmin
from booking.admin.registrations import RegistrationAdmin
from booking.admin.sites import SiteAdmin

__all__ = ["AppointmentAdmin", "RegistrationAdmin", "ReleaseAdmin", "ServiceDayAdmin", "SiteAdmin"]
