"""OAuth v4: the address of Zalo's consent page, what comes back from it, and the exchange of its code.

There are two flows. A citizen consents to tell us who they are; an administrator of an Official Account
consents that we act for it. They differ by addresses only, and both carry PKCE.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from zalo.errors import BackOff, Host, error_for
from zalo.models import ConsentRequest
from zalo.reading import as_int
from zalo.wire import call

Flow = ConsentRequest.Flow

_PERMISSION = {Flow.CITIZEN: "/v4/permission", Flow.OA: "/v4/oa/permission"}
_TOKEN = {Flow.CITIZEN: "/v4/access_token", Flow.OA: "/v4/oa/access_token"}
# 1 hour and 25 hours, as documented; used where the answer does not say.
_LIFETIME_SECONDS = {Flow.CITIZEN: 3_600, Flow.OA: 90_000}
# Some refusals come without their number: what their names say.
_CODES_BY_NAME = {
    "invalid appid": -14002,
    "invalid redirect": -14003,
    "invalid secret": -14004,
    "invalid code": -14005,
    "invalid authorization code": -14005,
    "refresh token": -14014,
    "invalid_grant": -118,
    "invalid grant": -14018,
}


@dataclass(frozen=True, kw_only=True)
class Callback:
    """What the browser brought back from the consent page; empty where it brought none."""

    code: str = field(default="", repr=False)
    state: str = field(default="", repr=False)
    code_challenge: str = ""
    oa_id: str = ""
    error: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Callback":
        """Take from the callback's query what we know, none of it longer than it can be."""
        return cls(
            code=query.get("code", "")[:4096],
            state=query.get("state", "")[:200],
            code_challenge=query.get("code_challenge", "")[:100],
            oa_id=query.get("oa_id", "")[:30],
            error=query.get("error", "")[:100],
        )


@dataclass(frozen=True, kw_only=True)
class Grant:
    """The pair of tokens that a consent gave us. `expires_in` is in seconds."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int


def permission_url(flow: Flow, *, redirect_uri: str, challenge: str, state: str) -> str:
    """Return the address of the consent page. `redirect_uri` must be the one that the console knows."""
    query = {
        "app_id": settings.ZALO_APP_ID,
        "redirect_uri": redirect_uri,
        "code_challenge": challenge,
        "state": state,
    }
    return f"{settings.ZALO_OAUTH_BASE.rstrip('/')}{_PERMISSION[flow]}?{urlencode(query)}"


def exchange(flow: Flow, *, code: str, verifier: str) -> Grant:
    """Turn a code of the consent page into tokens. A code works once, for ten minutes; never repeated here.

    :raises NeedsConsent: the code is wrong, used or too old, or does not belong to the verifier
    :raises NeedsHuman: the app, its secret or its callback is not set up at Zalo
    :raises ZaloError: Zalo refused for another reason, or did not answer
    """
    answer = ask_for_tokens(
        flow, {"code": code, "grant_type": "authorization_code", "code_verifier": verifier}
    )
    return Grant(
        access_token=str(answer["access_token"]),
        refresh_token=str(answer.get("refresh_token") or ""),
        expires_in=lifetime_of(flow, answer),
    )


def lifetime_of(flow: Flow, answer: Mapping[str, Any]) -> int:
    """Return for how many seconds the access token of an answer is good."""
    return as_int(answer.get("expires_in")) or _LIFETIME_SECONDS[flow]


def account_behind(access_token: str) -> str:
    """Return the id of the Official Account for which a token acts; empty if Zalo does not tell.

    :raises ZaloError: see `zalo.errors`
    """
    headers = {"access_token": access_token}
    data = call(Host.OPENAPI, "GET", "/v2.0/oa/getoa", headers=headers).get("data")
    return str(data.get("oaid") or data.get("oa_id") or "") if isinstance(data, dict) else ""


def ask_for_tokens(flow: Flow, form: dict[str, str]) -> dict[str, Any]:
    """Ask the token address and return an answer that holds an access token; everything else is a refusal.

    :raises ZaloError: see `zalo.errors`
    """
    answer = call(
        Host.OAUTH,
        "POST",
        _TOKEN[flow],
        headers={"secret_key": settings.ZALO_APP_SECRET},
        form={**form, "app_id": settings.ZALO_APP_ID},
    )
    if answer.get("access_token"):
        return answer
    name = str(answer.get("error_name") or "").lower()
    for words, code in _CODES_BY_NAME.items():
        if words in name:
            raise error_for(Host.OAUTH, code, name)
    raise BackOff(0, name)
