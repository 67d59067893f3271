"""The host `openapi.mini.zalo.me`: notifications of the Mini App, to who agreed to them."""

import hmac

from zalo.sandbox.protocol import Answer, Asked, Refused, success
from zalo.sandbox.world import World

SHOWN = ("title", "contentTitle", "contentDescription")


def notification(world: World, asked: Asked) -> Answer:
    """`POST /notification/template`: to an app user id, with a key and not with a token."""
    _refuse_strangers(world, asked)
    if scripted := world.faults.miniapp_error:
        raise Refused(scripted, "As scripted")
    citizen = world.citizens.get(asked.headers.get("x-user-id", ""))
    if citizen is None:
        raise Refused(-110, "User id is invalid")
    if not citizen.takes_notifications:
        raise Refused(-111, "Cannot send notification to this user")
    body = asked.json(otherwise=-100)
    template_id, data = body.get("templateId"), body.get("templateData")
    if not isinstance(template_id, str) or not template_id or not isinstance(data, dict) or not data:
        raise Refused(-100, "templateId or templateData is invalid")
    message = world.accept(
        oa_id="",
        citizen=citizen,
        channel="miniapp",
        template_id=template_id,
        template_data=data,
        rendered="\n".join(str(data[name]) for name in SHOWN if data.get(name)),
    )
    return success({"msgId": message.id}, is_held=world.faults.holds())


def _refuse_strangers(world: World, asked: Asked) -> None:
    """:raises Refused: the key or the Mini App is another one; the word `Bearer` may stand before a key"""
    key = asked.headers.get("x-api-key", "").removeprefix("Bearer ")
    ours = world.config.miniapp_api_key
    if not ours or not hmac.compare_digest(key.encode(), ours.encode()):
        raise Refused(-102, "API key is invalid")
    if asked.headers.get("x-miniapp-id") != world.config.miniapp_id:
        raise Refused(-114, "Mini App id is invalid")
