"""Beginning in the middle: what a browser and the database hold after pages that other tests go through."""

import secrets

from django.utils import timezone

from accounts.models import Citizen
from accounts.relations import Relation
from accounts.services import browser_token, open_session
from accounts.tests.factories import CitizenFactory
from agencies.models import Agency
from booking.models import Appointment, Draft, Slot
from booking.services import drafts
from booking.services.people import NewPerson
from booking.tests.factories import book, person
from cccd_portal.tests.browser.offices import slots_of
from cccd_portal.tests.browser.visitor import AN, BINH, HANH, PHONE, Visitor
from core import phones

Relation = Relation


def the_family(size: int) -> list[NewPerson]:
    return [
        person("Trần Văn An", personal_id=AN),
        person(
            "Nguyễn Thị Bình", personal_id=BINH, birth_date="1958", sex="female", relation=Relation.MOTHER
        ),
        person("Lê Thị Hạnh", personal_id=HANH, birth_date="1990-03", sex="female", relation=Relation.SPOUSE),
    ][:size]


def signed_in(visitor: Visitor, phone: str = PHONE) -> Citizen:
    """Somebody who signed in on this browser some time ago."""
    citizen = CitizenFactory(by_code=True, phone=phones.mobile(phone))
    now = timezone.now()
    visitor.keep("citizen_session", browser_token(tokens=open_session(citizen=citizen, now=now), now=now))
    return citizen


def at_hours(visitor: Visitor, office: Agency, *, size: int = 1) -> Draft:
    """On the page of days and hours, the people written down."""
    draft = _draft(visitor, office, size=size)
    visitor.open(f"/dat-lich/{draft.public_id}/gio/")
    return draft


def at_check(visitor: Visitor, office: Agency, *, size: int = 1, hour: int = 0) -> Draft:
    """On the page that asks to check and to agree; `hour` counts tomorrow's slots."""
    draft = _draft(visitor, office, size=size)
    contents = drafts.contents_of(draft)
    contents.slot = str(slots_of(office)[hour].public_id)
    drafts.save(draft, contents, now=timezone.now())
    visitor.open(f"/dat-lich/{draft.public_id}/kiem-tra/")
    return draft


def at_code(visitor: Visitor, office: Agency, *, size: int = 1) -> None:
    """All agreed to and the code sent."""
    at_check(visitor, office, size=size)
    visitor.agree()
    visitor.press("Nhận mã xác nhận")


def _draft(visitor: Visitor, office: Agency, *, size: int) -> Draft:
    secret = visitor.cookie("citizen_draft") or secrets.token_urlsafe(24)
    visitor.keep("citizen_draft", secret)
    now = timezone.now()
    draft = drafts.begin(agency=office, intent=Draft.Intent.PICK, browser=secret, now=now)
    for one in the_family(size):
        drafts.put_person(draft=draft, position=None, details=one.details, relation=one.relation, now=now)
    return draft


def at_ticket(visitor: Visitor, slot: Slot, *, size: int = 1) -> Appointment:
    """Signed in, with appointments in this slot, at the ticket of the first."""
    first, *_ = book(slot, *the_family(size), citizen=signed_in(visitor), now=timezone.now())
    visitor.open(f"/lich-hen/{first.code}/")
    return first
