"""Bringing the administrative units of `agencies/data/` into the database; their sources: docs/units.md."""

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from agencies.models import AdminUnit, Agency, UnitEdition, UnitSuccessor
from agencies.place_names import path_key, place_key, toned_key

DATA = Path(__file__).resolve().parent.parent / "data"
# The days of the sets. What began or ended in between is not dated in the sources.
VALID = {
    AdminUnit.Set.OF_2021: (date(2021, 1, 1), date(2025, 6, 30)),
    AdminUnit.Set.OF_2025: (date(2025, 7, 1), None),
}
LEVELS = {2: Agency.Level.PROVINCE, 3: Agency.Level.DISTRICT, 5: Agency.Level.COMMUNE}
KINDS = {kind.label: kind for kind in AdminUnit.Kind}
BATCH = 2000
UPDATED = (
    *("kind", "name", "other_names", "parent", "valid_from", "valid_to"),
    *("name_key", "toned_key", "search_key"),
)


@dataclass(frozen=True)
class UnitLine:
    """One line of a file; `successors` are codes of 2025, the default first."""

    set: AdminUnit.Set
    code: str
    kind: str
    name: str
    parent: str
    successors: tuple[str, ...]
    other_names: tuple[str, ...]
    name_key: str
    toned_key: str
    search_key: str


def load_units(*, now: datetime, folder: Path = DATA) -> bool:
    """Bring both sets and their links up to date in one transaction; false when they were already.

    A unit keeps its row as long as its set has its code.
    """
    lines = [line for unit_set in AdminUnit.Set for line in _read(folder, unit_set)]
    fingerprint = hashlib.sha256(repr((VALID, lines)).encode()).hexdigest()
    with transaction.atomic():
        # Whoever loads the same data at the same time waits here.
        edition, is_new = UnitEdition.objects.get_or_create(
            fingerprint=fingerprint, defaults={"loaded_at": now}
        )
        if is_new:
            UnitEdition.objects.exclude(pk=edition.pk).delete()
            _write(lines)
    return is_new


def _read(folder: Path, unit_set: AdminUnit.Set) -> Iterator[UnitLine]:
    uppers = {"": ""}
    with (folder / f"units_{unit_set}.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            whole_name, upper = f"{row['kind']} {row['name']}", uppers[row["parent"]]
            others = _listed(row.get("other_names"))
            if len(row["code"]) < 5:  # the files have large units first
                uppers[row["code"]] = path_key(whole_name, upper)
            yield UnitLine(
                set=unit_set,
                code=row["code"],
                kind=row["kind"],
                name=row["name"],
                parent=row["parent"],
                successors=_listed(row.get("successors")),
                other_names=others,
                name_key=place_key(row["name"]),
                toned_key=toned_key(row["name"]),
                search_key=path_key(whole_name, upper, others),
            )


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def _write(lines: Sequence[UnitLine]) -> None:
    UnitSuccessor.objects.all().delete()
    ids: dict[tuple[str, str], int] = {}
    for length in LEVELS:
        units = [_unit(line, ids) for line in lines if len(line.code) == length]
        AdminUnit.objects.bulk_create(
            units,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["set", "code"],
            update_fields=UPDATED,
        )
        ids |= {(unit.set, unit.code): unit.pk for unit in units}
    _remove_all_but(ids)
    UnitSuccessor.objects.bulk_create(_links(lines, ids), batch_size=BATCH)


def _unit(line: UnitLine, ids: Mapping[tuple[str, str], int]) -> AdminUnit:
    valid_from, valid_to = VALID[line.set]
    return AdminUnit(
        set=line.set,
        code=line.code,
        level=LEVELS[len(line.code)],
        kind=KINDS[line.kind],
        name=line.name,
        other_names=", ".join(line.other_names),
        parent_id=ids[line.set, line.parent] if line.parent else None,
        valid_from=valid_from,
        valid_to=valid_to,
        name_key=line.name_key,
        toned_key=line.toned_key,
        search_key=line.search_key,
    )


def _remove_all_but(ids: Mapping[tuple[str, str], int]) -> None:
    gone = set(AdminUnit.objects.values_list("pk", flat=True)) - set(ids.values())
    for level in reversed(LEVELS.values()):  # from below: a parent is protected
        AdminUnit.objects.filter(pk__in=gone, level=level).delete()


def _links(lines: Sequence[UnitLine], ids: Mapping[tuple[str, str], int]) -> list[UnitSuccessor]:
    return [
        UnitSuccessor(
            old_id=ids[line.set, line.code],
            new_id=ids[AdminUnit.Set.OF_2025, code],
            is_default=code == line.successors[0],
        )
        for line in lines
        for code in line.successors
    ]
