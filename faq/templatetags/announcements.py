"""What an office announces, on its pages and on those of other rooms."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from agencies.models import Agency
from booking.models import Site
from faq import words
from faq.markdown import to_html
from faq.models import Announcement
from faq.services import announcing

register = template.Library()
MOST_IN_SHORT = 3
JOINER = "\u2060"  # no line ends there


@register.inclusion_tag("faq/_in_short.html")
def announced(agency: Agency, site: Site | None = None) -> dict[str, Any]:
    """The titles of what holds now, of the office or of one of its sites, with the way to each and to all."""
    rows = list(announcing.on_show(agency=agency, site=site, now=timezone.now()))
    return {"agency": agency, "rows": rows[:MOST_IN_SHORT], "more": len(rows) - MOST_IN_SHORT}


@register.filter
def as_html(says: str) -> SafeString:
    return to_html(says)


@register.filter
def about(announcement: Announcement) -> list[str]:
    """Where, when and for whom, a line each; hours stay on one line."""
    return [line.replace("–", f"{JOINER}–{JOINER}") for line in words.about(announcement)]
