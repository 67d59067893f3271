"""What an office writes about a dossier: receipt, request to correct, refusal, apology."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core import qr
from core.templatetags.words import dong
from core.templatetags.words import phone as say_phone
from core.time import say_day
from dossiers.models import Version
from dossiers.services.papers.shapes import LetterPaper


@dataclass(frozen=True)
class Matter:
    """Whose dossier a paper is about, and who writes. `number` has its last three digits only."""

    code: str
    official_code: str
    office: str
    above: str
    address: str
    hotline: str
    full_name: str
    birth_date: str
    number: str
    procedure: str
    regime: str


@dataclass(frozen=True)
class Model:
    """What the paper is called by the law of an office, and where that stands."""

    reference: str
    title: str
    subject: str = ""


_OLD, _NOW = Version.Regime.LAW_OF_2014, Version.Regime.LAW_OF_2023
_ONE_STOP = {
    _OLD: "ban hành kèm theo Thông tư số 01/2018/TT-VPCP",
    _NOW: "ban hành kèm theo Thông tư số 03/2025/TT-VPCP",
}
RECEIPT: Mapping[str, Model] = {
    _OLD: Model(
        "Mẫu CC03 ban hành kèm theo Thông tư số 66/2015/TT-BCA", "GIẤY HẸN TRẢ THẺ CĂN CƯỚC CÔNG DÂN"
    ),
    _NOW: Model(
        "Mẫu CC02 ban hành kèm theo Thông tư số 17/2024/TT-BCA",
        "GIẤY HẸN TRẢ KẾT QUẢ GIẢI QUYẾT THỦ TỤC VỀ CĂN CƯỚC",
    ),
}
CORRECTION: Mapping[str, Model] = {
    regime: Model(f"Mẫu số 02 {circular}", "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ")
    for regime, circular in _ONE_STOP.items()
}
REFUSAL: Mapping[str, Model] = {
    _OLD: Model(f"Mẫu số 03 {_ONE_STOP[_OLD]}", "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ"),
    _NOW: Model(
        "Mẫu CC03 ban hành kèm theo Thông tư số 53/2025/TT-BCA",
        "THÔNG BÁO",
        "Về việc từ chối giải quyết thủ tục về căn cước",
    ),
}
APOLOGY: Mapping[str, Model] = {
    regime: Model(f"Mẫu số 04 {circular}", "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ")
    for regime, circular in _ONE_STOP.items()
}


def receipt(
    matter: Matter,
    *,
    taken_in_on: date | None,
    handed_in: str,
    fee: int | None,
    fee_receipt: str,
    return_on: date | None,
    return_to: str,
    officer: str,
) -> LetterPaper:
    """What was taken in and when the card is to be had; what is not known stays a dotted line."""
    return LetterPaper(
        **_head(RECEIPT[matter.regime], matter, on=taken_in_on),
        opening=(f"{matter.office} đã tiếp nhận hồ sơ của:",),
        facts=(
            *_of_the_person(matter),
            ("Giấy tờ đã nộp", handed_in),
            ("Lệ phí", _money(fee)),
            *([] if fee == 0 else [("Biên lai thu lệ phí số", fee_receipt)]),
            ("Ngày tiếp nhận", _day(taken_in_on)),
            ("Ngày hẹn trả kết quả", _day(return_on)),
            ("Nơi trả kết quả", return_to or matter.address or matter.office),
        ),
        qr=qr.modules(matter.code),
        beside=(
            f"Khi đến nhận kết quả, mang theo giấy hẹn này hoặc nhớ mã {matter.code}. "
            "Người khác nhận thay: hỏi trước đơn vị cần giấy tờ gì."
        ),
        closing=_contact(matter, "Nếu chưa rõ"),
        receiver="NGƯỜI NỘP HỒ SƠ",
        signer="CÁN BỘ TIẾP NHẬN",
        signed_by=officer,
    )


def correction(
    matter: Matter,
    *,
    on: date | None,
    lines: tuple[tuple[str, str], ...],
    reply_by: date | None,
    officer: str,
) -> LetterPaper:
    """What is to be corrected, item by item, in plain words."""
    last_day = f" trước ngày {reply_by:%d/%m/%Y}" if reply_by else ""
    return LetterPaper(
        **_head(CORRECTION[matter.regime], matter, on=on),
        opening=("Hồ sơ của:",),
        facts=_of_the_person(matter),
        before="Đề nghị ông/bà bổ sung, sửa các mục sau:",
        columns=("STT", "Mục", "Cần bổ sung, sửa"),
        lines=lines,
        closing=(
            f"Sửa ngay trên cổng theo mã tờ khai {matter.code}, hoặc mang giấy tờ đến đơn vị{last_day}. "
            "Các mục khác đã khai được giữ nguyên, không phải khai lại.",
            *_contact(matter, "Trong khi bổ sung, nếu có vướng mắc"),
        ),
        receiver="NGƯỜI NỘP HỒ SƠ",
        signer="CÁN BỘ KIỂM TRA",
        signed_by=officer,
    )


def refusal(matter: Matter, *, on: date | None, reason: str, basis: str, officer: str) -> LetterPaper:
    """That the dossier is not taken, why, by which article, and what can be done against it."""
    return LetterPaper(
        **_head(REFUSAL[matter.regime], matter, on=on),
        opening=(f"{matter.office} đã xem xét hồ sơ của:",),
        facts=(*_of_the_person(matter), ("Lý do từ chối", reason), ("Căn cứ", basis)),
        closing=(
            f"{matter.office} thông báo để ông/bà biết. Không đồng ý với nội dung này, ông/bà có quyền "
            "khiếu nại theo Luật Khiếu nại.",
            *_contact(matter, "Nếu chưa rõ"),
        ),
        signer="THỦ TRƯỞNG ĐƠN VỊ",
        signed_by=officer,
    )


def apology(
    matter: Matter, *, on: date | None, promised: date | None, return_on: date, reason: str, officer: str
) -> LetterPaper:
    """That the card is late, why, and on which day it will be there."""
    return LetterPaper(
        **_head(APOLOGY[matter.regime], matter, on=on),
        opening=(f"{matter.office} đã tiếp nhận hồ sơ của:",),
        facts=(
            *_of_the_person(matter),
            ("Ngày đã hẹn trả kết quả", _day(promised)),
            ("Lý do chưa trả đúng hẹn", reason),
            ("Ngày hẹn lại", _day(return_on)),
        ),
        closing=(
            f"{matter.office} xin lỗi ông/bà vì sự chậm trễ này, và mong ông/bà thông cảm.",
            *_contact(matter, "Nếu chưa rõ"),
        ),
        signer="THỦ TRƯỞNG ĐƠN VỊ",
        signed_by=officer,
    )


def _head(model: Model, matter: Matter, *, on: date | None) -> dict[str, Any]:
    return {
        "reference": model.reference,
        "above": matter.above,
        "office": matter.office,
        "number": matter.official_code or matter.code,
        "date": f"Ngày {on.day:02d} tháng {on.month:02d} năm {on.year}" if on else "",
        "title": model.title,
        "subject": model.subject,
        "footer": f"In từ cổng khai trước, đặt lịch. Mã tờ khai {matter.code}.",
    }


def _of_the_person(matter: Matter) -> tuple[tuple[str, str], ...]:
    return (
        ("Họ, chữ đệm và tên", matter.full_name.upper()),
        ("Ngày, tháng, năm sinh", matter.birth_date),
        ("Số định danh, CCCD, CMND", matter.number or "chưa có"),
        ("Nội dung đề nghị", matter.procedure),
    )


def _contact(matter: Matter, when: str) -> tuple[str, ...]:
    if not matter.hotline:
        return (f"{when}, hỏi {matter.office} để được hướng dẫn.",)
    return (f"{when}, gọi {say_phone(matter.hotline)} ({matter.office}) để được hướng dẫn.",)


def _day(day: date | None) -> str:
    return say_day(day) if day else ""


def _money(amount: int | None) -> str:
    if amount is None:
        return ""
    return dong(amount) if amount else "không thu"
