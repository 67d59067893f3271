import os
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agencies.models import Agency
from cccd_portal.demo.day import NoOfficer, run_day


class Command(BaseCommand):
    help = "Một ngày như ở Tam Kỳ: bấy nhiêu người đăng ký cho ngày mai, được xếp chỗ, phát số và nhắc hẹn."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agency", default="cong-an-tp-tam-ky", help="mã đơn vị")
        parser.add_argument("--people", type=int, default=820, help="số người")

    def handle(self, *args: Any, **options: Any) -> None:
        sandbox = os.environ.get("SANDBOX_BASE_URL", "")
        if not (settings.DEMO and sandbox):
            raise CommandError("Chỉ chạy được khi DEMO=1 và SANDBOX_BASE_URL có Zalo giả lập.")
        agency = Agency.objects.filter(slug=options["agency"]).first()
        if agency is None:
            raise CommandError("Không có đơn vị này.")
        try:
            report = run_day(agency=agency, people=options["people"], sandbox=sandbox, now=timezone.now())
        except NoOfficer as missing:
            raise CommandError(
                "Đơn vị cần hồ sơ trước: chạy load_demo với DEMO_PASSWORD để có cán bộ."
            ) from missing
        for fact, value in asdict(report).items():
            self.stdout.write(f"{fact}={value:.1f}" if isinstance(value, float) else f"{fact}={value}")
