"""Who a place is for: checked, then claimed."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid4

import psycopg2.errors
from django.contrib.postgres.expressions import ArraySubquery
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from accounts.identity import PersonDetails, faults_of, namesake_key, person_key
from accounts.models import Citizen, Officer
from accounts.notice import CURRENT_NOTICE
from accounts.relations import Relation
from accounts.services.phones import phone_key_of
from agencies.models import Agency
from booking.errors import AlreadyBooked, DossierRequired, NotAllowedNow, TooManyLive, TooManyPeople
from booking.models import Booking, Person, Registration
from booking.services import visits
from core.db import violated
from core.errors import FieldError, Invalid
from core.time import VN, local_date, say_clock, say_day_short
from dossiers.models import Dossier


def details_of(person: Person) -> PersonDetails:
    """What was declared of somebody who was booked for and is not forgotten."""
    return PersonDetails(
        full_name=person.full_name,
        birth_date=person.birth_date or "",
        sex=person.sex.lower(),
        personal_id=person.personal_id,
        old_id=person.old_id,
    )


@dataclass(frozen=True)
class NewPerson:
    """A person to be booked. `relation` is to the account; `ward` is `SET:CODE` or empty; `dossier` is the
    public id of what was declared for them.
    """

    details: PersonDetails
    relation: Relation
    ward: str = ""
    dossier: UUID | None = None


@dataclass(frozen=True)
class Accepted:
    """What the citizen agreed to: the version of the data notice, and speaking for the others."""

    notice: str
    on_behalf: bool


@dataclass(frozen=True)
class Party:
    """People who come together, and what the request says for all of them.

    `citizen` is None for a booking that an officer makes; `assisted_by` is that officer. `phone` is E.164,
    for officers to call; messages never go there.
    """

    citizen: Citizen | None
    people: Sequence[NewPerson]
    accepted: Accepted
    phone: str | None = None
    priority: bool = False
    assisted_by: Officer | None = None
    # The booking's public id: who sends one form twice books once.
    once: UUID = field(default_factory=uuid4)
    # Where no account does: among whom somebody without a number is known by name and birth date. If left
    # empty, within this booking only, so that two people of one name do not block each other.
    known_among: str = ""


class SeatTaken(NotAllowedNow):
    """The same account booked at the same moment from elsewhere; to be tried again with a fresh look."""

    def __init__(self) -> None:
        super().__init__(reason="tài khoản đang đặt lịch ở nơi khác, thử lại sau ít giây")


Made = TypeVar("Made")
TRIES_IN_LINE = 5


def with_fresh_seats(make: Callable[[], Made], *, citizen: Citizen | None) -> Made:
    """Run a transaction that claims people, again where the account claimed others at the same moment."""
    try:
        return make()
    except SeatTaken:
        if citizen is None:
            raise
        return _one_after_another(make, citizen)


@transaction.atomic
def _one_after_another(make: Callable[[], Made], citizen: Citizen) -> Made:
    """Run it when no other loser of this account does; newcomers may still be quicker, but not for long."""
    list(Citizen.objects.filter(pk=citizen.pk).locked())
    for _ in range(TRIES_IN_LINE):
        with suppress(SeatTaken):
            return make()
    return make()


def seats_in_use(citizen: Citizen | None) -> ArraySubquery:
    """An annotation that lists the account's seats in use, to be read along with another query."""
    held = Person.objects.filter(citizen=citizen, is_live=True)
    return ArraySubquery(held.order_by("account_seat").values("account_seat"))


def check(party: Party, *, agency: Agency, now: datetime) -> None:
    """Refuse a party whose people cannot be taken as declared.

    :raises TooManyPeople: more than the agency takes in one booking
    :raises DossierRequired: somebody comes without a dossier, and the agency wants one first
    :raises Invalid: with one entry for each wrong field
    """
    if len(party.people) > agency.people_per_booking:
        raise TooManyPeople(limit=agency.people_per_booking)
    if agency.dossier_required and not all(person.dossier for person in party.people):
        raise DossierRequired
    faults = [
        *_faults_of_people(party, agency=agency, now=now),
        *_repeated_people(party),
        *_faults_of_acceptance(party),
    ]
    if faults:
        raise Invalid(errors=faults)


def _faults_of_people(party: Party, *, agency: Agency, now: datetime) -> list[FieldError]:
    law_day, today = agency.law_day(now=now), local_date(now)
    return [
        FieldError(f"people[{index}].{fault.field}", fault.code, fault.message)
        for index, person in enumerate(party.people)
        if person.dossier is None  # else checked when it was handed in, and compared with it (`visits.hold`)
        for fault in faults_of(person.details, law_day=law_day, today=today)
    ]


def _repeated_people(party: Party) -> list[FieldError]:
    first_with: dict[str, int] = {}
    faults = []
    for index, key in enumerate(keys_of(party)):
        earlier = first_with.setdefault(key, index)
        if earlier != index:
            text = f"Người này đã có ở mục thứ {earlier + 1}."
            faults.append(FieldError(f"people[{index}].personal_id", "repeated", text))
    return faults


def _faults_of_acceptance(party: Party) -> list[FieldError]:
    faults = []
    if party.accepted.notice != CURRENT_NOTICE.version:
        text = f"Cần đọc và đồng ý thông báo dữ liệu bản {CURRENT_NOTICE.version}."
        faults.append(FieldError("accept.notice", "outdated", text))
    others = any(person.relation != Relation.SELF for person in party.people)
    if others and not party.accepted.on_behalf:
        text = "Cần xác nhận đã được những người này nhờ đăng ký."
        faults.append(FieldError("accept.on_behalf", "required", text))
    return faults


def keys_of(party: Party) -> list[str]:
    """The keys under which the people of a party are claimed, in their order."""
    no_account = party.known_among or f"booking {party.once}"
    account = str(party.citizen.pk) if party.citizen else no_account
    return [person_key(person.details, account=account) for person in party.people]


def claim(party: Party, *, agency: Agency, in_use: Sequence[int], now: datetime) -> list[Person]:
    """Write the booking and its people, each holding their key and a seat of the account, in their order.

    :raises TooManyLive: the account holds too many people
    :raises NotAllowedNow: the agency was closed, or the account erased, a moment ago
    :raises Invalid: a dossier with which somebody comes is not theirs, or not accepted
    :raises AlreadyBooked: one of them holds a place or waits for one
    :raises SeatTaken: the account booked elsewhere at the same moment
    """
    free_seats = _free_seats(party, agency=agency, in_use=in_use)
    booking = _write_booking(party, agency=agency, now=now)
    asked = [(person.details, person.dossier) for person in party.people]
    dossiers = visits.hold(asked, agency=agency, citizen=party.citizen)
    # In the order of the keys, and of the seats as well: two families that share members, and two bookings
    # of one account, wait for each other in one direction only.
    in_order = sorted(zip(keys_of(party), range(len(party.people)), strict=True))
    rows = [
        _row(
            booking,
            party.people[position],
            position=position,
            key=key,
            seat=seat,
            dossier=dossiers[position],
        )
        for (key, position), seat in zip(in_order, free_seats, strict=True)
    ]
    try:
        # One INSERT, in a savepoint, so that the holder can still be looked up after the refusal.
        with transaction.atomic():
            Person.objects.bulk_create(rows)
    except IntegrityError as refused:
        if violated(refused) == "one_live_person_per_account_seat":
            raise SeatTaken from refused
        if violated(refused) in ("one_live_place_per_person", "one_live_place_per_dossier"):
            raise already_booked(party) from refused
        raise
    return sorted(rows, key=lambda row: row.position)


def _write_booking(party: Party, *, agency: Agency, now: datetime) -> Booking:
    """Write the booking, and let nobody close the agency or erase the account before this transaction ends.

    Foreign keys are checked at its end only, so they keep nobody waiting; and Django has no lock that all who
    book may hold side by side. It is taken by the statement that was to be said in any case. That of the
    account is not the weaker FOR KEY SHARE, which after waiting goes by the row as it was before.

    :raises NotAllowedNow: the agency was closed, or the account erased, a moment ago
    """
    of_account = " AND EXISTS (SELECT FROM accounts_citizen WHERE id = %s AND erased_at IS NULL FOR SHARE)"
    still_there = "SELECT id FROM agencies_agency WHERE id = %s AND is_active"
    asked = [agency.pk]
    if party.citizen is not None:
        still_there, asked = still_there + of_account, [agency.pk, party.citizen.pk]
    booking = Booking(
        public_id=party.once,
        agency_id=RawSQL(f"({still_there} FOR KEY SHARE)", asked),  # noqa: S611 - no word of it comes from outside
        citizen=party.citizen,
        phone=party.phone,
        phone_key=phone_key_of(party.phone) if party.phone else "",
        assisted_by=party.assisted_by,
        priority=party.priority,
        notice_version=party.accepted.notice,
        on_behalf=party.accepted.on_behalf,
        booked_at=now,
    )
    try:
        booking.save(force_insert=True)
    except IntegrityError as refused:
        if isinstance(refused.__cause__, psycopg2.errors.NotNullViolation):
            raise NotAllowedNow(reason="đơn vị hoặc tài khoản vừa ngừng hoạt động") from refused
        raise
    booking.agency = agency
    return booking


def _free_seats(party: Party, *, agency: Agency, in_use: Sequence[int]) -> Sequence[int | None]:
    if party.citizen is None:
        return [None] * len(party.people)
    if len(in_use) + len(party.people) > agency.live_per_citizen:
        raise TooManyLive(limit=agency.live_per_citizen, held=len(in_use))
    free = (seat for seat in range(1, len(in_use) + len(party.people) + 1) if seat not in set(in_use))
    return [seat for seat, _ in zip(free, party.people, strict=False)]


def _row(
    booking: Booking,
    person: NewPerson,
    *,
    position: int,
    key: str,
    seat: int | None,
    dossier: Dossier | None,
) -> Person:
    details = person.details
    return Person(
        booking=booking,
        citizen=booking.citizen,
        position=position,
        full_name=details.full_name,
        personal_id=details.personal_id,
        old_id=details.old_id,
        birth_date=details.birth_date,
        sex=details.sex.upper(),
        relation=person.relation,
        ward=person.ward,
        dossier=dossier,
        person_key=key,
        namesake_key=namesake_key(details),
        account_seat=seat,
    )


def already_booked(party: Party) -> AlreadyBooked:
    """Say who of the party holds a place: to its owner which one, to a stranger only that there is one."""
    if party.assisted_by is not None:
        return AlreadyBooked(sentence=AlreadyBooked.at_the_desk, person=0)
    keys = keys_of(party)
    holders = (
        Person.objects.filter(person_key__in=keys, is_live=True)
        .select_related("appointment__slot", "appointment__day__site")
        .order_by("pk")
    )
    for holder in holders:
        if party.citizen is None or holder.citizen_id != party.citizen.pk:
            return AlreadyBooked(sentence=AlreadyBooked.stranger, person=keys.index(holder.person_key))
    return _own_place(holders)


def _own_place(holders: QuerySet[Person]) -> AlreadyBooked:
    holder = holders.first()
    if holder is None:  # given up between the refusal and the look
        return AlreadyBooked(sentence=AlreadyBooked.stranger)
    appointment = getattr(holder, "appointment", None)
    if appointment is None:
        return _own_wish(holder)
    site, starts_at = appointment.day.site, appointment.slot.starts_at
    sentence = AlreadyBooked.own_place.format(
        name=holder.full_name,
        when=f"{say_clock(starts_at)} ngày {say_day_short(appointment.day.date)}",
        site=site.name,
        code=appointment.code,
    )
    existing: dict[str, str | None] = {
        "code": appointment.code,
        "site": site.name,
        "starts_at": starts_at.astimezone(VN).isoformat(),
    }
    return AlreadyBooked(sentence=sentence, existing=existing)


def _own_wish(holder: Person) -> AlreadyBooked:
    sentence = AlreadyBooked.own_wish.format(name=holder.full_name)
    wish = Registration.objects.filter(booking=holder.booking_id).select_related("site").first()
    if wish is None:
        return AlreadyBooked(sentence=sentence)
    existing: dict[str, str | None] = {
        "code": None,
        "registration": str(wish.public_id),
        "site": wish.site.name if wish.site else None,
        "starts_at": None,
    }
    return AlreadyBooked(sentence=sentence, existing=existing)


def let_go(people: QuerySet[Person]) -> int:
    """End the people's claims, so that they may book again; gives how many were live."""
    return people.filter(is_live=True).update(is_live=False)
