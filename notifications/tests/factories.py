from datetime import UTC, datetime, timedelta

import factory

from accounts.models import Citizen, Consent
from accounts.tests.factories import EIGHT, CitizenFactory, ConsentFactory, ZaloContactFactory
from agencies.tests.factories import AgencyFactory
from notifications.kinds import Kind, appointment_context
from notifications.models import ChatReply, Message, MessageText, State
from notifications.services import NewMessage

# 16:00 in Hà Nội, the afternoon before EIGHT.
FOUR = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TEMPLATE = "7895417a7d3f9461cd2e"
CONTEXT = appointment_context(
    full_name="Trần Văn An",
    code="TK7F3KQ",
    site="Công an phường Bàn Thạch",
    starts_at=EIGHT + timedelta(minutes=30),
    number="A031",
    early_minutes=5,
    bring="thẻ căn cước/CCCD đang có",
)


class MessageFactory(factory.django.DjangoModelFactory):
    """A reminder that is owed since 16:00 and expires when the appointment begins."""

    class Meta:
        model = Message

    class Params:
        sending = factory.Trait(state=State.SENDING, lease_until=FOUR + timedelta(minutes=2), attempts=1)
        sent = factory.Trait(
            state=State.SENT, sent_at=FOUR, attempts=1, provider_id=factory.Sequence("m{}".format)
        )
        delivered = factory.Trait(state=State.DELIVERED, sent_at=FOUR, delivered_at=FOUR, attempts=1)
        confirmation = factory.Trait(kind=Kind.BOOKED)

    agency = factory.SubFactory(AgencyFactory)
    recipient = factory.SubFactory(CitizenFactory)
    kind = Kind.REMINDER
    about = factory.Sequence(lambda n: f"TK{n:05d}")
    context = factory.LazyAttribute(lambda row: CONTEXT | {"code": row.about})
    due_at = FOUR
    expires_at = EIGHT + timedelta(minutes=30)
    created_at = FOUR - timedelta(hours=1)


class ChatReplyFactory(factory.django.DjangoModelFactory):
    """A reply to somebody who wrote at FOUR."""

    class Meta:
        model = ChatReply

    class Params:
        sending = factory.Trait(state=State.SENDING, lease_until=FOUR + timedelta(minutes=1), attempts=1)
        sent = factory.Trait(state=State.SENT, text=None, sent_at=FOUR, attempts=1)

    oa_id = "3674338702778449434"
    uid = "675059164343092785"
    event_key = factory.Sequence("event-{}".format)
    position = 0
    text = "Đã ghi nhận."
    due_at = FOUR
    expires_at = FOUR + timedelta(hours=12)
    created_at = FOUR


class MessageTextFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MessageText

    agency = factory.SubFactory(AgencyFactory)
    kind = Kind.REMINDER
    template_id = TEMPLATE


def by_chat(**fields: object) -> Message:
    """A message to somebody who has just written to the Official Account, and has no other way."""
    message = MessageFactory(**fields)
    ZaloContactFactory(
        oa_id=message.agency.oa_id, citizen=message.recipient, last_interaction_at=FOUR - timedelta(hours=3)
    )
    return message


def by_phone(**fields: object) -> Message:
    """A message to somebody who has a verified phone, and no other way."""
    message = MessageFactory(**{"recipient__with_phone": True} | fields)
    give_template(message)
    return message


def by_every_way(**fields: object) -> Message:
    message = by_chat(**{"recipient__with_phone": True} | fields)
    give_template(message)
    return message


def by_mini_app(**fields: object) -> Message:
    """A message to somebody who allowed the Mini App to notify, and has no other way."""
    message = MessageFactory(**{"recipient__zalo_id": "3368637342326461234"} | fields)
    allow_mini_app(message.recipient)
    return message


def allow_mini_app(citizen: Citizen) -> None:
    ConsentFactory(citizen=citizen, purpose=Consent.Purpose.MESSAGES_BY_MINIAPP)


def give_template(message: Message) -> None:
    MessageText.objects.get_or_create(
        agency=message.agency, kind=message.kind, defaults={"template_id": TEMPLATE}
    )


def new_message(**fields: object) -> NewMessage:
    """A reminder that a use case is about to owe."""
    defaults = {
        "kind": Kind.REMINDER,
        "about": "TK7F3KQ",
        "context": CONTEXT,
        "due_at": FOUR,
        "expires_at": EIGHT + timedelta(minutes=30),
    }
    if "agency" not in fields:
        fields["agency"] = AgencyFactory()
    if "recipient" not in fields:
        fields["recipient"] = CitizenFactory()
    return NewMessage(**(defaults | fields))
