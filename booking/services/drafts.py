"""A booking as it is filled in, page by page, until it is made."""

import dataclasses
import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import services as accounts
from accounts.identity import PersonDetails, faults_of, person_key
from accounts.models import Citizen
from accounts.notice import CURRENT_NOTICE
from accounts.relations import Relation
from agencies.models import Agency
from booking.errors import DossierRequired, NotAllowedNow, TooManyPeople
from booking.models import Booking, Draft, Registration, Slot
from booking.services import appointments, registrations, visits
from booking.services.availability import Company, free_hours
from booking.services.people import Accepted, NewPerson, Party
from core.errors import FieldError, Invalid, NotFound
from core.time import local_date
from dossiers.services import filling
from dossiers.services.visits import places_by_procedure

KEPT = timedelta(days=1)
# The first click used the code up; the second one is let in by it for this long.
SECOND_CLICK_SECONDS = 60
# What is kept of a person beside what they are known by.
BESIDE_DETAILS = {"relation", "dossier", "places"}


@dataclass
class Contents:
    """What was filled in. Plain values only: it is stored as encrypted JSON."""

    people: list[dict[str, Any]] = field(default_factory=list)
    slot: str = ""
    from_date: str = ""
    to_date: str = ""
    half: str = Registration.Half.ANY.value
    site: str = ""
    ward: str = ""
    phone: str = ""
    priority: bool = False
    challenge: str = ""
    proved_code: str = ""
    proved_by: str = ""
    proved_at: float = 0.0
    accepted_notice: str = ""
    accepted_on_behalf: bool = False
    wants_messages: bool | None = None  # None where it was not asked again

    def party(self, citizen: Citizen | None) -> Party:
        return Party(
            citizen=citizen,
            people=[_person(entry, ward=self.ward) for entry in self.people],
            accepted=Accepted(notice=self.accepted_notice, on_behalf=self.accepted_on_behalf),
            phone=self.phone or None,
            priority=self.priority,
        )

    @property
    def sizes(self) -> list[int]:
        """How many places of a slot each of the people takes, as known when they were written down."""
        return [entry.get("places", visits.USUAL) for entry in self.people]

    @property
    def is_for_others(self) -> bool:
        return any(entry["relation"] != Relation.SELF for entry in self.people)

    @property
    def is_agreed(self) -> bool:
        """Whether all was agreed to that these people and today's notice need."""
        spoken_for = self.accepted_on_behalf or not self.is_for_others
        return self.accepted_notice == CURRENT_NOTICE.version and spoken_for


def _person(entry: dict[str, Any], *, ward: str = "") -> NewPerson:
    details = {key: value for key, value in entry.items() if key not in BESIDE_DETAILS}
    return NewPerson(
        details=PersonDetails(**details),
        relation=Relation(entry["relation"]),
        ward=ward,
        dossier=UUID(entry["dossier"]) if "dossier" in entry else None,
    )


def contents_of(draft: Draft) -> Contents:
    return Contents(**json.loads(draft.contents))


def begin(*, agency: Agency, intent: Draft.Intent, browser: str, now: datetime) -> Draft:
    """Start a draft for a browser; `browser` is the secret of its cookie.

    :raises DossierRequired: the agency wants a dossier first; then it begins with these
    :raises NotAllowedNow: the agency assigns places itself, and this is not a wish, or the other way round
    """
    if agency.dossier_required:
        raise DossierRequired
    if (intent == Draft.Intent.WISH) and not agency.office_assigns:
        raise NotAllowedNow(reason="đơn vị này để người dân tự chọn giờ")
    return _begin(agency, intent, Contents(), browser=browser, now=now)


def begin_for_dossiers(*, dossiers: Collection[UUID], citizen: Citizen, browser: str, now: datetime) -> Draft:
    """Start a draft with the people of these dossiers of one account, who come together. Of them nothing is
    asked again.

    :raises Invalid: none was chosen, or they are of different agencies, or one of them has a place meanwhile
    :raises TooManyPeople: more than the agency takes in one booking
    """
    ready = list(visits.ready_of(citizen).filter(public_id__in=dossiers))
    if not ready or len(ready) != len(set(dossiers)):
        words = "Chọn ít nhất một hồ sơ." if not dossiers else "Có hồ sơ vừa thay đổi. Xem lại rồi chọn."
        raise Invalid(errors=[FieldError("dossiers", "does_not_exist", words)])
    agency = ready[0].agency
    if any(dossier.agency_id != agency.pk for dossier in ready):
        words = "Mỗi lượt chọn hồ sơ của một đơn vị."
        raise Invalid(errors=[FieldError("dossiers", "other_agency", words)])
    if len(ready) > agency.people_per_booking:
        raise TooManyPeople(limit=agency.people_per_booking)
    places = places_by_procedure(agency)
    people = [
        {
            **dataclasses.asdict(filling.person_of(filling.data_of(dossier))),
            "relation": dossier.relation,
            "dossier": str(dossier.public_id),
            "places": places.get(dossier.version.regulation_id, visits.USUAL),
        }
        for dossier in ready
    ]
    wards = {dossier.ward for dossier in ready}
    contents = Contents(people=people, ward=wards.pop() if len(wards) == 1 else "")
    intent = Draft.Intent.WISH if agency.office_assigns else Draft.Intent.PICK
    return _begin(agency, intent, contents, browser=browser, now=now)


def _begin(agency: Agency, intent: Draft.Intent, contents: Contents, *, browser: str, now: datetime) -> Draft:
    return Draft.objects.create(
        agency=agency, intent=intent, browser_key=_hash(browser), contents=_dump(contents), touched_at=now
    )


def find(*, public_id: UUID, browser: str, now: datetime) -> Draft:
    """The draft, if this browser began it and it is not too old.

    :raises NotFound: another browser's, too old, or none
    """
    drafts = Draft.objects.select_related("agency", "booking")
    mine = drafts.filter(public_id=public_id, browser_key=_hash(browser), touched_at__gt=now - KEPT)
    draft = mine.first() if browser else None
    if draft is None:
        raise NotFound
    return draft


def put_person(
    *, draft: Draft, position: int | None, details: PersonDetails, relation: Relation, now: datetime
) -> None:
    """Write a person into the draft: in the place of another, or as one more.

    :raises Invalid: with plain field names
    :raises NotAllowedNow: in that place is somebody who comes with a dossier, which says who they are
    """
    faults = faults_of(details, law_day=draft.agency.law_day(now=now), today=local_date(now))
    if faults:
        raise Invalid(errors=faults)
    contents = contents_of(draft)
    is_another = position is not None and position < len(contents.people)
    if is_another and "dossier" in contents.people[position or 0]:
        raise NotAllowedNow(reason="người này ghi theo hồ sơ đã duyệt")
    _refuse_repeated(contents, details, position=position)
    entry = {**dataclasses.asdict(details), "relation": relation.value}
    if position is None or position >= len(contents.people):
        contents.people.append(entry)
    else:
        contents.people[position] = entry
    save(draft, contents, now=now)


def _refuse_repeated(contents: Contents, details: PersonDetails, *, position: int | None) -> None:
    key = person_key(details, account="draft")
    for index, entry in enumerate(contents.people):
        if index != position and person_key(_person(entry).details, account="draft") == key:
            text = f"Người này đã ghi ở mục thứ {index + 1}."
            raise Invalid(errors=[FieldError("personal_id", "repeated", text)])


def drop_person(*, draft: Draft, position: int, now: datetime) -> None:
    """Take a person out of the draft; one who is not there changes nothing."""
    contents = contents_of(draft)
    del contents.people[position : position + 1]
    save(draft, contents, now=now)


def save(draft: Draft, contents: Contents, *, now: datetime) -> None:
    """Store what was filled in. What is booked already is not written over."""
    draft.contents, draft.touched_at = _dump(contents), now
    Draft.objects.filter(pk=draft.pk, booking=None).update(contents=draft.contents, touched_at=now)


def earliest_slot(agency: Agency, *, sizes: Sequence[int], now: datetime, ward: str = "") -> Slot | None:
    """The first slot of the agency that can be booked now and has room for people of `ward`, each of whom
    takes so many places.

    Where none is large enough, the first that has room together with the slots that follow it.
    """
    company = Company(sizes, [ward] * len(sizes))
    found = free_hours(agency, company, most=1, now=now)
    return found[0].slot if found else None


def prove_phone(*, draft: Draft, code: str, now: datetime) -> accounts.Tokens:
    """Take the one-time code that was sent for this draft, and sign in; sent twice, it counts once.

    :raises Invalid: the code is wrong, too old or used up
    """
    refused: Invalid | None = None
    with transaction.atomic():
        contents = contents_of(_locked(draft))
        if contents.proved_code == code and now.timestamp() - contents.proved_at < SECOND_CLICK_SECONDS:
            return accounts.open_session(citizen=Citizen.objects.get(pk=int(contents.proved_by)), now=now)
        try:
            tokens = accounts.verify_code(challenge_id=UUID(contents.challenge), code=code, now=now)
        except Invalid as wrong:
            refused = wrong  # raised below, so that the try it cost is committed
        else:
            contents.proved_code, contents.proved_by = code, str(tokens.citizen.pk)
            contents.proved_at = now.timestamp()
            save(draft, contents, now=now)
    if refused:
        raise refused
    return tokens


def _locked(draft: Draft) -> Draft:
    # The booking is asked for afterwards: who waited here for the first click gets the draft as that left it,
    # but what was joined to it as it was before.
    rows = Draft.objects.select_for_update(of=("self",), no_key=True).select_related("agency")
    return rows.get(pk=draft.pk)


@transaction.atomic
def finish(*, draft: Draft, citizen: Citizen, now: datetime) -> Booking:
    """Make the booking or registration of a draft; sent twice, it is made once.

    :raises NotAllowedNow: nothing was chosen yet
    :raises DomainError: whatever `book` or `register` refuses; the draft stays as it is
    """
    draft = _locked(draft)
    if draft.booking is not None:
        return draft.booking
    contents = contents_of(draft)
    if not contents.people or not (contents.slot or contents.from_date):
        raise NotAllowedNow(reason="chưa chọn đủ người và giờ")
    party = contents.party(citizen)
    if draft.intent == Draft.Intent.WISH:
        booking = registrations.register(wish=_wish(draft, contents), party=party, now=now).booking
    else:
        booking = appointments.book(slot_id=UUID(contents.slot), party=party, now=now).booking
    if contents.wants_messages is not None and not accounts.takes_messages(citizen=citizen):
        accounts.choose_messages(
            citizen=citizen, wanted=contents.wants_messages, notice_version=contents.accepted_notice, now=now
        )
    # What was typed lives on in the booking only.
    Draft.objects.filter(pk=draft.pk).update(booking=booking, contents=_dump(Contents()), touched_at=now)
    return booking


def _wish(draft: Draft, contents: Contents) -> registrations.Wish:
    return registrations.Wish(
        agency=draft.agency.slug,
        from_date=date.fromisoformat(contents.from_date),
        to_date=date.fromisoformat(contents.to_date),
        half=Registration.Half(contents.half),
        site=UUID(contents.site) if contents.site else None,
        ward=contents.ward,
    )


def forget_old_drafts(*, now: datetime) -> int:
    """Delete drafts that nobody touched for a day; gives how many."""
    return Draft.objects.filter(touched_at__lte=now - KEPT).delete()[0]


def _dump(contents: Contents) -> str:
    return json.dumps(dataclasses.asdict(contents), ensure_ascii=False)


def _hash(browser: str) -> str:
    return hashlib.sha256(browser.encode()).hexdigest()
