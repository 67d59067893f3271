"""A list of people who registered on paper, read row by row into registrations."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.identity import PersonDetails, masked_number, tidy_name
from accounts.notice import CURRENT_NOTICE
from accounts.relations import Relation
from agencies.models import AdminUnit, Agency
from booking.models import Registration, SiteWard
from booking.services import people as who
from booking.services import registrations
from booking.services.imports.cells import Fault, Reader
from booking.services.registrations import Wish
from core.errors import DomainError, Invalid
from core.sheets import Column, Layout, Row
from core.text import search_key

LAYOUT = Layout(
    "Danh sách",
    (
        Column("name", "Họ và tên", required=True, example="Trần Văn An", aliases=("Họ tên",), width=28),
        Column(
            "number",
            "Số định danh",
            hint="12 chữ số trên thẻ; chưa có thì số CMND cũ 9 chữ số. Để ô dạng văn bản để giữ số 0 đầu.",
            example="049085000123",
            aliases=("Số định danh cá nhân", "Số CCCD", "CCCD", "Số căn cước"),
        ),
        Column(
            "birth_date",
            "Ngày sinh",
            required=True,
            hint="ngày/tháng/năm; chỉ nhớ năm thì ghi năm.",
            example="12/4/1985",
            aliases=("Năm sinh", "Ngày tháng năm sinh"),
            width=14,
        ),
        Column("sex", "Giới tính", required=True, example="Nam", options=("Nam", "Nữ"), width=10),
        Column(
            "ward",
            "Phường, xã",
            hint="Nơi ở, tên cũ hay mới đều được; trùng tên thì ghi kèm tỉnh.",
            example="Phường Bàn Thạch",
            aliases=("Phường/xã", "Địa bàn", "Nơi ở"),
            width=24,
        ),
        Column("phone", "Điện thoại", hint="Để cán bộ gọi khi cần.", example="0905123456", aliases=("SĐT",)),
        Column("from", "Từ ngày", required=True, hint="Ngày đầu có thể đến.", example="23/11/2026", width=14),
        Column("to", "Đến ngày", hint="Để trống: chỉ ngày đầu.", example="27/11/2026", width=14),
        Column("half", "Buổi", example="Sáng", options=("Cả ngày", "Sáng", "Chiều"), width=10),
        Column("priority", "Ưu tiên", example="x", options=("x",), hint="Ghi x nếu được ưu tiên.", width=10),
    ),
)
HOW_TO = (
    "Điền trang “Danh sách” từ dòng 2, mỗi dòng một người. Cột có dấu * là bắt buộc.",
    "Người đã có lịch hẹn hoặc đăng ký thì không nhập thêm lần nữa; nhập lại cùng tệp không tạo trùng.",
)
_WARD_CODE = re.compile(r"(2021|2025):[0-9]{5}")
SEXES = {"nam": "male", "nu": "female"}
HALVES = {
    "ca ngay": Registration.Half.ANY.value,
    "sang": Registration.Half.MORNING.value,
    "buoi sang": Registration.Half.MORNING.value,
    "chieu": Registration.Half.AFTERNOON.value,
    "buoi chieu": Registration.Half.AFTERNOON.value,
}
YES = {"x": "x", "co": "x", "1": "x", "true": "x", "uu tien": "x", "khong": "", "0": "", "false": ""}
# Which column a fault that the rules found is shown at.
COLUMN_OF = {
    "people[0].full_name": "name",
    "people[0].personal_id": "number",
    "people[0].old_id": "number",
    "people[0].birth_date": "birth_date",
    "from": "from",
    "to": "to",
}


@dataclass(frozen=True)
class Entry:
    """One row of a list: what it asks for, or what is wrong with it."""

    row: Row
    name: str
    faults: list[Fault]
    guesses: list[Fault]
    wish: Wish | None = None
    party: who.Party | None = None

    @property
    def masked_number(self) -> str | None:
        details = self.party.people[0].details if self.party else None
        return masked_number(details.personal_id or details.old_id) if details else None

    @property
    def keys(self) -> list[str]:
        return who.keys_of(self.party) if self.party else []


class Wards:
    """Finds a ward by what a row calls it: first among those of the agency's sites, then in the country."""

    def __init__(self, agency: Agency) -> None:
        own = SiteWard.objects.filter(site__agency=agency).order_by("pk").values_list("name", "code")
        self._known: dict[str, str] = {search_key(name): code for name, code in own}

    def find(self, text: str) -> str:
        """`SET:CODE`, or nothing where the words name no ward or more than one."""
        key = search_key(text)
        if key not in self._known:
            self._known[key] = self._in_the_country(text)
        return self._known[key]

    @staticmethod
    def _in_the_country(text: str) -> str:
        if _WARD_CODE.fullmatch(text):
            return text
        communes = AdminUnit.objects.named(text).filter(level=Agency.Level.COMMUNE).best_first(text)
        found = list(communes[:3])
        today = [unit for unit in found if unit.set == AdminUnit.Set.OF_2025]
        best = found if len(found) == 1 else today
        return best[0].uid if len(best) == 1 else ""


def read_rows(rows: Sequence[Row], *, letters: dict[str, str], agency: Agency, now: datetime) -> list[Entry]:
    """Read rows and check each as far as that can be done without writing."""
    wards = Wards(agency)
    return [_read(Reader(row, LAYOUT, letters), agency=agency, wards=wards, now=now) for row in rows]


def _read(reader: Reader, *, agency: Agency, wards: Wards, now: datetime) -> Entry:
    wish, party = _wish(reader, agency=agency, wards=wards), _party(reader, agency=agency)
    if not reader.faults and wish is not None:
        _check(reader, wish, party, agency=agency, now=now)
    ready = wish is not None and not reader.faults
    return Entry(
        reader.row,
        tidy_name(reader.text("name")),
        reader.faults,
        reader.guesses,
        wish=wish if ready else None,
        party=party if ready else None,
    )


def _wish(reader: Reader, *, agency: Agency, wards: Wards) -> Wish | None:
    first = reader.day("from")
    last = reader.day("to") or first
    half = reader.choice("half", HALVES, otherwise=Registration.Half.ANY.value)
    ward = _ward(reader, wards)
    if first is None or last is None:
        if not reader.text("from"):
            reader.fault("from", "còn trống.")
        return None
    return Wish(agency=agency.slug, from_date=first, to_date=last, half=Registration.Half(half), ward=ward)


def _ward(reader: Reader, wards: Wards) -> str:
    named = reader.text("ward")
    code = wards.find(named) if named else ""
    if named and not code:
        reader.guess("ward", f"không rõ “{named}” là nơi nào nên để trống; ghi kèm tên tỉnh để tìm được.")
    return code


def _party(reader: Reader, *, agency: Agency) -> who.Party:
    personal_id, old_id = reader.number("number")
    details = PersonDetails(
        full_name=tidy_name(reader.text("name")),
        birth_date=reader.birth_date("birth_date"),
        sex=reader.choice("sex", SEXES),
        personal_id=personal_id,
        old_id=old_id,
    )
    return who.Party(
        citizen=None,
        people=[who.NewPerson(details=details, relation=Relation.SELF)],
        accepted=who.Accepted(notice=CURRENT_NOTICE.version, on_behalf=False),
        phone=reader.phone("phone"),
        priority=bool(reader.choice("priority", YES, otherwise="")),
        # Handed in twice, a list makes nobody twice, with or without a number.
        known_among=f"lists of agency {agency.pk}",
    )


def _check(reader: Reader, wish: Wish, party: who.Party, *, agency: Agency, now: datetime) -> None:
    try:
        registrations.check(wish=wish, party=party, agency=agency, now=now)
    except Invalid as refusal:
        for fault in refusal.errors:
            key = "sex" if fault.code == "sex" else COLUMN_OF.get(fault.field, "")
            reader.fault(key, fault.message)
    except DomainError as refusal:
        reader.fault("to", str(refusal))
