"""What the codes of failed sendings mean, for whoever has to explain it to the person."""

# The first word of an error after its channel; what is not listed is told with its code.
_WORDS = {
    "TryNextChannel": "người này không nhận tin qua đường này",
    "BackOff": "Zalo đang bận",
    "TokenRejected": "Zalo từ chối quyền gửi",
    "OutcomeUnknown": "Zalo không trả lời, chưa rõ đã đến chưa",
    "Tomorrow": "hết hạn mức trong ngày",
    "EnoughForToday": "đã đủ số tin một ngày cho người này",
    "OptedOut": "người này mới từ chối nhận tin qua đường này",
    "Unfit": "nội dung không khớp mẫu tin đã duyệt, báo kỹ thuật",
    "KeptForReminders": "hạn mức để dành cho nhắc hẹn",
    "AfterQuietHours": "đang giờ yên tĩnh",
    "QuietHoursBegan": "đang giờ yên tĩnh",
    "NeedsHuman": "cần kỹ thuật xem lại cấu hình Zalo của đơn vị",
    "NeedsConsent": "Official Account phải cấp lại quyền gửi",
    "Bug": "nội dung tin không hợp lệ với Zalo, báo kỹ thuật",
}
# What is done about it, as long as there is time.
_THEN = {
    "BackOff": "hệ thống tự gửi lại",
    "TokenRejected": "hệ thống tự gửi lại",
    **dict.fromkeys(("Tomorrow", "EnoughForToday", "KeptForReminders"), "gửi tiếp sáng mai"),
    **dict.fromkeys(("AfterQuietHours", "QuietHoursBegan"), "gửi tiếp lúc 07:00"),
}
_NO_WAY = "không có đường gửi: chưa đồng ý nhận tin, hoặc không dùng Zalo"


def say_error(error: str, *, is_over: bool = False) -> str:
    """What a message's last error means; empty where there is none. What `is_over` is promised nothing."""
    if not error:
        return ""
    if error == "no_channel":
        return _NO_WAY
    kind, _, code = error.partition(" ")[2].rpartition(" ")
    if error.startswith("bug "):
        return "lỗi của hệ thống, báo kỹ thuật"
    words = [_WORDS.get(kind, "Zalo báo lỗi")]
    if kind in _THEN and not is_over:
        words.append(_THEN[kind])
    return f"{', '.join(words)} (mã {code})"
