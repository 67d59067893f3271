"""The people of one day at one site, on the screen and on paper."""

from collections.abc import Iterable
from itertools import groupby

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils import timezone

from booking.admin.pages import SitePages, day_asked, site_asked
from booking.models import Appointment, ServiceDay
from booking.services import paper
from core.officers import Deed
from core.pages import attempt, needs, pdf, printed_by
from dossiers.models import Dossier
from dossiers.models.dossiers import DossierQuerySet
from dossiers.services import papers

DEFAULT_BLANKS = 10
# The whole number stands on a form.
_FORMS = ("dossiers.view_dossier", "dossiers.reveal_dossier")
# What may be filtered by: everything that keeps a place.
STATES = [
    (value, label) for value, label in Appointment.Status.choices if value != Appointment.Status.CANCELLED
]


class DayListPages(SitePages):
    def list_urls(self) -> list[URLPattern]:
        return [
            self.route("list/", self.day_list, "list"),
            self.route("<int:pk>/list.pdf", self.paper_list, "paper"),
            self.route("<int:pk>/forms.pdf", self.paper_forms, "forms"),
        ]

    @needs("booking.view_serviceday", "booking.view_appointment")
    def day_list(self, request: HttpRequest) -> HttpResponse:
        """Who comes on the day and to the site asked for, by slot and number; without a site, to the first
        that is open that day.
        """
        sites, on = self.sites(request), day_asked(request)
        site = site_asked(request, sites)
        days = self.get_queryset(request).filter(date=on, site__in=[site] if site else sites)
        day = days.select_related("site").order_by("-is_open", "site__name", "pk").first()
        rows = list(self._chosen(request, day)) if day else []
        self.note(request, Deed.LISTED, rows, "danh sách trong ngày")
        return self.page(
            request,
            "admin/booking/day_list.html",
            title="Danh sách trong ngày",
            day=day,
            on=on,
            site=day.site if day else site,
            sites=sites,
            slots=list(day.slots.order_by("starts_at")) if day else [],
            groups=[(slot, list(found)) for slot, found in groupby(rows, key=lambda row: row.slot)],
            people=len(rows),
            declared=self._declared(request, rows).count() if request.user.has_perms(_FORMS) else 0,
            states=STATES,
            state=request.GET.get("trang-thai", ""),
            hour=request.GET.get("khung", ""),
            blanks=DEFAULT_BLANKS,
        )

    @needs("booking.view_serviceday", "booking.view_appointment")
    def paper_list(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The whole day's list to print."""
        day = get_object_or_404(self.get_queryset(request).select_related("site"), pk=pk)
        people = list(self._people(request, day))
        self.note(request, Deed.EXPORTED, people, "in danh sách trong ngày")
        blanks = request.GET.get("dong-trong", "")
        drawn = paper.day_list(
            day,
            people,
            blanks=int(blanks) if blanks.isdecimal() else DEFAULT_BLANKS,
            printed_by=printed_by(request),
            now=timezone.now(),
        )
        return pdf(drawn, f"danh-sach-{day.date:%Y-%m-%d}")

    @needs("booking.view_serviceday", "booking.view_appointment", *_FORMS)
    def paper_forms(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The forms of those on the list who declared at home, as it is filtered and in its order."""
        day = get_object_or_404(self.get_queryset(request).select_related("site"), pk=pk)
        people = list(self._chosen(request, day))
        found = {dossier.pk: dossier for dossier in self._declared(request, people).for_display()}
        rows = [found[row.person.dossier_id] for row in people if row.person.dossier_id in found]
        drawn = attempt(
            request,
            lambda: papers.forms_pdf(rows),
            note=lambda _: self.note(request, Deed.EXPORTED, rows, "in tờ khai của ngày"),
        )
        if drawn is None:
            chosen = request.GET.copy()
            chosen.update({"ngay": f"{day.date:%Y-%m-%d}", "diem": str(day.site.public_id)})
            return redirect(f"{self.address('list')}?{chosen.urlencode()}")
        return pdf(drawn, f"to-khai-{day.date:%Y-%m-%d}")

    def _declared(self, request: HttpRequest, people: Iterable[Appointment]) -> DossierQuerySet:
        """What these people declared at home, where anything of it is kept."""
        wanted = [row.person.dossier_id for row in people if row.person.dossier_id is not None]
        mine: DossierQuerySet = self.scoped(request, Dossier).filter(pk__in=wanted, forgotten_at=None)
        return mine

    def _people(self, request: HttpRequest, day: ServiceDay) -> QuerySet[Appointment]:
        mine = self.scoped(request, Appointment).of_day(day)
        people: QuerySet[Appointment] = mine.select_related("slot", "day__site", "person__booking")
        return people

    def _chosen(self, request: HttpRequest, day: ServiceDay) -> QuerySet[Appointment]:
        people = self._people(request, day)
        state, hour = request.GET.get("trang-thai", ""), request.GET.get("khung", "")
        if state in dict(STATES):
            people = people.filter(status=state)
        return people.filter(slot=int(hour)) if hour.isdecimal() else people
