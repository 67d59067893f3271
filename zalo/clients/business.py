from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from zalo.clients.shapes import Sent, composed, data_of
from zalo.clients.tokened import with_token
from zalo.errors import Host
from zalo.reading import amount_of, as_int, items_of, moment_of, text_of
from zalo.wire import call

TEMPLATES_A_PAGE = 100


@dataclass(frozen=True, kw_only=True)
class Quota:
    """How many template messages the OA may send by phone today, and how many of them are left."""

    daily: int | None
    remaining: int | None


class Fate(IntEnum):
    """What became of a message that Zalo accepted."""

    UNKNOWN = -1
    ON_ITS_WAY = 0
    DELIVERED = 1


@dataclass(frozen=True, kw_only=True)
class MessageStatus:
    """What became of a message, and when it reached the phone."""

    fate: Fate
    delivered_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Quality:
    """How Zalo rates the OA's templates: HIGH, MEDIUM, LOW or UNDEFINED, now and over seven days."""

    current: str
    of_week: str


@dataclass(frozen=True, kw_only=True)
class Param:
    """A place that a template has for a value. Lengths count composed characters."""

    name: str
    require: bool
    min_length: int
    max_length: int | None
    type: str
    accept_null: bool


@dataclass(frozen=True, kw_only=True)
class Button:
    """A button under a template; `type` is Zalo's number, 4 opens the Mini App."""

    type: str
    title: str
    content: str


@dataclass(frozen=True, kw_only=True)
class TemplateInfo:
    """All that Zalo tells of a template. Prices are in đồng, `timeout_ms` is how long a delivery is tried."""

    template_id: str
    name: str
    status: str
    reason: str
    tag: str
    quality: str
    params: tuple[Param, ...]
    buttons: tuple[Button, ...]
    timeout_ms: int | None
    preview_url: str
    price_uid: int | None
    price_phone: int | None


@dataclass(frozen=True, kw_only=True)
class TemplatePage:
    """Some of the OA's templates, by their ids, and how many there are in all, as far as Zalo says."""

    template_ids: tuple[str, ...]
    total: int | None


@dataclass(frozen=True)
class BusinessClient:
    """Sends template messages of one OA to phone numbers, followers or not, and reads its templates."""

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
            "template_data": composed(data),
            "tracking_id": tracking_id,
        }

        def post(token: str) -> dict[str, Any]:
            headers = {"access_token": token}
            return call(Host.BUSINESS, "POST", "/message/template", headers=headers, json=message)

        sent = data_of(with_token(self.oa_id, post, now))
        return Sent(
            message_id=text_of(sent.get("msg_id")),
            sent_at=moment_of(sent.get("sent_time")) or now,
            quota_remaining=as_int((sent.get("quota") or {}).get("remainingQuota")),
        )

    def quota(self, *, now: datetime) -> Quota:
        """Return today's quota of the OA.

        :raises ZaloError: see `zalo.errors`
        """
        told = data_of(self._get("/message/quota", {}, now))
        return Quota(daily=as_int(told.get("dailyQuota")), remaining=as_int(told.get("remainingQuota")))

    def quality(self, *, now: datetime) -> Quality:
        """Return how Zalo rates what the OA sends; on it depends the quota.

        :raises ZaloError: see `zalo.errors`
        """
        told = data_of(self._get("/quality", {}, now))
        return Quality(
            current=text_of(told.get("oaCurrentQuality")), of_week=text_of(told.get("oa7dayQuality"))
        )

    def status(self, *, message_id: str, now: datetime) -> MessageStatus:
        """Return what became of a message.

        :raises ZaloError: see `zalo.errors`
        """
        told = data_of(self._get("/message/status", {"message_id": message_id}, now))
        known = as_int(told.get("status"))
        fate = Fate(known) if known in tuple(Fate) else Fate.UNKNOWN
        return MessageStatus(fate=fate, delivered_at=moment_of(told.get("delivery_time")))

    def sample(self, *, template_id: str, now: datetime) -> dict[str, str]:
        """Return values with which Zalo shows a template.

        :raises ZaloError: see `zalo.errors`
        """
        told = data_of(self._get("/template/sample-data", {"template_id": template_id}, now))
        return {name: text_of(value) for name, value in told.items()}

    def template(self, *, template_id: str, now: datetime) -> TemplateInfo:
        """Return what Zalo knows of a template.

        :raises Bug: there is no such template
        :raises ZaloError: see `zalo.errors`
        """
        told = data_of(self._get("/template/info/v2", {"template_id": template_id}, now))
        preview = text_of(told.get("previewUrl"))  # becomes a link of the officers' pages
        return TemplateInfo(
            template_id=template_id,
            name=text_of(told.get("templateName")),
            status=text_of(told.get("status")),
            reason=text_of(told.get("reason")),
            tag=text_of(told.get("templateTag")),
            quality=text_of(told.get("templateQuality")),
            params=tuple(map(_param, items_of(told.get("listParams")))),
            buttons=tuple(map(_button, items_of(told.get("listButtons")))),
            timeout_ms=amount_of(told.get("timeout")),
            preview_url=preview if preview.startswith("https://") else "",
            price_uid=amount_of(told.get("price_uid")),
            price_phone=amount_of(told.get("price_sdt") or told.get("price")),
        )

    def templates(self, *, offset: int, now: datetime) -> TemplatePage:
        """Return the ids of up to 100 templates, from `offset` on.

        :raises ZaloError: see `zalo.errors`
        """
        params = {"offset": str(offset), "limit": str(TEMPLATES_A_PAGE)}
        body = self._get("/template/all", params, now)
        found = tuple(text_of(one.get("templateId")) for one in items_of(body.get("data")))
        metadata = body.get("metadata")
        total = as_int(metadata.get("total")) if isinstance(metadata, dict) else None
        return TemplatePage(template_ids=tuple(filter(None, found)), total=total)

    def _get(self, path: str, params: dict[str, str], now: datetime) -> dict[str, Any]:
        def get(token: str) -> dict[str, Any]:
            return call(Host.BUSINESS, "GET", path, headers={"access_token": token}, params=params)

        return with_token(self.oa_id, get, now)


def _param(told: dict[str, Any]) -> Param:
    return Param(
        name=text_of(told.get("name")),
        require=told.get("require") is not False,
        min_length=as_int(told.get("minLength")) or 0,
        max_length=as_int(told.get("maxLength")),
        type=text_of(told.get("type")),
        accept_null=told.get("acceptNull") is True,
    )


def _button(told: dict[str, Any]) -> Button:
    return Button(
        type=text_of(told.get("type")), title=text_of(told.get("title")), content=text_of(told.get("content"))
    )
