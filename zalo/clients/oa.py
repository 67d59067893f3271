from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unicodedata import normalize

from zalo.clients.shapes import Sent, composed, data_of
from zalo.clients.tokened import with_token
from zalo.errors import Host
from zalo.reading import as_int, moment_of
from zalo.wire import call

# Quotas that belong to one citizen, not to the OA: they say nothing about the next message.
_QUOTAS_OF_ONE_CITIZEN = {"reply", "welcome_msg"}


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
        message = {"user_id": uid, "template_id": template_id, "template_data": composed(data)}
        return self._send("/v3.0/oa/message/template", message, now)

    def _send(self, path: str, message: dict[str, Any], now: datetime) -> Sent:
        def post(token: str) -> dict[str, Any]:
            return call(Host.OPENAPI, "POST", path, headers={"access_token": token}, json=message)

        sent = data_of(with_token(self.oa_id, post, now))
        quota = sent.get("quota") or {}
        of_the_oa = quota.get("quota_type") not in _QUOTAS_OF_ONE_CITIZEN
        return Sent(
            message_id=str(sent.get("message_id") or ""),
            sent_at=moment_of(sent.get("sent_time")) or now,
            quota_remaining=as_int(quota.get("remain")) if of_the_oa else None,
        )
