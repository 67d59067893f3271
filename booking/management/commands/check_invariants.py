from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from booking.services.invariants import INVARIANTS, broken_invariants


class Command(BaseCommand):
    help = "Kiểm tra những điều luôn phải đúng; báo lỗi nếu có điều nào sai."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = broken_invariants(now=timezone.now())
        if broken:
            raise CommandError("; ".join(f"{count} {name}" for name, count in broken.items()))
        self.stdout.write(f"ok={len(INVARIANTS)}")
