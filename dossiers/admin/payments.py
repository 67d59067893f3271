"""Fees: written down at the counter, added up for a day, cancelled with a reason and never rewritten."""

from datetime import date
from typing import Any, cast

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.utils import timezone

from accounts.models import Officer
from agencies.models import Agency
from core.admin import CHOICES_AT_MOST, OwnRowsFilter
from core.doors import day_asked
from core.officers import Deed, at_work
from core.pages import PageAdmin, attempt, needs, pdf, printed_by
from core.text import say_money
from core.time import local_date
from dossiers.admin.counter_forms import CancelForm, CollectForm, ExemptForm, say_expected
from dossiers.models import Card, Payment
from dossiers.models.afterwards import PaymentQuerySet
from dossiers.services import fees
from dossiers.services.papers.payments import payments_pdf

COLLECT = "dossiers.collect_payment"


@admin.register(Payment)
class PaymentAdmin(PageAdmin):
    """Every line that was written down, those cancelled as well; the day's total is a page of its own."""

    agency_path = "agency"
    list_display = (
        "shown_receipt",
        "code",
        "way",
        "shown_amount",
        "day",
        "officer",
        "is_cancelled",
        "agency",
    )
    list_filter = ("way", ("agency", OwnRowsFilter))
    list_select_related = ("dossier", "officer", "agency")
    ordering = ("-pk",)
    fields = (
        *("code", "way", "shown_amount", "shown_expected", "receipt", "exemption", "proof_seen", "reason"),
        *("officer", "at", "cancelled_at", "cancelled_by", "cancel_reason"),
    )
    readonly_fields = ("code", "shown_amount", "shown_expected")
    when_empty = "Thu hoặc miễn lệ phí ở trang của hồ sơ thì hiện ở đây."

    def subject_of(self, row: Payment) -> str:
        return str(row)

    def own_urls(self) -> list[URLPattern]:
        return [
            self.route("day/", self.day, "day"),
            self.route("day.pdf", self.paper, "paper"),
            self.route("of/<int:pk>/", self.collect, "collect"),
            self.route("<int:pk>/cancel/", self.cancel, "cancel"),
        ]

    @admin.display(description="biên lai")
    def shown_receipt(self, payment: Payment) -> str:
        return payment.receipt or "miễn"

    @admin.display(description="mã tờ khai")
    def code(self, payment: Payment) -> str:
        return payment.dossier.code

    @admin.display(description="số tiền")
    def shown_amount(self, payment: Payment) -> str:
        return say_money(payment.amount)

    @admin.display(description="phải thu theo luật")
    def shown_expected(self, payment: Payment) -> str:
        return say_money(payment.expected)

    @admin.display(description="đã hủy", boolean=True)
    def is_cancelled(self, payment: Payment) -> bool:
        return not payment.is_live

    # --- One dossier's fee --------------------------------------------------------------------------------

    @needs("dossiers.view_card", COLLECT)
    def collect(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write down what was collected for a dossier, or why nothing is."""
        rows = self.scoped(request, Card).for_display().defer(None)
        card: Card = get_object_or_404(rows, pk=pk)
        back = reverse("admin:dossiers_card_change", args=[pk])
        if card.status not in fees.PAYABLE or card.fee_settled_at is not None:
            done = card.fee_settled_at is not None
            messages.error(request, "Lệ phí đã được ghi." if done else "Thu nhận rồi mới ghi lệ phí.")
            return redirect(back)
        exemptions = fees.exemptions_of(card)
        way = request.POST.get("way", "")
        collecting = CollectForm(
            request.POST if way == "collect" else None, initial={"amount": card.fee or None}
        )
        sparing = ExemptForm(
            request.POST if way == "exempt" else None,
            exemptions=exemptions,
            initial={
                "exemption": next((line.code for line in exemptions if line.code in card.exemptions), "")
            },
        )
        if self._collected(request, card, collecting) or self._spared(request, card, sparing):
            return redirect(back)
        self.note(request, Deed.VIEWED, [card])
        return self.page(
            request,
            "admin/dossiers/fee.html",
            title=f"Lệ phí, hồ sơ {card.code}",
            card=card,
            expected=say_expected(card.fee),
            collecting=collecting,
            sparing=sparing,
            is_exempt=card.fee == 0 or bool(card.exemptions),
            back=back,
        )

    def _collected(self, request: HttpRequest, card: Card, form: CollectForm) -> bool:
        if not form.is_valid():
            return False
        payment = attempt(
            request,
            lambda: fees.collect(
                public_id=card.public_id,
                officer=cast("Officer", request.user),
                now=timezone.now(),
                **form.cleaned_data,
            ),
            note=lambda payment: self._note(request, card, payment, "thu lệ phí"),
            form=form,
        )
        if payment is not None:
            messages.success(request, f"Đã ghi thu {say_money(payment.amount)}, biên lai {payment.receipt}.")
        return payment is not None

    def _spared(self, request: HttpRequest, card: Card, form: ExemptForm) -> bool:
        if not form.is_valid():
            return False
        payment = attempt(
            request,
            lambda: fees.exempt(
                public_id=card.public_id,
                officer=cast("Officer", request.user),
                now=timezone.now(),
                **form.cleaned_data,
            ),
            note=lambda payment: self._note(request, card, payment, "ghi miễn lệ phí"),
            form=form,
        )
        if payment is not None:
            messages.success(request, "Đã ghi miễn lệ phí.")
        return payment is not None

    def _note(self, request: HttpRequest, card: Any, payment: Payment, words: str) -> None:
        self.note(request, Deed.DID, [card], words)
        self.did(request, payment, words)

    @needs("dossiers.view_payment", COLLECT)
    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask why, then take back what was written down by mistake."""
        rows = self.get_queryset(request).select_related("dossier")
        payment: Payment = get_object_or_404(rows, pk=pk)
        back = reverse("admin:dossiers_card_change", args=[payment.dossier_id])
        if not payment.is_live:
            messages.error(request, "Dòng này đã hủy.")
            return redirect(back)
        form = CancelForm(request.POST or None)
        if form.is_valid():
            done = attempt(
                request,
                lambda: fees.cancel_payment(
                    payment=payment,
                    officer=cast("Officer", request.user),
                    now=timezone.now(),
                    **form.cleaned_data,
                ),
                note=lambda _: self._note(request, payment.dossier, payment, "hủy dòng lệ phí"),
                form=form,
            )
            if done is not None:
                messages.success(request, "Đã hủy. Ghi lại dòng đúng.")
                return redirect(back)
        said = (
            f"biên lai {payment.receipt}, {say_money(payment.amount)}" if payment.receipt else "miễn lệ phí"
        )
        return self.page(
            request,
            "admin/ask.html",
            title=f"Hủy dòng lệ phí của hồ sơ {payment.dossier.code}",
            about=f"Đang ghi: {said}.",
            form=form,
            do="Hủy dòng này",
            is_danger=True,
            back=back,
        )

    # --- The day ------------------------------------------------------------------------------------------

    @needs("dossiers.view_payment")
    def day(self, request: HttpRequest) -> HttpResponse:
        """What was collected on a day at one office, by whom, and all of it together."""
        agencies = self._agencies(request)
        agency, on = (
            _agency_asked(request, agencies),
            day_asked(request, otherwise=local_date(timezone.now())),
        )
        payments = self._of_day(request, agency, on)
        rows = list(payments.of_day(on))
        return self.page(
            request,
            "admin/dossiers/payments.html",
            title="Lệ phí trong ngày",
            agencies=agencies,
            agency=agency,
            on=on,
            rows=rows,
            totals=fees.totals(payments),
            paper=f"{self.address('paper')}?ngay={on:%Y-%m-%d}"
            + (f"&don-vi={agency.slug}" if agency else ""),
        )

    @needs("dossiers.view_payment")
    def paper(self, request: HttpRequest) -> HttpResponse:
        """The same to print and to sign."""
        agencies = self._agencies(request)
        agency, on = (
            _agency_asked(request, agencies),
            day_asked(request, otherwise=local_date(timezone.now())),
        )
        payments = self._of_day(request, agency, on)
        rows = list(payments.of_day(on))
        self.note(request, Deed.EXPORTED, rows, "in bảng kê lệ phí")
        drawn = payments_pdf(
            rows,
            totals=fees.totals(payments),
            office=agency.name if agency else "",
            on=on,
            printed_by=printed_by(request),
            now=timezone.now(),
        )
        return pdf(drawn, f"le-phi-{on:%Y-%m-%d}")

    def _agencies(self, request: HttpRequest) -> list[Agency]:
        """The offices whose fees this officer may see."""
        rows, scope = Agency.objects.order_by("name", "pk"), at_work(request).scope
        return list((rows if scope.everything else rows.filter(pk__in=scope.agencies))[:CHOICES_AT_MOST])

    def _of_day(self, request: HttpRequest, agency: Agency | None, on: date) -> PaymentQuerySet:
        mine = cast("PaymentQuerySet", self.get_queryset(request))
        return mine.filter(agency=agency, day=on) if agency else mine.none()


def _agency_asked(request: HttpRequest, agencies: list[Agency]) -> Agency | None:
    """The office in `?don-vi=…`, if it is one of these; else the first."""
    asked = request.GET.get("don-vi", "")
    return next((agency for agency in agencies if agency.slug == asked), next(iter(agencies), None))
