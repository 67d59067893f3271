"""`POST /_sandbox/events`: something happens at Zalo, and the portal is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from zalo.sandbox import letters
from zalo.sandbox.chat import Chat
from zalo.sandbox.citizens import Citizens
from zalo.sandbox.letters import Letter
from zalo.sandbox.orders import Done, Order, Unclear, known_citizen, known_oa, moment, text
from zalo.sandbox.registry import STATUSES
from zalo.sandbox.world import World

_WRITES, _STAFF_WRITES = "user_send_", "oa_send_"


class Happenings:
    """One handler for each event that changes something here; all others are told as they are given."""

    def __init__(self, chat: Chat, citizens: Citizens) -> None:
        self.chat, self.citizens, self.postman = chat, citizens, chat.postman
        self._letters: dict[str, Callable[[World, dict[str, Any], datetime], Letter]] = {
            "user_click_chatnow": _clicked,
            "user_withdraw": _withdrew,
            "user_submit_info": _submitted,
            "user_received_message": _received,
            "user_seen_message": _seen,
            "user.revoke.consent": _revoked_in_miniapp,
            "permission_revoked": _permission_revoked,
            "change_template_status": _template_status,
            "change_template_quality": _template_quality,
            "change_oa_daily_quota": _daily_quota,
        }

    def happen(self, world: World, order: Order) -> Done:
        """Tell `{event_name, oa_id, user_id, …}`; `at` gives it another time, `forged` a wrong signature."""
        name, body = text(order.body, "event_name"), order.body
        if name in ("follow", "unfollow"):
            oa = known_oa(world, body)
            citizen = known_citizen(world, body.get("user_id"), oa_id=oa.oa_id)
            self.citizens.follow(world, citizen, oa.oa_id, follows=name == "follow")
            return Done(body={"event_name": name}, status=201)
        if name.startswith(_WRITES):
            return self.chat.send(world, body, kind=name.removeprefix(_WRITES))
        if name.startswith(_STAFF_WRITES) and body.get("text"):
            return self.chat.staff_writes(world, body, kind=name.removeprefix(_STAFF_WRITES))
        at = moment(body, "at") if "at" in body else world.clock.event_time()
        letter = self._letters.get(name, _as_given)(world, body, at)
        self.postman.post(replace(letter, is_forged=body.get("forged") is True))
        return Done(body={"event_name": name}, status=201)


def _clicked(world: World, body: dict[str, Any], at: datetime) -> Letter:
    oa = known_oa(world, body)
    citizen = known_citizen(world, body.get("user_id"), oa_id=oa.oa_id)
    citizen.interacted_at[oa.oa_id] = world.now()
    return letters.tapped(citizen, "user_click_chatnow", oa_id=oa.oa_id, at=at)


def _withdrew(world: World, body: dict[str, Any], at: datetime) -> Letter:
    oa = known_oa(world, body)
    citizen = known_citizen(world, body.get("user_id"), oa_id=oa.oa_id)
    return letters.tapped(citizen, "user_withdraw", oa_id=oa.oa_id, at=at)


def _submitted(world: World, body: dict[str, Any], at: datetime) -> Letter:
    """Zalo's form comes back; without `info` with what Zalo knows of the citizen."""
    oa = known_oa(world, body)
    citizen = known_citizen(world, body.get("user_id"), oa_id=oa.oa_id)
    citizen.interacted_at[oa.oa_id] = world.now()
    info = body.get("info") or {"name": citizen.name, "phone": citizen.phone or ""}
    return letters.submitted(citizen, info, oa_id=oa.oa_id, at=at)


def _received(world: World, body: dict[str, Any], at: datetime) -> Letter:
    message = world.mailbox.get(body.get("message_id"))
    if message is None:
        raise Unclear("message_id: no such message", status=404)
    message.is_delivered = True
    receipt = letters.phone_receipt if message.channel == "template_phone" else letters.chat_receipt
    return receipt(message, at=at)


def _seen(world: World, body: dict[str, Any], at: datetime) -> Letter:
    ids = body.get("message_ids") or [body.get("message_id")]
    found = [message for one in ids if (message := world.mailbox.get(one)) is not None]
    if not found or len({(one.oa_id, one.uid) for one in found}) > 1:
        raise Unclear("message_ids: of one citizen and one Official Account", status=404)
    for message in found:
        message.is_seen = True
    return letters.seen(found, at=at)


def _revoked_in_miniapp(world: World, body: dict[str, Any], at: datetime) -> Letter:
    citizen = known_citizen(world, body.get("user_id"))
    citizen.takes_notifications = False
    return letters.revoked_in_miniapp(citizen, miniapp_id=world.config.miniapp_id, at=at)


def _permission_revoked(world: World, body: dict[str, Any], at: datetime) -> Letter:
    oa = known_oa(world, body)
    world.revoke(oa)
    return letters.of_account("permission_revoked", at=at, oa_id=oa.oa_id)


def _template_status(world: World, body: dict[str, Any], at: datetime) -> Letter:
    template, new = _template(world, body), body.get("status")
    if new not in STATUSES:
        raise Unclear(f"status: one of {', '.join(STATUSES)}")
    reason = str(body.get("reason") or "")
    world.templates[template.template_id] = replace(template, status=new, reason=reason)
    change = {"prev_status": template.status, "new_status": new}
    return _of_template("change_template_status", world, body, at, status=change, reason=reason)


def _template_quality(world: World, body: dict[str, Any], at: datetime) -> Letter:
    template, new = _template(world, body), text(body, "quality")
    world.templates[template.template_id] = replace(template, quality=new)
    change = {"prev_quality": template.quality, "new_quality": new}
    return _of_template("change_template_quality", world, body, at, quality=change)


def _daily_quota(world: World, body: dict[str, Any], at: datetime) -> Letter:
    """All OAs of the sandbox have one quota; Zalo spells the id of the OA in another way here."""
    oa, new = known_oa(world, body), body.get("quota")
    if not isinstance(new, int) or new < 0:
        raise Unclear("quota: a number")
    change = {"prev_value": str(world.quota), "new_value": str(new)}
    world.quota = new
    return letters.of_account("change_oa_daily_quota", at=at, oaId=oa.oa_id, quota=change)


def _as_given(world: World, body: dict[str, Any], at: datetime) -> Letter:
    """An event of which nothing is known here: its fields as given, its sides by `oa_id` and `user_id`."""
    told = {name: value for name, value in body.items() if name not in ("event_name", "at", "forged")}
    if "user_id" in body and "sender" not in body:
        oa = known_oa(world, body)
        citizen = known_citizen(world, body["user_id"], oa_id=oa.oa_id)
        told |= {"sender": {"id": world.uid(citizen, oa.oa_id)}, "recipient": {"id": oa.oa_id}}
        told["user_id_by_app"] = citizen.user_id
        del told["user_id"]
    return letters.of_account(body["event_name"], at=at, **told)


def _of_template(name: str, world: World, body: dict[str, Any], at: datetime, **told: Any) -> Letter:
    template = _template(world, body)
    oa_id = template.oa_id or known_oa(world, body).oa_id
    return letters.of_account(name, at=at, oa_id=oa_id, template_id=template.template_id, **told)


def _template(world: World, body: dict[str, Any]) -> Any:
    if (found := world.templates.get(str(body.get("template_id")))) is None:
        raise Unclear("template_id: no such template", status=404)
    return found
