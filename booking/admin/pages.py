"""What the officers' own pages of this room share: the day and the site that an address asks for."""

from datetime import date, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import urlencode

from booking.models import Site
from core import doors
from core.pages import PageAdmin
from core.time import local_date


class SitePages(PageAdmin):
    """Pages on which an officer chooses among their sites."""

    def sites(self, request: HttpRequest) -> list[Site]:
        """The sites of this officer that take people, for choosing one: offices before stops."""
        sites = self.scoped(request, Site).filter(is_active=True).select_related("agency")
        return list(sites.order_by("agency__name", "kind", "name", "pk"))


def day_asked(request: HttpRequest, *, days_ahead: int = 0) -> date:
    """The day that the address asks for; else today, or so many days later."""
    today = local_date(timezone.now())
    return doors.day_asked(request, otherwise=today + timedelta(days=days_ahead))


def asked(on: date, site: Site | None = None) -> str:
    """The query that asks for this day and site."""
    return urlencode({"ngay": f"{on:%Y-%m-%d}"} | ({"diem": str(site.public_id)} if site else {}))


def site_asked(request: HttpRequest, sites: list[Site]) -> Site | None:
    """The site in `?diem=…`, if it is one of these."""
    return next((site for site in sites if str(site.public_id) == request.GET.get("diem")), None)
