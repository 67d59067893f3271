"""What the person of a dossier may do without an account, whoever declared it: see it, withdraw, erase.

The proof is the code, the birth year and the last four digits of the identity number. Whoever gave it right
gets a signed word, good for half an hour, that opens this dossier and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.identity import masked_number
from accounts.services import tries
from core import proofs
from core.codes import tidy_code
from core.errors import NotFound
from dossiers.form_definitions.shape import Field, Form, Group, Kind
from dossiers.models import Dossier
from dossiers.services import erasing, filling
from dossiers.services.declaring import locked
from dossiers.services.moving import move_on
from dossiers.states import Status

LOOKUP = "dossiers.lookup"  # the kind of proof
PROOF_LIFETIME = timedelta(minutes=30)
WITHDRAWN_BY_THE_PERSON = "Người được khai đã rút hồ sơ sau khi tra cứu bằng mã."
NOT_SHOWN = "đã khai, không hiển thị ở đây"


@dataclass(frozen=True)
class Line:
    """One item of a form as it may be shown to whoever proved to know the person."""

    label: str
    words: str


def look_up(*, code: str, birth_year: int, id_last4: str, now: datetime) -> Dossier:
    """Find a dossier by its code, its person's birth year and the last four digits of their number.

    The answer to a wrong proof is that to a code nobody has. Five of them in an hour lock the code; a right
    answer is not counted.

    :raises NotFound: no such code, or a wrong proof
    :raises LookupLocked: five wrong answers within the hour
    """
    code = tidy_code(code)
    tries.count_lookup(tries.DOSSIER, code, now=now)
    dossier = Dossier.objects.for_display().filter(code=code, forgotten_at=None).first()
    if dossier is None or not filling.is_proved(
        filling.data_of(dossier), birth_year=birth_year, id_last4=id_last4
    ):
        raise NotFound
    tries.forgive(tries.DOSSIER, code)
    return dossier


def proof_of(dossier: Dossier, *, now: datetime) -> str:
    """Sign that whoever brings this looked the dossier up; good for half an hour."""
    return proofs.sign(LOOKUP, dossier.code, lifetime=PROOF_LIFETIME, now=now)


def dossier_of_proof(proof: str, *, now: datetime) -> Dossier:
    """The dossier that was looked up.

    :raises NotFound: the proof was not made here, is too old, or the dossier was erased
    """
    code = proofs.code_of(LOOKUP, proof, now=now)
    dossier = Dossier.objects.for_display().filter(code=code, forgotten_at=None).first()
    if dossier is None:
        raise NotFound
    return dossier


@transaction.atomic
def withdraw(*, proof: str, now: datetime) -> Dossier:
    """Take a dossier back on its person's word.

    :raises NotFound: the proof is none
    :raises NotAllowedNow: the office has taken the person in, or it has ended
    """
    dossier = locked(dossier_of_proof(proof, now=now).public_id, citizen=None)
    return move_on(
        dossier=dossier, to=Status.WITHDRAWN, words=WITHDRAWN_BY_THE_PERSON, checking_by=None, now=now
    )


@transaction.atomic
def erase(*, proof: str, now: datetime) -> None:
    """Forget the person of a dossier on their own word; one that is under way is taken back first.

    :raises NotFound: the proof is none
    :raises NotAllowedNow: the office has taken the person in, and no card was handed over yet
    """
    dossier = dossier_of_proof(proof, now=now)
    erasing.erase(public_id=dossier.public_id, citizen=None, words=WITHDRAWN_BY_THE_PERSON, now=now)


def declared_lines(dossier: Dossier) -> list[Line]:
    """What was declared, item by item: numbers by their last three digits, of the birth date the year, and of
    what the law calls sensitive only that it was declared.
    """
    lines = list(_lines(filling.form_of(dossier), filling.data_of(dossier)))
    if extra := filling.extra_form_of(dossier):
        lines += _lines(extra, filling.extra_data_of(dossier))
    return lines


def _lines(form: Form, data: dict[str, Any]) -> Iterator[Line]:
    for part in form.parts:
        said = data.get(part.key)
        if said is None:
            continue
        if isinstance(part, Group):
            inside = said if isinstance(said, dict) else {}
            for field in part.fields:
                if field.key in inside:
                    yield Line(f"{part.label}: {field.label}", _masked(field, inside[field.key]))
        else:
            yield Line(part.label, _masked(part, said))


def _masked(field: Field, value: Any) -> str:
    if field.is_sensitive:
        return NOT_SHOWN
    if isinstance(value, bool):
        return "có" if value else "không"
    choices = dict(field.choices)
    if isinstance(value, list):
        return "; ".join(choices.get(one, str(one)) for one in value)
    match field.kind:
        case Kind.PERSONAL_ID | Kind.ANY_ID | Kind.PHONE:
            return masked_number(value) or ""
        case Kind.BIRTH_DATE:
            return value[:4]
    return choices.get(value, value)
