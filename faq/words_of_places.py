"""What the portal says in the chat where a place is taken, looked at or moved. Given names only."""

from collections.abc import Sequence
from datetime import date, datetime

from accounts.identity import given_name
from accounts.notice import CURRENT_NOTICE
from accounts.relations import Relation
from agencies.models import Agency
from booking import reminders
from booking.errors import AlreadyBooked, DossierRequired
from booking.models import Appointment, Slot
from booking.services.availability import FreeHour
from booking.services.chat import (
    Waiting,
    in_short,
    page_of_notice,
    page_of_ticket,
    page_to_book,
    page_to_declare,
)
from booking.services.known import Known
from core.errors import DomainError, Invalid
from core.templatetags.words import phone as say_phone
from core.time import local_date, say_clock, say_day, say_day_short, say_time
from faq import words
from faq.services.chatting.paging import Page

ANSWER_ONE = "Trả lời số, hoặc 0 để quay lại."


# --- Who ------------------------------------------------------------------------------------------


def who_comes(people: Sequence[Known], agency: Agency) -> str:
    return "\n".join(
        [
            "Lấy số cho ai?",
            words.numbered(_told_apart(people)),
            'Trả lời số (thí dụ 1, hoặc 1 và 2), "tất cả", hoặc 0 để quay lại.',
            for_others(agency),
        ]
    )


def _told_apart(people: Sequence[Known]) -> list[str]:
    """Their given names; with how they are related, where two of them have one name."""
    names = [one.name for one in people]
    return [f"{one.name} ({one.relation.label})" if names.count(one.name) > 1 else one.name for one in people]


def names_of(people: Sequence[Known]) -> str:
    return ", ".join(one.name for one in people)


def not_a_choice_of_people(size: int) -> str:
    return f'Danh sách chỉ có số 1 đến {size}. Trả lời số, "tất cả", hoặc 0 để quay lại.'


def people_changed() -> str:
    return "Danh sách người vừa thay đổi. Chọn lại."


def nobody_known(agency: Agency, nearest: FreeHour | None, *, is_linked: bool) -> str:
    """The one way to a place for whom nothing is known, and that the next one is taken here."""
    if agency.dossier_required:
        how = (
            "Đơn vị này cần khai hồ sơ trước. Đã khai rồi thì chờ tin báo duyệt, rồi lấy số ngay tại đây. "
            f"Chưa khai thì khai tại: {page_to_declare(agency)}"
        )
    else:
        act = "đăng ký" if agency.office_assigns else "lấy số"
        signed_in = "" if is_linked else ", sau khi đăng nhập bằng Zalo ở trang đó"
        how = (
            f"Lần đầu {act} tại: {page_to_book(agency)}\n"
            f"Họ tên, số định danh chỉ ghi ở trang đó, đừng nhắn vào đây. Lần sau {act} được ngay tại đây"
            f"{signed_in}."
        )
    return "\n".join(part for part in (_nearest(nearest), how) if part)


def all_have_a_place(agency: Agency) -> str:
    """To somebody whose people are all expected already."""
    return f'Những người đã ghi đều có lịch hẹn rồi. Xem: gõ "lịch hẹn của tôi".\n{for_others(agency)}'


def _nearest(nearest: FreeHour | None) -> str:
    if nearest is None:
        return ""
    slot = nearest.slot
    return f"Giờ còn chỗ gần nhất: {_hour(slot)}, {slot.day.site.name}."


def _page_for_others(agency: Agency) -> str:
    return page_to_declare(agency) if agency.dossier_required else page_to_book(agency)


# --- When -----------------------------------------------------------------------------------------


def hours_in_list(hours: Sequence[FreeHour], *, with_day: bool) -> list[str]:
    """One line an hour; the place, where they are at several."""
    several = len({hour.slot.day.site_id for hour in hours}) > 1
    return [
        ", ".join(
            part
            for part in (
                _hour(hour.slot) if with_day else say_clock(hour.slot.starts_at),
                _run(hour.last) if not hour.is_one else "",
                hour.slot.day.site.name if several else "",
            )
            if part
        )
        for hour in hours
    ]


def choose_hour(title: str, entries: Sequence[str], *, on: date | None, foot: str = "") -> str:
    asked = f"{_capital(say_day(on))} còn chỗ lúc:" if on else "Giờ còn chỗ gần nhất:"
    return "\n".join(line for line in (title, asked, words.numbered(entries), ANSWER_ONE, foot) if line)


def days_in_list(days: Sequence[date]) -> list[str]:
    return [_capital(say_day(day)) for day in days]


def choose_day(title: str, entries: Sequence[str]) -> str:
    return "\n".join([title, "Ngày còn chỗ:", words.numbered(entries), ANSWER_ONE])


def no_hour(page: str, agency: Agency) -> str:
    reach = f" Hoặc gọi {say_phone(agency.hotline)}." if agency.hotline else ""
    return f"Hiện không còn giờ nào đủ chỗ. Xem lại tại {page}{reach}"


def take_for(people: Sequence[Known]) -> str:
    return f"Lấy số cho {names_of(people)}."


def for_others(agency: Agency) -> str:
    """The way to a place for whom the account does not know."""
    return f"Người khác: {_page_for_others(agency)}"


def which_days(people: Sequence[Known], entries: Sequence[str]) -> str:
    return "\n".join(
        [
            f"Đăng ký cho {names_of(people)}. Đơn vị xếp nơi làm, giờ và số. Đến được ngày nào?",
            words.numbered(entries),
            "Trả lời số (các ngày liền nhau thì ghi cả, thí dụ 1 và 2), hoặc 0 để quay lại.",
        ]
    )


def range_in_list(name: str, first: date, last: date) -> str:
    return f"{name}, {days_between(first, last)}" if name else _capital(say_day(first))


def days_between(first: date, last: date) -> str:
    return say_day(first) if first == last else f"từ {say_day(first)} đến {say_day(last)}"


def days_in_a_row() -> str:
    return "Chọn một số, hoặc các ngày liền nhau trong danh sách. 0 để quay lại."


def _hour(slot: Slot) -> str:
    return f"{say_clock(slot.starts_at)} {say_day(local_date(slot.starts_at))}"


def _run(last: Slot) -> str:
    return f"liền đến {say_clock(last.ends_at)}"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


# --- Sure -----------------------------------------------------------------------------------------


def sure_to_take(
    people: Sequence[tuple[Known, str]], slot: Slot, *, together: bool, entries: Sequence[str]
) -> str:
    where = slot.day.site
    in_parts = "" if together else " (chia vào các khung giờ liền nhau)"
    return "\n".join(
        [
            f"Lấy số cho {names_of([one for one, _ in people])}:",
            f"{_hour(slot)}{in_parts}",
            ", ".join(part for part in (where.name, where.address) if part),
            *_to_bring(people),
            *_agreed(people),
            words.numbered(entries),
            ANSWER_ONE,
        ]
    )


def sure_to_register(
    people: Sequence[tuple[Known, str]], first: date, last: date, *, entries: Sequence[str]
) -> str:
    return "\n".join(
        [
            f"Đăng ký cho {names_of([one for one, _ in people])}:",
            _capital(days_between(first, last)),
            "Nơi làm, giờ và số thứ tự do đơn vị xếp, báo chiều hôm trước.",
            *_to_bring(people),
            *_agreed(people),
            words.numbered(entries),
            ANSWER_ONE,
        ]
    )


def _to_bring(people: Sequence[tuple[Known, str]]) -> list[str]:
    if len({papers for _, papers in people}) == 1:
        return [f"Mang theo: {people[0][1]}."]
    return ["Mang theo:", *(f"- {one.name}: {papers}" for one, papers in people)]


def _agreed(people: Sequence[tuple[Known, str]]) -> list[str]:
    """What the one number that books agrees to."""
    notice = (
        "Đồng ý nghĩa là: thông tin đã ghi lần trước được dùng để giữ chỗ, cấp số và gọi đúng người, theo "
        f"thông báo bản {CURRENT_NOTICE.version}: {page_of_notice()}"
    )
    others = [one for one, _ in people if one.relation != Relation.SELF]
    asked = f"Và đã được {names_of(others)} nhờ, hoặc là người đại diện theo pháp luật."
    return [notice, asked] if others else [notice]


def ways_to_agree(*, takes_messages: bool, assigns: bool) -> list[str]:
    agreed = "Đồng ý, đăng ký" if assigns else "Đồng ý, lấy số"
    if takes_messages:
        return [agreed]
    return [f"{agreed} và nhận số, nhắc hẹn qua Zalo", f"{agreed}, không nhận tin"]


def notice_changed() -> str:
    return "Thông báo về dữ liệu cá nhân vừa có bản mới. Xem lại rồi đồng ý."


def refusal(refused: DomainError, agency: Agency, *, people: Sequence[Known]) -> str:
    """A refusal in the words of the chat, given names only, and where to go on, if that is not shown next."""
    if isinstance(refused, AlreadyBooked):
        return _already_booked(refused, people)
    if isinstance(refused, DossierRequired):
        return f"{refused}\nKhai tại: {page_to_declare(agency)}"
    if isinstance(refused, Invalid):
        faults = " ".join(fault.message for fault in refused.errors)
        return f"{faults}\nĐặt lại tại: {page_to_book(agency)}"
    return str(refused)


def _already_booked(refused: AlreadyBooked, people: Sequence[Known]) -> str:
    existing, position = refused.details.get("existing"), refused.details.get("person")
    if existing is None:
        who = people[position].name if position is not None else "Có người trong số này"
        return (
            f"{who} đã được một tài khoản khác đăng ký. Nếu không phải do người nhà: mang giấy tờ đến điểm "
            "tiếp nhận, ông/bà vẫn được phục vụ."
        )
    if existing["code"] is None:
        return "Có người trong số này đã có đăng ký đang chờ xếp chỗ. Rút đăng ký đó trước."
    when = say_time(datetime.fromisoformat(existing["starts_at"]))
    return (
        f"Có người trong số này đã có lịch hẹn: {when}, {existing['site']}, mã {existing['code']}. "
        "Đổi giờ hoặc hủy lịch đó trước."
    )


# --- Done -----------------------------------------------------------------------------------------


def taken(appointments: Sequence[Appointment], *, takes_messages: bool) -> str:
    first = appointments[0]
    if len(appointments) == 1:
        lines = ["Đã lấy số.", *_plate(first, takes_messages=takes_messages), _one_line(first)]
    else:
        lines = ["Đã lấy số:", *(_row(one) for one in appointments)]
        if first.number is None:
            lines.append(_number_later(first, takes_messages=takes_messages))
    lines += [_where(first), *_early(first)]
    lines += [f"Phiếu của {_name(one)}: {page_of_ticket(one)}" for one in appointments]
    return "\n".join(lines)


def registered(wish: Waiting, *, takes_messages: bool) -> str:
    registration = wish.registration
    how = "được gửi qua Zalo" if takes_messages else "có ở trang Lịch hẹn"
    return "\n".join(
        [
            f"Đã ghi nhận đăng ký cho {', '.join(wish.names)}.",
            f"{_capital(days_between(registration.from_date, registration.to_date))}.",
            f"Nơi làm, giờ và số thứ tự {how}, sớm nhất khoảng {_moment(wish.told_at)}.",
            'Xem hoặc rút đăng ký: gõ "lịch hẹn của tôi".',
        ]
    )


def _plate(appointment: Appointment, *, takes_messages: bool) -> list[str]:
    if appointment.number is None:
        return [_number_later(appointment, takes_messages=takes_messages)]
    return [f"Số thứ tự: {appointment.queue_number}"]


def _number_later(appointment: Appointment, *, takes_messages: bool) -> str:
    at = reminders.number_sent_at(appointment.day.site.agency, appointment.day.date)
    how = "được gửi qua Zalo" if takes_messages else "có trên phiếu hẹn"
    return f"Số thứ tự {how} khoảng {_moment(at)}."


def _row(appointment: Appointment) -> str:
    number = f"số {appointment.queue_number}, " if appointment.number else ""
    return f"- {_name(appointment)}: {number}{_hour(appointment.slot)}, mã {appointment.code}"


def _one_line(appointment: Appointment) -> str:
    return f"{_name(appointment)}: {_hour(appointment.slot)}. Mã hẹn {appointment.code}."


def _where(appointment: Appointment) -> str:
    site = appointment.day.site
    return f"Nơi đến: {', '.join(part for part in (site.name, site.address) if part)}."


def _early(appointment: Appointment) -> list[str]:
    minutes = appointment.day.site.agency.arrive_early_minutes
    return [f"Đến trước {minutes} phút, gọi theo khung giờ."] if minutes else []


def _name(appointment: Appointment) -> str:
    return given_name(appointment.person.full_name)


def _moment(at: datetime) -> str:
    return f"{say_clock(at)} ngày {say_day_short(local_date(at))}"


# --- One's own ------------------------------------------------------------------------------------


def these_are_yours(page: Page[Appointment | Waiting]) -> str:
    entries = [in_short(one) if isinstance(one, Appointment) else _wish(one) for one in page.shown]
    if page.more_from is not None:
        entries.append("Xem thêm")
    return (
        f"Lịch hẹn của ông/bà:\n{words.numbered(entries)}\nTrả lời số để xem, đổi, hủy; hoặc 0 để quay lại."
    )


def which_to_move(appointments: Sequence[Appointment]) -> str:
    listed = words.numbered([in_short(one) for one in appointments])
    return f"Đổi giờ lịch hẹn nào?\n{listed}\n{ANSWER_ONE}"


def this_one(appointment: Appointment, *, papers: str, takes_messages: bool) -> str:
    """All that is to be known of an appointment, and what can be done with it."""
    is_confirmed = appointment.status == Appointment.Status.CONFIRMED
    left = appointment.changes_left
    acts = [
        "Sẽ đến (đã ghi nhận)" if is_confirmed else "Sẽ đến",
        f"Đổi giờ (còn {left} lần)" if left else "Đổi giờ (đã hết lượt đổi)",
        "Hủy",
    ]
    return "\n".join(
        [
            f"Lịch hẹn của {_name(appointment)}.",
            *_plate(appointment, takes_messages=takes_messages),
            f"{_hour(appointment.slot)}. Mã hẹn {appointment.code}.",
            _where(appointment),
            *_early(appointment),
            f"Mang theo: {papers}.",
            f"Phiếu: {page_of_ticket(appointment)}",
            words.numbered(acts),
            ANSWER_ONE,
        ]
    )


def this_wish(wish: Waiting, *, takes_messages: bool) -> str:
    how = "được gửi qua Zalo" if takes_messages else "có ở trang Lịch hẹn"
    return "\n".join(
        [
            f"{_wish(wish)}.",
            f"Nơi làm, giờ và số thứ tự {how}, sớm nhất khoảng {_moment(wish.told_at)}.",
            "Muốn rút đăng ký này thì gõ HUY DANG KY. Không rút thì trả lời 0.",
        ]
    )


def _wish(wish: Waiting) -> str:
    days = days_between(wish.registration.from_date, wish.registration.to_date)
    return f"Đăng ký cho {', '.join(wish.names)}, {days}, đang chờ xếp chỗ"


def withdrawn(wish: Waiting) -> str:
    return f"Đã rút đăng ký cho {', '.join(wish.names)}. Muốn đến thì lấy số lại."


def none_yours(agency: Agency | None) -> str:
    return f'Ông/bà không có lịch hẹn nào sắp tới. Gõ "lấy số" để đặt, hoặc vào {page_to_book(agency)}'


def move_for(appointment: Appointment) -> str:
    left = appointment.changes_left
    return (
        f"Đổi giờ cho {_name(appointment)}, đang hẹn {say_time(appointment.slot.starts_at)}, mã "
        f"{appointment.code}. Còn đổi được {left} lần."
    )


def sure_to_move(appointment: Appointment, slot: Slot) -> str:
    where = slot.day.site
    return "\n".join(
        [
            f"Đổi giờ cho {_name(appointment)}:",
            f"Từ {_hour(appointment.slot)}",
            f"Sang {_hour(slot)}",
            ", ".join(part for part in (where.name, where.address) if part),
            "1. Đồng ý, đổi giờ",
            "Trả lời 1, hoặc 0 để chọn giờ khác.",
        ]
    )


def moved(appointment: Appointment, *, takes_messages: bool) -> str:
    return "\n".join(
        [
            "Đã đổi giờ.",
            *_plate(appointment, takes_messages=takes_messages),
            _one_line(appointment),
            _where(appointment),
            *_early(appointment),
            f"Phiếu: {page_of_ticket(appointment)}",
        ]
    )
