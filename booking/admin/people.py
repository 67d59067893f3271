"""People who are to be called, as lists of officers show them: the whole number never, the phone yes."""

from collections.abc import Sequence

from django.http import HttpRequest

from booking.models import Appointment
from core.admin import OfficeAdmin
from core.officers import Deed


def note_people(admin: OfficeAdmin, request: HttpRequest, people: Sequence[Appointment]) -> None:
    """Write into the audit log that an officer saw who is to be called."""
    if people:
        admin.note(request, Deed.LISTED, people, "người cần gọi báo")
