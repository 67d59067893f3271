"""`POST /v3.0/oa/message/cs`: an Official Account writes to a citizen who lately did something with it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from zalo.sandbox.contents import read_content
from zalo.sandbox.delivery import Delivery, recipient, refuse_unreachable, sender
from zalo.sandbox.mailbox import Message
from zalo.sandbox.people import Citizen, Oa
from zalo.sandbox.protocol import Answer, Asked, Refused
from zalo.sandbox.world import World

FREE_WINDOW = timedelta(hours=48)
WINDOW = timedelta(days=7)
MOST_ANSWERS = 8
MOST_WELCOMES = 3
# Since then the answer of a free message names no quota any more.
FREE_WITHOUT_QUOTA_FROM = datetime(2026, 3, 1, tzinfo=UTC)


class Consultation:
    """Where consultation messages are handed in."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery

    def send(self, world: World, asked: Asked) -> Answer:
        """Free for 48 h after the citizen did something, possible for 7 days."""
        oa = sender(world, asked, host="openapi")
        body = asked.json(otherwise=-201)
        to, message = _object(body, "recipient"), _object(body, "message")
        answered = _answered(world, oa, to)
        citizen = answered.citizen if answered else recipient(world, oa, to.get("user_id"))
        content = read_content(world, oa, message)
        refuse_unreachable(world, oa, citizen)
        quota = _quota(world, oa, citizen, answered)
        if answered:
            answered.answers += 1
        sent = world.accept(
            oa_id=oa.oa_id,
            citizen=citizen,
            channel="cs",
            uid=world.uid(citizen, oa.oa_id),
            text=content.text or None,
            rendered=content.shown,
            extras=content.extras,
        )
        return self.delivery.accepted(world, sent, quota, kind=content.kind)


def _answered(world: World, oa: Oa, to: dict[str, Any]) -> Message | None:
    """Return the citizen's message that is answered by its id; None where a user id is named.

    :raises Refused: no such message, or it has been answered often enough
    """
    if "message_id" not in to:
        return None
    found = world.mailbox.get(to["message_id"])
    if found is None or not found.is_from_citizen or found.oa_id != oa.oa_id:
        raise Refused(-201, "message_id is invalid!")
    if world.now() - found.accepted_at > FREE_WINDOW or found.answers >= MOST_ANSWERS:
        raise Refused(-211, "Out of quota: reply")
    return found


def _quota(world: World, oa: Oa, citizen: Citizen, answered: Message | None) -> dict[str, Any]:
    """Return the quota block of the answer, or nothing: then the message is free or paid for.

    :raises Refused: the citizen did nothing with the OA for 7 days, or the OA cannot pay
    """
    last = citizen.interacted_at.get(oa.oa_id)
    if last is None:
        return _welcome(oa, citizen)
    quiet = world.now() - last
    if quiet > WINDOW:
        raise Refused(-230, "User has not interacted with the OA in the past 7 days")
    if quiet > FREE_WINDOW and oa.zca != "linked":
        raise Refused(*((-320, "ZCA is needed") if oa.zca == "missing" else (-321, "ZCA is out of money")))
    if scripted := world.faults.cs_quota:
        return _SCRIPTED[scripted]
    if answered:
        left = MOST_ANSWERS - answered.answers - 1
        return {"quota_type": "reply", "remain": str(left), "total": str(MOST_ANSWERS)}
    if quiet <= FREE_WINDOW and world.now() < FREE_WITHOUT_QUOTA_FROM:
        return {"quota_type": "reply", "remain": "8", "total": "8"}
    return {}


_SCRIPTED: dict[str, dict[str, Any]] = {
    "absent": {},
    "reply": {"quota_type": "reply", "remain": "8", "total": "8"},
    "sub_quota": {"quota_type": "sub_quota", "remain": "1995", "total": "2000", "expired_date": "31/12/2026"},
    "purchase_quota": {"quota_type": "purchase_quota", "remain": "500", "owner_type": "OA"},
    "reward_quota": {"quota_type": "reward_quota", "remain": "100", "owner_type": "App"},
}


def _welcome(oa: Oa, citizen: Citizen) -> dict[str, Any]:
    """Three messages to a follower who never did anything.

    :raises Refused: no follower, or the three are used up
    """
    if oa.oa_id not in citizen.follows:
        raise Refused(-213, "User has not followed OA")
    sent = citizen.welcomed.get(oa.oa_id, 0)
    if sent >= MOST_WELCOMES:
        raise Refused(-232, "User has not interacted, or last interaction expired")
    citizen.welcomed[oa.oa_id] = sent + 1
    left = str(MOST_WELCOMES - sent - 1)
    return {"quota_type": "welcome_msg", "remain": left, "total": str(MOST_WELCOMES)}


def _object(body: dict[str, Any], name: str) -> dict[str, Any]:
    part = body.get(name)
    return part if isinstance(part, dict) else {}
