"""The hosts `openapi.zalo.me` and `business.openapi.zalo.me`: messages of an OA, by its three ways."""

import re
from datetime import timedelta
from typing import Any

from zalo.sandbox.identifiers import digits, uid_of
from zalo.sandbox.mailbox import Message
from zalo.sandbox.postman import Postman, chat_receipt, phone_receipt
from zalo.sandbox.protocol import Answer, Asked, Refused, oa_of, success
from zalo.sandbox.registry import Misfit, Parameter, Template
from zalo.sandbox.world import Citizen, Oa, World

FREE_WINDOW = timedelta(hours=48)
WINDOW = timedelta(days=7)
TEMPLATE_WINDOW = timedelta(days=365)
LONGEST_TEXT = 2_000
SCRIPTED_ENDINGS = {"0114": -114, "0118": -118, "0139": -139}
_TRACKING_ID = re.compile(r"[A-Za-z0-9_-]{1,48}")


class Counter:
    """Where messages are handed in. The citizen's phone reports each one back through the postman."""

    def __init__(self, postman: Postman) -> None:
        self.postman = postman

    def consultation(self, world: World, asked: Asked) -> Answer:
        """`POST /v3.0/oa/message/cs`: free for 48 h after the citizen did something, possible for 7 days."""
        oa = _sender(world, asked, host="openapi")
        body = asked.json(otherwise=-201)
        citizen, uid = _recipient(world, oa, _object(body, "recipient").get("user_id"))
        text = _object(body, "message").get("text")
        if not isinstance(text, str) or "attachment" in _object(body, "message"):
            raise Refused(-233, "message type is invalid or not support")
        if len(text) > LONGEST_TEXT:
            raise Refused(-210, "Parameter exceeds allowable limit: text")
        quiet = _quiet_since(world, oa, citizen)
        if quiet is None and oa.oa_id not in citizen.follows:
            raise Refused(-213, "User has not followed OA")
        if quiet is None or quiet > WINDOW:
            raise Refused(-230, "User has not interacted with the OA in the past 7 days")
        message = world.accept(
            oa_id=oa.oa_id, citizen=citizen, channel="cs", uid=uid, text=text, rendered=text
        )
        # In the first 48 h `reply` is free and not counted; a message that is paid for names no quota.
        quota = {"quota": {"quota_type": "reply"}} if quiet <= FREE_WINDOW else {}
        return self._accepted(world, message, {"message_id": message.id, "user_id": uid, **quota})

    def template_by_uid(self, world: World, asked: Asked) -> Answer:
        """`POST /v3.0/oa/message/template`: to a citizen who did something with the OA within a year."""
        oa = _sender(world, asked, host="openapi")
        body = asked.json(otherwise=-201)
        citizen, uid = _recipient(world, oa, body.get("user_id"))
        template_id, data = _template(world, oa, body, missing=-201)
        if (template := world.templates.get(template_id)) is not None and not template.goes_by_uid:
            raise Refused(-249, "Template does not support send via UID")
        quiet = _quiet_since(world, oa, citizen)
        if quiet is None or quiet > TEMPLATE_WINDOW:
            raise Refused(-232, "User has not interacted, or last interaction expired")
        _take_quota(world, oa, over=-211, night=-234)
        message = world.accept(
            oa_id=oa.oa_id,
            citizen=citizen,
            channel="template_uid",
            uid=uid,
            template_id=template_id,
            template_data=data,
            rendered=world.render(template_id, data),
        )
        quota = {"quota_type": "purchase_quota", "remain": world.quota_left(oa)}
        return self._accepted(world, message, {"message_id": message.id, "user_id": uid, "quota": quota})

    def template_by_phone(self, world: World, asked: Asked) -> Answer:
        """`POST /message/template`: to any number that has Zalo, followers or not."""
        oa = _sender(world, asked, host="business")
        body = asked.json(otherwise=-122)
        phone = digits(body.get("phone"))
        if phone is None:
            raise Refused(-108, "Phone number invalid")
        template_id, data = _template(world, oa, body, missing=-109)
        tracking_id = body.get("tracking_id")
        if not isinstance(tracking_id, str) or not _TRACKING_ID.fullmatch(tracking_id):
            raise Refused(-132, "Parameter tracking_id is invalid")
        if scripted := world.faults.per_phone.get(phone) or SCRIPTED_ENDINGS.get(phone[-4:]):
            raise Refused(scripted, "As scripted for this number")
        if (citizen := world.by_phone.get(phone)) is None:
            raise Refused(-118, "Zalo account not existed")
        _take_quota(world, oa, over=-144, night=-133)
        message = world.accept(
            oa_id=oa.oa_id,
            citizen=citizen,
            channel="template_phone",
            phone=phone,
            template_id=template_id,
            template_data=data,
            rendered=world.render(template_id, data),
            tracking_id=tracking_id,
        )
        quota = {"dailyQuota": str(world.quota), "remainingQuota": str(world.quota_left(oa))}
        return self._accepted(world, message, {"msg_id": message.id, "sending_mode": "1", "quota": quota})

    def _accepted(self, world: World, message: Message, data: dict[str, Any]) -> Answer:
        if message.is_delivered:
            receipt = phone_receipt if message.channel == "template_phone" else chat_receipt
            delay = world.config.receipt_delay
            self.postman.post(receipt(message, delivered_at=message.accepted_at), after=delay)
        sent_time = str(int(message.accepted_at.timestamp() * 1000))
        return success({**data, "sent_time": sent_time}, is_held=world.faults.holds())


def oa_profile(world: World, asked: Asked) -> Answer:
    """`GET /v2.0/oa/getoa`."""
    oa = oa_of(world, asked, host="openapi")
    followers = sum(oa.oa_id in citizen.follows for citizen in world.citizens.values())
    return success({"oaid": oa.oa_id, "name": oa.name, "is_verified": True, "num_follower": followers})


def _sender(world: World, asked: Asked, *, host: str) -> Oa:
    oa = oa_of(world, asked, host=host)
    if world.faults.fails():
        raise Refused(world.faults.error, "As scripted")
    return oa


def _recipient(world: World, oa: Oa, uid: object) -> tuple[Citizen, str]:
    citizen = world.by_uid.get((oa.oa_id, uid)) if isinstance(uid, str) else None
    if citizen is None:
        raise Refused(-201, "user_id is invalid!")
    return citizen, uid_of(citizen.user_id, oa.oa_id)


def _quiet_since(world: World, oa: Oa, citizen: Citizen) -> timedelta | None:
    last = citizen.interacted_at.get(oa.oa_id)
    return None if last is None else world.now() - last


def _template(world: World, oa: Oa, body: dict[str, Any], *, missing: int) -> tuple[str, dict[str, str]]:
    """Return the template and its values.

    :raises Refused: no such template, not approved, not this OA's, or the values do not fit
    """
    template_id, data = body.get("template_id"), body.get("template_data")
    if not isinstance(template_id, str) or not template_id:
        raise Refused(missing, "Template id invalid")
    template = world.templates.get(template_id)
    if template is None and world.faults.strict_templates:
        raise Refused(missing, "Template id invalid")
    if template is not None:
        _refuse_unusable(template, oa)
    if not isinstance(data, dict) or not data:
        raise Refused(-111, "Template data empty")
    try:
        (template or _unregistered(data)).check(data)
    except Misfit as misfit:
        raise Refused(misfit.code, str(misfit)) from misfit
    return template_id, data


def _unregistered(data: dict[str, Any]) -> Template:
    """A template that takes whatever is a text: nobody told the sandbox more about it."""
    parameters = tuple(Parameter(name=name, max_length=LONGEST_TEXT) for name in data)
    return Template(template_id="", name="", text="", parameters=parameters)


def _refuse_unusable(template: Template, oa: Oa) -> None:
    if not template.is_for(oa.oa_id):
        raise Refused(-117, "OA or app does not have permission to use this template")
    if template.status == "DISABLE":
        raise Refused(-146, "Template was disabled")
    if template.status != "ENABLE":
        raise Refused(-131, "Template is not approved")


def _take_quota(world: World, oa: Oa, *, over: int, night: int) -> None:
    if world.faults.night:
        raise Refused(night, "Not at night, from 22:00 to 06:00")
    if world.quota_left(oa) == 0:
        raise Refused(over, "Out of quota")
    oa.sent_today += 1


def _object(body: dict[str, Any], name: str) -> dict[str, Any]:
    part = body.get(name)
    return part if isinstance(part, dict) else {}
