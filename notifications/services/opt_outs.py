"""Who wants no messages by a channel, as Zalo told when we tried: not tried again each day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from accounts.models import Citizen, ZaloContact
from notifications.channels import Letter
from notifications.models import Channel, Message, OptOut
from zalo.errors import ZaloError

# An Official Account, a channel, and what that channel knows the person by.
Address = tuple[str, str, str]

# Zalo's codes by which a person, not a fault, says no.
REFUSED: Mapping[Channel, frozenset[int]] = {
    Channel.CS: frozenset({-244}),
    Channel.TEMPLATE_UID: frozenset({-244}),
    Channel.TEMPLATE_PHONE: frozenset({-139, -141}),
    Channel.MINIAPP: frozenset({-111}),
}


def address_of(letter: Letter, channel: Channel, recipient: Citizen) -> Address:
    match channel:
        case Channel.CS | Channel.TEMPLATE_UID:
            address = letter.uid
        case Channel.TEMPLATE_PHONE:
            address = recipient.phone_key or ""
        case _:
            address = letter.app_user_id
    return (letter.oa_id, channel, address)


def standing(messages: Sequence[Message], *, now: datetime) -> dict[Address, int]:
    """The refusals, not yet over, of the people whom these messages are for: one statement."""
    people = {message.recipient_id: message.recipient for message in messages}.values()
    there = OptOut.objects.filter(until__gt=now, oa_id__in={message.agency.oa_id for message in messages})
    rows = there.filter(_of(people))
    return {(row.oa_id, row.channel, row.address): row.code for row in rows}


def forget(citizen: Citizen) -> None:
    """Forget what a person refused, with the account."""
    OptOut.objects.filter(_of([citizen])).delete()


def _of(people: Iterable[Citizen]) -> Q:
    people = list(people)
    uids = ZaloContact.objects.filter(citizen__in=[person.pk for person in people]).values("uid")
    known = {key for person in people for key in (person.phone_key, person.zalo_id) if key}
    return Q(address__in=known) | Q(address__in=uids)


def note(error: ZaloError, letter: Letter, channel: Channel, recipient: Citizen, *, now: datetime) -> None:
    """Remember a refusal of a person for `OPT_OUT_KEPT`; any other error is none."""
    if error.code not in REFUSED[channel]:
        return
    oa_id, _, address = address_of(letter, channel, recipient)
    OptOut.objects.update_or_create(
        oa_id=oa_id,
        channel=channel,
        address=address,
        defaults={"code": error.code, "until": now + settings.OPT_OUT_KEPT},
    )
