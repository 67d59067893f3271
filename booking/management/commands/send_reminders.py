from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from booking.errors import NothingToAllocate
from booking.management.dates import day
from booking.services.reminding import send_reminders


class Command(BaseCommand):
    help = "Xếp chỗ, phát số nếu chưa làm, rồi gửi ngay mọi tin nhắc hẹn của một ngày và chờ gửi xong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--date", type=day, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = send_reminders(day=options["date"], now=timezone.now())
        except NothingToAllocate as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"sent={done.sent} failed={done.failed}")
