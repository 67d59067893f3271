"""Control calls about what was written: the list for tests, and the conversations on a citizen's phone."""

from collections.abc import Mapping
from typing import Any

from zalo.sandbox.delivery import Delivery
from zalo.sandbox.identifiers import digits
from zalo.sandbox.letters import seen, written
from zalo.sandbox.mailbox import Message
from zalo.sandbox.orders import Done, Order, Unclear, known_citizen, known_oa, local, plus, text
from zalo.sandbox.people import Citizen
from zalo.sandbox.world import World

MOST_SHOWN = 100
LONGEST_TEXT = 2_000
# Of what a citizen sends, beside text: an example of each attachment, for who names none.
PICTURE = {"thumbnail": "https://f1.photo.talk.zdn.vn/t.jpg", "url": "https://f1.photo.talk.zdn.vn/a.jpg"}
EXAMPLES: dict[str, dict[str, Any]] = {
    "image": PICTURE,
    "gif": PICTURE,
    "link": {**PICTURE, "description": "Một đường dẫn"},
    "audio": {"url": "https://f1.voice.talk.zdn.vn/a.amr"},
    "video": {**PICTURE, "description": ""},
    "sticker": {"id": "51626494642d8d73d43c", "url": "https://zalo-api.zadn.vn/s.png"},
    "location": {"coordinates": {"latitude": "15.5736", "longitude": "108.474"}},
    "file": {"name": "don.pdf", "size": "1024", "checksum": "0" * 32, "type": "pdf", "url": PICTURE["url"]},
    "business_card": {**PICTURE, "description": '{"phone":"84905000000","qrCodeUrl":""}'},
}


class Chat:
    """What a citizen does in the conversation with an OA, and what its staff writes there by hand."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery, self.postman = delivery, delivery.postman

    def write(self, world: World, order: Order) -> Done:
        """`POST /_sandbox/chat` `{oa_id, user_id, text}`; also `quote_message_id`, and `hidden` from view."""
        return self.send(world, order.body, kind="text")

    def send(self, world: World, body: dict[str, Any], *, kind: str) -> Done:
        """Let a citizen send something; it opens the window for consultation messages."""
        oa = known_oa(world, body)
        citizen = known_citizen(world, body.get("user_id"), oa_id=oa.oa_id)
        extras = _attached(world, body, kind)
        words = text(body, "text") if kind == "text" else None
        if words is not None and len(words) > LONGEST_TEXT:
            raise Unclear(f"text: at most {LONGEST_TEXT} characters")
        citizen.interacted_at[oa.oa_id] = world.now()
        message = world.accept(
            oa_id=oa.oa_id,
            citizen=citizen,
            channel="chat",
            uid=world.uid(citizen, oa.oa_id),
            text=words,
            rendered=words or f"[{kind}]",
            extras=extras,
            is_from_citizen=True,
        )
        self.postman.post(written(message, kind=kind, at=world.clock.event_time()))
        return Done(body={"msg_id": message.id, "user_id": citizen.user_id, "uid": message.uid}, status=201)

    def staff_writes(self, world: World, body: dict[str, Any], *, kind: str) -> Done:
        """Let a human write in Zalo's own console: the portal learns of it by the echo only."""
        oa = known_oa(world, body)
        citizen = known_citizen(world, body.get("user_id"), oa_id=oa.oa_id)
        words = text(body, "text")
        message = world.accept(
            oa_id=oa.oa_id,
            citizen=citizen,
            channel="staff",
            uid=world.uid(citizen, oa.oa_id),
            text=words,
            rendered=words,
        )
        admin_id = str(body.get("admin_id") or "2131415161718192021")
        self.delivery.echo(world, message, kind=kind, admin_id=admin_id)
        return Done(body={"msg_id": message.id, "admin_id": admin_id}, status=201)

    def read(self, world: World, order: Order) -> Done:
        """`POST /_sandbox/chat/read` `{oa_id, user_id}`: the conversation is opened on the phone."""
        citizen = known_citizen(world, order.body.get("user_id"))
        oa_id = str(order.body.get("oa_id", ""))
        fresh = [
            one for one in _conversation(world, citizen, oa_id) if not one.is_seen and not one.is_from_citizen
        ]
        for message in fresh:
            message.is_seen = True
        # Zalo tells of what was sent to a UID; what went to a number has its one receipt.
        told = [one for one in fresh if one.channel in ("cs", "template_uid")]
        if told:
            self.postman.post(seen(told, at=world.clock.event_time()))
        return Done(body={"seen": len(fresh)})


def show_chats(world: World, order: Order) -> Done:
    """`GET /_sandbox/chats?user_id=`: one conversation an OA, with its last words and how many are unread."""
    citizen = known_citizen(world, order.query.get("user_id"))
    chats: dict[str, dict[str, Any]] = {
        oa.oa_id: {"oa_id": oa.oa_id, "name": oa.name, "unread": 0, "last": None} for oa in world.oas.values()
    }
    for message in world.mailbox.of_citizen(citizen.user_id):
        if message.extras.get("is_hidden"):
            continue
        other = {"oa_id": message.oa_id, "name": "Thông báo Mini App", "unread": 0}
        chat = chats.setdefault(message.oa_id, other)
        chat["last"] = {
            "text": message.rendered[:120],
            "at": local(message.accepted_at),
            "mine": message.is_from_citizen,
        }
        chat["unread"] += not (message.is_seen or message.is_from_citizen)
    return Done(body={"chats": list(chats.values())})


def show_chat(world: World, order: Order) -> Done:
    """`GET /_sandbox/chat?user_id=&oa_id=`: the newest messages in both directions, oldest first."""
    citizen = known_citizen(world, order.query.get("user_id"))
    shown = [
        one
        for one in _conversation(world, citizen, order.query.get("oa_id", ""))
        if not one.extras.get("is_hidden")
    ]
    return Done(body={"messages": [_bubble(world, one) for one in shown[-MOST_SHOWN:]]})


def list_messages(world: World, order: Order) -> Done:
    """`GET /_sandbox/messages?phone=&user_id=&oa_id=`: what the portal sent, oldest first."""
    return Done(body={"messages": [_sent(message) for message in _matching(world, order.query)]})


def forget_messages(world: World, order: Order) -> Done:
    """`DELETE /_sandbox/messages`, with the same filters."""
    world.mailbox.drop(_matching(world, order.query))
    return Done(status=204)


def _matching(world: World, query: Mapping[str, str]) -> list[Message]:
    phone, user_id, oa_id = query.get("phone"), query.get("user_id"), query.get("oa_id")
    found = world.mailbox.of_citizen(user_id) if user_id else list(world.mailbox)
    if phone:
        number = digits(phone)
        of_number = world.mailbox.of_number(number) if number else []
        found = [one for one in of_number if not user_id or user_id in (one.citizen.user_id, one.uid)]
    return [one for one in found if one.is_by_portal and (not oa_id or oa_id == one.oa_id)]


def _conversation(world: World, citizen: Citizen, oa_id: str) -> list[Message]:
    return [one for one in world.mailbox.of_citizen(citizen.user_id) if one.oa_id == oa_id]


def _attached(world: World, body: dict[str, Any], kind: str) -> dict[str, Any]:
    extras: dict[str, Any] = {"is_hidden": True} if body.get("hidden") is True else {}
    if quoted := world.mailbox.get(body.get("quote_message_id")):
        extras |= {"quote_msg_id": quoted.id, "quote": quoted.rendered[:120]}
    if kind == "text":
        return extras
    if kind not in EXAMPLES:
        raise Unclear(f"kind: text or one of {', '.join(EXAMPLES)}")
    shown_as = "link" if kind == "business_card" else kind
    given = body.get("attachments") or [{"type": shown_as, "payload": EXAMPLES[kind]}]
    return {**extras, "attachments": given}


def _sent(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "oa_id": message.oa_id,
        "channel": message.channel,
        "phone": plus(message.phone),
        "user_id": message.citizen.user_id,
        "uid": message.uid,
        "template_id": message.template_id,
        "template_data": message.template_data,
        "text": message.text,
        "rendered": message.rendered,
        "tracking_id": message.tracking_id,
        "accepted_at": local(message.accepted_at),
        "is_seen": message.is_seen,
    }


def _bubble(world: World, message: Message) -> dict[str, Any]:
    template, data = world.templates.get(message.template_id or ""), message.template_data or {}
    buttons = template.buttons_for(data) if template else []
    card = (
        None
        if message.template_id is None
        else {"name": template.name if template else "", "buttons": buttons}
    )
    shown = ("quote", "image", "file", "sticker", "list", "buttons", "asks_details", "attachments")
    return {
        **_sent(message),
        "is_mine": message.is_from_citizen,
        "card": card,
        **{name: message.extras[name] for name in shown if name in message.extras},
    }
