"""How a place came about, in words for an officer who is asked why."""

from booking.models import Appointment, Registration, SiteWard
from core.time import say_time


def placed_how(appointment: Appointment) -> str:
    """Whether a citizen picked it, an officer booked it, or the evening run placed it, and by what wish."""
    booking = appointment.person.booking
    if booking.assisted_by is not None:
        how = f"Cán bộ {booking.assisted_by.get_username()} đặt hộ tại quầy lúc {say_time(booking.booked_at)}"
    else:
        how = f"Đặt trên cổng lúc {say_time(booking.booked_at)}"
    wish = getattr(booking, "registration", None)
    if wish is None:
        return f"{how}; giờ do người đặt chọn."
    return f"{how}; đơn vị xếp lúc {say_time(appointment.placed_at)}. Đăng ký: {say_wish(wish)}."


def say_wish(wish: Registration) -> str:
    """`từ 23/11/2026 đến 27/11/2026, buổi sáng, muốn đến Bàn Thạch, đã 2 ngày chưa xếp được`."""
    parts = [f"từ {wish.from_date:%d/%m/%Y} đến {wish.to_date:%d/%m/%Y}", wish.get_half_display()]
    parts.append(f"muốn đến {wish.site.name}" if wish.site else "nơi nào cũng được")
    if wish.times_left_over:
        parts.append(f"đã {wish.times_left_over} ngày chưa xếp được nên được xếp trước")
    return ", ".join(parts)


def say_ward(code: str) -> str:
    """The name of a ward as the sites know it, else its code."""
    if not code:
        return "không ghi"
    return SiteWard.objects.filter(code=code).order_by("pk").values_list("name", flat=True).first() or code
