"""How administrative units are written in the API. Read-only."""

from typing import Any

from rest_framework import serializers

from agencies.models import AdminUnit


class Level(serializers.CharField):
    """`province`, `district` or `commune`."""

    def to_representation(self, value: Any) -> str:
        return str(value).lower()


class UnitBrief(serializers.Serializer[Any]):
    id = serializers.CharField(source="uid", read_only=True, help_text="2025:20335")
    set = serializers.ChoiceField(choices=AdminUnit.Set.choices, read_only=True)
    code = serializers.CharField(read_only=True, help_text="20335")
    level = Level(read_only=True, help_text="province, district, commune")
    kind = serializers.CharField(source="get_kind_display", read_only=True, help_text="phường")
    name = serializers.CharField(read_only=True, help_text="Bàn Thạch")
    full_name = serializers.CharField(read_only=True, help_text="Phường Bàn Thạch, Thành phố Đà Nẵng")


class SuccessorOutput(serializers.Serializer[Any]):
    """A new unit; `is_default` is the one to take when nothing else is known."""

    id = serializers.CharField(source="new.uid", read_only=True)
    set = serializers.ChoiceField(source="new.set", choices=AdminUnit.Set.choices, read_only=True)
    code = serializers.CharField(source="new.code", read_only=True)
    level = Level(source="new.level", read_only=True, help_text="commune, hoặc province khi không rõ hơn")
    kind = serializers.CharField(source="new.get_kind_display", read_only=True)
    name = serializers.CharField(source="new.name", read_only=True)
    full_name = serializers.CharField(source="new.full_name", read_only=True)
    is_default = serializers.BooleanField(read_only=True)


class UnitOutput(UnitBrief):
    other_names = serializers.SerializerMethodField(help_text="tên cũ hoặc tên khác")
    parent = UnitBrief(read_only=True, allow_null=True)
    successors = SuccessorOutput(source="successor_links", many=True, read_only=True)

    def get_other_names(self, unit: AdminUnit) -> list[str]:
        return unit.other_names.split(", ") if unit.other_names else []
