"""Sessions: dated hours beyond the week, such as an evening of overtime or a stop of the mobile team."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db import transaction

from agencies.models import Agency
from booking.errors import HoursOverlap, NotAllowedNow, SessionHasPeople
from booking.models import Appointment, ServiceDay, Session, SessionWard, Site, SiteWard, Slot
from booking.services.calendar import lock_sites, replan
from booking.services.planning import meets
from core.errors import DomainError, FieldError, Invalid
from core.time import at, local_date, say_clock

LONGEST_STAY = timedelta(days=31)
LETTER_OF_MOBILE_TEAM = "L"


class Ward(NamedTuple):
    """A ward by `SET:CODE` and the name that citizens read."""

    code: str
    name: str


@dataclass(frozen=True)
class Hours:
    """Hours of one date, cut into slots."""

    starts_at: time
    ends_at: time
    slot_minutes: int
    capacity: int


@transaction.atomic
def add_session(
    *,
    site: Site,
    on: date,
    hours: Hours,
    kind: Session.Kind = Session.Kind.OVERTIME,
    note: str = "",
    wards: Sequence[Ward] = (),
    now: datetime,
) -> Session:
    """Have a site work at hours of a date, holiday or not, and make the slots at once.

    With `wards`, only their people may come.

    :raises Invalid: hours in the past, upside down or shorter than a slot
    :raises NotAllowedNow: the site is out of use, or the day was closed by hand
    :raises HoursOverlap: another session, or people with appointments, are there at that time
    """
    _refuse_hours(on, hours, now=now)
    # No two sessions of a site are planned at the same moment, so looking before writing is enough.
    lock_sites([site.pk])
    if not Site.objects.open_to_citizens().filter(pk=site.pk).exists():
        raise NotAllowedNow(reason="điểm thu nhận này đang ngừng hoạt động")
    _refuse_overlap(site, on, hours)
    session = Session.objects.create(
        site=site,
        date=on,
        starts_at=hours.starts_at,
        ends_at=hours.ends_at,
        slot_minutes=hours.slot_minutes,
        capacity=hours.capacity,
        kind=kind,
        note=note,
    )
    SessionWard.objects.bulk_create(
        SessionWard(session=session, code=ward.code, name=ward.name) for ward in dict.fromkeys(wards)
    )
    _make_slots(site, on, now=now)
    return session


@transaction.atomic
def plan_overtime(
    *, site: Site, on: date, hours: Sequence[Hours], note: str = "", wards: Sequence[Ward] = (), now: datetime
) -> list[Session]:
    """Have a site work overtime on a date; refused as `add_session` is, for all stretches or none."""
    return [add_session(site=site, on=on, hours=each, note=note, wards=wards, now=now) for each in hours]


def _refuse_hours(on: date, hours: Hours, *, now: datetime) -> None:
    if hours.ends_at <= hours.starts_at:
        raise Invalid(errors=[FieldError("ends_at", "before_start", "Giờ đóng phải sau giờ mở.")])
    length = at(on, hours.ends_at) - at(on, hours.starts_at)
    if length < timedelta(minutes=hours.slot_minutes):
        raise Invalid(errors=[FieldError("slot_minutes", "too_long", "Khung giờ dài hơn cả buổi.")])
    if at(on, hours.starts_at) <= now:
        raise Invalid(errors=[FieldError("date", "in_past", "Ngày giờ này đã qua.")])


def _refuse_overlap(site: Site, on: date, hours: Hours) -> None:
    day = ServiceDay.objects.filter(site=site, date=on).first()
    if day is not None and day.is_manual and not day.is_open:
        raise NotAllowedNow(reason="ngày này cán bộ đã đóng; mở lại ngày trước")
    for other in Session.objects.planned().filter(site=site, date=on).order_by("starts_at"):
        if meets([other], hours.starts_at, hours.ends_at):
            raise HoursOverlap(other=f"buổi {other.starts_at:%H:%M}–{other.ends_at:%H:%M} đã có")
    begin, end = at(on, hours.starts_at), at(on, hours.ends_at)
    across = Slot.objects.filter(day=day, starts_at__lt=end, ends_at__gt=begin).order_by("pk")
    # Locked, so that nobody takes a place in one of them before it gives way.
    for slot in across.select_for_update(of=("self",), no_key=True):
        if slot.taken or (day is not None and day.is_manual):
            why = f"đã đặt {slot.taken} chỗ" if slot.taken else "cán bộ đã sửa tay"
            raise HoursOverlap(other=f"khung {_say(slot)} {why}")


def _say(slot: Slot) -> str:
    return f"{say_clock(slot.starts_at)}–{say_clock(slot.ends_at)}"


def _make_slots(site: Site, on: date, *, now: datetime) -> None:
    # Even where the nightly run has not come to the day yet: the session is to be seen at once.
    ServiceDay.objects.get_or_create(site=site, date=on)
    replan(Site.objects.filter(pk=site.pk), on=on, now=now)


@transaction.atomic
def cancel_session(*, session: Session, now: datetime) -> Session:
    """Call a session off: its slots go, and the day is as it would be without it.

    :raises NotAllowedNow: it is called off already, or has begun
    :raises SessionHasPeople: people have places in it
    """
    lock_sites([session.site_id])
    session.refresh_from_db()
    if session.cancelled_at is not None:
        raise NotAllowedNow(reason="buổi này đã hủy")
    if at(session.date, session.starts_at) <= now:
        raise NotAllowedNow(reason="buổi này đã bắt đầu")
    if any(slot.taken for slot in session.slots.select_for_update(no_key=True).order_by("pk")):
        raise SessionHasPeople(appointments=people_of(session))
    session.cancelled_at = now
    session.save(update_fields=["cancelled_at"])
    replan(Site.objects.filter(pk=session.site_id), on=session.date, now=now)
    return session


def people_of(session: Session) -> list[Appointment]:
    """The live appointments of a session, in the order of calling."""
    rows = Appointment.objects.live().filter(slot__session=session)
    in_order = rows.order_by("slot__starts_at", "number", "pk")
    return list(in_order.for_display().select_related("person__booking__citizen"))


@dataclass(frozen=True)
class Place:
    """Where the mobile team stops when it is no site yet."""

    name: str
    address: str


@dataclass(frozen=True)
class Stop:
    """A stop of the mobile team: a site or a new place, its days, and the hours of each of them."""

    place: Site | Place
    first: date
    last: date
    hours: Sequence[Hours]
    wards: Sequence[Ward] = field(default_factory=tuple)
    note: str = ""


@transaction.atomic
def plan_tour(*, agency: Agency, stops: Sequence[Stop], limited: bool = True, now: datetime) -> list[Session]:
    """Send the mobile team round: a session for each stop, day and stretch of hours; all of them or none.

    A new place becomes a site that names the wards of its stop. Unless `limited`, anyone may come.

    :raises Invalid: one entry for each stop that cannot be had, `stops[2].date` and the like
    """
    lock_sites(stop.place.pk for stop in stops if isinstance(stop.place, Site))
    made: list[Session] = []
    faults: list[FieldError] = []
    sites: dict[str, Site] = {}  # the new places; the team may come to one twice
    for index, stop in enumerate(stops):
        try:
            with transaction.atomic():
                site = _site_of(agency, stop, sites)
                made += _make_stop(site, stop, limited=limited, now=now)
            sites[site.name] = site
        except Invalid as refusal:
            faults += [
                FieldError(f"stops[{index}].{fault.field}", fault.code, fault.message)
                for fault in refusal.errors
            ]
        except DomainError as refusal:
            faults.append(FieldError(f"stops[{index}]", refusal.code, str(refusal)))
    if faults:
        raise Invalid(errors=faults)
    return made


def _site_of(agency: Agency, stop: Stop, new: Mapping[str, Site]) -> Site:
    if isinstance(stop.place, Place):
        return new.get(stop.place.name) or _new_site(agency, stop.place, stop.wards)
    if stop.place.agency_id != agency.pk:
        raise Invalid(errors=[FieldError("site", "does_not_exist", "Điểm này không thuộc đơn vị.")])
    return stop.place


def _make_stop(site: Site, stop: Stop, *, limited: bool, now: datetime) -> list[Session]:
    _refuse_dates(stop, now=now)
    days = (stop.first + timedelta(days=offset) for offset in range((stop.last - stop.first).days + 1))
    return [
        add_session(
            site=site,
            on=on,
            hours=hours,
            kind=Session.Kind.MOBILE,
            note=stop.note,
            wards=stop.wards if limited else (),
            now=now,
        )
        for on in days
        for hours in stop.hours
    ]


def _refuse_dates(stop: Stop, *, now: datetime) -> None:
    if stop.first < local_date(now):
        raise Invalid(errors=[FieldError("first", "in_past", "Ngày này đã qua.")])
    if stop.last < stop.first:
        raise Invalid(errors=[FieldError("last", "before_first", "Ngày cuối phải từ ngày đầu trở đi.")])
    if stop.last - stop.first > LONGEST_STAY:
        raise Invalid(errors=[FieldError("last", "too_long", "Mỗi chặng nhiều nhất 31 ngày.")])


def _new_site(agency: Agency, place: Place, wards: Iterable[Ward]) -> Site:
    if Site.objects.filter(agency=agency, name=place.name).exists():
        text = "Đã có điểm tên này; chọn trong danh sách."
        raise Invalid(errors=[FieldError("name", "taken", text)])
    site = Site.objects.create(
        agency=agency,
        name=place.name,
        address=place.address,
        kind=Site.Kind.MOBILE,
        number_prefix=LETTER_OF_MOBILE_TEAM,
    )
    SiteWard.objects.bulk_create(
        SiteWard(site=site, code=ward.code, name=ward.name) for ward in dict.fromkeys(wards)
    )
    return site
