"""A small slice of the administrative units: loading all of them for every test would take long."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path

from agencies.services.unit_data import DATA, load_units

# 08:00 in Hà Nội, Monday.
EIGHT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TAM_KY, QUAN_4, QUAN_5, BACH_LONG_VI = "502", "773", "774", "318"
HAI_CHAU_II = "20239"  # one of those whose successors no source knows
TAN_THANH_OF_TODAY = ("02578", "05923", "27826")  # Tân Thanh, Tân Thành, Tân Thạnh

Row = dict[str, str]


def load_few_units(folder: Path, *, change: Callable[[Row], Row | None] = lambda row: row) -> bool:
    """Load four districts, a lone ward and what became of them; `change` may alter a row or leave it out."""
    districts = {TAM_KY, QUAN_4, QUAN_5, BACH_LONG_VI}
    old = _with_upper(
        "2021", lambda row: row["code"] == HAI_CHAU_II or {row["code"], row["parent"]} & districts
    )
    became = {code for row in old for code in row["successors"].split(",")}
    new = _with_upper("2025", lambda row: row["code"] in {*became, *TAN_THANH_OF_TODAY})
    for unit_set, rows in (("2021", old), ("2025", new)):
        _write(folder / f"units_{unit_set}.tsv", [row for row in map(change, rows) if row])
    return load_units(now=EIGHT, folder=folder)


def _with_upper(unit_set: str, is_wanted: Callable[[Row], object]) -> list[Row]:
    header, *lines = (DATA / f"units_{unit_set}.tsv").read_text("utf-8").splitlines()
    rows = {}
    for line in lines:
        row = dict(zip(header.split("\t"), line.split("\t"), strict=True))
        rows[row["code"]] = row
    wanted: set[str] = set()
    for row in [row for row in rows.values() if is_wanted(row)]:
        code = row["code"]
        while code and code not in wanted:
            wanted.add(code)
            code = rows[code]["parent"]
    return [row for code, row in rows.items() if code in wanted]


def _write(path: Path, rows: Collection[Row]) -> None:
    lines = ["\t".join(next(iter(rows))), *("\t".join(row.values()) for row in rows)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
