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
