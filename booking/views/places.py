"""Pages open to all: which office, where, when, what to bring."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from agencies.models import Agency
from booking.models import Site
from booking.services import directory, schedule
from booking.services.schedule import Stint
from booking.services.ward_names import wards_named_by
from booking.services.wards_said import ward_named
from booking.views.calendar import DayPicker

LONGEST_NAME = 100


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Find the office, then do what is to be done there."""
    sought = request.GET.get("q", "").strip()[:100]
    offices = directory.find_offices(sought)
    now = timezone.now()
    given = directory.last_numbers_today(offices, now=now)
    context = {
        "sought": sought,
        "offices": [
            {"office": office, "given": [day for day in given if day.site.agency_id == office.pk]}
            for office in offices
        ],
        "this_week": schedule.this_week(offices, now=now),
    }
    template = "booking/_offices.html" if request.headers.get("HX-Request") else "booking/home.html"
    answer = render(request, template, context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@require_safe
def agency(request: HttpRequest, slug: str) -> HttpResponse:
    """One office: what can be done, where, when."""
    office = get_object_or_404(Agency, slug=slug, is_active=True)
    now = timezone.now()
    sites = list(directory.sites_of(office, now=now))
    context = {
        "agency": office,
        "sites": [site for site in sites if site.kind == Site.Kind.FIXED],
        "next_stint": next(iter(schedule.coming(office, now=now)), None),
        "given_today": directory.last_numbers_today([office], now=now),
        "has_days": any(getattr(site, "next_open_date", None) for site in sites),
    }
    return render(request, "booking/agency.html", context)


@require_safe
def coming_sessions(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the mobile team goes and when overtime is worked, for everybody or the people of one ward."""
    office = get_object_or_404(Agency, slug=slug, is_active=True)
    now = timezone.now()
    sought = request.GET.get("phuong", "").strip()[:LONGEST_NAME]
    ward = ward_named(sought, agency=office) if sought else None
    stints = schedule.coming(office, ward=ward.code if ward else "", now=now)
    context = {
        "agency": office,
        "sought": sought,
        "ward": ward,
        "wards": sorted({ward.name for ward in wards_named_by(office)}),
        "of_ward": _by_day([stint for stint in stints if ward and stint.wards]),
        "of_all": _by_day([stint for stint in stints if not (ward and stint.wards)]),
        "sites": [site for site in directory.sites_of(office, now=now) if site.kind == Site.Kind.FIXED],
    }
    return render(request, "booking/schedule.html", context)


def _by_day(stints: Sequence[Stint]) -> list[tuple[date, list[Stint]]]:
    return [(day, list(of_day)) for day, of_day in groupby(stints, key=lambda stint: stint.day)]


@require_safe
def site(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One site: address, hours, free days."""
    sites = (
        Site.objects.open_to_citizens().select_related("agency").prefetch_related("opening_rules", "wards")
    )
    place = get_object_or_404(sites, public_id=public_id)
    now = timezone.now()
    context = {
        "site": place,
        "agency": place.agency,
        "hours": directory.usual_hours(place, now=now),
        "picker": DayPicker.of(request, place, now=now),
    }
    return render(request, "booking/site.html", context)
