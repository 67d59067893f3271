"""What this room refuses beyond the refusals every room may make (`core.errors`)."""

from math import ceil

from core.errors import DomainError, FieldError, Forbidden, Invalid, NotAuthenticated, RateLimited


class SignedOut(NotAuthenticated):
    """The token is not one of ours, is too old, or its sign-in has ended."""

    message = "Phiên đăng nhập đã hết. Đăng nhập lại để tiếp tục."


class ZaloTokenRefused(NotAuthenticated):
    """Zalo does not know the access token that the Mini App sent."""

    message = "Zalo chưa xác nhận được tài khoản. Mở lại ứng dụng trong Zalo rồi thử lại."


class NotYourZalo(Forbidden):
    """The Zalo token belongs to somebody else than the signed-in citizen."""

    message = "Tài khoản Zalo này không phải của người đang đăng nhập."


class IdleTooLong(Forbidden):
    """An officer did not sign in for 45 days."""

    message = (
        "Tài khoản bị khóa vì đã 45 ngày không đăng nhập. "
        "Nhờ cán bộ kỹ thuật hoặc thủ trưởng đơn vị mở khóa, rồi đăng nhập lại."
    )


class NotOverThisOfficer(Forbidden):
    """An officer may do this to colleagues only, and to none who may more than they."""

    message = "Không làm được với tài khoản của chính mình hoặc của người có nhiều quyền hơn."


class SecondFactorExists(DomainError):
    code = "second_factor_exists"
    message = "Tài khoản này đã bật xác thực hai bước."


def wrong_factor_code() -> Invalid:
    message = "Mã không đúng hoặc đã dùng. Nhập mã đang hiện trên ứng dụng, hoặc một mã dự phòng khác."
    return Invalid(errors=[FieldError("code", "wrong", message)])


def phone_token_refused() -> Invalid:
    """Zalo does not give a number for the Mini App's token: used, too old, or of another app."""
    message = "Chưa lấy được số điện thoại từ Zalo. Bấm chia sẻ số điện thoại một lần nữa."
    return Invalid(errors=[FieldError("phone_token", "refused", message)])


def phone_not_vietnamese() -> Invalid:
    message = "Số điện thoại của tài khoản Zalo này không phải số Việt Nam."
    return Invalid(errors=[FieldError("phone_token", "not_vietnamese", message)])


def wrong_code() -> Invalid:
    return Invalid(
        errors=[FieldError("code", "wrong", "Mã không đúng. Xem lại tin nhắn gần nhất trên Zalo.")]
    )


def challenge_over() -> Invalid:
    """Too old, used, guessed at too often, or never sent: from outside all look the same."""
    message = "Mã này không còn dùng được. Yêu cầu gửi mã mới."
    return Invalid(errors=[FieldError("challenge", "over", message)])


def notice_not_current(version: str) -> Invalid:
    message = f"Thông báo về dữ liệu cá nhân đã có bản mới ({version}). Đọc và đồng ý lại."
    return Invalid(errors=[FieldError("accept.notice", "not_current", message)])


def no_zalo() -> Invalid:
    """Zalo does not bring codes to this phone: no account, or its owner wants none."""
    message = "Số này chưa dùng Zalo hoặc không nhận tin. Ghi số khác, hoặc gọi đơn vị để được đặt giúp."
    return Invalid(errors=[FieldError("phone", "no_zalo", message)])


class StillNeeded(DomainError):
    """The portal would be left without anybody who can mend it."""

    code = "still_needed"
    message = "Đây là quản trị viên cuối cùng của cổng. Giao quyền quản trị cho người khác trước."


class NotPosted(DomainError):
    """An officer whose postings have ended, or have not begun."""

    code = "not_posted"
    message = "Tài khoản này hôm nay chưa được phân công ở đơn vị nào. Nhờ thủ trưởng đơn vị phân công."


class NotASuccessor(DomainError):
    code = "not_a_successor"
    message = "Người nhận bàn giao phải là một cán bộ khác đang làm việc."


class LookupLocked(RateLimited):
    """Too many wrong answers about one code, whether anybody has it or not; `retry_after` is in seconds."""

    message = "Đã nhập sai nhiều lần. Thử lại sau {minutes} phút, hoặc gọi đường dây nóng của đơn vị."

    def __init__(self, *, retry_after: int) -> None:
        DomainError.__init__(self, retry_after=retry_after, minutes=ceil(retry_after / 60))
