"""Opening an agency to citizens: what it needs, read from how things stand, and the switch itself.

Nothing here is ticked by hand. A line is done when the thing is there, and undone when it goes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, Sum

from accounts.models import Citizen, Posting
from accounts.roles import Role
from accounts.services import account_with_phone
from agencies.models import Agency
from agencies.services.calendar import read_calendar
from agencies.services.naming import is_unit_code
from booking.errors import NotReady, StillExpected
from booking.models import Appointment, Registration, ServiceDay, Site, Slot
from booking.services import calendar
from booking.services.planning import plan_day, planning_sites
from core import phones
from core.errors import FieldError, Invalid
from core.text import say_number
from core.time import local_date, say_day
from dossiers.services.loading import load_procedures
from notifications import services as notifications
from notifications.models import Message, State
from notifications.services import Kind
from zalo.models import OaToken

# Who must be there: one who answers for the office, one who receives people. One officer may be both.
NEEDED_ROLES = (Role.HEAD, Role.RECEPTIONIST)
# A calendar that ends sooner than this is worth a word.
SOON_EMPTY = timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """One thing an agency needs: whether it is there, what there is, and why it matters.

    What is not `is_required` is good advice, and keeps nobody from opening.
    """

    key: str
    title: str
    is_done: bool
    says: str
    why: str
    is_required: bool = True


def checklist(*, agency: Agency, now: datetime) -> list[Line]:
    """Everything an agency needs, in the order in which it is best done."""
    active = Site.objects.filter(agency=agency, is_active=True).order_by("pk")
    sites = list(active)
    return [
        _unit_code(agency),
        _hotline(agency),
        _official_account(agency, now=now),
        _reminder_template(agency),
        _other_templates(agency),
        _sites(sites),
        _hours(agency, now=now),
        _officers(agency, now=now),
        _trial(agency),
        _calendar(agency, now=now),
    ]


def _unit_code(agency: Agency) -> Line:
    is_done = is_unit_code(agency.unit_code)
    says = (
        agency.unit_code
        if is_done
        else "Chưa có."
        if not agency.unit_code
        else "Không đúng dạng G01.863.205."
    )
    why = "Mã của Bộ Công an, để hồ sơ và báo cáo ghi đúng đơn vị."
    return Line("unit_code", "Mã đơn vị", is_done, says, why)


def _hotline(agency: Agency) -> Line:
    why = "Người dân gọi khi không dùng được Zalo; hiện trên trang, phiếu hẹn và trong tin nhắn."
    return Line("hotline", "Đường dây nóng", bool(agency.hotline), agency.hotline or "Chưa có số.", why)


def _official_account(agency: Agency, *, now: datetime) -> Line:
    token = OaToken.objects.filter(oa_id=agency.oa_id).first() if agency.oa_id else None
    is_done = token is not None and token.state == OaToken.State.ACTIVE
    if not agency.oa_id:
        says = "Chưa kết nối Official Account nào."
    elif token is None:
        says = f"OA {agency.oa_id}: chưa có quyền gửi. Quản trị viên OA bấm Kết nối."
    elif not is_done:
        says = f"OA {agency.oa_id}: {token.get_state_display()}."
    elif OaToken.objects.ailing(now).filter(pk=token.pk).exists():
        says = f"OA {agency.oa_id}: đang dùng được, nhưng sắp phải cấp quyền lại."
    else:
        says = f"OA {agency.oa_id}: đang dùng được."
    return Line(
        "oa", "Official Account trên Zalo", is_done, says, "Số thứ tự và nhắc hẹn gửi từ tài khoản này."
    )


def _reminder_template(agency: Agency) -> Line:
    missing = notifications.kinds_without_template(agency, [Kind.REMINDER])
    says = "Chưa có mã mẫu tin." if missing else "Đã có mã mẫu tin."
    why = "Không có mẫu Zalo đã duyệt thì chỉ nhắc được người vừa nhắn với OA trong 48 giờ."
    return Line("reminder_template", "Mẫu tin nhắc hẹn", not missing, says, why)


def _other_templates(agency: Agency) -> Line:
    first = (Kind.REGISTERED, Kind.LEFT_OVER) if agency.office_assigns else (Kind.BOOKED,)
    missing = notifications.kinds_without_template(agency, [*first, Kind.CHANGED, Kind.CANCELLED])
    names = ", ".join(kind.label for kind in missing)
    says = f"Chưa có mã mẫu: {names}." if missing else "Đủ mã mẫu."
    why = "Người dân được báo khi đặt, đổi, hủy. Thiếu thì họ chỉ thấy trên trang."
    return Line("other_templates", "Mẫu các tin khác", not missing, says, why, is_required=False)


def _sites(sites: Sequence[Site]) -> Line:
    placed = [site for site in sites if site.address.strip()]
    says = f"{len(placed)} điểm đang hoạt động." if placed else "Chưa có điểm nào đang hoạt động, có địa chỉ."
    return Line("sites", "Điểm thu nhận", bool(placed), says, "Nơi người dân đến, có địa chỉ để tìm đường.")


def _hours(agency: Agency, *, now: datetime) -> Line:
    days = list(_open_days(agency, now=now))
    why = "Từ lịch mở cửa và các buổi thêm, hệ thống chia ra khung giờ để đặt."
    title = "Lịch mở cửa"
    if not days:
        says = f"Không có khung giờ nào trong {agency.window_days} ngày tới."
        return Line("hours", title, is_done=False, says=says, why=why)
    last, places = max(on for on, _ in days), say_number(sum(places for _, places in days))
    left = (last - local_date(now)).days
    open_on = len({on for on, _ in days})
    says = f"{open_on} ngày mở, {places} chỗ; còn lịch {left} ngày, đến hết {say_day(last)}."
    if last - local_date(now) < min(SOON_EMPTY, timedelta(days=agency.window_days)):
        says += " Sắp hết, nên thêm."
    return Line("hours", title, is_done=True, says=says, why=why)


def _open_days(agency: Agency, *, now: datetime) -> Iterator[tuple[date, int]]:
    """Each day of each site in the window on which people can come, with its places: made, or still to be."""
    first, last = local_date(now), local_date(now) + timedelta(days=agency.window_days)
    active = Site.objects.filter(agency=agency, is_active=True)
    made = ServiceDay.objects.filter(site__in=active, date__range=(first, last)).annotate(
        places=Sum("slots__capacity", filter=Q(slots__is_open=True))
    )
    known: set[tuple[int, date]] = set()
    for day in made.order_by("date", "pk"):
        known.add((day.site_id, day.date))
        if day.is_open and day.places:
            yield day.date, day.places
    calendar_days = read_calendar(first=first, last=last)
    every = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    for site in planning_sites(active, first=first, last=last).order_by("pk"):
        for on in every:
            slots = plan_day(site, on, calendar=calendar_days).slots
            if slots and (site.pk, on) not in known:
                yield on, sum(slot.capacity for slot in slots)


def _officers(agency: Agency, *, now: datetime) -> Line:
    at_work = Posting.objects.on(local_date(now)).filter(
        agency=agency, officer__is_active=True, officer__is_staff=True
    )
    roles = set(at_work.values_list("officer__groups__name", flat=True))
    count = at_work.values("officer").distinct().count()
    missing = [role.label for role in NEEDED_ROLES if role.label not in roles]
    says = f"{count} cán bộ đang làm việc." + (
        f" Còn thiếu vai trò: {', '.join(missing)}." if missing else ""
    )
    why = "Cần người phụ trách và người tiếp nhận; một cán bộ có thể giữ cả hai vai trò."
    return Line("officers", "Cán bộ", not missing, says, why)


def _trial(agency: Agency) -> Line:
    arrived = notifications.trial_arrived(agency)
    says = "Tin thử đã đến điện thoại." if arrived else _fate(notifications.last_trial(agency))
    why = "Một tin thật qua OA của đơn vị đến máy của mình: biết chắc người dân sẽ nhận được."
    return Line("trial", "Gửi tin thử", arrived, says, why)


def _fate(message: Message | None) -> str:
    if message is None:
        return "Chưa gửi."
    if message.state == State.SENT:
        return "Đã gửi, đang chờ Zalo báo máy đã nhận."
    if message.state == State.DELIVERED:
        return "Tin thử gần nhất đến từ một OA khác; gửi lại."
    words = f"Tin thử gần nhất: {State(message.state).label}"
    return f"{words} ({message.last_error})." if message.last_error else f"{words}."


def _calendar(agency: Agency, *, now: datetime) -> Line:
    title, why = "Trang cho người dân", "Đơn vị hiện trên trang, người dân đặt lịch được."
    if not agency.is_active:
        says = "Chưa mở. Khung giờ được tạo ngay khi bấm Mở đơn vị."
        return Line("open", title, is_done=False, says=says, why=why, is_required=False)
    free = Slot.objects.bookable(now=now).filter(day__site__agency=agency).with_room_for(1)
    says = "Đang mở, còn chỗ để đặt." if free.exists() else "Đang mở, nhưng không còn khung giờ nào đặt được."
    return Line("open", title, free.exists(), says, why, is_required=False)


def missing_of(lines: Sequence[Line]) -> list[Line]:
    """What keeps an agency from opening."""
    return [line for line in lines if line.is_required and not line.is_done]


@transaction.atomic
def open_agency(*, agency: Agency, now: datetime) -> Agency:
    """Let citizens in; the slots they can book are made next (`fill_calendar`).

    :raises NotReady: something is missing; it says what
    """
    row = Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=agency.pk)
    missing = missing_of(checklist(agency=row, now=now))
    if missing:
        raise NotReady(missing=", ".join(line.title.lower() for line in missing))
    row.is_active = True
    row.save(update_fields=["is_active"])
    load_procedures(now=now)  # its page tells what to bring; there since the last update as a rule
    return row


def fill_calendar(*, agency: Agency, now: datetime) -> None:
    """Make the slots of an agency that was just opened; of one that is shut, none.

    After the opening is committed: many rows, and what fails here is made good every night.
    """
    for site in Site.objects.open_to_citizens().filter(agency=agency).order_by("pk"):
        calendar.open_calendar(site=site, now=now)


@transaction.atomic
def close_agency(*, agency: Agency, now: datetime) -> Agency:
    """Let no citizen in any more; possible when nobody is expected there.

    :raises StillExpected: people hold places or wait for one
    """
    # Whole, not only `no_key`: who books holds the key of the agency (`people.claim`), and is waited for.
    row = Agency.objects.select_for_update(of=("self",)).get(pk=agency.pk)
    expected = Appointment.objects.live().filter(day__site__agency=row, day__date__gte=local_date(now))
    waiting = Registration.objects.waiting().filter(agency=row)
    if expected.exists() or waiting.exists():
        raise StillExpected(appointments=expected.count(), registrations=waiting.count())
    row.is_active = False
    row.save(update_fields=["is_active"])
    return row


@transaction.atomic
def send_test_message(*, agency: Agency, phone: str, now: datetime) -> None:
    """Send a reminder of nothing to an officer's own phone, by the agency's Official Account.

    The phone must have signed in to the portal once: so nobody can pester a stranger from here, and it is
    sent the way a citizen's is.

    :raises Invalid: no mobile phone, or no account has verified it
    :raises MessagePending: the last one has not left yet
    """
    recipient = _owner_of(phone)
    site = Site.objects.filter(agency=agency, is_active=True).order_by("pk").first()
    notifications.send_trial(
        agency=agency,
        recipient=recipient,
        site=site.name if site else agency.name,
        address=site.address if site else agency.address,
        now=now,
    )


def _owner_of(phone: str) -> Citizen:
    try:
        number = phones.mobile(phone)
    except ValueError as error:
        words = "Ghi số di động Việt Nam, thí dụ 0905 123 456."
        raise Invalid(errors=[FieldError("phone", "invalid", words)]) from error
    owner = account_with_phone(number)
    if owner is None:
        words = "Số này chưa đăng nhập cổng. Mở trang của người dân, đăng nhập một lần rồi thử lại."
        raise Invalid(errors=[FieldError("phone", "unknown", words)])
    return owner
