import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agencies.services.holidays import load_holidays, years_in_use
from agencies.services.unit_data import load_units
from cccd_portal.demo.load import load
from core.time import local_date
from dossiers.services.loading import load_procedures
from faq.services.loading import load_faq


class Command(BaseCommand):
    help = (
        "Nạp dữ liệu thử: đơn vị hành chính, thủ tục, ngày nghỉ, sáu đơn vị, lịch, cán bộ, và Official "
        "Account trên Zalo giả lập."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Dữ liệu thử chỉ nạp được khi DEMO=1.")
        load_units(now=timezone.now())
        load_procedures(now=timezone.now())
        load_faq(now=timezone.now())
        load_holidays(years=years_in_use(today=local_date(timezone.now())))
        load(
            sandbox=os.environ.get("SANDBOX_BASE_URL", ""),
            password=os.environ.get("DEMO_PASSWORD", ""),
            now=timezone.now(),
        )
