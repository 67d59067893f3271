"""What the messages of one claim need to be sent by, read once for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import Citizen
from accounts.services import Contacts, Reach, best_contacts, ways_to_reach
from notifications.channels import Letter
from notifications.models import Channel, Message, MessageText
from notifications.services import opt_outs
from zalo.models import Template
from zalo.services import known_template


@dataclass(frozen=True)
class Supplies:
    """The agencies' own words, what is known of their templates and of the people, and refusals."""

    texts: Mapping[tuple[int, str], MessageText]
    templates: Mapping[tuple[str, str], Template | None]
    contacts: Contacts = field(repr=False)
    refused: Mapping[opt_outs.Address, int] = field(repr=False)

    @classmethod
    def of(cls, messages: Sequence[Message], *, now: datetime) -> "Supplies":
        texts = MessageText.objects.by_agency_and_kind(messages)
        wanted = {
            (message.agency.oa_id, own.template_id)
            for message in messages
            if (own := texts.get((message.agency_id, message.kind))) and own.template_id
        }
        return cls(
            texts=texts,
            templates={pair: known_template(oa_id=pair[0], template_id=pair[1]) for pair in sorted(wanted)},
            contacts=best_contacts(
                citizens=[message.recipient for message in messages],
                oa_ids=[message.agency.oa_id for message in messages],
            ),
            refused=opt_outs.standing(messages, now=now),
        )

    def text_of(self, message: Message) -> MessageText | None:
        return self.texts.get((message.agency_id, message.kind))

    def template_of(self, message: Message) -> Template | None:
        """What is known of the template that a message goes by; None where nobody has fetched it."""
        own = self.text_of(message)
        return self.templates.get((message.agency.oa_id, own.template_id)) if own else None

    def reach_of(self, message: Message) -> Reach:
        """How its person may be reached, by what that person agrees to at this moment."""
        oa_id = message.agency.oa_id
        return ways_to_reach(citizen=message.recipient, oa_id=oa_id, contacts=self.contacts)

    def refusal(self, letter: Letter, channel: Channel, recipient: Citizen) -> int | None:
        """Zalo's code for what this person refused lately; None if nothing."""
        return self.refused.get(opt_outs.address_of(letter, channel, recipient))

    def price(self, message: Message, channel: Channel) -> int | None:
        """What a message costs by a channel, in đồng; None where Zalo has not told."""
        template = self.template_of(message)
        match channel:
            case Channel.CS | Channel.INBOX:
                return 0  # `ways` offers the chat within its free hours only
            case Channel.TEMPLATE_UID:
                return template.price_uid if template else None
            case Channel.TEMPLATE_PHONE:
                return template.price_phone if template else None
        return None
