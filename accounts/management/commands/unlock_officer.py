from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Officer
from accounts.services.officer_locks import unlock
from accounts.services.second_factor import turn_off


class Command(BaseCommand):
    """The way back in when nobody is left who could unlock in the admin."""

    help = "Mở khóa đăng nhập của một cán bộ, kể cả quản trị viên cuối cùng."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="tên đăng nhập")
        parser.add_argument(
            "--reset-second-factor",
            action="store_true",
            help="bỏ xác thực hai bước: mất cả điện thoại và mã dự phòng",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        officer = Officer.objects.filter(username=options["username"]).first()
        if officer is None:
            raise CommandError(f"Không có cán bộ {options['username']}.")
        unlock(officer=officer, now=timezone.now())
        if options["reset_second_factor"]:
            turn_off(officer=officer)
        self.stdout.write(f"Đã mở khóa {options['username']}.")
