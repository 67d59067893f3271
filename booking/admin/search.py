"""Finding an appointment by what an officer has at hand. Whole numbers never stand in an address or a log:
what was typed is sent in the body, and becomes a keyed hash before it becomes part of an address.
"""

import re
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from accounts.identity import key_of_number, tidy_number
from accounts.services.phones import phone_key_of
from booking.admin.pages import PageAdmin
from booking.models import Appointment, Booking, Person
from booking.services.lookup import tidy_code
from core import phones
from core.time import local_date

PERSON, PHONE = "số định danh", "điện thoại"
_HASHED = re.compile(rf"({PERSON}|{PHONE}):([0-9a-f]{{64}})")
_SAYABLE = re.compile(r"[A-Z]{2}[0-9A-Z]{5}|[A-Z]?[0-9]{1,5}")
UNKNOWN = "?"  # finds nobody
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


class HiddenSearch(PageAdmin):
    """A list whose search box posts what was typed, and shows the answer under an address without it."""

    search_fields = ("pk",)  # the box stands only where there is some
    search_help_text = SEARCH_HELP

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "POST" and "typed" in request.POST:
            asked = request.GET.copy()
            typed = request.POST["typed"].strip()
            asked["q"] = hidden(typed) if typed else ""
            if asked["q"] == UNKNOWN:
                words = f"Chỉ tìm được theo: {self.search_help_text}. Ghi đủ các chữ số."
                messages.warning(request, words)
            asked.pop("p", None)
            return HttpResponseRedirect(f"?{asked.urlencode()}")
        return super().changelist_view(request, extra_context)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = hidden(search_term) if search_term.strip() else ""
        return (queryset.filter(self.meant(term)) if term else queryset), False

    def meant(self, term: str) -> Q:
        raise NotImplementedError
