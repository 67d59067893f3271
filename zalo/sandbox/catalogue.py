"""The host `business.openapi.zalo.me`, to read: templates, quota, quality, what became of a message."""

from datetime import datetime

from zalo.sandbox.protocol import Answer, Asked, Refused, oa_of, success
from zalo.sandbox.registry import STATUS_NUMBERS, Template
from zalo.sandbox.world import World

MOST_LISTED = 100


def template_info(world: World, asked: Asked) -> Answer:
    """`GET /template/info/v2?template_id=`."""
    return success(_asked_for(world, asked).in_full())


def sample_data(world: World, asked: Asked) -> Answer:
    """`GET /template/sample-data?template_id=`."""
    return success(_asked_for(world, asked).sample())


def all_templates(world: World, asked: Asked) -> Answer:
    """`GET /template/all?offset=&limit=&status=`: newest first, at most 100 at a time."""
    oa = oa_of(world, asked, host="business")
    offset, limit = _number(asked, "offset", otherwise=0), _number(asked, "limit", otherwise=MOST_LISTED)
    if limit > MOST_LISTED:
        raise Refused(-132, "Parameter limit is invalid")
    wanted = STATUS_NUMBERS.get(asked.query.get("status", ""))
    mine = [
        template.in_list()
        for template in reversed(world.templates.values())
        if template.is_for(oa.oa_id) and wanted in (None, template.status)
    ]
    listed = {"data": mine[offset : offset + limit], "metadata": {"total": len(mine)}}
    return Answer(body={**listed, "error": 0, "message": "Success"})


def template_tags(world: World, asked: Asked) -> Answer:
    """`GET /message/template-tag`."""
    oa_of(world, asked, host="business")
    return Answer(
        body={"data": ["OTP", "IN_TRANSACTION", "POST_TRANSACTION"], "error": 0, "message": "Success"}
    )


def quota(world: World, asked: Asked) -> Answer:
    """`GET /message/quota`: of templates to numbers and to UIDs alike."""
    oa = oa_of(world, asked, host="business")
    promotion = {
        "dailyQuotaPromotion": None,
        "remainingQuotaPromotion": None,
        "monthlyPromotionQuota": 0,
        "remainingMonthlyPromotionQuota": 0,
        "estimatedNextMonthPromotionQuota": 0,
    }
    return success({"dailyQuota": world.quota, "remainingQuota": world.quota_left(oa), **promotion})


def quality(world: World, asked: Asked) -> Answer:
    """`GET /quality`."""
    oa = oa_of(world, asked, host="business")
    return success({"oaCurrentQuality": oa.quality, "oa7dayQuality": oa.quality})


def message_status(world: World, asked: Asked) -> Answer:
    """`GET /message/status`: 1 delivered, 0 accepted and not delivered, -1 unknown."""
    oa = oa_of(world, asked, host="business")
    found = world.mailbox.get(asked.query.get("message_id"))
    if found is None or found.oa_id != oa.oa_id:
        return success({"delivery_time": "", "message": "Message id not found", "status": -1})
    if not found.is_delivered:
        return success({"delivery_time": "", "message": "The message was not delivered yet", "status": 0})
    told = "The message was delivered to the user's phone"
    return success({"delivery_time": _milliseconds(found.accepted_at), "message": told, "status": 1})


def _asked_for(world: World, asked: Asked) -> Template:
    oa = oa_of(world, asked, host="business")
    template = world.templates.get(asked.query.get("template_id", ""))
    if template is None:
        raise Refused(-109, "Template id invalid")
    if not template.is_for(oa.oa_id):
        raise Refused(-117, "OA or app does not have permission to use this template")
    return template


def _number(asked: Asked, name: str, *, otherwise: int) -> int:
    text = asked.query.get(name, str(otherwise))
    if not (text.isascii() and text.isdigit()):
        raise Refused(-132, f"Parameter {name} is invalid")
    return int(text)


def _milliseconds(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))
