from datetime import UTC, datetime
from typing import Any

from zalo.models import Template

FETCHED_AT = datetime(2026, 11, 23, 1, tzinfo=UTC)


def param(name: str, **more: Any) -> dict[str, Any]:
    """A parameter of a template as the registry keeps it."""
    usual = {"require": True, "min_length": 0, "max_length": 30, "type": "STRING", "accept_null": False}
    return {"name": name, **usual, **more}


def template(*params: dict[str, Any], oa_id: str = "1", **more: Any) -> Template:
    """A template that Zalo has approved, not saved."""
    usual = {"template_id": "7001", "name": "Nhắc lịch hẹn", "status": "ENABLE", "quality": "HIGH"}
    times = dict.fromkeys(("status_at", "quality_at", "fetched_at"), FETCHED_AT)
    return Template(**{"oa_id": oa_id, "params": list(params), **usual, **times, **more})
