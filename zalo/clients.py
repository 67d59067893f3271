"""What the portal asks of Zalo, in its own words: who is this citizen, send this message.

`OaClient` and `BusinessClient` act for one Official Account. They fetch its access token themselves and, when
Zalo rejects it, refresh it once and try once more; nothing else is retried. Every refusal is a
`zalo.errors.ZaloError` whose class says what the caller must do.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from unicodedata import normalize

from django.conf import settings

from zalo.errors import AskForNewToken, BackOff, Host, TokenRejected
from zalo.services import access_token
from zalo.signing import appsecret_proof
from zalo.wire import as_int, call

# What a citizen's device hands us travels in an HTTP header.
_HEADER_VALUE = re.compile(r"[\x21-\x7e]{1,4096}")
# Quotas that belong to one citizen, not to the OA: they say nothing about the next message.
_QUOTAS_OF_ONE_CITIZEN = {"reply", "welcome_msg"}


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A citizen as Zalo knows them. `name` is None where the citizen did not share it."""

    id: str
    name: str | None
    uid_by_oa: str | None
    is_follower: bool | None


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A message that Zalo accepted. `quota_remaining` is the OA's, None where Zalo did not say."""

    message_id: str
    sent_at: datetime
    quota_remaining: int | None


@dataclass(frozen=True, kw_only=True)
class Quota:
    """How many template messages the OA may send by phone today, and how many of them are left."""

    daily: int | None
    remaining: int | None


class GraphClient:
    """Asks Zalo about the citizen whose token we hold, because the citizen's device is not believed."""

    def me(self, access_token: str) -> Profile:
        """Return who the bearer of a Mini App token is.

        :raises AskForNewToken: the token is wrong, expired, or was given to another app
        """
        _refuse_unsendable(access_token)
        proof = appsecret_proof(access_token=access_token, app_secret=settings.ZALO_APP_SECRET)
        body = call(
            Host.GRAPH,
            "GET",
            "/v2.0/me",
            headers={"access_token": access_token, "appsecret_proof": proof},
            params={"fields": "id,name,user_id_by_oa,is_follower"},
        )
        if not body.get("id"):
            raise AskForNewToken(0, "no id in the answer")
        return Profile(
            id=str(body["id"]),
            name=body.get("name") or None,
            uid_by_oa=str(body["user_id_by_oa"]) if body.get("user_id_by_oa") else None,
            is_follower=body.get("is_follower"),
        )

    def exchange_phone(self, access_token: str, code: str) -> str:
        """Return the phone number, `+84…`, behind a code of the Mini App. A code works once, for 2 minutes.

        :raises AskForNewToken: the code is wrong, used or too old, or the token is
        """
        _refuse_unsendable(access_token, code)
        headers = {"access_token": access_token, "code": code, "secret_key": settings.ZALO_APP_SECRET}
        number = _data(call(Host.GRAPH, "GET", "/v2.0/me/info", headers=headers)).get("number")
        if not number:
            raise AskForNewToken(0, "no number in the answer")
        return "+" + str(number).lstrip("+")


@dataclass(frozen=True)
class OaClient:
    """Sends to followers of one OA, whom it knows by their UID."""

    oa_id: str

    def send_text(self, *, uid: str, text: str, now: datetime) -> Sent:
        """Send a consultation message of at most 2,000 characters.

        :raises TryNextChannel: the citizen has not written to the OA, followed it or tapped in it for 7 days
        :raises ZaloError: see `zalo.errors`
        """
        message = {"recipient": {"user_id": uid}, "message": {"text": normalize("NFC", text)}}
        return self._send("/v3.0/oa/message/cs", message, now)

    def send_template_to_uid(
        self, *, uid: str, template_id: str, data: dict[str, str], now: datetime
    ) -> Sent:
        """Send a template message.

        :raises TryNextChannel: the citizen or the template does not take it this way
        :raises ZaloError: see `zalo.errors`
        """
        message = {"user_id": uid, "template_id": template_id, "template_data": _composed(data)}
        return self._send("/v3.0/oa/message/template", message, now)

    def _send(self, path: str, message: dict[str, Any], now: datetime) -> Sent:
        def post(token: str) -> dict[str, Any]:
            return call(Host.OPENAPI, "POST", path, headers={"access_token": token}, json=message)

        data = _data(_with_token(self.oa_id, post, now))
        quota = data.get("quota") or {}
        of_the_oa = quota.get("quota_type") not in _QUOTAS_OF_ONE_CITIZEN
        return Sent(
            message_id=str(data.get("message_id") or ""),
            sent_at=_moment(data.get("sent_time"), otherwise=now),
            quota_remaining=as_int(quota.get("remain")) if of_the_oa else None,
        )


@dataclass(frozen=True)
class BusinessClient:
    """Sends template messages of one OA to phone numbers, followers or not."""

    oa_id: str

    def send_template_to_phone(
        self, *, phone: str, template_id: str, data: dict[str, str], tracking_id: str, now: datetime
    ) -> Sent:
        """Send a template message to a number in the form `+84…`.

        `tracking_id` (at most 48 letters, digits, `-` and `_`) comes back in the delivery receipt. Zalo does
        not promise to refuse a second message with the same one.

        :raises TryNextChannel: the number has no Zalo, or its owner does not take such messages
        :raises ZaloError: see `zalo.errors`
        """
        message = {
            "phone": phone.lstrip("+"),
            "template_id": template_id,
            "template_data": _composed(data),
            "tracking_id": tracking_id,
        }

        def post(token: str) -> dict[str, Any]:
            headers = {"access_token": token}
            return call(Host.BUSINESS, "POST", "/message/template", headers=headers, json=message)

        sent = _data(_with_token(self.oa_id, post, now))
        return Sent(
            message_id=str(sent.get("msg_id") or ""),
            sent_at=_moment(sent.get("sent_time"), otherwise=now),
            quota_remaining=as_int((sent.get("quota") or {}).get("remainingQuota")),
        )

    def quota(self, *, now: datetime) -> Quota:
        """Return today's quota of the OA.

        :raises ZaloError: see `zalo.errors`
        """

        def get(token: str) -> dict[str, Any]:
            return call(Host.BUSINESS, "GET", "/message/quota", headers={"access_token": token})

        data = _data(_with_token(self.oa_id, get, now))
        return Quota(daily=as_int(data.get("dailyQuota")), remaining=as_int(data.get("remainingQuota")))


def _with_token(oa_id: str, ask: Callable[[str], dict[str, Any]], now: datetime) -> dict[str, Any]:
    """Ask with the OA's token and, if Zalo rejects it, once more with the next one."""
    token = access_token(oa_id=oa_id, now=now)
    try:
        return ask(token)
    except TokenRejected:
        pass
    try:
        return ask(access_token(oa_id=oa_id, now=now, rejected=token))
    except TokenRejected as again:
        # A neighbour may have refreshed in between; whatever it is, the message was not sent.
        raise BackOff(again.code, again.provider_message) from again


def _refuse_unsendable(*values: str) -> None:
    if not all(_HEADER_VALUE.fullmatch(value) for value in values):
        raise AskForNewToken(0, "cannot travel in a header")


def _composed(data: dict[str, str]) -> dict[str, str]:
    """Return the values in composed form: Zalo counts the length of a decomposed one too high."""
    return {key: normalize("NFC", value) for key, value in data.items()}


def _data(body: dict[str, Any]) -> dict[str, Any]:
    data = body.get("data")
    return data if isinstance(data, dict) else {}


def _moment(milliseconds: object, *, otherwise: datetime) -> datetime:
    number = as_int(milliseconds)
    return datetime.fromtimestamp(number / 1000, tz=UTC) if number else otherwise
