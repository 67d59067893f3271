"""How a call of Zalo's hosts looks from inside: what was asked, what is answered, and a refusal."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from zalo.sandbox.people import Citizen, Oa
from zalo.sandbox.world import World

BAD_SESSION = 452
OA_TOKEN_INVALID = {"openapi": -216, "business": -124}


class Refused(Exception):
    """Answered with HTTP 200 and a code in the body, as Zalo does."""

    def __init__(self, code: int, message: str = "", *, name: str | None = None) -> None:
        super().__init__(f"{code} {message}")
        self.body: dict[str, Any] = {"error": code, "message": message}
        if name is not None:
            self.body = {
                "error": code,
                "error_name": name,
                "error_reason": message,
                "error_description": message,
            }


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request, read. Header names are lower case."""

    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    raw: bytes

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.raw.decode("utf-8", "replace")))

    def json(self, *, otherwise: int) -> dict[str, Any]:
        """Return the body.

        :raises Refused: it is not a JSON object; with the code `otherwise`
        """
        try:
            body = json.loads(self.raw)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise Refused(otherwise, "Body data is not a json object")
        return body


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A body, a page or the way on; and whether it is held back for longer than the asker will wait."""

    body: Any = None
    html: str | None = None
    location: str | None = None
    is_held: bool = False


def success(data: dict[str, Any], *, is_held: bool = False) -> Answer:
    return Answer(body={"data": data, "error": 0, "message": "Success"}, is_held=is_held)


def citizen_of(world: World, asked: Asked) -> Citizen:
    """Return the citizen whose token travels in the bare header; a `Bearer` is nobody, as at Zalo.

    :raises Refused: no token, or a dead one
    """
    session = world.sessions.get(asked.headers.get("access_token", ""))
    if session is None or session.ends_at <= world.now():
        raise Refused(BAD_SESSION, "Session key invalid. This could be because of user log out")
    return session.citizen


def oa_of(world: World, asked: Asked, *, host: str) -> Oa:
    """Return the OA whose token travels in the bare header.

    :raises Refused: no token, or a dead one; with the code of the `host`
    """
    oa = world.oas_by_token.get(asked.headers.get("access_token", ""))
    if oa is None or oa.token_ends_at <= world.now():
        raise Refused(OA_TOKEN_INVALID[host], "Access token invalid")
    return oa


def need_secret(world: World, asked: Asked, *, missing: Refused, wrong: Refused) -> None:
    given = asked.headers.get("secret_key")
    if not given:
        raise missing
    if given != world.config.app_secret:
        raise wrong
