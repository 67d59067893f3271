"""What is told about a dossier, each time in the transaction of the step that it tells.

A newer word takes the place of an older one that has not left. Who declared at the counter has no account and
hears it there.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from accounts.identity import given_name
from core.time import at
from dossiers.models import Dossier
from notifications.kinds import ABOUT_DOSSIERS, Kind
from notifications.services import NewMessage, owe_messages, withdraw_messages

# By then its person has looked for themselves, or was called.
WORTH_SENDING = timedelta(days=30)
MAKE_AN_APPOINTMENT = "Mời đặt lịch đến để chụp ảnh, lấy vân tay."
BRING_TO_COLLECT = "giấy hẹn, thẻ hoặc giấy tờ tùy thân đang có"


def tell_returned(dossier: Dossier, *, items: int, now: datetime) -> None:
    """Tell that so many things have to be mended; which ones is read in the dossier."""
    _tell(Kind.DOSSIER_RETURNED, [dossier], now=now, items=str(items))


def tell_accepted(dossier: Dossier, *, advice: str = MAKE_AN_APPOINTMENT, now: datetime) -> None:
    """Tell that it was approved, and what is next; `advice` is a sentence."""
    _tell(Kind.DOSSIER_ACCEPTED, [dossier], now=now, advice=advice)


def tell_refused(dossier: Dossier, *, reason: str, now: datetime) -> None:
    """Tell that it is not taken on; `reason` has no personal data and no full stop."""
    _tell(Kind.DOSSIER_REFUSED, [dossier], now=now, reason=reason)


def tell_stopped(dossiers: Sequence[Dossier], *, reason: str, now: datetime) -> None:
    """Tell that the office ended it without a card; `reason` has no personal data and no full stop."""
    _tell(Kind.DOSSIER_STOPPED, dossiers, now=now, reason=reason)


def tell_ready(dossiers: Sequence[Dossier], *, now: datetime) -> None:
    """Tell that the cards are there. Two statements, however many; `agency` must be read along."""
    _tell(Kind.CARD_READY, dossiers, now=now, bring=BRING_TO_COLLECT)


def tell_late(
    dossiers: Sequence[Dossier], *, promised: Mapping[int, date], reason: str = "", now: datetime
) -> None:
    """Say sorry that cards did not come by the day promised (by the key of each), and give the new one,
    `return_on`; `reason` has no personal data and no full stop.
    """
    said = {dossier.pk: {"promised": _day(promised[dossier.pk]), "reason": reason} for dossier in dossiers}
    _tell_each(Kind.CARD_LATE, dossiers, said, now=now)


def withdraw(dossiers: Iterable[Dossier], *, now: datetime) -> None:
    """Take back what was owed about dossiers and has not left: it is no longer so."""
    about = [dossier.code for dossier in dossiers]
    withdraw_messages(about=about, kinds=sorted(ABOUT_DOSSIERS), now=now)


def late_context(dossier: Dossier, *, promised: date, return_on: date, reason: str = "") -> dict[str, str]:
    """What an apology would say, for who looks at it before it is sent."""
    said = {"promised": _day(promised), "return_on": _day(return_on), "reason": reason}
    return {**_context(dossier), **{name: value for name, value in said.items() if value}}


def _tell(kind: Kind, dossiers: Sequence[Dossier], *, now: datetime, **said: str) -> None:
    _tell_each(kind, dossiers, {dossier.pk: said for dossier in dossiers}, now=now)


def _tell_each(
    kind: Kind, dossiers: Sequence[Dossier], said: Mapping[int, Mapping[str, str]], *, now: datetime
) -> None:
    withdraw(dossiers, now=now)
    told = [dossier for dossier in dossiers if dossier.citizen_id is not None]
    if told:
        owe_messages(messages=[_message(kind, row, said[row.pk], now=now) for row in told], now=now)


def _message(kind: Kind, dossier: Dossier, said: Mapping[str, str], *, now: datetime) -> NewMessage:
    if dossier.citizen is None:
        raise ValueError("Nobody to tell")
    return NewMessage(
        agency=dossier.agency,
        recipient=dossier.citizen,
        kind=kind,
        about=dossier.code,
        # Each step has a revision of its own: told once, and again if it is taken again.
        occasion=str(dossier.revision),
        context=_context(dossier) | {name: value for name, value in said.items() if value},
        due_at=now,
        expires_at=_expires_at(kind, dossier, now=now),
    )


def _context(dossier: Dossier) -> dict[str, str]:
    known = {
        "name": given_name(dossier.full_name),
        "code": dossier.code,
        "office": dossier.agency.name,
        "address": dossier.agency.address,
        "return_on": _day(dossier.return_on) if dossier.return_on else "",
    }
    return {name: value for name, value in known.items() if value}


def _expires_at(kind: Kind, dossier: Dossier, *, now: datetime) -> datetime:
    if kind == Kind.CARD_LATE and dossier.return_on:
        return max(at(dossier.return_on, time.min), now + timedelta(days=1))
    return now + WORTH_SENDING


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
