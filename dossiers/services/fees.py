"""What a dossier costs by the law of its day, and what was collected for it.

A payment is never rewritten: a mistake is cancelled with its reason, and written down anew.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, Sum

from accounts.birth_dates import BirthDate
from accounts.models import Officer
from agencies.models import AdminUnit
from core.db import violated
from core.errors import FieldError, Invalid, NotAllowedNow
from core.text import say_money, without_numbers
from core.time import local_date
from dossiers.models import Dossier, Exemption, Payment
from dossiers.models.afterwards import LONGEST_RECEIPT, MOST_MONEY, PaymentQuerySet
from dossiers.services import filling
from dossiers.services.declaring import locked
from dossiers.services.guide import Charge, charge_for, reason_for
from dossiers.services.versions import Law, law_on
from dossiers.states import Status

# Also once the card was given out: that waits for no fee, and a mistake may show when the day is added up.
PAYABLE = (Status.TAKEN_IN, Status.READY, Status.HANDED_OVER)
_RECEIPT = re.compile(rf"[0-9A-ZĐ][0-9A-ZĐ./-]{{0,{LONGEST_RECEIPT - 1}}}")


@dataclass(frozen=True)
class Total:
    """What one officer, or all of them, collected on a day; what was cancelled since does not count."""

    officer: str
    collected: int
    amount: int
    exempt: int


def charge_of(dossier: Dossier, *, birth_date: str = "", law: Law | None = None) -> Charge | None:
    """What the person is expected to pay, by the law under which the dossier was handed in; None if that
    says nothing. `birth_date` and `law` are given by who has them at hand.
    """
    age = BirthDate.read(birth_date or filling.data_of(dossier)["birth_date"]).age_on(dossier.law_day)
    law = law or law_on(dossier.law_day)
    version = next((row for row in law.procedures if row.pk == dossier.version_id), None)
    reason = version and reason_for(version, situation=dossier.situation, card=dossier.card, age=age)
    if not reason:
        return None
    return charge_for(
        law,
        reason,
        declared=frozenset(dossier.exemptions),
        unit_kind=_kind_of(dossier.ward),
        situation=dossier.situation,
        age=age,
    )


def exemptions_of(dossier: Dossier) -> list[Exemption]:
    """The exemptions of the law of its day, those people say of themselves first."""
    fees = law_on(dossier.law_day).fees
    lines = fees.exemptions.all() if fees else []
    return sorted(lines, key=lambda line: (not line.is_declared, line.position, line.pk))


@transaction.atomic
def collect(
    *, public_id: UUID, amount: int, receipt: str, reason: str = "", officer: Officer, now: datetime
) -> Payment:
    """Write down that a fee was collected; `reason` says why it is not what the law asks.

    :raises NotFound: no such dossier
    :raises NotAllowedNow: not taken in yet, or stopped; or its fee is written down already
    :raises Invalid: an amount or receipt that cannot be, a receipt used before, another amount without reason
    """
    dossier = _payable(public_id)
    receipt = receipt.strip().upper()
    expected = dossier.fee or 0
    faults = []
    if not 0 < amount <= MOST_MONEY:
        faults.append(FieldError("amount", "out_of_range", f"Từ 1 đến {say_money(MOST_MONEY)}."))
    if not _RECEIPT.fullmatch(receipt):
        words = "Ghi số biên lai: chữ in, chữ số, dấu . / - , nhiều nhất 20 ký tự."
        faults.append(FieldError("receipt", "invalid", words))
    if amount != expected and not reason.strip():
        words = f"Mức phải thu là {say_money(expected)}. Thu khác thì ghi vì sao."
        faults.append(FieldError("reason", "required", words))
    if faults:
        raise Invalid(errors=faults)
    return _record(
        dossier,
        officer=officer,
        now=now,
        way=Payment.Way.COLLECTED,
        amount=amount,
        expected=expected,
        receipt=receipt,
        reason=without_numbers(reason.strip())[:200] if amount != expected else "",
    )


@transaction.atomic
def exempt(
    *, public_id: UUID, exemption: str, proof_seen: str = "", officer: Officer, now: datetime
) -> Payment:
    """Write down that nobody has to pay, and which proof of that was seen.

    :raises NotFound: no such dossier
    :raises NotAllowedNow: not taken in yet, or stopped; or its fee is written down already
    :raises Invalid: no such exemption in the law of its day, or no proof of one that has to be proved
    """
    dossier = _payable(public_id)
    line = next((line for line in exemptions_of(dossier) if line.code == exemption), None)
    if line is None:
        fault = FieldError("exemption", "invalid_choice", "Chọn đối tượng được miễn.")
        raise Invalid(errors=[fault])
    if line.is_declared and not proof_seen.strip():
        words = f"Ghi giấy chứng minh đã xem: {line.proof or 'giấy chứng minh thuộc diện miễn'}."
        raise Invalid(errors=[FieldError("proof_seen", "required", words)])
    return _record(
        dossier,
        officer=officer,
        now=now,
        way=Payment.Way.EXEMPT,
        amount=0,
        expected=dossier.fee or 0,
        exemption=line.code,
        proof_seen=without_numbers(proof_seen.strip())[:200],
    )


@transaction.atomic
def cancel_payment(*, payment: Payment, reason: str, officer: Officer, now: datetime) -> Payment:
    """Take back what was written down by mistake; it stays to be read, and its receipt stays used.

    :raises NotAllowedNow: it was cancelled already
    :raises Invalid: no reason
    """
    if not reason.strip():
        raise Invalid(errors=[FieldError("reason", "required", "Ghi vì sao hủy.")])
    dossier = locked(payment.dossier.public_id, citizen=None)
    said = {
        "cancelled_at": now,
        "cancelled_by": officer,
        "cancel_reason": without_numbers(reason.strip())[:200],
    }
    if not Payment.objects.live().filter(pk=payment.pk).update(**said):
        raise NotAllowedNow(reason="dòng này đã hủy")
    Dossier.objects.filter(pk=dossier.pk).update(fee_settled_at=None)
    payment.refresh_from_db()
    return payment


def totals(payments: PaymentQuerySet) -> list[Total]:
    """What each officer collected and all of them together, of the live ones among these. One statement."""
    way = Payment.Way
    by_officer = (
        payments.live()
        .order_by("officer__username")
        .values("officer__username")
        .annotate(
            collected=Count("pk", filter=Q(way=way.COLLECTED)),
            exempt=Count("pk", filter=Q(way=way.EXEMPT)),
            money=Sum("amount"),
        )
    )
    rows = [
        Total(row["officer__username"], row["collected"], row["money"], row["exempt"]) for row in by_officer
    ]
    return [*rows, _sum_of(rows)]


def live_payment(dossier: Dossier) -> Payment | None:
    return dossier.payments.live().select_related("officer").first()


def fee_at(dossier: Dossier) -> int | None:
    """What is to be paid at the counter, in đồng; None where the law of its day says nothing of it."""
    charge = charge_of(dossier)
    return charge.counter if charge else None


def _sum_of(rows: list[Total]) -> Total:
    return Total("", sum(r.collected for r in rows), sum(r.amount for r in rows), sum(r.exempt for r in rows))


def _payable(public_id: UUID) -> Dossier:
    dossier = locked(public_id, citizen=None)
    if dossier.status not in PAYABLE:
        raise NotAllowedNow(reason=f"hồ sơ {Status(dossier.status).label}")
    if dossier.fee_settled_at is not None:
        raise NotAllowedNow(reason="lệ phí của hồ sơ này đã được ghi")
    return dossier


def _record(
    dossier: Dossier,
    *,
    officer: Officer,
    now: datetime,
    way: Payment.Way,
    amount: int,
    expected: int,
    receipt: str = "",
    exemption: str = "",
    proof_seen: str = "",
    reason: str = "",
) -> Payment:
    try:
        with transaction.atomic():
            payment = Payment.objects.create(
                dossier=dossier,
                agency=dossier.agency,
                way=way,
                amount=amount,
                expected=expected,
                receipt=receipt,
                exemption=exemption,
                proof_seen=proof_seen,
                reason=reason,
                officer=officer,
                at=now,
                day=local_date(now),
            )
    except IntegrityError as refused:
        match violated(refused):
            case "one_payment_per_receipt":
                fault = FieldError("receipt", "used", "Số biên lai này đã dùng, kể cả khi đã hủy.")
                raise Invalid(errors=[fault]) from refused
            case "one_live_payment_per_dossier":
                raise NotAllowedNow(reason="lệ phí của hồ sơ này đã được ghi") from refused
        raise
    Dossier.objects.filter(pk=dossier.pk).update(fee_settled_at=now)
    dossier.fee_settled_at = now
    return payment


def _kind_of(ward: str) -> str:
    """What kind of unit `SET:CODE` is; empty where it is none that is known."""
    unit_set, _, code = ward.partition(":")
    return AdminUnit.objects.filter(set=unit_set, code=code).values_list("kind", flat=True).first() or ""
