"""A stand-in for Zalo at the wire: what the portal sent is kept, what Zalo answers is set by the test."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx

Answer = dict[str, Any] | Exception


@dataclass
class FakeZalo:
    """Answers the four calls of this room. `people` maps access tokens to Graph's profile, `codes` the codes
    of the consent page to access tokens.
    """

    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)
    down: Exception | None = None
    template_answer: Answer = field(default_factory=lambda: {"error": 0, "data": {"msg_id": "m1"}})
    requests: list[httpx.Request] = field(default_factory=list)
    before_template: Callable[[], None] = lambda: None

    def sent(self, path: str) -> list[httpx.Request]:
        return [request for request in self.requests if request.url.path == path]

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.down:
            raise self.down
        answers = {
            "/v4/access_token": self._exchange,
            "/v2.0/me": self._me,
            "/v2.0/me/info": self._phone,
            "/message/template": self._template,
        }
        return httpx.Response(200, json=answers[request.url.path](request))

    def _exchange(self, request: httpx.Request) -> dict[str, Any]:
        code = dict(parse_qsl(request.content.decode())).get("code", "")
        token = self.codes.pop(code, None)  # works once
        return {"access_token": token} if token else {"error": -14005, "error_name": "Invalid code"}

    def _me(self, request: httpx.Request) -> dict[str, Any]:
        person = self.people.get(request.headers["access_token"])
        return {"error": 0, **person} if person else {"error": 452, "message": "Session key invalid"}

    def _phone(self, request: httpx.Request) -> dict[str, Any]:
        # A token for a phone works once.
        number = self.phones.pop(request.headers["code"], None)
        return {"error": 0, "data": {"number": number}} if number else {"error": 119, "message": "used"}

    def _template(self, request: httpx.Request) -> dict[str, Any]:
        self.before_template()
        if isinstance(self.template_answer, Exception):
            raise self.template_answer
        return self.template_answer
