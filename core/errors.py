"""Refusals that any room may make. What is not a `DomainError` is a bug and becomes a 500 with a report."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


class DomainError(Exception):
    """A rule of the office that was broken: expected, and safe to show to a citizen.

    `details` fill the message's placeholders and travel with the answer of the API, beside `code`.
    """

    code: ClassVar[str]
    message: ClassVar[str]
    status: ClassVar[int] = 409

    def __init__(self, **details: Any) -> None:
        super().__init__(self.message.format(**details))
        self.details = details


@dataclass(frozen=True)
class FieldError:
    """One field that was filled in wrongly. `field` is a path such as `people[1].personal_id`."""

    field: str
    code: str
    message: str


class Invalid(DomainError):
    """One or more fields do not hold what they must; `errors` names each."""

    code = "invalid"
    message = "Có thông tin chưa đúng. Xem từng mục được đánh dấu."
    status = 422

    def __init__(self, *, errors: Sequence[FieldError]) -> None:
        super().__init__()
        self.errors = list(errors)


class Malformed(DomainError):
    code = "malformed"
    message = "Yêu cầu gửi lên không đọc được."
    status = 400


class NotAuthenticated(DomainError):
    code = "not_authenticated"
    message = "Cần đăng nhập để tiếp tục."
    status = 401


class Forbidden(DomainError):
    code = "forbidden"
    message = "Tài khoản này không được làm việc đó."
    status = 403


class NotFound(DomainError):
    code = "not_found"
    message = "Không tìm thấy nội dung được yêu cầu."
    status = 404


class NotAllowedNow(DomainError):
    """The state of the thing does not allow it; `reason` says why, in a few words."""

    code = "not_allowed_now"
    message = "Không thực hiện được: {reason}."


class PreconditionRequired(DomainError):
    """Who writes must say which state they have seen."""

    code = "precondition_required"
    message = "Yêu cầu thiếu phiên bản đã xem (If-Match)."
    status = 428


class StaleVersion(DomainError):
    """Somebody else, or another device, wrote in between; nothing was changed."""

    code = "stale_version"
    message = "Nội dung này vừa được sửa ở nơi khác. Tải lại rồi sửa tiếp."
    status = 412


class TooLarge(DomainError):
    code = "too_large"
    message = "Nội dung gửi lên quá lớn."
    status = 413


class UnsupportedMediaType(DomainError):
    code = "unsupported_media_type"
    message = "Nội dung gửi lên không phải kiểu mà địa chỉ này nhận."
    status = 415


class RateLimited(DomainError):
    """Too many requests; `retry_after` is in seconds."""

    code = "rate_limited"
    message = "Thao tác quá nhanh. Thử lại sau {retry_after} giây."
    status = 429

    def __init__(self, *, retry_after: int) -> None:
        super().__init__(retry_after=retry_after)


class Unavailable(DomainError):
    """A provider that this call cannot do without, or a lock, was not to be had in time."""

    code = "unavailable"
    message = "Dịch vụ đang bận. Thử lại sau ít phút."
    status = 503
