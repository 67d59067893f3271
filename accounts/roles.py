"""What officers may be. What each role may do stands in `cccd_portal/roles.py`: only the top room knows every
right there is.
"""

from django.db import models


class Role(models.TextChoices):
    """A role is a group of this name."""

    RECEPTIONIST = "RECEPTIONIST", "Tiếp nhận"
    PLANNER = "PLANNER", "Lập lịch"
    CONTENT = "CONTENT", "Nội dung"
    REVIEWER = "REVIEWER", "Duyệt hồ sơ"
    HEAD = "HEAD", "Thủ trưởng"
    AUDITOR = "AUDITOR", "Kiểm tra"
    TECHNICIAN = "TECHNICIAN", "Kỹ thuật"


# For who gives roles: what each is for, in a line.
PURPOSES = {
    Role.RECEPTIONIST: "đón người đến, đặt hộ, gọi báo, đổi và hủy lịch",
    Role.PLANNER: "ngày làm, khung giờ, ngày nghỉ, ngoài giờ, lưu động",
    Role.CONTENT: "lời nhắn gửi người dân",
    Role.REVIEWER: "xem lịch hẹn và giấy tờ đã khai",
    Role.HEAD: "mọi việc của đơn vị, cả cán bộ và mở đơn vị",
    Role.AUDITOR: "đọc nhật ký, không sửa gì",
    Role.TECHNICIAN: "cài đặt đơn vị, mở khóa đăng nhập, tin nhắn",
}
