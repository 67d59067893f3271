"""For the pages of dossiers: when somebody comes with one."""

from collections.abc import Iterable, Mapping

from django import template

from booking.services.visits import Visit, visits_for
from dossiers.models import Dossier

register = template.Library()


@register.simple_tag
def visit_of(dossier: Dossier) -> Visit | None:
    """Whether somebody is expected with it, and when."""
    return visits_for([dossier]).get(dossier.pk)


@register.simple_tag
def visits_of(rows: Iterable[Mapping[str, Dossier]]) -> dict[int, Visit]:
    """The same for the rows of a list, by the key of the dossier."""
    return visits_for(row["dossier"] for row in rows)


@register.filter
def of(visits: Mapping[int, Visit], dossier: Dossier) -> Visit | None:
    return visits.get(dossier.pk)
