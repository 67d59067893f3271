from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from agencies.services.holidays import load_holidays, years_in_use
from core.time import local_date


class Command(BaseCommand):
    help = "Nạp ngày nghỉ lễ, Tết và ngày làm bù của cả nước. Không ghi đè ngày cán bộ đã sửa."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "years", nargs="*", type=int, help="các năm; không ghi: năm trước, năm nay và hai năm sau"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        years = options["years"] or years_in_use(today=local_date(timezone.now()))
        changed = load_holidays(years=years)
        self.stdout.write(f"changed={changed}")
