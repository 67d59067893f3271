"""The tour of the mobile team, written down in one form: a stop a row, all of them or none."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from unfold.decorators import action

from agencies.models import Agency
from booking.admin.session_forms import MOST_STOPS, AgencyForm, StopForm, Stops, put_on_form
from booking.models import Session, Site
from booking.models.sites import SiteQuerySet
from booking.services import sessions
from core.admin import OfficeAdmin, noted
from core.errors import Invalid
from core.officers import Deed, at_work

# What a new row takes over from the one above it.
CARRIED_ON = ("hours", "slot_minutes", "capacity")


class TourPage(OfficeAdmin):
    """Adds the page to the admin of sessions."""

    @action(description="Lịch lưu động", url_path="tour", permissions=["plan"], icon="directions_bus")
    def plan_tour(self, request: HttpRequest) -> HttpResponse:
        """Where the mobile team goes: wards, place, days, hours."""
        own = self._agencies(request)
        whose = AgencyForm(request.POST or None, agencies=own)
        agency = self._agency_of(whose, own)
        sites = self.sites_of(request)
        stops = Stops(_one_row_more(request.POST) or None, prefix="stops", form_kwargs={"sites": sites})
        if request.method == "POST" and "add_row" not in request.POST:
            # An agency that is not theirs is no wish for one that is.
            is_theirs = whose.is_valid() or len(own) == 1
            made = self._make_tour(request, agency, stops) if is_theirs else []
            if made:
                words = f"Đã lập {len(made)} buổi lưu động. Người dân thấy lịch ngay."
                self.message_user(request, words, messages.SUCCESS)
                return redirect("admin:booking_session_changelist")
        shown = {
            "whose": whose,
            "stops": stops,
            "is_more": "add_row" in request.POST,
            "several": len(own) > 1,
        }
        return self.page(request, "admin/booking/sessions/tour.html", title="Lịch lưu động", **shown)

    def _agencies(self, request: HttpRequest) -> QuerySet[Agency]:
        """The agencies that the officer works for as a whole: a tour makes new sites."""
        scope = at_work(request).scope
        rows = Agency.objects.filter(is_active=True).order_by("name")
        return rows if scope.everything else rows.filter(pk__in=scope.agencies)

    def _agency_of(self, whose: AgencyForm, own: QuerySet[Agency]) -> Agency:
        chosen = whose.cleaned_data["agency"] if whose.is_valid() else own.first()
        if chosen is None:
            raise PermissionDenied
        return chosen

    def _make_tour(
        self, request: HttpRequest, agency: Agency, stops: "forms.BaseFormSet[StopForm]"
    ) -> list[Session]:
        rows = [form for form in stops.forms if not form.is_dropped]
        wanted = [form.stop(agency) for form in rows]
        if not rows or not all(wanted):
            return []
        tour = [stop for stop in wanted if stop is not None]
        try:
            return noted(
                lambda: sessions.plan_tour(agency=agency, stops=tour, now=timezone.now()),
                lambda made: self.note(request, Deed.DID, made, "lập lịch lưu động"),
            )
        except Invalid as refusal:
            for index, form in enumerate(rows):
                begin = f"stops[{index}]"
                mine = [fault for fault in refusal.errors if fault.field.startswith(begin)]
                put_on_form(form, mine, below=f"{begin}.")
        return []

    def sites_of(self, request: HttpRequest) -> SiteQuerySet:
        """The sites in use that the officer may see, by name."""
        seen = self.admin_site.get_model_admin(Site).get_queryset(request)
        return Site.objects.open_to_citizens().filter(pk__in=seen).select_related("agency").order_by("name")

    def page(self, request: HttpRequest, template: str, *, title: str, **context: Any) -> HttpResponse:
        return render(request, template, {**self.admin_site.each_context(request), "title": title, **context})


def _one_row_more(posted: QueryDict) -> QueryDict:
    """What was posted, with an empty row at the end if one was asked for; its hours are those above it."""
    if "add_row" not in posted:
        return posted
    more = posted.copy()
    count = int(posted.get("stops-TOTAL_FORMS") or 0)
    if count < MOST_STOPS:
        for field in CARRIED_ON:
            more[f"stops-{count}-{field}"] = posted.get(f"stops-{count - 1}-{field}", "")
        more["stops-TOTAL_FORMS"] = str(count + 1)
    return more
