"""People who are to be called, as lists of officers show them: the whole number never, the phone yes."""

from collections.abc import Sequence

from django.http import HttpRequest

from booking.models import Appointment
from core.officers import Deed, at_work


def note_people(request: HttpRequest, people: Sequence[Appointment]) -> None:
    """Write into the audit log that an officer saw who is to be called."""
    if people:
        codes = [appointment.code for appointment in people]
        at_work(request).note(Deed.LISTED, Appointment._meta.label, codes, "người cần gọi báo")
