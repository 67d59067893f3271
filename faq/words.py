"""What the portal says in the chat. Names are given names only; nothing that was typed is repeated."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from django.conf import settings
from django.urls import reverse

from agencies.models import Agency
from booking.models import Appointment, Session
from booking.services.chat import in_short, page_of_all, page_to_book, page_to_look_up
from booking.services.schedule import Stint, page_of_schedule
from booking.services.sessions import Ward
from core.templatetags.words import first_capital
from core.templatetags.words import phone as say_phone
from core.time import say_day
from faq.markdown import to_text
from faq.models import Announcement
from faq.services.reading import TO_CONFIRM, Said
from notifications.splitting import LONGEST_TEXT

MAY_CHANGE = "Lịch có thể thay đổi, xem lại trước khi đi."
AUTOMATIC = "Đây là trả lời tự động."
MORE = "Xem thêm"
# Of what an announcement is about; the page tells all.
MOST_ABOUT = 5


def main_menu(agency: Agency, entries: Sequence[str], *, greets: bool) -> str:
    hello = "Chào ông/bà. Đây là " if greets else ""
    return f"{hello}{agency.name}, trả lời tự động.\n{numbered(entries)}\nNhắn một số, hoặc gõ câu hỏi."


def numbered(entries: Sequence[str], *, is_more: bool = False) -> str:
    lines = [*entries, MORE] if is_more else entries
    return "\n".join(f"{place}. {entry}" for place, entry in enumerate(lines, start=1))


def not_in_menu(size: int) -> str:
    if size == 1:
        return "Danh sách chỉ có số 1. Nhắn 1, hoặc 0 để quay lại."
    return f"Danh sách có số 1 đến {size}. {a_number_please()}"


def a_number_please() -> str:
    return "Nhắn lại một số, hoặc 0 để quay lại."


def list_is_over() -> str:
    return "Danh sách trước đã quá 30 phút. Xin chọn lại:"


def no_list() -> str:
    return "Số này chưa ứng với danh sách nào. Xin chọn:"


def choices(asked: Sequence[str], *, asks: str = "") -> str:
    """The questions that somebody may have meant, or the answers to the one fact by which they differ."""
    which = (
        "Nhắn 1" if len(asked) == 1 else f"Nhắn {', '.join(map(str, range(1, len(asked))))} hoặc {len(asked)}"
    )
    return f'{asks or "Có phải ông/bà muốn hỏi:"}\n{numbered(asked)}\n{which}, hoặc gõ "gặp cán bộ".'


def topics(names: Sequence[str], *, is_more: bool) -> str:
    return f"Hỏi về việc gì?\n{numbered(names, is_more=is_more)}\nNhắn một số, hoặc gõ câu hỏi. 0: quay lại."


def questions(topic: str, asked: Sequence[str], *, is_more: bool) -> str:
    return f"{topic}:\n{numbered(asked, is_more=is_more)}\nNhắn một số, hoặc gõ câu hỏi. 0: quay lại."


def nothing_to_ask() -> str:
    return 'Ở đây chưa có câu hỏi nào soạn sẵn. Gõ "gặp cán bộ" để hỏi người.'


def gone() -> str:
    return "Mục này vừa được thay đổi, không còn ở đây. Xin chọn mục khác."


def welcome() -> str:
    return 'Không có gì ạ. Cần thêm, gõ "menu".'


def keep_numbers(agency: Agency | None) -> str:
    return (
        "Không gửi số định danh, ảnh thẻ vào đây. Tin vừa nhận không được lưu. "
        f"Hỏi thì chỉ cần gõ câu hỏi.\nKhai hồ sơ, đặt lịch: {page_to_book(agency)}"
    )


def keep_codes() -> str:
    return "Không gửi mã xác thực (OTP) cho ai, kể cả cán bộ. Tin vừa nhận không được lưu."


def keep_papers(agency: Agency | None) -> str:
    return (
        "Không gửi ảnh thẻ, giấy tờ, số định danh vào đây. Ảnh, tệp vừa nhận không được mở, không được lưu. "
        f"Hỏi thì gõ câu hỏi bằng chữ.\nKhai hồ sơ, gửi giấy tờ: {page_to_book(agency)}"
    )


def cannot_listen() -> str:
    return 'Chưa nghe được tin thoại. Xin gõ câu hỏi bằng chữ, hoặc gõ "gặp cán bộ".'


def where_to_book(agency: Agency | None) -> str:
    return f"Lấy số, đặt lịch tại {page_to_book(agency)}"


def news(titles: Sequence[str], *, is_told: bool) -> str:
    listed = numbered(["Lịch lưu động, ngoài giờ", *titles])
    lead = "Lịch và thông báo đang có:" if titles else no_news()
    told = how_to_stop() if is_told else how_to_be_told()
    return f"{lead}\n{listed}\nNhắn số để đọc, hoặc 0 để quay lại.\n{told}"


def no_news() -> str:
    return "Hiện không có thông báo nào."


def schedule(
    *,
    agency: Agency,
    ward: Ward | None,
    day: date | None,
    shown: Sequence[Stint],
    others: Sequence[Stint],
    office: str,
) -> str:
    """The sessions that were asked for; else that there are none, and others or the office instead."""
    if not shown:
        when = f"{_day_capital(day)} không có" if day else "30 ngày tới chưa có"
        whose = f" cho {ward.name}" if ward else ""
        lead = f"{when} buổi lưu động, ngoài giờ nào{whose}."
        return "\n".join(part for part in (lead, office, _listed("Buổi gần nhất:", others, agency)) if part)
    if ward is None:
        lead = f"Lịch cấp căn cước lưu động, ngoài giờ của {agency.name}:"
    elif any(stint.wards for stint in shown):
        lead = f"Lịch cấp căn cước cho {ward.name}:"
    else:
        lead = f"Chưa có buổi nào riêng cho {ward.name}. Các buổi nhận mọi người:"
    return _listed(lead, shown, agency, ward=ward)


def _listed(lead: str, stints: Sequence[Stint], agency: Agency, *, ward: Ward | None = None) -> str:
    """Where, when and for whom, in few words; what all days have in common is said once."""
    if not stints:
        return ""
    alike = {(one.site.pk, one.hours, _what(one, ward), one.note) for one in stints}
    lines = _days_alike(stints, ward) if len(alike) == 1 < len(stints) else _by_day(stints, ward)
    return "\n".join([lead, *lines, f"Xem đủ, đặt lịch: {page_of_schedule(agency)}", MAY_CHANGE])


def _days_alike(stints: Sequence[Stint], ward: Ward | None) -> list[str]:
    first = stints[0]
    common = f"{first.hours}, {_place(first)} ({_what(first, ward)}).{_note(first)}"
    return [common, *(f"- {_day_capital(stint.day)}: {stint.places}" for stint in stints)]


def _by_day(stints: Sequence[Stint], ward: Ward | None) -> list[str]:
    """An address where a place stands first."""
    lines, said = list[str](), set[str]()
    for day, of_day in groupby(stints, key=lambda stint: stint.day):
        lines.append(f"{_day_capital(day)}:")
        for stint in of_day:
            place = stint.site.name if stint.site.name in said else _place(stint)
            said.add(stint.site.name)
            lines.append(f"- {stint.hours}, {place} ({_what(stint, ward)}): {stint.places}.{_note(stint)}")
    return lines


def _what(stint: Stint, ward: Ward | None) -> str:
    """The kind of session, and for whom if that is not plain."""
    whose = "" if ward and stint.wards else stint.for_whom
    return ", ".join(part for part in (stint.kind.label, whose) if part)


def _note(stint: Stint) -> str:
    return f" {stint.note}." if stint.note else ""


def _place(stint: Stint) -> str:
    """The name and the address, which may begin with it."""
    name, address = stint.site.name, stint.site.address
    if not address or address.lower().startswith(name.lower()):
        return address or name
    return f"{name}, {address}"


def _day_capital(day: date) -> str:
    said = say_day(day)
    return f"{said[0].upper()}{said[1:]}"


def no_schedule() -> str:
    return "Hiện chưa có buổi lưu động, ngoài giờ nào."


def which_ward() -> str:
    return "Phường, xã nào? Gõ tên, hoặc 0 để quay lại."


def no_such_ward() -> str:
    return "Chưa rõ là phường, xã nào. Gõ lại tên, có dấu hay không đều được, hoặc 0 để quay lại."


def news_is_over() -> str:
    return "Thông báo này không còn. Nhắn 0 để quay lại."


def how_to_be_told() -> str:
    return "Nhắn NHẬN TIN để được báo khi có thông báo mới."


def how_to_stop() -> str:
    return "Ông/bà đang nhận tin. Không muốn nhận nữa thì nhắn THÔI NHẬN TIN."


def told_from_now_on(agency: Agency, *, ward: str) -> str:
    where = f"{agency.name}, {ward}" if ward else agency.name
    narrower = "" if ward else "\nChỉ cần tin của phường, xã mình: nhắn NHẬN TIN và tên phường, xã."
    said = f"Đã ghi nhận. Có thông báo mới của {where} thì báo ngay tại đây.{narrower}"
    return f"{said}\nThôi: nhắn THÔI NHẬN TIN."


def told_of_which_ward() -> str:
    return "Chưa rõ là phường, xã nào. Nhắn lại NHẬN TIN và tên phường, xã; hoặc chỉ NHẬN TIN."


def told_no_more() -> str:
    return "Đã thôi. Từ giờ không gửi thông báo nữa. Tin về lịch hẹn vẫn gửi như trước."


def not_told() -> str:
    return f"Ông/bà không đăng ký nhận tin, nên không có gì để thôi. {how_to_be_told()}"


def page_of(announcement: Announcement) -> str:
    """Where an announcement stands for good."""
    where = reverse("announcement", args=[announcement.agency.slug, announcement.public_id])
    return f"{settings.PUBLIC_BASE_URL}{where}"


def about(announcement: Announcement) -> list[str]:
    """What an announcement is about, a line each: where, when and for whom, and what of it was called off."""
    lines = [f"Nơi làm: {site.name}, {site.address}" for site in announcement.sites.all()]
    lines += _sessions(announcement.sessions.all())
    wards = sorted(ward.name for ward in announcement.wards.all())
    return [*lines, f"Dành cho: {', '.join(wards)}"] if wards else lines


def _sessions(sessions: Iterable[Session]) -> list[str]:
    """A line for each day and place, with its hours: what holds, then what was called off."""
    hours: dict[tuple[bool, date, int], list[Session]] = {}
    for session in sorted(sessions, key=lambda row: (row.date, row.starts_at, row.pk)):
        key = (session.cancelled_at is not None, session.date, session.site_id)
        hours.setdefault(key, []).append(session)
    return [_day_of(rows, is_off=key[0]) for key, rows in sorted(hours.items(), key=lambda item: item[0][0])]


def _day_of(rows: Sequence[Session], *, is_off: bool) -> str:
    clock = ", ".join(f"{row.starts_at:%H:%M}–{row.ends_at:%H:%M}" for row in rows)
    said = f"{say_day(rows[0].date)}: {clock}, {rows[0].site.name}"
    return f"Đã hủy: {said}" if is_off else first_capital(said)


def announcement_in_chat(announcement: Announcement) -> str:
    said = [announcement.title, to_text(announcement.says), *about(announcement)]
    return "\n".join([*said, f"Xem: {page_of(announcement)}"])


def announcement_told(announcement: Announcement) -> str:
    """What goes to who asked to be told, in one message."""
    head = f"{announcement.agency.name} thông báo: {announcement.title}"
    foot = [*about(announcement)[:MOST_ABOUT], f"Xem: {page_of(announcement)}", "Thôi: nhắn THÔI NHẬN TIN."]
    says, room = to_text(announcement.says), LONGEST_TEXT - len("\n".join([head, "", *foot]))
    return "\n".join([head, says if len(says) <= room else f"{says[: room - 1].rstrip()}…", *foot])


def answer_in_chat(said: Said) -> str:
    to_confirm = "" if said.is_confirmed else f"\n{TO_CONFIRM}"
    basis = f"\nCăn cứ: {said.basis}." if said.basis else ""
    return f"{said.asks}\n{to_text(said.says)}{to_confirm}{basis}"


def answer_of_list(said: Said) -> str:
    return f"{answer_in_chat(said)}\nNhắn số khác để xem tiếp, 0 để quay lại."


def confirmed(done: Sequence[Appointment], *, left: int) -> str:
    who = "\n".join(f"- {in_short(appointment)}" for appointment in done)
    said = f"Đã ghi nhận sẽ đến: {in_short(done[0])}." if len(done) == 1 else f"Đã ghi nhận sẽ đến:\n{who}"
    if not left:
        return said
    return f"{said}\nCòn {left} lịch hẹn chưa báo. Trả lời số tiếp theo, hoặc 0 để thôi."


def all_confirmed() -> str:
    return "Các lịch hẹn này đã được ghi nhận sẽ đến. Không cần làm gì thêm."


def which_to_confirm(waiting: Sequence[Appointment]) -> str:
    lines = [f"{place}. {in_short(appointment)}" for place, appointment in enumerate(waiting, start=1)]
    return "\n".join(
        [
            f"Có {len(waiting)} lịch hẹn chưa báo. Ai sẽ đến?",
            *lines,
            'Trả lời số (thí dụ 1, hoặc 1 và 2), "tất cả", hoặc 0 để thôi.',
        ]
    )


def not_in_list(size: int) -> str:
    return f'Danh sách chỉ có số 1 đến {size}. Trả lời số, "tất cả", hoặc 0 để thôi.'


def how_to_cancel(appointments: Sequence[Appointment]) -> str:
    lines = [
        f"HUY {appointment.code} ({in_short(appointment, with_code=False)})" for appointment in appointments
    ]
    how = "Hủy lịch nào thì gõ HUY và mã của lịch đó" if len(lines) > 1 else "Muốn hủy thì gõ HUY và mã"
    return "\n".join([f"{how}. Chưa lịch nào bị hủy.", *lines])


def cancelled(appointment: Appointment) -> str:
    return (
        f"Đã hủy lịch hẹn: {in_short(appointment)}. Chỗ này dành cho người khác. "
        f"Cần làm căn cước thì đặt lại: {page_to_book()}"
    )


def what_to_do_with(appointment: Appointment) -> str:
    code = appointment.code
    return f"{in_short(appointment)}.\nGõ 1 {code} để báo sẽ đến, 2 {code} để đổi giờ, HUY {code} để hủy."


def no_such_code() -> str:
    return f"Không có mã hẹn này trong các lịch hẹn sắp tới của ông/bà. Xem lại mã tại {page_of_all()}"


def none_coming() -> str:
    return f"Ông/bà không có lịch hẹn nào sắp tới. Xem và đặt lịch: {page_to_book()}"


def nothing_changed() -> str:
    return "Đã bỏ qua. Chưa có gì thay đổi."


def how_to_link() -> str:
    return (
        "Cổng chưa biết tài khoản Zalo này là của ai, nên không xem hay sửa lịch hẹn ở đây được. "
        f"Đăng nhập bằng Zalo tại {page_of_all()} rồi nhắn lại. "
        f"Không đăng nhập thì tra cứu bằng mã hẹn: {page_to_look_up()}"
    )


def what_can_be_typed(*, is_linked: bool) -> str:
    if is_linked:
        return f'{AUTOMATIC} Gõ "lịch hẹn" để xem lịch hẹn, HUY và mã hẹn để hủy.'
    return f"{AUTOMATIC} Xem, đặt, đổi, hủy lịch hẹn tại {page_of_all()}"


def answers_to_reminder() -> str:
    return f'{AUTOMATIC} Trả lời 1 để báo sẽ đến, 2 để đổi giờ, 3 để hủy lịch hẹn. Việc khác: gõ "menu".'


def in_danger() -> str:
    return "Nguy hiểm: gọi ngay 113 (công an), 114 (cháy), 115 (cấp cứu). Ở đây không ai trực."


def where_to_complain(agency: Agency) -> str:
    reach = f" Điện thoại: {say_phone(agency.hotline)}." if agency.hotline else ""
    return (
        "Khiếu nại, tố cáo, phản ánh về cán bộ cần được tiếp nhận đúng luật: gửi đơn hoặc đến phòng tiếp "
        f"công dân của {agency.name} hoặc công an cấp trên.{reach} Nội dung vừa nhắn không được lưu ở đây."
    )


def greeting() -> str:
    return "Chào ông/bà. Ông/bà cần hỏi gì về làm căn cước, đặt lịch, nhận thẻ?"


def not_understood(agency: Agency) -> str:
    reach = f" hoặc gọi {say_phone(agency.hotline)}" if agency.hotline else ""
    return f"Chưa rõ câu hỏi. Ông/bà viết ngắn lại, thí dụ “mất thẻ làm lại sao”{reach}."


def still_unclear() -> str:
    return 'Câu này cũng chưa rõ. Gõ "gặp cán bộ" để có người trả lời.'


def unclear() -> str:
    return 'Chưa rõ câu hỏi. Xin viết ngắn lại, thí dụ "mất thẻ làm lại sao", hoặc gõ "gặp cán bộ".'
