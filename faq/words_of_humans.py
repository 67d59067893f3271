"""What the portal says in the chat to somebody who asks for a human."""

from datetime import datetime

from agencies.models import Agency
from core.templatetags.words import phone as say_phone
from core.time import WEEKDAYS, local_date, say_clock, say_day_short


def where_a_human_is() -> str:
    return "Ông/bà đến trụ sở trong giờ làm việc để gặp cán bộ."


def human_comes(agency: Agency, until: datetime) -> str:
    return (
        f"Cán bộ {agency.name} trả lời ông/bà tại đây, dự kiến trước {say_clock(until)}."
        f"{_in_a_hurry(agency)}\nTrong lúc chờ, máy không trả lời. Gõ 0 để quay lại trả lời tự động."
    )


def human_comes_later(agency: Agency, opens_at: datetime | None, *, now: datetime) -> str:
    if opens_at is None:
        answers = f"Đã ghi để cán bộ {agency.name} biết. Chưa rõ khi nào có người trả lời."
    else:
        when = _hour_and_day(opens_at, now=now)
        answers = f"Lúc này ngoài giờ làm việc. Cán bộ {agency.name} trả lời tại đây từ {when}."
    return f"{answers}{_in_a_hurry(agency)}\nÔng/bà vẫn hỏi tiếp được, máy trả lời ngay."


def nobody_has_come(agency: Agency) -> str:
    return (
        "Xin lỗi, chưa có cán bộ nào trả lời được. Lời nhờ của ông/bà vẫn được giữ lại."
        f"{_in_a_hurry(agency)} Từ đây máy trả lời lại."
    )


def waits_no_more() -> str:
    return "Đã thôi chờ cán bộ."


def _in_a_hurry(agency: Agency) -> str:
    return f" Cần gấp: gọi {say_phone(agency.hotline)}." if agency.hotline else ""


def _hour_and_day(moment: datetime, *, now: datetime) -> str:
    """`13:30 hôm nay`, `07:30 thứ Hai 30/11`."""
    day = local_date(moment)
    said = "hôm nay" if day == local_date(now) else f"{WEEKDAYS[day.weekday()]} {say_day_short(day)}"
    return f"{say_clock(moment)} {said}"
