"""The calls under `/_sandbox/`: for people, for tests and for the page at `/`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zalo.sandbox.faults import BadFaults, Faults, read_faults
from zalo.sandbox.identifiers import digits, uid_of
from zalo.sandbox.mailbox import Message
from zalo.sandbox.postman import Postman, follow
from zalo.sandbox.registry import BadTemplate, read_template
from zalo.sandbox.world import OA_TOKEN_LIVES, VN, Citizen, Oa, World


class Unclear(Exception):
    """The call cannot be understood, or names what does not exist; `status` is the HTTP status."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Order:
    """A control call, read."""

    path: Mapping[str, Any]
    query: Mapping[str, str]
    body: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a control call answers; `body` is None where there is nothing to say."""

    body: dict[str, Any] | None = None
    status: int = 200


class Newcomers:
    """New citizens. Those who follow tell the portal so."""

    def __init__(self, postman: Postman) -> None:
        self.postman = postman

    def add_citizen(self, world: World, order: Order) -> Done:
        """`POST /_sandbox/citizens`."""
        name, phone = _text(order.body, "name"), order.body.get("phone")
        number = digits(phone)
        if phone and number is None:
            raise Unclear("phone: a Vietnamese number, or null")
        citizen = world.add_citizen(
            name=name, phone=number, follow=order.body.get("follow", True) is not False
        )
        citizen.takes_notifications = order.body.get("notifications", True) is not False
        for oa_id in sorted(citizen.follows):
            self.postman.post(follow(citizen, oa_id=oa_id, at=world.now()))
        given = {"access_token": citizen.access_token, "phone_token": world.new_phone_token(citizen)}
        return Done(body={**_citizen(citizen), **given, "oa_users": _uids(world, citizen)}, status=201)


def list_citizens(world: World, _: Order) -> Done:
    """`GET /_sandbox/citizens`: newest first."""
    return Done(body={"citizens": [_citizen(citizen) for citizen in reversed(world.citizens.values())]})


def new_phone_token(world: World, order: Order) -> Done:
    """`POST /_sandbox/citizens/{user_id}/phone-token`."""
    return Done(body={"phone_token": world.new_phone_token(_known(world, order.path["user_id"]))})


def list_messages(world: World, order: Order) -> Done:
    """`GET /_sandbox/messages?phone=&user_id=&oa_id=`: oldest first."""
    return Done(body={"messages": [_message(message) for message in _matching(world, order.query)]})


def forget_messages(world: World, order: Order) -> Done:
    """`DELETE /_sandbox/messages`, with the same filters."""
    world.mailbox.drop(_matching(world, order.query))
    return Done(status=204)


def set_faults(world: World, order: Order) -> Done:
    """`PUT /_sandbox/faults`: these and no others."""
    try:
        faults = read_faults(order.body)
    except BadFaults as error:
        raise Unclear(str(error)) from error
    world.play(faults)
    return Done(body={"faults": order.body})


def clear_faults(world: World, _: Order) -> Done:
    """`DELETE /_sandbox/faults`."""
    world.play(Faults())
    return Done(status=204)


def add_oa(world: World, order: Order) -> Done:
    """`POST /_sandbox/oas`: a pair for the portal to seed. For an OA that is known, a new pair."""
    oa = world.add_oa(_text(order.body, "oa_id"), _text(order.body, "name"))
    pair = {"access_token": oa.access_token, "refresh_token": oa.refresh_token}
    lifetime = int(OA_TOKEN_LIVES.total_seconds())
    return Done(body={**_oa(oa), **pair, "expires_in": lifetime}, status=201)


def list_oas(world: World, _: Order) -> Done:
    """`GET /_sandbox/oas`: and how often each was refreshed."""
    return Done(body={"oas": [_oa(oa) for oa in world.oas.values()]})


def add_template(world: World, order: Order) -> Done:
    """`POST /_sandbox/templates`: as in Zalo's console, see `read_template`; a known one is replaced."""
    known = world.templates.get(str(order.body.get("template_id")))
    created_ms = known.created_ms if known else int(world.now().timestamp() * 1000)
    try:
        template = read_template(order.body, created_ms=created_ms)
    except BadTemplate as error:
        raise Unclear(str(error)) from error
    world.templates[template.template_id] = template
    return Done(body={"template_id": template.template_id, **template.in_full()}, status=201)


def add_callback(world: World, order: Order) -> Done:
    """`POST /_sandbox/callbacks`: where consent may lead back to."""
    world.callbacks.add(_text(order.body, "url"))
    return Done(body={"callbacks": sorted(world.callbacks)}, status=201)


def _matching(world: World, query: Mapping[str, str]) -> list[Message]:
    phone, user_id, oa_id = query.get("phone"), query.get("user_id"), query.get("oa_id")
    number = digits(phone)
    found = world.mailbox.of_citizen(user_id) if user_id else list(world.mailbox)
    if phone:
        of_number = world.mailbox.of_number(number) if number else []
        ids = {message.id for message in found} if user_id else None
        found = [message for message in of_number if ids is None or message.id in ids]
    return [m for m in found if not m.is_from_citizen and (not oa_id or oa_id == m.oa_id)]


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "oa_id": message.oa_id,
        "channel": message.channel,
        "phone": _plus(message.phone),
        "user_id": message.citizen.user_id,
        "uid": message.uid,
        "template_id": message.template_id,
        "template_data": message.template_data,
        "text": message.text,
        "rendered": message.rendered,
        "tracking_id": message.tracking_id,
        "accepted_at": _local(message.accepted_at),
    }


def _citizen(citizen: Citizen) -> dict[str, Any]:
    return {"user_id": citizen.user_id, "name": citizen.name, "phone": _plus(citizen.phone)}


def _oa(oa: Oa) -> dict[str, Any]:
    return {"oa_id": oa.oa_id, "name": oa.name, "refreshes": oa.refreshes}


def _uids(world: World, citizen: Citizen) -> dict[str, str]:
    return {oa_id: uid_of(citizen.user_id, oa_id) for oa_id in world.oas}


def _known(world: World, user_id: str) -> Citizen:
    if citizen := world.citizens.get(user_id):
        return citizen
    raise Unclear("no such citizen", status=404)


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Unclear(f"{name}: a text that is not empty")
    return value


def _plus(phone: str | None) -> str | None:
    return None if phone is None else f"+{phone}"


def _local(moment: datetime) -> str:
    return moment.astimezone(VN).isoformat(timespec="milliseconds")
