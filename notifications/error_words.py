"""What the codes of failed sendings mean, for whoever has to explain it to the person."""

# The first word of an error after its channel; what is not listed is told with its code.
_WORDS = {
    "TryNextChannel": "người này không nhận tin qua đường này",
    "BackOff": "Zalo đang bận, hệ thống tự gửi lại",
    "TokenRejected": "Zalo từ chối quyền gửi, hệ thống tự gửi lại",
    "OutcomeUnknown": "Zalo không trả lời, chưa rõ đã đến chưa",
    "Tomorrow": "hết hạn mức trong ngày, gửi tiếp sáng mai",
    "EnoughForToday": "đã đủ số tin một ngày cho người này, gửi tiếp sáng mai",
    "OptedOut": "người này mới từ chối nhận tin qua đường này",
    "Unfit": "nội dung không khớp mẫu tin đã duyệt, báo kỹ thuật",
    "KeptForReminders": "hạn mức để dành cho nhắc hẹn, gửi tiếp sáng mai",
    "AfterQuietHours": "đang giờ yên tĩnh, gửi tiếp lúc 07:00",
    "QuietHoursBegan": "đang giờ yên tĩnh, gửi tiếp lúc 07:00",
    "NeedsHuman": "cần kỹ thuật xem lại cấu hình Zalo của đơn vị",
    "NeedsConsent": "Official Account phải cấp lại quyền gửi",
    "Bug": "nội dung tin không hợp lệ với Zalo, báo kỹ thuật",
}
_NO_WAY = "không có đường gửi: chưa đồng ý nhận tin, hoặc không dùng Zalo"


def say_error(error: str) -> str:
    """What a message's last error means; empty where there is none."""
    if not error:
        return ""
    if error == "no_channel":
        return _NO_WAY
    kind, _, code = error.partition(" ")[2].rpartition(" ")
    if error.startswith("bug "):
        return "lỗi của hệ thống, báo kỹ thuật"
    return f"{_WORDS.get(kind, 'Zalo báo lỗi')} (mã {code})"
