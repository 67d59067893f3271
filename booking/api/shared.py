"""What several views of this room say, ask and do in the same way."""

from core.api.throttling import PerCitizen, limited

BookLimit = limited("book", by=PerCitizen)
PLACES, MINE, WISHES = "Nơi và giờ", "Lịch hẹn", "Đăng ký chờ xếp"
