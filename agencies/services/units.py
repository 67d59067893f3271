"""Finding administrative units by their names, of either era."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from agencies.models import AdminUnit, Agency, UnitSuccessor

TWO_LEVELS_SINCE = date(2025, 7, 1)


def set_on(day: date) -> AdminUnit.Set:
    """The set of units that was in force on a day."""
    return AdminUnit.Set.OF_2025 if day >= TWO_LEVELS_SINCE else AdminUnit.Set.OF_2021


def find_units(text: str, *, of_set: str | None = None, limit: int = 20) -> list[AdminUnit]:
    """Find the units whose names hold every word of `text`, best first, with successors; none for no words.

    Marks, capitals and short forms do not matter; upper units may be named too: `ban thach da nang`.
    """
    named = AdminUnit.objects.named(text).best_first(text)
    best = list((named.filter(set=of_set) if of_set else named).values_list("pk", flat=True)[:limit])
    # In a second step, because a word such as "xã" is held by thousands, and each has two upper units.
    units = AdminUnit.objects.for_display().in_bulk(best)
    return [units[pk] for pk in best]


def also_known_as(codes: Collection[str]) -> dict[str, set[str]]:
    """For each `SET:CODE`, what the same ground was called just before or is called just after, and itself.

    As `AdminUnitQuerySet.told_by` does it in SQL. One statement; none for no codes.
    """
    known = {code: {code} for code in codes}
    wanted = Q(pk=None)
    for code in codes:
        unit_set, _, number = code.partition(":")
        wanted |= Q(old__set=unit_set, old__code=number) | Q(new__set=unit_set, new__code=number)
    if codes:
        for link in UnitSuccessor.objects.filter(wanted).select_related("old", "new"):
            for one, other in ((link.old.uid, link.new.uid), (link.new.uid, link.old.uid)):
                if one in known:
                    known[one].add(other)
    return known


def names_of(codes: Collection[str]) -> dict[str, str]:
    """`Phường Bàn Thạch` for each `SET:CODE` there is; one statement."""
    numbers = {code.partition(":")[2] for code in codes}
    return {unit.uid: str(unit) for unit in AdminUnit.objects.filter(code__in=numbers) if unit.uid in codes}


@dataclass(frozen=True)
class LinkFigures:
    """How many communes of 2021 there are, how many were split, how many lead to a province only."""

    communes: int
    split: int
    to_province: int


def link_figures() -> LinkFigures:
    """Count how the communes of 2021 are linked to the units of 2025."""
    communes = AdminUnit.objects.filter(set=AdminUnit.Set.OF_2021, level=Agency.Level.COMMUNE)
    split = communes.annotate(parts=Count("successor_links")).filter(parts__gt=1)
    to_province = UnitSuccessor.objects.filter(old=OuterRef("pk"), new__level=Agency.Level.PROVINCE)
    return LinkFigures(
        communes=communes.count(),
        split=split.count(),
        to_province=communes.filter(Exists(to_province)).count(),
    )
