import json
from datetime import UTC, datetime
from typing import Any

import factory
from django.conf import settings

from zalo.models import StoredEvent, Template
from zalo.webhooks import Event, read_again

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


# 08:00 in Hà Nội.
EIGHT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
OA, UID = "3674338702778449434", "675059164343092785"


def told(name: str = "user_send_text", *, at: datetime = EIGHT, uid: str = UID, **more: Any) -> Event:
    """An event about a citizen of an Official Account, as it is after its signature was looked at."""
    body = {
        "app_id": settings.ZALO_APP_ID,
        "event_name": name,
        "timestamp": str(int(at.timestamp() * 1000)),
        "sender": {"id": uid},
        "recipient": {"id": OA},
    }
    return read_again(body | more, server=None)


class StoredEventFactory(factory.django.DjangoModelFactory):
    """Somebody wrote a moment ago, and it waits."""

    class Meta:
        model = StoredEvent

    class Params:
        event = factory.Sequence(lambda n: told(message={"msg_id": f"m-{n}"}))
        failed = factory.Trait(state="FAILED", last_error="KeyError", attempts=5)
        done = factory.Trait(state="DONE", payload=None, finished_at=EIGHT)

    key = factory.LazyAttribute(lambda row: row.event.key)
    line = factory.LazyAttribute(lambda row: row.event.line)
    name = factory.LazyAttribute(lambda row: row.event.name)
    oa_id = factory.LazyAttribute(lambda row: row.event.oa_id)
    payload = factory.LazyAttribute(lambda row: json.dumps({"body": row.event.raw, "server": None}))
    occurred_at = factory.LazyAttribute(lambda row: row.event.occurred_at)
    received_at = EIGHT
    due_at = EIGHT
