"""The people of one day at one site, on the screen and on paper."""

from itertools import groupby
from typing import cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils import timezone

from accounts.models import Officer
from booking.admin.pages import PageAdmin, day_asked, needs, site_asked
from booking.models import Appointment, ServiceDay
from booking.services import paper
from core.time import say_day

DEFAULT_BLANKS = 10
# What may be filtered by: everything that keeps a place.
STATES = [
    (value, label) for value, label in Appointment.Status.choices if value != Appointment.Status.CANCELLED
]


class DayListPages(PageAdmin):
    def list_urls(self) -> list[URLPattern]:
        return [
            self.route("list/", self.choose_list, "choose_list"),
            self.route("<int:pk>/list/", self.day_list, "list"),
            self.route("<int:pk>/list.pdf", self.paper_list, "paper"),
        ]

    @needs("booking.view_serviceday", "booking.view_appointment")
    def choose_list(self, request: HttpRequest) -> HttpResponse:
        """The list of the day and site asked for; without a site, of the first that is open that day."""
        sites, on = self.sites(request), day_asked(request)
        site = site_asked(request, sites)
        days = self.get_queryset(request).filter(date=on, site__in=[site] if site else sites)
        day = days.order_by("-is_open", "site__name", "pk").first()
        if day is not None:
            return redirect(self.address("list", day.pk))
        return self.page(
            request,
            "admin/booking/day_list.html",
            title=f"Danh sách ngày {on:%d/%m/%Y}",
            sites=sites,
            site=site,
            on=on,
            day=None,
        )

    @needs("booking.view_serviceday", "booking.view_appointment")
    def day_list(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who comes, by slot and number, with what is known of each."""
        day = self._day(request, pk)
        people = self._people(request, day)
        chosen = request.GET.get("trang-thai", "")
        if chosen in dict(STATES):
            people = people.filter(status=chosen)
        hour = request.GET.get("khung", "")
        if hour.isdecimal():
            people = people.filter(slot=int(hour))
        rows = list(people)
        return self.page(
            request,
            "admin/booking/day_list.html",
            title=f"Danh sách {say_day(day.date)}",
            day=day,
            on=day.date,
            site=day.site,
            sites=self.sites(request),
            slots=list(day.slots.order_by("starts_at")),
            groups=[(slot, list(found)) for slot, found in groupby(rows, key=lambda row: row.slot)],
            people=len(rows),
            states=STATES,
            state=chosen,
            hour=hour,
            blanks=DEFAULT_BLANKS,
            paper=self.address("paper", day.pk),
        )

    @needs("booking.view_serviceday", "booking.view_appointment")
    def paper_list(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The whole day's list to print."""
        day = self._day(request, pk)
        asked = request.GET.get("dong-trong", "")
        drawn = paper.day_list(
            day,
            self._people(request, day),
            blanks=int(asked) if asked.isdecimal() else DEFAULT_BLANKS,
            printed_by=printed_by(request),
            now=timezone.now(),
        )
        return pdf(drawn, f"danh-sach-{day.date:%Y-%m-%d}")

    def _day(self, request: HttpRequest, pk: int) -> ServiceDay:
        day: ServiceDay = get_object_or_404(self.get_queryset(request).select_related("site"), pk=pk)
        return day

    def _people(self, request: HttpRequest, day: ServiceDay) -> QuerySet[Appointment]:
        mine = self.scoped(request, Appointment).of_day(day)
        people: QuerySet[Appointment] = mine.select_related("slot", "day__site", "person__booking")
        return people


def printed_by(request: HttpRequest) -> str:
    officer = cast("Officer", request.user)
    return officer.get_full_name() or officer.get_username()


def pdf(drawn: bytes, name: str) -> HttpResponse:
    """A PDF that opens in the browser, ready to print, and is kept nowhere on the way."""
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
