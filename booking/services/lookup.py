"""Seeing an appointment without an account, by its code and what only the person and the family know."""

import hmac
from datetime import datetime, timedelta

from accounts.services import tries
from booking.models import Appointment
from core import proofs
from core.codes import tidy_code
from core.errors import NotFound

LOOKUP = "booking.lookup"
PROOF_LIFETIME = timedelta(minutes=30)


def look_up(
    *,
    code: str,
    birth_year: int,
    id_last4: str | None = None,
    phone_last4: str | None = None,
    now: datetime,
) -> Appointment:
    """Find an appointment by its code, the person's birth year, and the last four digits of the identity
    number or of a phone: the one given with the booking, or the account's verified one.

    The answer to a wrong proof is that to a code nobody has. Five of them in an hour lock the code; a right
    answer is not counted.

    :raises NotFound: no such code, or a wrong proof
    :raises LookupLocked: five wrong answers within the hour
    """
    code = tidy_code(code)
    tries.count_lookup(tries.APPOINTMENT, code, now=now)
    appointment = (
        Appointment.objects.for_display().select_related("person__citizen").filter(code=code).first()
    )
    if appointment is None or not _is_proved(
        appointment, birth_year=birth_year, id_last4=id_last4, phone_last4=phone_last4
    ):
        raise NotFound
    tries.forgive(tries.APPOINTMENT, code)
    return appointment


def _is_proved(
    appointment: Appointment, *, birth_year: int, id_last4: str | None, phone_last4: str | None
) -> bool:
    person = appointment.person
    phones = (person.booking.phone, person.citizen.phone if person.citizen else None)
    right_year = _same((person.birth_date or "")[:4], f"{birth_year:04d}")
    right_number = _ends(person.personal_id or person.old_id, id_last4)
    right_phone = any(_ends(phone, phone_last4) for phone in phones)
    return right_year and (right_number or right_phone)


def _ends(known: str | None, last4: str | None) -> bool:
    return known is not None and last4 is not None and _same(known[-4:], last4)


def _same(known: str, said: str) -> bool:
    return hmac.compare_digest(known.encode(), said.encode())


def proof_of(appointment: Appointment, now: datetime) -> str:
    """Sign that whoever brings this looked the appointment up; good for half an hour."""
    return proofs.sign(LOOKUP, appointment.code, lifetime=PROOF_LIFETIME, now=now)


def appointment_of_proof(proof: str, now: datetime) -> str:
    """The code of the appointment that was looked up.

    :raises NotFound: the proof was not made here, or is too old
    """
    return proofs.code_of(LOOKUP, proof, now=now)
