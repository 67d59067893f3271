"""The message templates of the demo's offices, as they would lie approved in Zalo's console."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from notifications.kinds import ABOUT_DOSSIERS, LIMITS, PLACEHOLDERS, Kind

_VISIT = """Số thứ tự: <number>
Thời gian: <time>
Nơi làm: <site>
Địa chỉ: <address>
Báo số lúc: <number_at>
Đến trước: <early> phút
Mang theo: <bring>
Lý do: <reason>
Mã hẹn: <code>"""

_DOSSIER = """Đơn vị: <office>
Ngày đã hẹn: <promised>
Hẹn lại ngày: <return_on>
Địa chỉ: <address>
Mang theo: <bring>
Lý do: <reason>
Việc tiếp theo: <advice>
Mã tờ khai: <code>"""

# A line whose parameter is not given falls away.
TEXTS: Mapping[Kind, str] = {
    Kind.BOOKED: f"Đã đặt lịch hẹn cho <name>\n{_VISIT}",
    Kind.REMINDER: f"Nhắc lịch hẹn của <name>\n{_VISIT}",
    Kind.CHANGED: f"Lịch hẹn của <name> đã đổi\n{_VISIT}",
    Kind.CANCELLED: f"Đã hủy lịch hẹn của <name>\n{_VISIT}",
    Kind.REGISTERED: """Đã ghi nhận đăng ký cho <people> người
Người đăng ký: <name>
Từ ngày: <from>
Đến ngày: <to>
Nơi đăng ký: <site>
Nơi làm, giờ và số thứ tự được gửi qua Zalo chiều hôm trước.""",
    Kind.LEFT_OVER: "<fact>\nXếp trước cho ngày: <next_day>\n<advice>",
    Kind.DOSSIER_RETURNED: f"Hồ sơ của <name> cần bổ sung <items> mục\n{_DOSSIER}",
    Kind.DOSSIER_ACCEPTED: f"Hồ sơ của <name> đã được duyệt\n{_DOSSIER}",
    Kind.DOSSIER_REFUSED: f"Hồ sơ của <name> không được tiếp nhận\n{_DOSSIER}",
    Kind.DOSSIER_STOPPED: f"Hồ sơ của <name> đã dừng\n{_DOSSIER}",
    Kind.CARD_READY: f"Đã có thẻ căn cước của <name>\n{_DOSSIER}",
    Kind.CARD_LATE: f"Xin lỗi: thẻ căn cước của <name> chưa kịp có\n{_DOSSIER}",
}


def templates_of(
    agency_name: str, template_ids: Mapping[Kind, str], *, oa_id: str
) -> Iterable[dict[str, Any]]:
    """Yield what `POST /_sandbox/templates` takes, for one office."""
    for kind, template_id in template_ids.items():
        yield {
            "template_id": template_id,
            "name": f"{agency_name}: {kind.label}"[:60],
            "oa_id": oa_id,
            "text": _with_known_lines(TEXTS[kind], allowed=PLACEHOLDERS[kind].allowed),
            "params": list(_parameters(kind)),
            "buttons": [_button(kind)],
        }


def _parameters(kind: Kind) -> Iterable[dict[str, Any]]:
    table = PLACEHOLDERS[kind]
    for name in sorted(table.allowed):
        yield {"name": name, "require": name not in table.maybe, "maxLength": LIMITS[name]}


def _with_known_lines(text: str, *, allowed: Iterable[str]) -> str:
    """Leave out the lines that say what this kind of message does not know."""
    unknown = [f"<{name}>" for name in LIMITS if name not in allowed]
    return "\n".join(line for line in text.split("\n") if not any(name in line for name in unknown))


def _button(kind: Kind) -> dict[str, str]:
    if kind in ABOUT_DOSSIERS:
        return {"type": "1", "title": "Xem hồ sơ", "content": _address("my-dossiers")}
    if "code" not in PLACEHOLDERS[kind].allowed:
        return {"type": "1", "title": "Xem lịch của gia đình", "content": _address("my-appointments")}
    content = _address("ticket", "CODE").replace("CODE", "<code>")
    title = "Chọn giờ khác" if kind == Kind.CANCELLED else "Xem, đổi hoặc hủy"
    return {"type": "1", "title": title, "content": content}


def _address(page: str, *arguments: str) -> str:
    return settings.PUBLIC_BASE_URL.rstrip("/") + reverse(page, args=arguments)
