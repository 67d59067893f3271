"""Asking for a place where the office assigns: who and when, the rest comes the afternoon before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import Citizen
from agencies.models import Agency
from booking import reminders
from booking.errors import NotAllowedNow, NotOpenYet
from booking.models import Person, Registration, Site
from booking.services import people as who
from core.errors import FieldError, Invalid, NotFound
from core.time import local_date

LONGEST_RANGE = timedelta(days=31)


@dataclass(frozen=True)
class Wish:
    """When and where a party wants to come. Dates are days in Việt Nam, both included."""

    agency: str
    from_date: date
    to_date: date
    half: Registration.Half = Registration.Half.ANY
    site: UUID | None = None
    ward: str = ""


def register(*, wish: Wish, party: who.Party, is_told: bool = False, now: datetime) -> Registration:
    """Note that a party wants to come in a range of days; each of them counts as live until placed or let go.

    With `is_told` the party is answered where it asked, in the chat, and no message is owed besides.

    :raises Invalid: a wrong field, no such agency or site, a range in the past, upside down or too long
    :raises NotAllowedNow: the agency lets citizens pick the hour themselves
    :raises NotOpenYet: the range ends beyond the agency's window
    :raises DossierRequired, TooManyPeople, TooManyLive, AlreadyBooked: as for a booking
    """
    return who.with_fresh_seats(
        lambda: _register(wish=wish, party=party, is_told=is_told, now=now), citizen=party.citizen
    )


@transaction.atomic
def _register(*, wish: Wish, party: who.Party, is_told: bool, now: datetime) -> Registration:
    agency, seats_in_use = _agency_and_seats(wish.agency, citizen=party.citizen)
    site = _site_of(agency, wish.site)
    check(wish=wish, party=party, agency=agency, now=now)

    people = who.claim(party, agency=agency, in_use=seats_in_use, now=now)
    registration = Registration.objects.create(
        booking=people[0].booking,
        agency=agency,
        site=site,
        ward=wish.ward,
        from_date=wish.from_date,
        to_date=wish.to_date,
        half=wish.half,
    )
    if not is_told:
        reminders.tell_registered(registration, people=len(people), now=now)
    return registration


def _agency_and_seats(slug: str, *, citizen: Citizen | None) -> tuple[Agency, list[int]]:
    agencies = Agency.objects.filter(slug=slug, is_active=True)
    if citizen is not None:
        agencies = agencies.annotate(seats_in_use=who.seats_in_use(citizen))
    agency = agencies.first()
    if agency is None:
        raise Invalid(errors=[FieldError("agency", "does_not_exist", "Không có đơn vị này.")])
    refuse_agency(agency)
    return agency, getattr(agency, "seats_in_use", [])


def refuse_agency(agency: Agency) -> None:
    """Refuse an agency that takes no registrations.

    :raises NotAllowedNow: it lets citizens pick the hour themselves
    """
    if not agency.office_assigns:
        raise NotAllowedNow(reason="đơn vị này để người dân tự chọn giờ, mời đặt lịch")


def check(*, wish: Wish, party: who.Party, agency: Agency, now: datetime) -> None:
    """Refuse what can be known of a registration without asking the database.

    :raises Invalid, NotOpenYet, TooManyPeople, DossierRequired: as `register` does
    """
    _refuse_range(wish, agency=agency, now=now)
    who.check(party, agency=agency, now=now)


def _site_of(agency: Agency, public_id: UUID | None) -> Site | None:
    if public_id is None:
        return None
    site = Site.objects.open_to_citizens().filter(agency=agency, public_id=public_id).first()
    if site is None:
        raise Invalid(errors=[FieldError("site", "does_not_exist", "Không có điểm thu nhận này.")])
    return site


def _refuse_range(wish: Wish, *, agency: Agency, now: datetime) -> None:
    today = local_date(now)
    if wish.from_date < today:
        raise Invalid(errors=[FieldError("from", "in_past", "Ngày bắt đầu đã qua.")])
    if wish.to_date < wish.from_date:
        raise Invalid(errors=[FieldError("to", "before_from", "Ngày cuối phải từ ngày đầu trở đi.")])
    if wish.to_date - wish.from_date > LONGEST_RANGE:
        raise Invalid(errors=[FieldError("to", "too_long", "Chọn khoảng nhiều nhất 31 ngày.")])
    last_day = today + timedelta(days=agency.window_days)
    if wish.to_date > last_day:
        raise NotOpenYet(last_day=f"{last_day:%d/%m/%Y}")


@transaction.atomic
def withdraw(*, public_id: UUID, citizen: Citizen | None, reason: str = "", now: datetime) -> Registration:
    """Take a registration back; its people may register or book again at once.

    Where `citizen` is None, an officer does it, and the people are told the `reason`.

    :raises NotFound: no such registration of this citizen
    :raises NotAllowedNow: it does not wait any more
    """
    rows = Registration.objects.select_for_update(of=("self",), no_key=True).filter(public_id=public_id)
    if citizen is not None:
        rows = rows.of(citizen)
    registration = rows.select_related("agency", "booking").first()
    if registration is None:
        raise NotFound
    if registration.status == Registration.Status.PLACED:
        raise NotAllowedNow(reason="đã xếp chỗ rồi; nếu không đến được, hủy lịch hẹn")
    if registration.status != Registration.Status.WAITING:
        raise NotAllowedNow(reason="đăng ký này đã kết thúc")
    end(registration, status=Registration.Status.WITHDRAWN)
    reminders.withdraw_registration(registration, now=now)
    if citizen is None:
        reminders.tell_withdrawn(registration, reason=reason, now=now)
    return registration


def end(registration: Registration, *, status: Registration.Status) -> None:
    """End a locked registration that was not placed, and free its people."""
    registration.status = status
    registration.save(update_fields=["status"])
    who.let_go(Person.objects.filter(booking=registration.booking_id))


def leave(person: Person) -> bool:
    """Take a person out of a waiting registration; the last one ends it, the others keep their turn. False if
    they wait in none.
    """
    rows = Registration.objects.waiting().select_for_update(of=("self",), no_key=True)
    registration = rows.filter(booking=person.booking_id).select_related("booking").first()
    if registration is None or not who.let_go(Person.objects.filter(pk=person.pk)):
        return False
    if not Person.objects.filter(booking=person.booking_id, is_live=True).exists():
        end(registration, status=Registration.Status.WITHDRAWN)
    return True


def told_at(registration: Registration, *, now: datetime) -> datetime | None:
    """When the party will next be told about its place, Việt Nam time; None when it waits no more."""
    if registration.status != Registration.Status.WAITING:
        return None
    first = max(registration.from_date, local_date(now) + timedelta(days=1))
    if registration.left_over_on is not None:
        first = max(first, registration.left_over_on + timedelta(days=1))
    return max(reminders.number_told_at(registration.agency, first), now)
