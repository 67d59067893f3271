"""How a call under `/_sandbox/` looks from inside: what was ordered, what is answered, what is unclear."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zalo.sandbox.people import Citizen, Oa
from zalo.sandbox.world import VN, World


class Unclear(Exception):
    """The call cannot be understood, or names what does not exist; `status` is the HTTP status."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Order:
    """A control call, read."""

    path: Mapping[str, Any]
    query: Mapping[str, str]
    body: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a control call answers; `body` is None where there is nothing to say."""

    body: dict[str, Any] | None = None
    status: int = 200


def text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Unclear(f"{name}: a text that is not empty")
    return value


def flag(body: dict[str, Any], name: str, *, otherwise: bool) -> bool:
    value = body.get(name, otherwise)
    if not isinstance(value, bool):
        raise Unclear(f"{name}: true or false")
    return value


def moment(body: dict[str, Any], name: str) -> datetime:
    """Return a time that names its zone; one that does not is of Việt Nam."""
    try:
        found = datetime.fromisoformat(str(body.get(name)))
    except ValueError as error:
        raise Unclear(f"{name}: a time like 2026-11-27T08:30:00+07:00") from error
    return found if found.tzinfo else found.replace(tzinfo=VN)


def known_citizen(world: World, user_id: object, *, oa_id: str | None = None) -> Citizen:
    """Return who is meant, by the id of the app or, where an OA is named, by the one it uses."""
    found = world.citizens.get(str(user_id)) or world.by_uid.get((oa_id or "", str(user_id)))
    if found is None:
        raise Unclear("no such citizen", status=404)
    return found


def known_oa(world: World, body: Mapping[str, Any]) -> Oa:
    """Return the OA that is named; where none is, and there is but one, that."""
    oa_id = body.get("oa_id")
    if oa_id is None and len(world.oas) == 1:
        return next(iter(world.oas.values()))
    if (found := world.oas.get(str(oa_id))) is None:
        raise Unclear("oa_id: no such Official Account", status=404)
    return found


def plus(phone: str | None) -> str | None:
    return None if phone is None else f"+{phone}"


def local(at: datetime) -> str:
    return at.astimezone(VN).isoformat(timespec="milliseconds")
