"""How pages write days, hours and phones."""

import re
from datetime import date, datetime

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.text import say_number
from core.time import WEEKDAYS, say_clock, say_day, say_day_short

register = template.Library()

_PAIRS = re.compile(r"(?<=thứ) (?=[A-ZĐ])|(?<=\d) (?=(?:chỗ|người|phút|giây|giờ|số|lần)\b)")


@register.filter
def day(value: date) -> str:
    """`thứ Hai, 23/11/2026`; no line ends between `thứ` and its number."""
    return unbroken(say_day(value))


@register.filter
def unbroken(text: object) -> str:
    """The text with what belongs together on one line: `thứ Bảy`, `12 chỗ`, `5 phút`."""
    return _PAIRS.sub("\u00a0", str(text))


@register.filter
def day_short(value: date) -> str:
    """`23/11`."""
    return say_day_short(value)


@register.filter
def weekday(value: date) -> str:
    """`thứ Hai`."""
    return WEEKDAYS[value.weekday()]


@register.filter
def clock(value: datetime) -> str:
    """`08:30`, Việt Nam time."""
    return say_clock(value)


@register.filter
def phone(value: str) -> str:
    """`0235 385 1234`, `028 3825 0004`: groups that can be read aloud."""
    digits = "".join(mark for mark in value if mark.isdigit())
    if digits.startswith("84"):
        digits = f"0{digits[2:]}"
    area = 3 if digits.startswith(("024", "028")) else 4  # the two cities with a short area code
    return f"{digits[:area]} {digits[area:7]} {digits[7:]}".strip()


@register.filter
def dong(amount: int) -> str:
    """`25.000 đồng`; the word stays with its number."""
    return f"{say_number(amount)}\u00a0đồng"


@register.filter
def first_capital(value: str) -> str:
    """The text with a capital at its start; the rest stays."""
    return f"{value[:1].upper()}{value[1:]}"


@register.filter
def plain_markdown(text: str) -> SafeString:
    """Our own notices as HTML: headings, lists, paragraphs and bold; everything else is escaped."""
    return format_html_join("\n", "{}", ((_block(block),) for block in text.split("\n\n")))


def _block(block: str) -> SafeString:
    for mark, tag in (("## ", "h2"), ("# ", "h1")):
        if block.startswith(mark):
            return format_html(f"<{tag}>{{}}</{tag}>", block.removeprefix(mark))
    lines = block.split("\n")
    if all(line.startswith("- ") for line in lines):
        items = format_html_join("", "<li>{}</li>", ((_bold(line.removeprefix("- ")),) for line in lines))
        return format_html("<ul>{}</ul>", items)
    return format_html("<p>{}</p>", _bold(" ".join(lines)))


def _bold(text: str) -> SafeString:
    pieces = text.split("**")
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<strong>{}</strong>", piece) if odd % 2 else piece,)
            for odd, piece in enumerate(pieces)
        ),
    )
