from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from booking.services.calendar import open_calendar


class Command(BaseCommand):
    help = "Tạo ngày làm việc và khung giờ từ lịch mở cửa, kể từ hôm nay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days", type=int, help="số ngày kể cả hôm nay; không ghi: theo chính sách từng đơn vị"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        made = open_calendar(days=options["days"], now=timezone.now())
        self.stdout.write(f"slots={made}")
