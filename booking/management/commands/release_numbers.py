from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agencies.models import Agency
from booking.errors import NothingToAllocate
from booking.management.dates import day
from booking.services.evening import release_numbers


class Command(BaseCommand):
    help = "Phát số thứ tự cho các lịch hẹn chưa có số của một ngày."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--date", type=day, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        agencies = Agency.objects.filter(is_active=True).order_by("pk")
        try:
            numbered = sum(
                release_numbers(agency=agency, day=options["date"], now=timezone.now()) for agency in agencies
            )
        except NothingToAllocate as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"numbered={numbered}")
