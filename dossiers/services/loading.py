"""Bringing the regulations of `dossiers/data/` into the database, each version once."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import models, transaction

from dossiers.models import LoadedVersion, Regulation, Version
from dossiers.services import versions

DATA = Path(__file__).resolve().parent.parent / "data"
# An edition of the data as a number: two programs that load at the same time take turns.
LOCK = 7_200_061


@dataclass(frozen=True)
class ShippedVersion:
    """A version as a file says it: what stands in its own row, and its lines by the name of their table."""

    regulation: str
    valid_from: date
    content: Mapping[str, Any]
    lines: Mapping[str, Sequence[Mapping[str, Any]]]

    @property
    def key(self) -> str:
        return f"{self.regulation}/{self.valid_from:%Y-%m-%d}"


@transaction.atomic
def load_procedures(*, now: datetime, folder: Path = DATA) -> list[str]:
    """Add every version that was never loaded, and say which; running it again does nothing.

    A version that officers wrote for the same day stands. What was loaded earlier, and changed or taken back
    by officers since, stays as they left it.
    """
    with versions.loading() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        known = set(LoadedVersion.objects.values_list("key", flat=True))
        loaded: list[str] = []
        for path in sorted(folder.glob("*.toml")):
            said = tomllib.loads(path.read_text("utf-8"))
            fresh = [version for version in read_versions(said) if version.key not in known]
            if fresh:
                loaded += _load(said, fresh)
        LoadedVersion.objects.bulk_create(LoadedVersion(key=key, loaded_at=now) for key in loaded)
    return loaded


def read_versions(said: Mapping[str, Any]) -> Iterator[ShippedVersion]:
    """The versions of a file, each with what it takes over from the one it is like."""
    by_day: dict[date, dict[str, Any]] = {}
    for entry in said["version"]:
        base = by_day[entry["like"]] if "like" in entry else {}
        whole = {**base, **{name: value for name, value in entry.items() if name != "like"}}
        by_day[entry["valid_from"]] = whole
        yield ShippedVersion(
            regulation=said["key"],
            valid_from=whole["valid_from"],
            content={
                name: value for name, value in whole.items() if name not in (*versions.LINES, "valid_from")
            },
            lines={name: whole.get(name, ()) for name in versions.LINES},
        )


def _load(said: Mapping[str, Any], fresh: Sequence[ShippedVersion]) -> list[str]:
    regulation, _ = Regulation.objects.get_or_create(
        key=said["key"], defaults={name: said[name] for name in ("kind", "name", "position")}
    )
    starts = set(regulation.versions.values_list("valid_from", flat=True))
    wanted = [version for version in fresh if version.valid_from not in starts]
    last_days = _last_days(starts | {version.valid_from for version in wanted})
    # First shorten what is there, then fill the room that this makes.
    for row in regulation.versions.order_by("valid_from"):
        if row.valid_to != last_days[row.valid_from]:
            Version.objects.filter(pk=row.pk).update(valid_to=last_days[row.valid_from])
    _write(regulation, wanted, last_days)
    return [version.key for version in fresh]


def _last_days(starts: set[date]) -> dict[date, date | None]:
    """The last day of each version: the day before the next one starts."""
    days = sorted(starts)
    following = [*days[1:], None]
    return {
        day: after - timedelta(days=1) if after else None for day, after in zip(days, following, strict=True)
    }


def _write(
    regulation: Regulation, shipped: Sequence[ShippedVersion], last_days: Mapping[date, date | None]
) -> None:
    """All versions in one statement, and their lines in one for each table."""
    rows = Version.objects.bulk_create(
        Version(
            regulation=regulation,
            valid_from=version.valid_from,
            valid_to=last_days[version.valid_from],
            **version.content,
        )
        for version in shipped
    )
    for name in versions.LINES:
        model: type[models.Model] = Version._meta.get_field(name).related_model  # type: ignore[assignment]
        has_position = "position" in {field.name for field in model._meta.fields}
        model._default_manager.bulk_create(  # noqa: SLF001 - Django's name
            model(version=row, **({"position": place} if has_position else {}), **line)
            for row, version in zip(rows, shipped, strict=True)
            for place, line in enumerate(version.lines[name])
        )
