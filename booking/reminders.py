"""Which messages an appointment or a registration owes, and when. How often they are sent is not decided
here.

A reminder is written as soon as its text is known: with the booking where the number is given at once, by the
evening run where it comes later. Moving or cancelling withdraws what has not left.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from agencies.models import Agency
from booking.models import Appointment, Registration
from core.time import at, local_date, say_time
from dossiers.services.visits import PapersToBring
from notifications.kinds import LIMITS, Kind, appointment_context
from notifications.services import NewMessage, hasten, owe_messages, replace_messages, withdraw_messages

# A cancellation is news even after the hour: an officer may free a number once the appointment has begun.
CANCELLATION_IS_NEWS = timedelta(days=1)


REGISTER_AGAIN = "Đăng ký lại, hoặc gọi đơn vị để được xếp."
AND_MORE = "; còn nữa, xem trên trang của hồ sơ"


def reminder_due_at(agency: Agency, day: date) -> datetime:
    """The agency's hour of the afternoon before `day`, Việt Nam time."""
    return at(day - timedelta(days=1), agency.reminder_at)


def number_told_at(agency: Agency, day: date) -> datetime:
    """When queue numbers of `day` are released, Việt Nam time."""
    return at(day - timedelta(days=1), agency.number_release)


def number_sent_at(agency: Agency, day: date) -> datetime:
    """When people hear their number of `day`: it travels with the reminder. Việt Nam time."""
    return max(number_told_at(agency, day), reminder_due_at(agency, day))


def to_bring(appointment: Appointment, *, papers: PapersToBring) -> list[str]:
    """What its person brings: by their dossier, else, in one piece, what the office asks of everybody."""
    person, listed = appointment.person, []
    if person.dossier and person.birth_date:
        listed = papers.of(person.dossier, birth_date=person.birth_date)
    return listed or [appointment.day.site.agency.papers_to_bring]


def say_to_bring(papers: Sequence[str], *, most: int | None = None) -> str:
    """The papers in one line; where that is too long for `most` letters, the first of them, and that there
    are more.
    """
    tidy = [paper.rstrip(". ") for paper in papers]
    whole = "; ".join(tidy)
    if most is None or len(whole) <= most:
        return whole
    kept = ""
    for count in range(len(tidy) - 1, 0, -1):
        kept = "; ".join(tidy[:count]) + AND_MORE
        if len(kept) <= most:
            return kept
    return whole  # a single long one is cut where it is sent


def owe_for_new(appointments: Sequence[Appointment], *, is_told: bool = False, now: datetime) -> None:
    """Owe what new appointments tell: that they are booked, and the reminder if its text is known.

    Booked after the hour of reminding, the reminder goes at once and says everything; then one is enough.
    Whoever books sees on the screen that it is done: that word needs no message that is paid for, and in the
    chat, where they were answered (`is_told`), none at all.
    """
    messages, papers = [], PapersToBring()
    for appointment in _told(appointments):
        reminder = _reminder(appointment, papers=papers, now=now)
        if not is_told and (reminder is None or reminder.due_at > now):
            booked = _message(appointment, Kind.BOOKED, papers=papers, due_at=now)
            messages.append(replace(booked, is_shown=True))
        if reminder is not None:
            messages.append(reminder)
    _owe(messages, now=now)


def owe_for_moved(appointment: Appointment, *, is_told: bool = False, now: datetime) -> None:
    """Owe the word that an appointment was moved, and its new reminder.

    Who was answered in the chat (`is_told`) needs that word only where it takes the place of the reminder: an
    answer brings no receipt, and who has none is called.
    """
    if not _told([appointment]):
        return
    papers = PapersToBring()
    occasion = str(appointment.changes)
    changed = _message(appointment, Kind.CHANGED, papers=papers, due_at=now, occasion=occasion)
    reminder = _reminder(appointment, papers=papers, now=now)
    later = [reminder] if reminder is not None and reminder.due_at > now else []
    is_last_word = reminder is not None and not later
    replace_messages(messages=[changed, *later] if is_last_word or not is_told else later, now=now)


def owe_reminders(appointments: Sequence[Appointment], *, now: datetime) -> None:
    """Owe the reminder of each appointment that has its number; one that is owed or sent stays as it is."""
    papers = PapersToBring()
    reminders = [_reminder(appointment, papers=papers, now=now) for appointment in _told(appointments)]
    _owe([reminder for reminder in reminders if reminder is not None], now=now)


def send_reminders_now(codes: Sequence[str], *, now: datetime) -> None:
    """Make the reminders of these appointments due at once."""
    hasten(kind=Kind.REMINDER, about=codes, now=now)


def tell_cancelled(appointment: Appointment, *, reason: str = "", now: datetime) -> None:
    told, papers = _told([appointment]), PapersToBring()
    _owe([_message(row, Kind.CANCELLED, papers=papers, due_at=now, reason=reason) for row in told], now=now)


def tell_released(appointment: Appointment, *, now: datetime) -> None:
    """Tell whoever booked with another person's number that an officer gave the number back."""
    reason = "số định danh đã được trả lại cho chính chủ, sau khi cán bộ xem giấy tờ"
    tell_cancelled(appointment, reason=reason, now=now)


def withdraw(appointments: Sequence[Appointment], *, now: datetime) -> None:
    """Take back what was owed about appointments and has not left."""
    withdraw_messages(about=[appointment.code for appointment in appointments], now=now)


def tell_registered(registration: Registration, *, people: int, now: datetime) -> None:
    context = {
        "people": str(people),
        "from": f"{registration.from_date:%d/%m/%Y}",
        "to": f"{registration.to_date:%d/%m/%Y}",
    }
    if registration.site is not None:
        context["site"] = registration.site.name
    _owe(_about(registration, Kind.REGISTERED, context, now=now), now=now)


def tell_left_over(
    registrations: Sequence[Registration], *, day: date, next_day: date | None, now: datetime
) -> None:
    """Tell that `day` was full: carried over to the next open day, or over for good."""
    messages = []
    for registration in registrations:
        context = {"fact": f"Ngày {day:%d/%m/%Y} đã kín."}
        if registration.status != Registration.Status.WAITING:
            context["advice"] = REGISTER_AGAIN
        elif next_day is not None and next_day <= registration.to_date:
            context["next_day"] = f"{next_day:%d/%m/%Y}"
        occasion = f"{day:%Y-%m-%d}"
        messages += _about(registration, Kind.LEFT_OVER, context, now=now, occasion=occasion)
    _owe(messages, now=now)


def tell_ended(registrations: Sequence[Registration], *, now: datetime) -> None:
    """Tell that the last day went by without a place, where nobody was told that it was full."""
    messages = []
    for registration in registrations:
        fact = f"Đăng ký đến hết ngày {registration.to_date:%d/%m/%Y} chưa xếp được chỗ."
        context = {"fact": fact, "advice": REGISTER_AGAIN}
        messages += _about(registration, Kind.LEFT_OVER, context, now=now, occasion="ended")
    _owe(messages, now=now)


def tell_withdrawn(registration: Registration, *, reason: str, now: datetime) -> None:
    """Tell that an officer took the registration back, and why."""
    context = {"fact": f"Đơn vị đã rút đăng ký này: {reason}.", "advice": REGISTER_AGAIN}
    _owe(_about(registration, Kind.LEFT_OVER, context, now=now, occasion="withdrawn"), now=now)


def withdraw_registration(registration: Registration, *, now: datetime) -> None:
    withdraw_messages(about=[str(registration.public_id)], now=now)


def _told(appointments: Sequence[Appointment]) -> list[Appointment]:
    """Those that were booked from an account; the others are told on paper."""
    return [appointment for appointment in appointments if appointment.person.citizen_id is not None]


def _reminder(appointment: Appointment, *, papers: PapersToBring, now: datetime) -> NewMessage | None:
    """The reminder with place, hour and number; None as long as there is no number."""
    if appointment.number is None:
        return None
    due_at = max(reminder_due_at(appointment.day.site.agency, appointment.day.date), now)
    occasion = say_time(appointment.slot.starts_at)
    return _message(appointment, Kind.REMINDER, papers=papers, due_at=due_at, occasion=occasion)


def _owe(messages: Sequence[NewMessage], *, now: datetime) -> None:
    if messages:
        owe_messages(messages=messages, now=now)


def _message(
    appointment: Appointment,
    kind: Kind,
    *,
    papers: PapersToBring,
    due_at: datetime,
    occasion: str = "",
    reason: str = "",
) -> NewMessage:
    site, agency = appointment.day.site, appointment.day.site.agency
    citizen = appointment.person.citizen
    if citizen is None:
        raise ValueError("Nobody to tell")
    return NewMessage(
        agency=agency,
        recipient=citizen,
        kind=kind,
        about=appointment.code,
        occasion=occasion,
        context=appointment_context(
            full_name=appointment.person.full_name,
            code=appointment.code,
            site=site.name,
            starts_at=appointment.slot.starts_at,
            number=appointment.queue_number or "",
            number_at=number_sent_at(agency, appointment.day.date),
            early_minutes=agency.arrive_early_minutes,
            bring=say_to_bring(to_bring(appointment, papers=papers), most=LIMITS["bring"]),
            address=site.address,
            reason=reason,
        ),
        due_at=due_at,
        expires_at=_expires_at(appointment, kind, due_at=due_at),
    )


def _expires_at(appointment: Appointment, kind: Kind, *, due_at: datetime) -> datetime:
    if kind == Kind.CANCELLED:
        return max(appointment.slot.starts_at, due_at + CANCELLATION_IS_NEWS)
    return appointment.slot.starts_at


def _about(
    registration: Registration, kind: Kind, context: dict[str, str], *, now: datetime, occasion: str = ""
) -> list[NewMessage]:
    """The message about a registration; none where an officer wrote it down for somebody without account."""
    citizen = registration.booking.citizen
    if citizen is None:
        return []
    last_use = at(max(registration.to_date, local_date(now)) + timedelta(days=2), time.min)
    message = NewMessage(
        agency=registration.agency,
        recipient=citizen,
        kind=kind,
        about=str(registration.public_id),
        occasion=occasion,
        context=context,
        due_at=now,
        expires_at=last_use,
    )
    return [message]
