"""What this room refuses beyond the refusals every room may make (`core.errors`)."""

from core.errors import DomainError


class AnotherAccount(DomainError):
    """Zalo's consent came from an Official Account that is not the agency's."""

    code = "another_account"
    message = (
        "Vừa đồng ý bằng Official Account {given}, nhưng đơn vị này dùng {expected}. Đăng nhập Zalo bằng "
        "người quản trị đúng tài khoản rồi kết nối lại, hoặc sửa mã ở trang đơn vị."
    )


class AccountOfAnother(DomainError):
    """The Official Account is another agency's already."""

    code = "account_of_another"
    message = "Official Account {oa_id} đã là của một đơn vị khác. Mỗi đơn vị dùng một tài khoản riêng."


class NotConnected(DomainError):
    """The agency has no Official Account, or no consent of it."""

    code = "not_connected"
    message = "Đơn vị chưa kết nối Official Account. Bấm Kết nối trước."
