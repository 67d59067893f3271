"""What the portal says in the chat to somebody of whom it does not know who they are.

The same for a code that somebody has and for one that nobody has.
"""

from agencies.models import Agency
from booking.services.chat import page_of_all, page_to_look_up
from core.templatetags.words import phone as say_phone


def which_code() -> str:
    return (
        "Nhắn mã hẹn để xem lịch hẹn, thí dụ TK7F3KQ. Mã có trên phiếu hẹn và trong tin báo.\n"
        f"Đăng nhập bằng Zalo tại {page_of_all()} rồi nhắn lại thì không cần mã."
    )


def offer() -> str:
    return (
        "Nhắn 1 để nhận mã 6 số qua số điện thoại đã đặt lịch này, 0 để quay lại. Mã cho biết đúng là người "
        f"đã đặt.\n{_other_ways()}"
    )


def code_is_on_its_way() -> str:
    return (
        "Nếu mã hẹn đúng, mã 6 số vừa gửi tới số điện thoại đã xác minh của lịch hẹn đó. Nhắn 6 số đó vào "
        f"đây trong 5 phút.\n{_no_code()}"
    )


def six_digits_please() -> str:
    return f"Nhắn 6 số trong tin vừa nhận, hoặc 0 để quay lại.\n{_no_code()}"


def wrong_code(*, left: int) -> str:
    return f"Mã không đúng. Xem lại tin mới nhất rồi nhắn lại 6 số. Còn {left} lần."


def code_is_too_old() -> str:
    return "Mã đã hết hạn. Nhắn 1 để nhận mã mới, hoặc 0 để quay lại."


def code_is_used_up() -> str:
    return "Đã sai 5 lần, mã này không dùng được nữa. Nhắn 1 để nhận mã mới, hoặc 0 để quay lại."


def wait_for_the_next() -> str:
    return "Mã vừa gửi chưa được 1 phút. Chờ một lát rồi nhắn 1 để nhận mã mới."


def no_more_codes(agency: Agency | None) -> str:
    call = f", hoặc gọi {say_phone(agency.hotline)}" if agency and agency.hotline else ""
    return f"Đã xin mã nhiều lần, ngày mai mới xin được nữa. Tra cứu lịch hẹn tại {page_to_look_up()}{call}."


def proved(what: str) -> str:
    return f"Đã xác minh. Trong 30 phút, lịch hẹn xem và sửa được ngay tại đây.\n{what}"


def _other_ways() -> str:
    return (
        f"Đăng nhập bằng Zalo tại {page_of_all()} thì không cần mã. Không dùng số đó nữa: tra cứu tại "
        f"{page_to_look_up()}"
    )


def _no_code() -> str:
    return f"Không thấy mã, hoặc lịch do cán bộ đặt giúp: tra cứu tại {page_to_look_up()}"
