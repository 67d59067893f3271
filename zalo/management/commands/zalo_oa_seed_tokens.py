import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from zalo.oauth import Flow, lifetime_of
from zalo.services import seed_tokens


class Command(BaseCommand):
    """Reads the pair from standard input: arguments are seen by everybody on the machine."""

    help = (
        "Lưu cặp mã của một Official Account (lấy ở API Explorer). Đưa vào đầu vào chuẩn JSON Zalo trả về: "
        '{"access_token": "…", "refresh_token": "…", "expires_in": "90000"}'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("oa_id", help="mã Official Account")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            pair = json.load(sys.stdin)
            seed_tokens(
                oa_id=options["oa_id"],
                access_token=_required(pair, "access_token"),
                refresh_token=_required(pair, "refresh_token"),
                expires_in=lifetime_of(Flow.OA, pair),
                now=timezone.now(),
            )
        except (ValueError, AttributeError) as error:
            raise CommandError("Đầu vào phải là JSON có access_token và refresh_token.") from error
        self.stdout.write(f"Đã lưu cặp mã của Official Account {options['oa_id']}.")


def _required(pair: dict[str, Any], key: str) -> str:
    value = pair.get(key)
    if not isinstance(value, str) or not value:
        raise ValueError(key)
    return value
