"""Templates: by the id under which an OA knows a citizen, or by number."""

import re
from datetime import datetime, timedelta
from typing import Any

from zalo.sandbox.delivery import Delivery, recipient, refuse_unreachable, sender
from zalo.sandbox.identifiers import digits
from zalo.sandbox.people import Citizen, Oa
from zalo.sandbox.protocol import Answer, Asked, Refused
from zalo.sandbox.registry import Misfit, Parameter, Template
from zalo.sandbox.world import VN, World

TEMPLATE_WINDOW = timedelta(days=365)
# What a parameter may hold of a template that nobody registered.
LONGEST_VALUE = 2_000
SCRIPTED_ENDINGS = {"0114": -114, "0118": -118, "0139": -139}
NIGHT_FROM, NIGHT_UNTIL = 22, 6
_TRACKING_ID = re.compile(r"[A-Za-z0-9_-]{1,48}")
_HASH = re.compile(r"[0-9a-f]{64}")


class Counter:
    """Where template messages are handed in."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery

    def by_uid(self, world: World, asked: Asked) -> Answer:
        """`POST /v3.0/oa/message/template`: to a citizen who did something with the OA within a year."""
        oa = sender(world, asked, host="openapi")
        body = asked.json(otherwise=-201)
        citizen = recipient(world, oa, body.get("user_id"))
        template_id, data = _template(world, oa, body, missing=-201)
        if (template := world.templates.get(template_id)) is not None and not template.goes_by_uid:
            raise Refused(-249, "Template does not support send via UID")
        refuse_unreachable(world, oa, citizen)
        last = citizen.interacted_at.get(oa.oa_id)
        if last is None or world.now() - last > TEMPLATE_WINDOW:
            raise Refused(-232, "User has not interacted, or last interaction expired")
        _refuse_at_night(world, code=-234)
        _take_quota(world, oa, over=-211)
        uid = world.uid(citizen, oa.oa_id)
        message = world.accept(
            oa_id=oa.oa_id,
            citizen=citizen,
            channel="template_uid",
            uid=uid,
            **_filled(world, template_id, data),
        )
        quota = {"quota_type": "purchase_quota", "remain": world.quota_left(oa)}
        return self.delivery.accepted(world, message, quota, kind="template")

    def by_phone(self, world: World, asked: Asked) -> Answer:
        """`POST /message/template`: to any number that has Zalo, followers or not."""
        oa = sender(world, asked, host="business")
        body = asked.json(otherwise=-122)
        phone = digits(body.get("phone"))
        if phone is None:
            raise Refused(-108, "Phone number invalid")
        return self._to_number(world, oa, body, phone=phone, told=phone)

    def by_hash(self, world: World, asked: Asked) -> Answer:
        """`POST /message/template/hashphone`: to a number of which only the SHA-256 is told."""
        oa = sender(world, asked, host="business")
        body = asked.json(otherwise=-122)
        hashed = body.get("hash_phone")
        if not isinstance(hashed, str) or not _HASH.fullmatch(hashed):
            raise Refused(-108, "Phone number invalid")
        citizen = world.by_phone_hash.get(hashed)
        if citizen is None or citizen.phone is None:
            raise Refused(-118, "Zalo account not existed")
        return self._to_number(world, oa, body, phone=citizen.phone, told=hashed)

    def _to_number(self, world: World, oa: Oa, body: dict[str, Any], *, phone: str, told: str) -> Answer:
        template_id, data = _template(world, oa, body, missing=-109)
        tracking_id, mode = _tracking_id(body), _sending_mode(body)
        citizen = _owner(world, oa, phone)
        is_trial = body.get("mode") == "development"
        if is_trial:
            _take_trial(world, oa, phone)
        else:
            _refuse_at_night(world, code=-133)
            _take_quota(world, oa, over=-144)
        message = world.accept(
            oa_id=oa.oa_id,
            citizen=citizen,
            channel="template_phone",
            phone=phone,
            tracking_id=tracking_id,
            extras={} if told == phone else {"told": told},
            **_filled(world, template_id, data),
        )
        quota = {"dailyQuota": str(world.quota), "remainingQuota": str(world.quota_left(oa))}
        return self.delivery.accepted(world, message, quota, sending_mode=mode)


def _owner(world: World, oa: Oa, phone: str) -> Citizen:
    """Return whose number it is.

    :raises Refused: as scripted for the number, nobody's, or its owner gets or wants nothing
    """
    if scripted := world.faults.per_phone.get(phone) or SCRIPTED_ENDINGS.get(phone[-4:]):
        raise Refused(scripted, "As scripted for this number")
    if (citizen := world.by_phone.get(phone)) is None:
        raise Refused(-118, "Zalo account not existed")
    if citizen.is_out_of_reach(world.now()):
        raise Refused(-114, "User cannot receive: inactive")
    if oa.oa_id in citizen.restricts:
        raise Refused(-141, "User has refused messages of this Official Account")
    return citizen


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
    parameters = tuple(Parameter(name=name, max_length=LONGEST_VALUE) for name in data)
    return Template(template_id="", name="", text="", parameters=parameters)


def _refuse_unusable(template: Template, oa: Oa) -> None:
    if not template.is_for(oa.oa_id):
        raise Refused(-117, "OA or app does not have permission to use this template")
    if template.status == "DISABLE":
        raise Refused(-146, "Template was disabled")
    if template.status != "ENABLE":
        raise Refused(-131, "Template is not approved")


def _filled(world: World, template_id: str, data: dict[str, str]) -> dict[str, Any]:
    rendered = world.render(template_id, data)
    return {"template_id": template_id, "template_data": data, "rendered": rendered}


def _tracking_id(body: dict[str, Any]) -> str:
    tracking_id = body.get("tracking_id")
    if not isinstance(tracking_id, str) or not _TRACKING_ID.fullmatch(tracking_id):
        raise Refused(-132, "Parameter tracking_id is invalid")
    return tracking_id


def _sending_mode(body: dict[str, Any]) -> str:
    mode = str(body.get("sending_mode", "1"))
    if mode != "1":  # "3" is for Official Accounts that Zalo has put on a list
        raise Refused(
            *((-161, "OA may not use sending_mode 3") if mode == "3" else (-162, "sending_mode invalid"))
        )
    return mode


def _take_trial(world: World, oa: Oa, phone: str) -> None:
    if phone not in oa.admins:
        raise Refused(-127, "Test template can only be sent to administrators of the app or OA")
    if world.tries_left(oa) == 0:
        raise Refused(-126, "Out of quota of the development mode")
    oa.tried_today += 1


def _take_quota(world: World, oa: Oa, *, over: int) -> None:
    if world.quota_left(oa) == 0:
        raise Refused(over, "Out of quota")
    oa.sent_today += 1


def _refuse_at_night(world: World, *, code: int) -> None:
    night = world.faults.night
    if night is True or (night == "clock" and _is_night(world.now())):
        raise Refused(code, "Not at night, from 22:00 to 06:00")


def _is_night(now: datetime) -> bool:
    hour = now.astimezone(VN).hour
    return hour >= NIGHT_FROM or hour < NIGHT_UNTIL
