from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from faq.services.loading import load_faq


class Command(BaseCommand):
    help = "Nạp câu hỏi, cách hỏi, câu trả lời theo từng thời kỳ pháp luật. Chạy lại không sao."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_faq(now=timezone.now())
        self.stdout.write(f"Đã nạp {len(loaded)} mục." if loaded else "Đã có đủ, không phải nạp lại.")
