"""The events that go to the portal: signed, carried in the background, tried again, never waited for."""

import asyncio
import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import httpx

from zalo.sandbox.config import Config
from zalo.sandbox.identifiers import uid_of
from zalo.sandbox.mailbox import Message
from zalo.sandbox.world import Citizen
from zalo.signing import oa_mac

log = logging.getLogger(__name__)

CARRIERS = 4
# Seconds before a letter that was not taken is carried again.
PAUSES = (0.5, 1.0, 2.0)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One event. `server` is the header that tells chat from template messages."""

    body: dict[str, Any]
    server: str = "OA OpenAPI"
    retries: int = 0


def follow(citizen: Citizen, *, oa_id: str, at: datetime) -> Letter:
    body = {
        "oa_id": oa_id,
        "follower": {"id": uid_of(citizen.user_id, oa_id)},
        "user_id_by_app": citizen.user_id,
        "event_name": "follow",
        "source": "oa_profile",
        "timestamp": milliseconds(at),
    }
    return Letter(body=body)


def chat_receipt(message: Message, *, delivered_at: datetime) -> Letter:
    body = {
        "sender": {"id": message.oa_id},
        "recipient": {"id": message.uid},
        "user_id_by_app": message.citizen.user_id,
        "event_name": "user_received_message",
        "message": {"msg_id": message.id},
        "timestamp": milliseconds(delivered_at),
    }
    return Letter(body=body)


def phone_receipt(message: Message, *, delivered_at: datetime) -> Letter:
    delivered = {
        "delivery_time": milliseconds(delivered_at),
        "msg_id": message.id,
        "tracking_id": message.tracking_id,
    }
    body = {
        "sender": {"id": message.oa_id},
        "recipient": {"id": message.phone},
        "event_name": "user_received_message",
        "message": delivered,
        "timestamp": milliseconds(delivered_at),
    }
    return Letter(body=body, server="ZNS")


def milliseconds(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))


def seal(letter: Letter, config: Config) -> tuple[bytes, dict[str, str]]:
    """Return the bytes of an event and the headers that Zalo would send with them."""
    body = {"app_id": config.app_id, **letter.body}
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    mac = oa_mac(app_id=config.app_id, raw=raw, timestamp=body["timestamp"], secret=config.webhook_secret)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "ZaloWebhook",
        "X-ZEvent-Signature": f"mac={mac}",
        "X-ZEvent-Server": letter.server,
    }
    if letter.retries:
        headers["num_retry"] = str(letter.retries)
    return raw, headers


class Postman:
    """Carries letters to the portal; where no portal listens, keeps them in `kept`, sealed."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.kept: list[tuple[bytes, dict[str, str]]] = []

    async def open(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Letter] = asyncio.Queue()
        # The portal is on this machine: no proxy of the environment leads there.
        self._client = httpx.AsyncClient(timeout=3, trust_env=False)
        self._carriers = [asyncio.create_task(self._carry_on()) for _ in range(CARRIERS)]

    async def close(self) -> None:
        for carrier in self._carriers:
            carrier.cancel()
        await asyncio.gather(*self._carriers, return_exceptions=True)
        await self._client.aclose()

    def post(self, letter: Letter, *, after: float = 0) -> None:
        """Take a letter, to be carried after so many seconds. Returns at once."""
        if self._config.portal_webhook_url is None:
            self.kept.append(seal(letter, self._config))
        else:
            self._loop.call_soon_threadsafe(self._loop.call_later, after, self._queue.put_nowait, letter)

    async def _carry_on(self) -> None:
        while True:
            letter = await self._queue.get()
            if await self._is_taken(letter):
                continue
            if letter.retries < len(PAUSES):
                again = replace(letter, retries=letter.retries + 1)
                self.post(again, after=PAUSES[letter.retries])
            else:
                log.warning("The portal did not take an event: %s", letter.body["event_name"])

    async def _is_taken(self, letter: Letter) -> bool:
        raw, headers = seal(letter, self._config)
        try:
            answer = await self._client.post(
                str(self._config.portal_webhook_url), content=raw, headers=headers
            )
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK
