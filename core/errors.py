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
