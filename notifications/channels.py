"""By which ways a message can go to a person, the best first, and the one place that calls the wire."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.services import Reach
from notifications.kinds import Kind, default_text, render, template_data
from notifications.models import Channel, Message, MessageText
from zalo.clients import BusinessClient, OaClient, Sent

# Within this time after a person's last interaction a consultation message is free and always allowed.
FREE_WINDOW = timedelta(hours=48)


@dataclass(frozen=True)
class Letter:
    """A message put into words, with every address that its recipient has."""

    oa_id: str
    uid: str
    phone: str
    text: str
    template_id: str
    data: dict[str, str]
    tracking_id: str


def letter(message: Message, own: MessageText | None, reach: Reach) -> Letter:
    """Put a message into the agency's own words, where it has any, else into those of the house."""
    kind = Kind(message.kind)
    words = own.text if own and own.text else default_text(kind)
    return Letter(
        oa_id=message.agency.oa_id,
        uid=reach.uid or "",
        phone=reach.phone or "",
        text=render(words, message.context),
        template_id=own.template_id if own else "",
        data=template_data(kind, message.context),
        tracking_id=message.tracking_id,
    )


def ways(letter: Letter, *, last_interaction_at: datetime | None, now: datetime) -> list[Channel]:
    """List the channels open to a letter, in the order in which they are tried."""
    just_met = last_interaction_at is not None and now - last_interaction_at < FREE_WINDOW
    found = []
    if letter.uid and just_met:
        found.append(Channel.CS)
    if letter.uid and letter.template_id:
        found.append(Channel.TEMPLATE_UID)
    if letter.phone and letter.template_id:
        found.append(Channel.TEMPLATE_PHONE)
    return found


def send(channel: Channel, letter: Letter, *, now: datetime) -> Sent:
    """Hand a letter to Zalo.

    :raises zalo.errors.ZaloError: it was refused, or nobody knows; the subclass says what to do
    """
    match channel:
        case Channel.CS:
            return OaClient(letter.oa_id).send_text(uid=letter.uid, text=letter.text, now=now)
        case Channel.TEMPLATE_UID:
            return OaClient(letter.oa_id).send_template_to_uid(
                uid=letter.uid, template_id=letter.template_id, data=letter.data, now=now
            )
        case Channel.TEMPLATE_PHONE:
            return BusinessClient(letter.oa_id).send_template_to_phone(
                phone=letter.phone,
                template_id=letter.template_id,
                data=letter.data,
                tracking_id=letter.tracking_id,
                now=now,
            )


def say(*, oa_id: str, uid: str, text: str, now: datetime) -> Sent:
    """Answer somebody who has written to an Official Account.

    :raises zalo.errors.ZaloError: it was refused, or nobody knows; the subclass says what to do
    """
    return OaClient(oa_id).send_text(uid=uid, text=text, now=now)
