"""Finding an appointment by what an officer has at hand. Whole numbers never stand in an address or a log:
what was typed is sent in the body, and becomes a keyed hash before it becomes part of an address.
"""

import re

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.identity import key_of_number, tidy_number
from accounts.services.phones import phone_key_of
from booking.models import Appointment, Booking, Person
from core import pages, phones
from core.codes import tidy_code
from core.pages import UNKNOWN
from core.time import local_date

PERSON, PHONE = "số định danh", "điện thoại"
_HASHED = re.compile(rf"({PERSON}|{PHONE}):([0-9a-f]{{64}})")
_SAYABLE = re.compile(r"[A-Z]{2}[0-9A-Z]{5}|[A-Z]?[0-9]{1,5}")
_QUEUE_NUMBER = re.compile(r"([A-Z])?0*([0-9]{1,5})")
SEARCH_HELP = "Mã hẹn, số thứ tự, số định danh, điện thoại"


def hidden(typed: str) -> str:
    """What may stand in an address: an identity number or phone as its hash, a code or queue number as it is.
    Whatever else was typed may be a name, or a number with a slip, and is not said again.
    """
    if _HASHED.fullmatch(typed.strip()):
        return typed.strip()
    number = key_of_number(tidy_number(typed) or "")
    if number is not None:
        return f"{PERSON}:{number}"
    try:
        return f"{PHONE}:{phone_key_of(phones.normalise(typed))}"
    except ValueError:
        return tidy_code(typed) if _SAYABLE.fullmatch(tidy_code(typed)) else UNKNOWN


def by_person(term: str) -> "QuerySet[Person] | None":
    """The people that a hidden number or phone means; None if the term is something else."""
    hashed = _HASHED.fullmatch(term)
    if hashed is None:
        return None
    if hashed[1] == PERSON:
        return Person.objects.filter(person_key=hashed[2])
    # Two branches, each with an index of its own.
    given = Booking.objects.filter(phone_key=hashed[2]).values("pk")
    verified = Booking.objects.filter(citizen__phone_key=hashed[2]).values("pk")
    return Person.objects.filter(booking__in=given.union(verified))


def by_code_or_number(term: str) -> Q:
    """An appointment's code, or a queue number of today or later. Two branches, each with its own index."""
    code = tidy_code(term)
    found = Appointment.objects.filter(code=code).values("pk")
    if number := _QUEUE_NUMBER.fullmatch(code):
        ahead = Appointment.objects.filter(number=int(number[2]), day__date__gte=local_date(timezone.now()))
        if number[1]:
            ahead = ahead.filter(day__site__number_prefix=number[1])
        found = found.union(ahead.values("pk"))
    return Q(pk__in=found)


class HiddenSearch(pages.HiddenSearch):
    """Lists of people who come: found by code, queue number, identity number or phone."""

    search_help_text = SEARCH_HELP

    def hidden(self, typed: str) -> str:
        return hidden(typed)
