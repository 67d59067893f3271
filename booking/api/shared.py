"""What several views of this room say and ask in the same way."""

from drf_spectacular.utils import OpenApiParameter

from core.api.throttling import PerCitizen, limited

BookLimit = limited("book", by=PerCitizen)
PLACES, MINE, WISHES = "Nơi và giờ", "Lịch hẹn", "Đăng ký chờ xếp"
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Gửi lại cùng khóa nhận lại cùng trả lời, trong 24 giờ.",
)
