from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Count
from django.utils import timezone

from agencies.models import AdminUnit, Agency
from agencies.services.unit_data import load_units
from agencies.services.units import link_figures


class Command(BaseCommand):
    help = "Nạp danh mục đơn vị hành chính trước và sau 1/7/2025. Chạy lại không sao."

    def handle(self, *args: Any, **options: Any) -> None:
        if not load_units(now=timezone.now()):
            self.stdout.write("Danh mục đã có, không phải nạp lại.")
            return
        rows = AdminUnit.objects.values("set", "level").annotate(units=Count("pk")).order_by("set", "level")
        count = {(row["set"], row["level"]): row["units"] for row in rows}
        for unit_set in AdminUnit.Set:
            parts = [f"{level.label} {count.get((unit_set, level), 0)}" for level in Agency.Level]
            self.stdout.write(f"{unit_set}: {', '.join(parts)}")
        links = link_figures()
        self.stdout.write(
            f"Xã, phường, thị trấn cũ: {links.communes}; chia cho nhiều đơn vị mới: {links.split}; "
            f"chỉ dẫn về tỉnh: {links.to_province}"
        )
