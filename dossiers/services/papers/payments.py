"""The fees of a day on paper, to be checked against the money and signed."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from core.text import say_money
from core.time import say_day, say_time
from dossiers.models import Payment
from dossiers.services.fees import Total
from dossiers.services.papers import press
from dossiers.services.papers.shapes import ListPaper

COLUMNS = ("STT", "Số biên lai", "Mã tờ khai", "Phải thu", "Đã thu", "Miễn, ghi chú", "Cán bộ")


def payments_pdf(
    payments: Iterable[Payment],
    *,
    totals: Sequence[Total],
    office: str,
    on: date,
    printed_by: str,
    now: datetime,
) -> bytes:
    """The lines of a day at one office, those cancelled as well, and `fees.totals` of them; from `of_day`."""
    lines = tuple(_line(payment) for payment in payments)
    paper = ListPaper(
        office=office,
        title="BẢNG KÊ LỆ PHÍ CẤP THẺ CĂN CƯỚC",
        subject=f"{say_day(on)}, {len(lines)} dòng",
        columns=COLUMNS,
        lines=lines,
        sums=tuple((_whose(total), _sum(total)) for total in totals),
        signers=("NGƯỜI THU", "NGƯỜI LẬP BẢNG", "THỦ TRƯỞNG ĐƠN VỊ"),
        footer=f"In lúc {say_time(now)}, người in: {printed_by}.",
    )
    return press.pdf([paper], title=f"Lệ phí {on:%d/%m/%Y}", at=now)


def _line(payment: Payment) -> tuple[str, ...]:
    return (
        payment.receipt,
        payment.dossier.code,
        say_money(payment.expected),
        _collected(payment),
        _remark(payment),
        payment.officer.get_username(),
    )


def _collected(payment: Payment) -> str:
    if not payment.is_live:
        return "đã hủy"
    return "miễn" if payment.way == Payment.Way.EXEMPT else say_money(payment.amount)


def _remark(payment: Payment) -> str:
    if not payment.is_live:
        return f"Hủy: {payment.cancel_reason}"
    if payment.way == Payment.Way.EXEMPT:
        return payment.proof_seen
    return payment.reason


def _whose(total: Total) -> str:
    return f"Cán bộ {total.officer}:" if total.officer else "Cộng:"


def _sum(total: Total) -> str:
    return f"{total.collected} biên lai, {say_money(total.amount)}; miễn {total.exempt}"
