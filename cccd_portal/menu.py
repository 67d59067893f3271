"""The menu of the officers' side: by what they do, each entry with the right that opens it."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

Item = tuple[str, str, str, str]  # what it is called, its icon, its address, the right that opens it


def _list(name: str, icon: str, label: str) -> Item:
    """The entry of a table's list."""
    app, model = label.split(".")
    return name, icon, f"admin:{app}_{model}_changelist", f"{app}.view_{model}"


MENU: tuple[tuple[str, tuple[Item, ...]], ...] = (
    (
        "Hôm nay",
        (
            ("Tổng quan", "home", "admin:index", ""),
            (
                "Danh sách trong ngày",
                "list_alt",
                "admin:booking_serviceday_list",
                "booking.view_serviceday",
            ),
            (
                "Chưa nhận được tin",
                "phone_in_talk",
                "admin:booking_remindercall_list",
                "booking.call_appointment",
            ),
            ("Đặt hộ tại quầy", "person_add", "admin:booking_appointment_assist", "booking.assist_booking"),
        ),
    ),
    (
        "Lịch và chỗ",
        (
            (
                "Lịch tuần",
                "calendar_view_week",
                "admin:booking_serviceday_week",
                "booking.view_serviceday",
            ),
            _list("Buổi ngoài giờ, lưu động", "more_time", "booking.session"),
            _list("Ngày nghỉ, làm bù", "event_busy", "agencies.calendarday"),
            _list("Ngày riêng của điểm", "edit_calendar", "booking.sitecalendarday"),
            _list("Ngày làm việc", "calendar_month", "booking.serviceday"),
            _list("Số chỗ theo thủ tục", "hourglass_bottom", "dossiers.visitlength"),
            _list("Điểm thu nhận", "location_on", "booking.site"),
        ),
    ),
    (
        "Người đến",
        (
            _list("Lịch hẹn", "event_available", "booking.appointment"),
            _list("Đăng ký", "hourglass_top", "booking.registration"),
            _list("Cuộc gọi báo hẹn", "call_log", "booking.remindercall"),
            _list("Giải phóng số", "lock_open", "booking.release"),
            _list("Tài khoản công dân", "person", "accounts.citizen"),
        ),
    ),
    (
        "Hồ sơ",
        (
            ("Cần kiểm tra", "fact_check", "admin:dossiers_dossier_inbox", "dossiers.view_dossier"),
            _list("Tất cả hồ sơ", "folder_shared", "dossiers.dossier"),
            _list("Thu nhận, trả thẻ", "how_to_reg", "dossiers.card"),
            ("Báo có thẻ", "mark_email_read", "admin:dossiers_card_ready", "dossiers.work_card"),
            ("Quá hẹn trả thẻ", "running_with_errors", "admin:dossiers_card_late", "dossiers.work_card"),
            ("Lệ phí trong ngày", "point_of_sale", "admin:dossiers_payment_day", "dossiers.view_payment"),
            _list("Mọi dòng lệ phí", "receipt_long", "dossiers.payment"),
        ),
    ),
    (
        "Hỏi đáp",
        (
            _list("Câu hỏi chưa hiểu", "contact_support", "faq.miss"),
            _list("Câu hỏi, cách hỏi", "help", "faq.question"),
            _list("Câu trả lời", "quiz", "faq.answer"),
            _list("Điều riêng của đơn vị", "edit_location_alt", "faq.officeword"),
            _list("Ý kiến về câu trả lời", "thumbs_up_down", "faq.feedback"),
            _list("Chủ đề", "topic", "faq.topic"),
            _list("Báo giả mạo", "gpp_bad", "faq.fakereport"),
        ),
    ),
    (
        "Tin nhắn",
        (
            _list("Tin đã gửi", "chat", "notifications.message"),
            _list("Chờ gặp cán bộ", "support_agent", "faq.conversation"),
            _list("Thông báo", "campaign", "faq.announcement"),
            _list("Lời nhắn", "edit_note", "notifications.messagetext"),
            _list("Hạn mức Zalo", "speed", "notifications.oaquota"),
            _list("Kết nối Zalo", "link", "agencies.zaloconnection"),
            _list("Chi phí tin nhắn", "payments", "notifications.spending"),
            _list("Quyền gửi của OA", "key", "zalo.oatoken"),
            _list("Sự kiện từ Zalo", "inbox", "zalo.storedevent"),
        ),
    ),
    (
        "Đơn vị",
        (
            _list("Mở đơn vị", "checklist", "booking.opening"),
            _list("Nhập từ Excel", "upload_file", "booking.sheetimport"),
            _list("Đơn vị và chính sách", "account_balance", "agencies.agency"),
            _list("Đơn vị hành chính", "map", "agencies.adminunit"),
            _list("Thủ tục, lệ phí", "gavel", "dossiers.version"),
        ),
    ),
    (
        "Cán bộ",
        (
            _list("Cán bộ", "badge", "accounts.officer"),
            _list("Phân công", "groups", "accounts.posting"),
            _list("Nhật ký", "history", "accounts.auditentry"),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu of this officer: by what they do, and only what they have the right to see."""
    may = request.user.has_perm
    here = entry_of(request.path)
    groups = [
        {
            "title": title,
            "collapsible": False,
            "items": [
                {
                    "title": name,
                    "icon": icon,
                    "link": reverse(address),
                    "active": address == here,
                }
                for name, icon, address, right in items
                if not right or may(right)
            ],
        }
        for title, items in MENU
    ]
    return [group for group in groups if group["items"]]


def entry_of(path: str) -> str:
    """The entry under which an officer is: a row and its pages belong to their list."""
    ways = {reverse(address): address for _, items in MENU for _, _, address, _ in items}
    above = [way for way in ways if path == way or (path.startswith(way) and way != reverse("admin:index"))]
    return ways[max(above, key=len)] if above else ""


def style(request: HttpRequest) -> str:
    return static("css/officers.css")
