"""Somebody with a phone in the hand, who writes to an Official Account and reads what it answers."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.models import Citizen, ZaloContact
from accounts.relations import Relation
from accounts.tests.factories import CitizenFactory, ConsentFactory, ZaloContactFactory
from booking.models import Appointment, Slot
from booking.tests.factories import FOUR, NOW, BookingFactory, PersonFactory, SlotFactory, book, family
from faq.services import answer, greet, try_code
from notifications.models import ChatReply, Message
from notifications.services import send_due

_events = itertools.count(1)


@dataclass
class Writer:
    """Writes every ten seconds (`pace`), from five minutes after the reminders on."""

    contact: ZaloContact
    clock: datetime = FOUR + timedelta(minutes=5)
    pace: timedelta = timedelta(seconds=10)
    appointments: Sequence[Appointment] = field(default_factory=list)

    @property
    def citizen(self) -> Citizen:
        return self.contact.citizen

    @property
    def codes(self) -> list[str]:
        return [appointment.code for appointment in self.appointments]

    def types(self, text: str, *, sent: str = "", at: datetime | None = None, key: str = "") -> list[str]:
        """Write one text, and read the answers to it. `sent` is what goes with it, an `image`."""
        self.clock += self.pace
        key = key or f"msg_id:{next(_events)}"
        whom = {"oa_id": self.contact.oa_id, "uid": self.contact.uid}
        when = {"occurred_at": at or self.clock, "now": self.clock}
        try_code(**whom, event_key=key, text=text, **when)
        answer(**whom, event_key=key, text=text, sent=sent, **when)
        return self.answers(key)

    def follows(self, *, at: datetime | None = None, key: str = "") -> list[str]:
        """Begin to follow the Official Account, and read the answers to that."""
        self.clock += self.pace
        key = key or f"follow:{next(_events)}"
        whom = {"oa_id": self.contact.oa_id, "uid": self.contact.uid}
        greet(**whom, event_key=key, occurred_at=at or self.clock, now=self.clock)
        return self.answers(key)

    def begins(self) -> list[str]:
        """Ask for a place as the button below the chat does."""
        return self.types("Bấm số tự động")

    def says(self, *texts: str) -> list[str]:
        """Write several texts, and read the last answer to the last of them, line by line."""
        answers = [self.types(text) for text in texts]
        return answers[-1][-1].splitlines()

    def answers(self, key: str) -> list[str]:
        rows = ChatReply.objects.filter(oa_id=self.contact.oa_id, uid=self.contact.uid, event_key=key)
        return [reply.text for reply in rows.order_by("position")]

    def statuses(self) -> list[str]:
        rows = Appointment.objects.filter(pk__in=[appointment.pk for appointment in self.appointments])
        return list(rows.order_by("pk").values_list("status", flat=True))


def somebody(*, clock: datetime | None = None, **contact: object) -> Writer:
    """Somebody who has signed in with Zalo, unless `citizen` is None, and is expected nowhere."""
    if contact.get("citizen", ...) is None:
        contact["app_user_id"] = ""
    defaults = {"citizen": CitizenFactory(), "last_interaction_at": FOUR - timedelta(hours=3)}
    writer = Writer(ZaloContactFactory(**defaults | contact))
    writer.clock = clock or writer.clock
    return writer


def regular(slot: Slot, *names: str, takes_messages: bool = True, **contact: object) -> Writer:
    """Somebody who brought these people before, the first of them being the writer, and takes messages.

    Writes from NOW on to the Official Account of the slot's office.
    """
    writer = somebody(clock=NOW, oa_id=slot.day.site.agency.oa_id, **contact)
    if takes_messages:
        ConsentFactory(citizen=writer.citizen)
    visit = BookingFactory(citizen=writer.citizen)
    for position, name in enumerate(names):
        relation = Relation.CHILD if position else Relation.SELF
        PersonFactory(booking=visit, position=position, full_name=name, relation=relation, is_live=False)
    return writer


def mother_of(size: int, *, reminded: bool = True, slot: Slot | None = None, **contact: object) -> Writer:
    """Somebody with so many appointments at one hour, whose reminders went by chat at FOUR."""
    slot = slot or SlotFactory()
    writer = somebody(oa_id=slot.day.site.agency.oa_id, **contact)
    writer.appointments = book(slot, *family(size), citizen=writer.citizen)
    Message.objects.exclude(kind="REMINDER").delete()
    if reminded:
        assert send_due(now=FOUR).sent == size
    return writer
