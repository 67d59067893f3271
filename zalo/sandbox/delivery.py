"""What all ways of sending share: who sends, to whom, and what follows when a message was accepted."""

from typing import Any

from zalo.sandbox.identifiers import new_message_id
from zalo.sandbox.letters import chat_receipt, echo, milliseconds, phone_receipt
from zalo.sandbox.mailbox import Message
from zalo.sandbox.people import Citizen, Oa
from zalo.sandbox.postman import Postman
from zalo.sandbox.protocol import Answer, Asked, Refused, oa_of, success
from zalo.sandbox.world import World


class Delivery:
    """Tells the portal, through the postman, of each message that was accepted: its echo, its receipt."""

    def __init__(self, postman: Postman) -> None:
        self.postman = postman

    def accepted(
        self, world: World, message: Message, quota: dict[str, Any], *, kind: str = "", **more: Any
    ) -> Answer:
        """Answer with the ids of a message. Without a `kind` it went to a number and has no echo."""
        sent_time = milliseconds(message.accepted_at)
        if not kind:
            data = {"msg_id": message.id, "sent_time": sent_time, **more}
        else:
            data = {"message_id": message.id, "user_id": message.uid, "sent_time": sent_time, **more}
            self.echo(world, message, kind=kind)
        if message.is_delivered:
            receipt = chat_receipt if kind else phone_receipt
            letter = receipt(message, at=world.clock.event_time())
            self.postman.post(letter, after=world.config.receipt_delay)
        return success(data | ({"quota": quota} if quota else {}), is_held=world.faults.holds())

    def echo(self, world: World, message: Message, *, kind: str, admin_id: str | None = None) -> None:
        """Tell the portal what an OA sent; `admin_id` is the human who wrote it in Zalo's own console."""
        if world.config.echoes:
            # Nobody could tell us whether the echo bears the id that the answer bore.
            message_id = new_message_id() if world.faults.echo_other_id else message.id
            at = world.clock.event_time()
            self.postman.post(echo(message, message_id, kind=kind, admin_id=admin_id, at=at))


def sender(world: World, asked: Asked, *, host: str) -> Oa:
    """:raises Refused: no token that works, or as scripted"""
    oa = oa_of(world, asked, host=host)
    if world.faults.fails():
        raise Refused(world.faults.error, "As scripted")
    return oa


def recipient(world: World, oa: Oa, uid: object) -> Citizen:
    """:raises Refused: nobody is known to the OA by this id"""
    citizen = world.by_uid.get((oa.oa_id, uid)) if isinstance(uid, str) else None
    if citizen is None:
        raise Refused(-201, "user_id is invalid!")
    return citizen


def refuse_unreachable(world: World, oa: Oa, citizen: Citizen) -> None:
    """:raises Refused: as scripted for this citizen's number, away for long, banned, or they want nothing"""
    if scripted := world.faults.per_user.get(citizen.user_id):
        raise Refused(scripted, "As scripted for this user")
    if citizen.is_out_of_reach(world.now()):
        raise Refused(-227, "User is banned or has been inactive for more than 45 days")
    if oa.oa_id in citizen.restricts:
        raise Refused(-244, "User has restricted this message type from your OA")
