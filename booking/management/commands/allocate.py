from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agencies.models import Agency
from booking.errors import NothingToAllocate
from booking.management.dates import day
from booking.services.evening import allocate


class Command(BaseCommand):
    help = "Xếp chỗ cho các đăng ký đang chờ của một ngày."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--date", type=day, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        placed = left_over = 0
        for agency in Agency.objects.filter(is_active=True).order_by("pk"):
            try:
                done = allocate(agency=agency, day=options["date"], now=timezone.now())
            except NothingToAllocate as refusal:
                raise CommandError(str(refusal)) from refusal
            placed, left_over = placed + done.placed, left_over + done.left_over
        self.stdout.write(f"placed={placed} left_over={left_over}")
