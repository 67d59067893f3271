"""The ticket as PDF, SVG and PNG, and the appointment for a calendar. Nothing of it is kept on disk.

The QR code of a ticket holds the appointment's code and nothing else, such as `TK7F3KQ`: what a scanner at
the desk reads is what somebody would type there.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import typst
from django.conf import settings
from django.urls import reverse

from accounts.identity import given_name
from booking import reminders
from booking.models import Appointment
from core import proofs, qr
from core.drawing import as_json
from core.templatetags.words import phone as say_phone
from core.time import VN, local_date, say_clock, say_day
from dossiers.services.visits import PapersToBring

Form = Literal["pdf", "svg", "png"]
FOLDER = Path(__file__).resolve().parent.parent / "tickets"
# A picture of A6 is 1080 px wide; one of the roll has the dots of a thermal head.
PIXELS_PER_INCH, DOTS_PER_INCH = 1080 / (105 / 25.4), 8 * 25.4
# The kind of proof that opens a ticket.
TICKET = "booking.ticket"
ADDRESS_LIFETIME = timedelta(minutes=10)
ALARM_BEFORE = timedelta(hours=2)
LONGEST_LIST = 300
LONGEST_LINE = 74  # bytes of an iCalendar line, without the space that a continued one begins with

_Status = Appointment.Status
_OVER = {
    _Status.CANCELLED: "ĐÃ HỦY",
    _Status.DONE: "Đã xong",
    _Status.NO_SHOW: "Vắng mặt",
    _Status.NOT_REACHED: "Chưa kịp phục vụ",
}
_NOTE = (
    "Phiếu này giữ giờ đến, không phải giấy tiếp nhận hồ sơ. "
    "Nộp hồ sơ trực tuyến: Cổng Dịch vụ công quốc gia hoặc VNeID."
)


def ticket_url(appointment: Appointment, *, now: datetime) -> str:
    """The address of the ticket as PDF, open to whoever has it for ten minutes."""
    key = proofs.sign(TICKET, appointment.code, lifetime=ADDRESS_LIFETIME, now=now)
    return f"{settings.PUBLIC_BASE_URL}{reverse('api-ticket', args=[appointment.code])}?key={key}"


class TicketTooLong(ValueError):
    """A bug of the layout: what must be one page became two."""


def render(appointment: Appointment, *, form: Form, roll: bool = False) -> bytes:
    """Draw the ticket of a `for_display` row on A6, or with `roll` as a strip for an 80 mm thermal roll."""
    # A compiler serves one thread at a time; a new one costs little, and the fonts are shared.
    compiler = typst.Compiler(root=FOLDER, font_paths=fonts())
    drawn = compiler.compile(
        _layout(),
        format=form,
        ppi=DOTS_PER_INCH if roll else PIXELS_PER_INCH,
        sys_inputs={"ticket": as_json({"roll": roll, **_contents(appointment)})},
        timestamp=int(appointment.placed_at.timestamp()),
    )
    if not isinstance(drawn, bytes):
        raise TicketTooLong(appointment.code)
    return drawn


@cache
def _layout() -> bytes:
    return (FOLDER / "ticket.typ").read_bytes()


@cache
def fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER / "fonts")]
    )


def _contents(appointment: Appointment) -> dict[str, Any]:
    """What the layout shows, in words. Of the person only the given name and the end of the number."""
    site, agency = appointment.day.site, appointment.day.site.agency
    return {
        "title": f"Phiếu hẹn {appointment.code}",
        "heading": "Phiếu hẹn",
        "agency": agency.name,
        "state": _OVER.get(_Status(appointment.status), ""),
        "cancelled": appointment.status == _Status.CANCELLED,
        "number_label": "SỐ THỨ TỰ",
        "number": appointment.queue_number or "",
        "number_later": _number_later(appointment),
        "hour": say_clock(appointment.slot.starts_at),
        "day": say_day(local_date(appointment.slot.starts_at)),
        "site": site.name,
        "address": site.address,
        "rows": [
            ("Đến lúc", _arrival(appointment)),
            ("Mang theo", _bring(appointment)),
            ("Người đến", _person(appointment)),
        ],
        "qr": qr.modules(appointment.code),
        "code_label": "Mã hẹn",
        "code": appointment.code,
        "hotline_label": "Đường dây nóng",
        "hotline": say_phone(agency.hotline),
        "note": _NOTE,
    }


def _number_later(appointment: Appointment) -> str:
    """When the number comes; empty once it is there, or never will be."""
    if appointment.number is not None or not appointment.is_live:
        return ""
    told_at = reminders.number_told_at(appointment.day.site.agency, appointment.day.date)
    # Whom an officer booked has no account, and is told on the spot.
    how = "phát" if appointment.person.citizen_id is None else "gửi qua Zalo"
    return f"Số được {how} khoảng {say_clock(told_at)} ngày {local_date(told_at):%d/%m/%Y}"


def _arrival(appointment: Appointment) -> str:
    early = appointment.day.site.agency.arrive_early_minutes
    before = f" (trước {early} phút)" if early else ""
    return f"{say_clock(appointment.arrive_at)}{before}, gọi theo khung giờ"


def _bring(appointment: Appointment) -> str:
    """What the person brings, as far as there is room for it on paper."""
    papers = reminders.to_bring(appointment, papers=PapersToBring())
    return reminders.say_to_bring(papers, most=LONGEST_LIST)


def _person(appointment: Appointment) -> str:
    known = (given_name(appointment.person.full_name), appointment.person.masked_id)
    return " · ".join(part for part in known if part) or "(đã xóa)"


def calendar(appointment: Appointment, *, now: datetime) -> str:
    """Write the appointment as an iCalendar file (RFC 5545) that takes the place of an earlier one."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//cccd_portal//Lich hen//VI", "METHOD:PUBLISH"]
    lines += [*_TIME_ZONE, *_event(appointment, now=now), "END:VCALENDAR"]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


_TIME_ZONE = (
    "BEGIN:VTIMEZONE",
    f"TZID:{VN.key}",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0700",
    "TZOFFSETTO:+0700",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def _event(appointment: Appointment, *, now: datetime) -> list[str]:
    site, slot = appointment.day.site, appointment.slot
    cancelled = appointment.status == _Status.CANCELLED
    number = f", số {appointment.queue_number}" if appointment.queue_number else ""
    summary = f"Làm căn cước: {given_name(appointment.person.full_name) or appointment.code}{number}"
    return [
        "BEGIN:VEVENT",
        f"UID:{appointment.code}@{urlsplit(settings.PUBLIC_BASE_URL).hostname}",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{appointment.changes + cancelled}",
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
        f"DTSTART;TZID={VN.key}:{slot.starts_at.astimezone(VN):%Y%m%dT%H%M%S}",
        f"DTEND;TZID={VN.key}:{slot.ends_at.astimezone(VN):%Y%m%dT%H%M%S}",
        f"SUMMARY:{_escaped(summary)}",
        f"LOCATION:{_escaped(f'{site.name}, {site.address}')}",
        f"DESCRIPTION:{_escaped(_description(appointment))}",
        *([] if cancelled else _alarm(summary)),
        "END:VEVENT",
    ]


def _description(appointment: Appointment) -> str:
    agency = appointment.day.site.agency
    lines = [
        f"Mã hẹn {appointment.code}.",
        f"{_number_later(appointment)}." if _number_later(appointment) else "",
        f"Đến lúc {_arrival(appointment)}.",
        f"Mang theo: {_bring(appointment)}.",
        f"Đường dây nóng: {say_phone(agency.hotline)}." if agency.hotline else "",
    ]
    return "\n".join(line for line in lines if line)


def _alarm(summary: str) -> list[str]:
    return [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"TRIGGER:-PT{ALARM_BEFORE // timedelta(hours=1)}H",
        f"DESCRIPTION:{_escaped(summary)}",
        "END:VALARM",
    ]


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return "\\n".join(text.splitlines())


def _folded(line: str) -> str:
    """Break a line into pieces of bytes that every reader takes, never inside a letter."""
    pieces = [""]
    for letter in line:
        if len(f"{pieces[-1]}{letter}".encode()) > LONGEST_LINE:
            pieces.append("")
        pieces[-1] += letter
    return "\r\n ".join(pieces)
