from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from dossiers.services.loading import load_procedures


class Command(BaseCommand):
    help = "Nạp thủ tục, lệ phí, thời hạn thẻ theo từng thời kỳ pháp luật. Chạy lại không sao."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_procedures(now=timezone.now())
        self.stdout.write(f"Đã nạp {len(loaded)} phiên bản." if loaded else "Đã có đủ, không phải nạp lại.")
