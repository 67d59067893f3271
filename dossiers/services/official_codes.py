"""The official code of a dossier, only where an office was given a series of its own: the unit, the day, a
serial, `G01.899.909-260916-890028` (Thông tư 01/2018/TT-VPCP Điều 19, as police offices write it).

The portal makes none up for an office without a series; a dossier's own code does for everything here.
"""

import re
from contextlib import suppress
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction

from accounts.models import Officer
from agencies.models import Agency
from core.db import violated
from core.errors import FieldError, Invalid, NotAllowedNow
from core.time import local_date
from dossiers.errors import SeriesUsedUp
from dossiers.models import Dossier, OfficialSerial
from dossiers.services.moving import CHANGED_MEANWHILE, stay
from dossiers.states import Status

NUMBERED = "NUMBERED"
# From being found in order on; what was not taken on has no official code.
MAY_HAVE_ONE = (Status.ACCEPTED, Status.TAKEN_IN, Status.READY, Status.HANDED_OVER)
TRIES = 20
_CODE = re.compile(r"([A-Z0-9]{3}(?:\.[0-9]{2,3}){1,3})-([0-9]{6})-([0-9]{4,6})")
_DRAW = """
INSERT INTO {table} (agency_id, day, last) VALUES (%s, %s, 1)
ON CONFLICT (agency_id, day) DO UPDATE SET last = {table}.last + 1
RETURNING last
"""


@transaction.atomic
def give_code(
    *, dossier: Dossier, officer: Officer, revision: int, typed: str = "", now: datetime
) -> Dossier:
    """Give a dossier its official code: the one typed, as another system of the state gave it, or else the
    next of the office's series.

    :raises NotAllowedNow: the office has no series, it has a code already, or it is not that far
    :raises Invalid: not a code of this office's series, or another dossier's
    :raises SeriesUsedUp: the day's serials are all given
    """
    if dossier.revision != revision:
        raise NotAllowedNow(reason=CHANGED_MEANWHILE)
    if dossier.agency.dossier_serial_digits is None:
        raise NotAllowedNow(reason="đơn vị chưa được giao dãy mã hồ sơ")
    if dossier.status not in MAY_HAVE_ONE:
        raise NotAllowedNow(reason=f"hồ sơ {Status(dossier.status).label}")
    if dossier.official_code:
        raise NotAllowedNow(reason="hồ sơ đã có mã chính thức")
    if typed.strip():
        return _write(dossier, _read(typed, dossier.agency), officer=officer, now=now)
    return _draw_and_write(dossier, officer=officer, now=now)


def _draw_and_write(dossier: Dossier, *, officer: Officer, now: datetime) -> Dossier:
    """The next serial of the day that no typed code has used."""
    for _ in range(TRIES):
        code = _next(dossier.agency, local_date(now))
        with suppress(Invalid):
            return _write(dossier, code, officer=officer, now=now)
    raise SeriesUsedUp


def _write(dossier: Dossier, code: str, *, officer: Officer, now: datetime) -> Dossier:
    try:
        with transaction.atomic():
            return stay(dossier=dossier, officer=officer, reason=NUMBERED, official_code=code, now=now)
    except IntegrityError as refused:
        if violated(refused) != "one_dossier_per_official_code":
            raise
        words = "Mã hồ sơ này đã dùng cho hồ sơ khác."
        raise Invalid(errors=[FieldError("code", "taken", words)]) from refused


def _read(typed: str, agency: Agency) -> str:
    code = "".join(typed.split()).upper()
    found = _CODE.fullmatch(code)
    if found is None or not _is_a_day(found[2]):
        words = "Mã hồ sơ có dạng G01.899.909-260916-890028."
        raise Invalid(errors=[FieldError("code", "invalid", words)])
    if found[1] != agency.unit_code or len(found[3]) != agency.dossier_serial_digits:
        words = f"Mã của đơn vị bắt đầu bằng {agency.unit_code} và có {agency.dossier_serial_digits} số cuối."
        raise Invalid(errors=[FieldError("code", "foreign", words)])
    return code


def _is_a_day(digits: str) -> bool:
    try:
        date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return False
    return True


def _next(agency: Agency, day: date) -> str:
    """Draw a serial: one statement, so that of two officers each gets their own."""
    with connection.cursor() as cursor:
        cursor.execute(_DRAW.format(table=OfficialSerial._meta.db_table), [agency.pk, day])
        serial: int = cursor.fetchone()[0]
    width = agency.dossier_serial_digits or 0
    if len(str(serial)) > width:
        raise SeriesUsedUp
    return f"{agency.unit_code}-{day:%y%m%d}-{serial:0{width}d}"
