"""How an agency takes people: examples to begin from, and one agency's way given to another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.db import models, transaction

from agencies.models import Agency
from agencies.models.agencies import Policy

# What of an agency is policy; a field that is added to the model is copied as well.
POLICY_FIELDS: tuple[str, ...] = tuple(field.name for field in Policy._meta.local_fields)


@dataclass(frozen=True)
class Example:
    """A way of working that offices have tried. `differs` is what is not as the house proposes."""

    key: str
    name: str
    says: str
    differs: Mapping[str, Any]

    @property
    def values(self) -> dict[str, Any]:
        proposed = {name: _field(name).get_default() for name in POLICY_FIELDS}
        return {**proposed, **self.differs}


EXAMPLES: tuple[Example, ...] = (
    Example(
        "phuong-hien-nay",
        "phường hiện nay",
        "Người dân tự chọn giờ. Số thứ tự được gửi chiều hôm trước, lúc 16:00.",
        {"numbering": Policy.Numbering.EVENING_BEFORE},
    ),
    Example(
        "nhu-tan-phu-2021",
        "như Tân Phú 2021",
        "Người dân tự chọn giờ và có số thứ tự ngay khi đặt.",
        {"numbering": Policy.Numbering.AT_BOOKING},
    ),
    Example(
        "nhu-tam-ky-2021",
        "như Tam Kỳ 2021",
        "Người dân chỉ đăng ký ai đến, từ ngày nào đến ngày nào. Chiều hôm trước đơn vị xếp nơi, giờ và số.",
        {
            "allocation": Policy.Allocation.OFFICE_ASSIGNS,
            "numbering": Policy.Numbering.EVENING_BEFORE,
            "number_release": time(16, 0),
            "arrive_early_minutes": 5,
            "daily_target": 600,
        },
    ),
)


@dataclass(frozen=True)
class Change:
    """One line of a policy before and after, in the words of the form."""

    field: str
    label: str
    before: str
    after: str


def example_named(key: str) -> Example:
    """The example with this key; one that is not there is a bug of the caller."""
    return next(example for example in EXAMPLES if example.key == key)


def policy_of(agency: Agency) -> dict[str, Any]:
    """An agency's policy, to be given to another one."""
    return {name: getattr(agency, name) for name in POLICY_FIELDS}


def changes_to(agency: Agency, values: Mapping[str, Any]) -> list[Change]:
    """What would change at an agency if these values were its policy; nothing if it works like that."""
    return [
        Change(name, str(_field(name).verbose_name), _said(name, getattr(agency, name)), _said(name, after))
        for name, after in values.items()
        if getattr(agency, name) != after
    ]


@transaction.atomic
def set_policy(*, agency: Agency, values: Mapping[str, Any]) -> list[Change]:
    """Make these values the policy of an agency, and say what changed."""
    row = Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=agency.pk)
    changed = changes_to(row, values)
    for change in changed:
        setattr(row, change.field, values[change.field])
    row.save(update_fields=[change.field for change in changed])
    return changed


def _field(name: str) -> "models.Field[Any, Any]":
    return next(field for field in Policy._meta.local_fields if field.name == name)


def _said(name: str, value: Any) -> str:
    """A value as people read it: `có`, `16:00`, `cấp số chiều hôm trước`."""
    if value is None or value == "":
        return "không đặt"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    choices = dict(_field(name).flatchoices)
    return str(choices.get(value, value))
