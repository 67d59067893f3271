"""Sites and their weekly hours from a spreadsheet: all of them, or none."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Officer
from agencies.models import Agency
from booking.errors import SitesRefused
from booking.models import OpeningRule, SheetImport, Site
from booking.services.calendar import open_calendar
from booking.services.imports import runs
from booking.services.imports.cells import Fault, Reader
from core.sheets import Column, Layout, Table, read_tables
from core.text import search_key

SITES = Layout(
    "Điểm thu nhận",
    (
        Column("name", "Tên điểm", required=True, example="Công an phường Bàn Thạch", width=34),
        Column("address", "Địa chỉ", required=True, example="12 Trần Hưng Đạo, phường Bàn Thạch", width=44),
        Column("kind", "Loại", example="Cố định", options=("Cố định", "Lưu động"), hint="Để trống: cố định."),
        Column(
            "letter",
            "Chữ đầu số",
            example="A",
            hint="Một chữ in hoa đứng trước số thứ tự, thí dụ A031. Để trống: A.",
            width=12,
        ),
    ),
)
RULES = Layout(
    "Lịch mở cửa",
    (
        Column("name", "Tên điểm", required=True, example="Công an phường Bàn Thạch", width=34),
        Column(
            "weekdays",
            "Thứ",
            required=True,
            hint="Một thứ, nhiều thứ hoặc một khoảng: T2; T2, T4; T2-T6; CN; cả tuần.",
            example="T2-T6",
        ),
        Column("starts_at", "Từ giờ", required=True, example="07:30", width=10),
        Column("ends_at", "Đến giờ", required=True, example="11:30", width=10),
        Column("minutes", "Phút mỗi khung", hint="5 đến 240. Để trống: 30.", example="30", width=16),
        Column("capacity", "Người mỗi khung", required=True, hint="1 đến 500.", example="6", width=16),
        Column("from", "Áp dụng từ", hint="Ngày đầu. Để trống: ngay.", example="1/12/2026", width=14),
        Column("to", "Đến hết", hint="Ngày cuối. Để trống: mãi.", example="", width=14),
    ),
)
LAYOUTS = (SITES, RULES)
HOW_TO = (
    "Điền trang “Điểm thu nhận” và “Lịch mở cửa” từ dòng 2. Cột có dấu * là bắt buộc.",
    "Tên điểm ở hai trang phải giống nhau. Điểm đã có trong đơn vị thì giữ nguyên, chỉ thêm giờ mới.",
    "Nhập tất cả hoặc không dòng nào: còn một ô sai thì chưa ghi gì.",
)
KINDS = {"co dinh": Site.Kind.FIXED.value, "luu dong": Site.Kind.MOBILE.value}
_ONE_DAY = r"(?:t|thu)?\s*([2-7])|(cn|chu nhat)"
_WEEKDAY = re.compile(_ONE_DAY)
# In this order: "thu bay" begins with "thu ba".
_WORDS = {
    "thu bay": "t7",
    "thu hai": "t2",
    "thu ba": "t3",
    "thu tu": "t4",
    "thu nam": "t5",
    "thu sau": "t6",
    "hang ngay": "t2-cn",
    "ca tuan": "t2-cn",
}


@dataclass
class Plan:
    """What a file would make; nothing of it is written while there are faults."""

    sites: list[Site] = field(default_factory=list)
    rules: list[OpeningRule] = field(default_factory=list)
    known_sites: int = 0
    known_rules: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.sites and not self.rules


def hand_in_sites(*, agency: Agency, officer: Officer, content: bytes, now: datetime) -> SheetImport:
    """Read sites and hours and keep them for an hour.

    :raises SheetRefused: the file cannot be read
    """
    tables = read_tables(content, LAYOUTS)
    kind = SheetImport.Kind.SITES
    return runs.hand_in(agency=agency, officer=officer, kind=kind, tables=tables, now=now)


def try_sites(sheet_import: SheetImport, *, now: datetime) -> Plan:
    """Say what taking the file in would make, without writing anything.

    :raises ImportGone: its rows are not there any more
    """
    sites, rules = runs.tables_of(sheet_import, now=now)
    plan, agency = Plan(), sheet_import.agency
    by_name = _read_sites(sites, agency=agency, plan=plan)
    _read_rules(rules, by_name=by_name, plan=plan)
    return plan


def take_sites_in(*, sheet_import: SheetImport, now: datetime) -> Plan:
    """Make the sites and hours of a file, all or none, and their slots where the agency is open.

    :raises ImportGone: they were taken in before, or their hour is over
    :raises SitesRefused: something in the file is wrong
    """
    plan = _take_in(sheet_import, now=now)
    for site in Site.objects.filter(pk__in={rule.site_id for rule in plan.rules}).order_by("pk"):
        open_calendar(site=site, now=now)
    return plan


@transaction.atomic
def _take_in(sheet_import: SheetImport, *, now: datetime) -> Plan:
    hold_agency(sheet_import.agency_id)
    run = SheetImport.objects.select_for_update(of=("self",), no_key=True).select_related("agency")
    locked = run.get(pk=sheet_import.pk)
    plan = try_sites(locked, now=now)
    if plan.faults:
        raise SitesRefused(count=len(plan.faults))
    Site.objects.bulk_create(plan.sites)
    OpeningRule.objects.bulk_create(plan.rules)
    locked.content, locked.finished_at = None, now
    locked.position = locked.taken_in = locked.rows
    locked.save(update_fields=["content", "finished_at", "position", "taken_in"])
    return plan


def hold_agency(pk: int) -> None:
    """Let two files for one agency wait for each other: the second sees what the first one made."""
    Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def _read_sites(table: Table, *, agency: Agency, plan: Plan) -> dict[str, Site]:
    """Sites by their folded names: those of the agency, and the new ones."""
    there = {search_key(site.name): site for site in Site.objects.filter(agency=agency).order_by("pk")}
    by_name = dict(there)
    for row in table.rows:
        reader = Reader(row, SITES, table.letters, SITES.title)
        name = reader.text("name")
        key = search_key(name)
        if key in there:
            plan.known_sites += 1
            continue
        site = Site(
            agency=agency,
            name=name,
            address=reader.text("address"),
            kind=reader.choice("kind", KINDS, otherwise=Site.Kind.FIXED.value),
            number_prefix=reader.text("letter").upper() or "A",
        )
        if name and key in by_name:
            reader.fault("name", "đã ghi ở dòng trên.")
        _validate(site, reader, {"name": "name", "address": "address", "number_prefix": "letter"})
        plan.faults += reader.faults
        plan.sites.append(site)
        by_name.setdefault(key, site)
    return by_name


def _read_rules(table: Table, *, by_name: dict[str, Site], plan: Plan) -> None:
    known: dict[str, list[OpeningRule]] = {
        key: list(site.opening_rules.order_by("pk")) if site.pk else [] for key, site in by_name.items()
    }
    for row in table.rows:
        reader = Reader(row, RULES, table.letters, RULES.title)
        key = search_key(reader.text("name"))
        site = by_name.get(key)
        if site is None:
            reader.fault("name", "không có điểm thu nhận nào tên này. Ghi đúng như trang “Điểm thu nhận”.")
        for rule in _rules(reader, site):
            _add(rule, known[key], reader, plan)
        plan.faults += reader.faults


def _rules(reader: Reader, site: Site | None) -> list[OpeningRule]:
    """One rule for each weekday of a row; none where something is wrong."""
    weekdays = _weekdays(reader)
    starts_at, ends_at = reader.clock("starts_at"), reader.clock("ends_at")
    minutes, capacity = reader.whole("minutes", otherwise=30), reader.whole("capacity", otherwise=0)
    valid_from, valid_to = reader.day("from"), reader.day("to")
    if reader.faults or site is None or starts_at is None or ends_at is None:
        return []
    rules = [
        OpeningRule(
            site=site,
            weekday=weekday,
            starts_at=starts_at,
            ends_at=ends_at,
            slot_minutes=minutes,
            capacity=capacity,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        for weekday in weekdays
    ]
    _validate(rules[0], reader, {"slot_minutes": "minutes", "capacity": "capacity"}, otherwise="ends_at")
    return [] if reader.faults else rules


def _add(rule: OpeningRule, others: list[OpeningRule], reader: Reader, plan: Plan) -> None:
    if any(_facts(rule) == _facts(other) for other in others):
        plan.known_rules += 1
    elif clash := next((other for other in others if _overlap(rule, other)), None):
        reader.fault("starts_at", f"trùng giờ với lịch khác của điểm này: {clash}.")
    else:
        others.append(rule)
        plan.rules.append(rule)


def _facts(rule: OpeningRule) -> tuple[object, ...]:
    hours = (rule.weekday, rule.starts_at, rule.ends_at, rule.slot_minutes, rule.capacity)
    return (*hours, rule.valid_from, rule.valid_to)


def _overlap(one: OpeningRule, other: OpeningRule) -> bool:
    same_hours = one.starts_at < other.ends_at and other.starts_at < one.ends_at
    begin = max(one.valid_from or date.min, other.valid_from or date.min)
    end = min(one.valid_to or date.max, other.valid_to or date.max)
    return one.weekday == other.weekday and same_hours and begin <= end


def _validate(
    row: Site | OpeningRule, reader: Reader, columns: dict[str, str], *, otherwise: str = "name"
) -> None:
    """Let the model say what is wrong, beside the cell it comes from."""
    if reader.faults:
        return
    try:
        row.full_clean(exclude=["agency", "site"], validate_unique=False)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            for message in messages:
                reader.fault(columns.get(name, otherwise), message[:1].lower() + message[1:])


def _weekdays(reader: Reader) -> list[int]:
    try:
        return read_weekdays(reader.text("weekdays"))
    except ValueError:
        reader.fault("weekdays", "ghi thứ, thí dụ T2; T2, T4; T2-T6; CN.")
        return []


def read_weekdays(text: str) -> list[int]:
    """Weekdays as offices write them, Monday as 0: `T2-T6`, `thứ Hai, thứ Tư`, `2,4,6`, `CN`.

    :raises ValueError: not readable so
    """
    said = search_key(text)
    for words, short in _WORDS.items():
        said = said.replace(words, short)
    found = [day for part in re.split(r"[,;+&]|\bva\b", said) for day in _span(part.strip())]
    if not found:
        raise ValueError(text)
    return sorted(set(found))


def _span(part: str) -> Iterable[int]:
    ends = re.split(r"\s*(?:-|–|\bden\b)\s*", part)
    days: Sequence[int] = [_one_weekday(end) for end in ends]
    if len(days) == 2 and days[0] < days[1]:
        return range(days[0], days[1] + 1)
    if len(days) == 1:
        return days
    raise ValueError(part)


def _one_weekday(text: str) -> int:
    found = _WEEKDAY.fullmatch(text)
    if not found:
        raise ValueError(text)
    return 6 if found[2] else int(found[1]) - 2
