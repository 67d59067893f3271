"""Versions of regulations: read by day, added for a coming day, ended by the next one.

Whoever writes locks the regulation first. `valid_to` is never given: it follows from the next version.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from core.time import local_date
from dossiers.errors import AlreadyAVersion, StartsTooEarly, VersionInForce
from dossiers.models import Regulation, Version
from dossiers.models.versions import PROCEDURES

ONE_DAY = timedelta(days=1)
LINES = ("reasons", "places", "papers", "fees", "exemptions", "card_terms")


@dataclass(frozen=True)
class Law:
    """What is in force on a day."""

    day: date
    procedures: tuple[Version, ...]
    fees: Version | None
    cards: Version | None


def law_on(day: date) -> Law:
    """Everything in force on a day, with its lines; seven statements."""
    versions = list(Version.objects.on(day).with_lines().order_by("regulation__position", "pk"))
    by_kind = {version.regulation.kind: version for version in versions}
    return Law(
        day=day,
        procedures=tuple(version for version in versions if version.regulation.kind in PROCEDURES),
        fees=by_kind.get(Regulation.Kind.FEES),
        cards=by_kind.get(Regulation.Kind.CARDS),
    )


@transaction.atomic
def add_version(*, regulation: Regulation, valid_from: date, basis: str, now: datetime) -> Version:
    """Begin a version on a coming day, with the lines of the one it follows; that one ends the day before.

    :raises StartsTooEarly: the day is not after today
    :raises AlreadyAVersion: the regulation has a version from that day on
    """
    _lock(regulation)
    if valid_from <= local_date(now):
        raise StartsTooEarly
    if regulation.versions.filter(valid_from=valid_from).exists():
        raise AlreadyAVersion
    before = (
        regulation.versions.filter(valid_from__lt=valid_from).with_lines().order_by("-valid_from").first()
    )
    after = regulation.versions.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    said = _content_of(before) if before else {"regime": Version.Regime.LAW_OF_2023}
    if before:
        _end(before, valid_from - ONE_DAY)
    version = Version.objects.create(
        regulation=regulation,
        valid_from=valid_from,
        valid_to=after.valid_from - ONE_DAY if after else None,
        **{**said, "basis": basis, "source": "", "is_confirmed": False},
    )
    if before:
        _copy_lines(before, version)
    return version


@transaction.atomic
def hold_for_editing(*, version: Version, now: datetime) -> Version:
    """Lock a version whose lines are about to be written.

    :raises VersionInForce: its first day has come
    """
    _lock(version.regulation)
    held = Version.objects.to_come(local_date(now)).filter(pk=version.pk).first()
    if held is None:
        raise VersionInForce
    return held


@transaction.atomic
def move_version(*, version: Version, valid_from: date, now: datetime) -> Version:
    """Let a version that has not started begin on another coming day, between its neighbours.

    :raises VersionInForce: its first day has come
    :raises StartsTooEarly: the new day is not after today, or not after the version before
    :raises AlreadyAVersion: the version after begins that day or earlier
    """
    held = hold_for_editing(version=version, now=now)
    if valid_from == held.valid_from:
        return held
    before, after = _neighbours(held)
    if valid_from <= local_date(now) or (before and valid_from <= before.valid_from):
        raise StartsTooEarly
    if after and valid_from >= after.valid_from:
        raise AlreadyAVersion
    if before:  # out of the way first: two versions are never in force on one day, not even in between
        _end(before, min(valid_from, held.valid_from) - ONE_DAY)
    Version.objects.filter(pk=held.pk).update(valid_from=valid_from)
    if before:
        _end(before, valid_from - ONE_DAY)
    held.valid_from = valid_from
    return held


@transaction.atomic
def withdraw_version(*, version: Version, now: datetime) -> None:
    """Take back a version that has not started; the one before goes on.

    :raises VersionInForce: its first day has come
    """
    held = hold_for_editing(version=version, now=now)
    before, after = _neighbours(held)
    held.delete()
    if before:
        _end(before, after.valid_from - ONE_DAY if after else None)


def versions_with_a_gap() -> QuerySet[Version]:
    """Versions that do not end on the day before the next one; none, if all is well."""
    following = Version.objects.filter(
        regulation=OuterRef("regulation"), valid_from__gt=OuterRef("valid_from")
    )
    starts = following.order_by("valid_from").values("valid_from")[:1]
    days = Version.objects.annotate(next_start=Subquery(starts))
    return days.filter(
        Q(next_start=None, valid_to__isnull=False)
        | Q(next_start__isnull=False, valid_to=None)
        | ~Q(next_start=F("valid_to") + timedelta(days=1))
        & Q(next_start__isnull=False, valid_to__isnull=False)
    )


@contextmanager
def loading() -> Iterator[CursorWrapper]:
    """Within: versions of the past may be written once, as the data files of the house need it.

    Nothing that is there may be edited or deleted even so; the triggers let only new rows and new ends pass.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portal.loading_law', 'on', true)")
        yield cursor
        cursor.execute("SELECT set_config('portal.loading_law', '', true)")


def _lock(regulation: Regulation) -> None:
    Regulation.objects.select_for_update(of=("self",), no_key=True).get(pk=regulation.pk)


def _neighbours(version: Version) -> tuple[Version | None, Version | None]:
    others = Version.objects.filter(regulation=version.regulation_id)
    before = others.filter(valid_from__lt=version.valid_from).order_by("-valid_from").first()
    after = others.filter(valid_from__gt=version.valid_from).order_by("valid_from").first()
    return before, after


def _end(version: Version, last_day: date | None) -> None:
    Version.objects.filter(pk=version.pk).update(valid_to=last_day)


def _content_of(version: Version) -> dict[str, object]:
    own = ("id", "regulation", "valid_from", "valid_to")
    return {
        field.name: getattr(version, field.name) for field in Version._meta.fields if field.name not in own
    }


def _copy_lines(before: Version, version: Version) -> None:
    for name in LINES:
        rows: list[models.Model] = list(getattr(before, name).all())
        for row in rows:
            row.pk, row._state.adding = None, True  # noqa: SLF001 - Django's way to copy a row
            row.version = version  # type: ignore[attr-defined]
        if rows:
            type(rows[0])._default_manager.bulk_create(rows)  # noqa: SLF001
