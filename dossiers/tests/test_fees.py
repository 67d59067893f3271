"""What a dossier costs, what was collected for it, and what of that can never be."""

import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from accounts.tests.factories import OfficerFactory
from agencies.tests.factories import AgencyFactory
from core.errors import Invalid, NotAllowedNow
from core.time import local_date
from dossiers.models import Dossier, Payment, Situation
from dossiers.services import fees
from dossiers.services.papers.payments import payments_pdf
from dossiers.states import NationalStatus, Status
from dossiers.tests.counter import card
from dossiers.tests.declared import NOW, begun, filled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
FEE = 35_000


@pytest.fixture
def officer(db):
    return OfficerFactory(username="thu.ngan")


@pytest.fixture
def taken_in(db) -> Dossier:
    return card(Status.TAKEN_IN, fee=FEE)


def again(row: Dossier) -> Dossier:
    return Dossier.objects.get(pk=row.pk)


def collected(row: Dossier, officer, **said) -> Payment:
    said = {"amount": row.fee, "receipt": "AA/26-0000123", "now": NOW} | said
    return fees.collect(public_id=row.public_id, officer=officer, **said)


class TestChargeOf:
    def test_is_by_the_law_of_the_day_on_which_it_was_handed_in(self):
        of_2021 = filled(
            begun(
                agency=AgencyFactory(of_2021=True),
                procedure="cap-doi",
                situation=Situation.DAMAGED,
                card="CCCD",
            )
        )
        today = filled(begun(card="CCCD"))

        assert fees.fee_at(of_2021) == 25_000
        assert fees.fee_at(today) == FEE

    def test_names_the_exemption(self):
        dossier = filled(begun(card="CCCD", exemptions=["poor_household"]))

        charge = fees.charge_of(dossier)

        assert charge is not None
        assert charge.counter == 0
        assert charge.exemption is not None


class TestCollect:
    def test_settles_the_fee(self, taken_in, officer):
        assert again(taken_in).national_status == NationalStatus.FEE_WANTED

        payment = collected(taken_in, officer, receipt=" aa/26-0000123 ")

        assert (payment.amount, payment.expected, payment.receipt) == (FEE, FEE, "AA/26-0000123")
        assert (payment.day, payment.officer, payment.agency) == (local_date(NOW), officer, taken_in.agency)
        assert again(taken_in).fee_settled_at == NOW
        assert again(taken_in).national_status == NationalStatus.UNDER_WAY

    @pytest.mark.parametrize("amount", [0, -1, 10_000_000])
    def test_refuses_an_amount_that_cannot_be(self, taken_in, officer, amount):
        with pytest.raises(Invalid) as refused:
            collected(taken_in, officer, amount=amount, reason="x")

        assert [fault.field for fault in refused.value.errors] == ["amount"]

    @pytest.mark.parametrize("receipt", ["", "số 5", "A" * 21, "-1", "<b>"])
    def test_refuses_a_receipt_that_cannot_be(self, taken_in, officer, receipt):
        with pytest.raises(Invalid) as refused:
            collected(taken_in, officer, receipt=receipt)

        assert [fault.field for fault in refused.value.errors] == ["receipt"]
        assert not Payment.objects.exists()

    def test_of_another_amount_wants_to_know_why(self, taken_in, officer):
        with pytest.raises(Invalid, match="Có thông tin"):
            collected(taken_in, officer, amount=30_000)

        payment = collected(taken_in, officer, amount=30_000, reason="khai nhầm lý do, số 049085000123")

        assert payment.reason == "khai nhầm lý do, số ***123"

    def test_of_one_dossier_is_once(self, taken_in, officer):
        collected(taken_in, officer)

        with pytest.raises(NotAllowedNow, match="đã được ghi"):
            collected(taken_in, officer, receipt="2")

    def test_refuses_a_receipt_that_was_used_at_this_office(self, taken_in, officer):
        collected(taken_in, officer)
        other = card(Status.TAKEN_IN, fee=FEE, agency=taken_in.agency)

        with pytest.raises(Invalid) as refused:
            collected(other, officer)

        assert [fault.field for fault in refused.value.errors] == ["receipt"]
        assert again(other).fee_settled_at is None

    def test_takes_the_same_number_at_another_office(self, taken_in, officer):
        collected(taken_in, officer)

        assert collected(card(Status.TAKEN_IN, fee=FEE), officer).pk

    @pytest.mark.parametrize("status", [Status.ACCEPTED, Status.STOPPED, Status.WITHDRAWN])
    def test_is_for_who_was_taken_in(self, officer, status):
        with pytest.raises(NotAllowedNow):
            collected(card(status, fee=FEE), officer)


class TestExempt:
    def test_keeps_the_proof_that_was_seen(self, taken_in, officer):
        payment = fees.exempt(
            public_id=taken_in.public_id,
            exemption="poor_household",
            proof_seen="sổ hộ nghèo năm 2026",
            officer=officer,
            now=NOW,
        )

        assert (payment.amount, payment.expected, payment.way) == (0, FEE, Payment.Way.EXEMPT)
        assert payment.proof_seen == "sổ hộ nghèo năm 2026"
        assert again(taken_in).national_status == NationalStatus.UNDER_WAY

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"exemption": "nobody", "proof_seen": "x"}, "exemption"),
            ({"exemption": "poor_household", "proof_seen": " "}, "proof_seen"),
        ],
    )
    def test_refuses_what_no_law_names_and_what_is_not_proved(self, taken_in, officer, said, field):
        with pytest.raises(Invalid) as refused:
            fees.exempt(public_id=taken_in.public_id, officer=officer, now=NOW, **said)

        assert [fault.field for fault in refused.value.errors] == [field]
        assert not Payment.objects.exists()


class TestCancelPayment:
    def test_keeps_what_was_written_and_lets_it_be_written_anew(self, taken_in, officer):
        wrong = collected(taken_in, officer)

        fees.cancel_payment(payment=wrong, reason="gõ nhầm số biên lai", officer=officer, now=NOW)

        wrong.refresh_from_db()
        assert (wrong.cancelled_at, wrong.cancelled_by, wrong.amount) == (NOW, officer, FEE)
        assert again(taken_in).national_status == NationalStatus.FEE_WANTED
        assert collected(taken_in, officer, receipt="AA/26-0000124").is_live

    def test_keeps_its_receipt_used(self, taken_in, officer):
        wrong = collected(taken_in, officer)
        fees.cancel_payment(payment=wrong, reason="nhầm", officer=officer, now=NOW)

        with pytest.raises(Invalid):
            collected(taken_in, officer)

    def test_wants_to_know_why(self, taken_in, officer):
        with pytest.raises(Invalid):
            fees.cancel_payment(payment=collected(taken_in, officer), reason=" ", officer=officer, now=NOW)

    def test_is_once(self, taken_in, officer):
        wrong = collected(taken_in, officer)
        fees.cancel_payment(payment=wrong, reason="nhầm", officer=officer, now=NOW)

        with pytest.raises(NotAllowedNow):
            fees.cancel_payment(payment=wrong, reason="nhầm nữa", officer=officer, now=NOW)

    def test_is_mended_after_the_card_was_given_out(self, officer):
        given_out = card(Status.HANDED_OVER, fee=FEE)
        wrong = collected(given_out, officer, receipt="1")
        fees.cancel_payment(payment=wrong, reason="nhầm số biên lai", officer=officer, now=NOW)

        right = collected(given_out, officer, receipt="2")

        assert again(given_out).fee_settled_at == NOW
        assert Payment.objects.live().get() == right


class TestTotals:
    def test_are_by_officer_and_together_without_what_was_cancelled(self, officer):
        other = OfficerFactory(username="an.le")
        agency = card().agency
        rows = [card(Status.TAKEN_IN, fee=FEE, agency=agency) for _ in range(4)]
        collected(rows[0], officer, receipt="1")
        collected(rows[1], officer, receipt="2")
        fees.cancel_payment(
            payment=collected(rows[2], officer, receipt="3"), reason="nhầm", officer=officer, now=NOW
        )
        fees.exempt(
            public_id=rows[3].public_id, exemption="poor_household", proof_seen="sổ", officer=other, now=NOW
        )
        collected(card(Status.TAKEN_IN, fee=FEE, agency=agency), other, now=NOW + timedelta(days=1))

        found = fees.totals(Payment.objects.filter(agency=agency, day=local_date(NOW)))

        assert found == [
            fees.Total("an.le", 0, 0, 1),
            fees.Total("thu.ngan", 2, 2 * FEE, 0),
            fees.Total("", 2, 2 * FEE, 1),
        ]


class TestPaymentsPdf:
    def test_lists_every_line_and_the_sums(self, officer):
        agency = AgencyFactory(name="Công an phường Bàn Thạch")
        rows = [card(Status.TAKEN_IN, fee=FEE, agency=agency) for _ in range(3)]
        collected(rows[0], officer, receipt="AA/26-1")
        wrong = collected(rows[1], officer, receipt="AA/26-2")
        fees.cancel_payment(payment=wrong, reason="gõ nhầm số biên lai", officer=officer, now=NOW)
        said = {"exemption": "poor_household", "proof_seen": "sổ hộ nghèo", "officer": officer, "now": NOW}
        fees.exempt(public_id=rows[2].public_id, **said)
        day = Payment.objects.filter(agency=agency)

        drawn = payments_pdf(
            day.of_day(local_date(NOW)),
            totals=fees.totals(day),
            office=agency.name,
            on=local_date(NOW),
            printed_by="Lê Thị Thu",
            now=NOW,
        )

        text = " ".join(PdfReader(io.BytesIO(drawn)).pages[0].extract_text().split())
        for words in ("AA/26-1", "35.000 đ", "Hủy: gõ nhầm số biên lai", "miễn sổ hộ nghèo", rows[0].code):
            assert words in text
        assert "Cộng: 1 biên lai, 35.000 đ; miễn 1" in text

    def test_of_a_long_day_takes_several_pages(self, officer):
        row = card(Status.TAKEN_IN, fee=FEE)
        payment = collected(row, officer, receipt="A" * 20)

        drawn = payments_pdf(
            [payment] * 120,
            totals=[fees.Total("", 120, 120 * FEE, 0)],
            office="Công an " * 20,
            on=local_date(NOW),
            printed_by="x",
            now=NOW,
        )

        assert len(PdfReader(io.BytesIO(drawn)).pages) in range(3, 8)


class TestPayment:
    """What the database refuses, whoever writes."""

    @pytest.fixture
    def payment(self, taken_in, officer) -> Payment:
        return collected(taken_in, officer)

    @pytest.mark.parametrize(
        ("columns", "constraint"),
        [
            ({}, "one_live_payment_per_dossier"),
            ({"cancelled_at": NOW}, "a_cancelled_payment_says_why"),
            ({"receipt": ""}, "collected_with_receipt_or_exempt"),
            ({"amount": 0, "expected": 0}, "collected_with_receipt_or_exempt"),
            ({"way": "EXEMPT"}, "collected_with_receipt_or_exempt"),
            ({"amount": 10_000_000, "expected": 10_000_000}, "no_fee_is_that_high"),
            ({"amount": 1}, "another_amount_has_its_reason"),
        ],
    )
    def test_cannot_be(self, payment, columns, constraint):
        for name, value in ({"pk": None, "receipt": "2"} | columns).items():
            setattr(payment, name, value)
        payment._state.adding = True

        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            payment.save(force_insert=True)

    @pytest.mark.parametrize("columns", [{"amount": 1}, {"receipt": "9"}, {"day": "2026-01-01"}])
    def test_is_not_rewritten(self, payment, columns):
        with pytest.raises(IntegrityError, match="nobody rewrites a payment"), transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(**columns)

    def test_that_was_cancelled_stays_so(self, payment, officer):
        fees.cancel_payment(payment=payment, reason="nhầm", officer=officer, now=NOW)

        with pytest.raises(IntegrityError, match="nobody rewrites a payment"), transaction.atomic():
            Payment.objects.update(cancelled_at=None, cancelled_by=None, cancel_reason="")

    def test_is_not_deleted(self, payment):
        with pytest.raises(IntegrityError, match="nobody rewrites a payment"), transaction.atomic():
            payment.delete()
