"""Pages open to all: which office, where, when, what to bring."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from agencies.models import Agency
from booking.models import Site
from booking.services import directory
from booking.views.calendar import DayPicker


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Find the office, then do what is to be done there."""
    sought = request.GET.get("q", "").strip()[:100]
    offices = directory.find_offices(sought)
    given = directory.last_numbers_today(offices, now=timezone.now())
    context = {
        "sought": sought,
        "offices": [
            {"office": office, "given": [day for day in given if day.site.agency_id == office.pk]}
            for office in offices
        ],
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
        "tour": directory.stops_of_tour(office, now=now),
        "given_today": directory.last_numbers_today([office], now=now),
        "has_days": any(getattr(site, "next_open_date", None) for site in sites),
    }
    return render(request, "booking/agency.html", context)


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
