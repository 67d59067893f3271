"""What may be refused about messages and their texts."""

from core.errors import DomainError


class UnreadableText(DomainError):
    code = "text_unreadable"
    message = "Dấu ngoặc trong lời nhắn chưa khớp: chỗ điền viết {{tên}}, phần có thể bỏ viết trong [ ]."


class UnknownPlaceholder(DomainError):
    code = "text_unknown_placeholder"
    message = "Không có chỗ điền {unknown} cho loại tin này. Được dùng: {allowed}."


class PlaceholderMissing(DomainError):
    code = "text_placeholder_missing"
    message = "Lời nhắn còn thiếu chỗ điền bắt buộc: {missing}."


class PlaceholderMisplaced(DomainError):
    code = "text_placeholder_misplaced"
    message = (
        "Chỗ điền luôn có giá trị phải đứng ngoài [ ], chỗ điền có thể trống phải ở trong [ ]: {misplaced}."
    )


class MessagePending(DomainError):
    code = "message_pending"
    message = "Tin này đang chờ gửi hoặc đang được gửi, chưa cần gửi lại."


class MessagePointless(DomainError):
    code = "message_pointless"
    message = "Tin này không còn ý nghĩa nên không gửi lại: đã quá giờ hoặc lịch hẹn đã thay đổi."
