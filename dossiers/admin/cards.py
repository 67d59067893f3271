"""The counter: who is taken in, whose card came, to whom it was given."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils import timezone

from accounts.identity import masked_number
from accounts.models import Officer
from core.admin import OwnRowsFilter
from core.officers import Deed
from core.pages import attempt, needs, pdf
from core.time import local_date
from dossiers.admin.arrivals import ArrivalPages
from dossiers.admin.counter_forms import HandOverForm
from dossiers.admin.finding import FindDossiers
from dossiers.admin.late import LatePages
from dossiers.models import Apology, Card, HandOver
from dossiers.services import afterwards, fees, filling, papers
from dossiers.states import Status
from notifications.services import fates_of

WORK = "dossiers.work_card"


class LateFilter(admin.SimpleListFilter):
    title = "ngày hẹn trả"
    parameter_name = "hen"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("qua", "đã quá hẹn, chưa có thẻ")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        late = {"status": Status.TAKEN_IN, "return_on__lt": local_date(timezone.now())}
        return queryset.filter(**late) if self.value() else queryset


class StatusFilter(admin.SimpleListFilter):
    title = "trạng thái"
    parameter_name = "trang-thai"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(status.value, status.label) for status in Card.OF_THE_COUNTER]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(status=self.value()) if self.value() else queryset


@admin.register(Card)
class CardAdmin(ArrivalPages, LatePages, FindDossiers):
    """Approved dossiers, from the person's coming to the card given out."""

    agency_path = "agency"
    shows_people = True
    list_display = ("code", "shown_name", "status", "shown_return", "shown_fee", "agency")
    list_filter = (StatusFilter, LateFilter, ("agency", OwnRowsFilter))
    list_select_related = ("agency",)
    ordering = ("-pk",)
    when_empty = "Hồ sơ được duyệt thì hiện ở đây: thu nhận, chờ thẻ, trả thẻ."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).filter(status__in=Card.OF_THE_COUNTER)
        return rows.without_forms()  # type: ignore[attr-defined]

    def subject_of(self, row: Card) -> str:
        return row.code

    def own_urls(self) -> list[URLPattern]:
        return [
            *self.arrival_urls(),
            *self.late_urls(),
            self.route("<int:pk>/take-in/", self.take_in, "take_in"),
            self.route("<int:pk>/take-back/", self.take_back, "take_back"),
            self.route("<int:pk>/hand-over/", self.hand_over, "hand_over"),
            self.route("<int:pk>/receipt.pdf", self.receipt, "receipt"),
            self.route("<int:pk>/apology.pdf", self.apology, "apology"),
        ]

    @admin.display(description="họ và tên")
    def shown_name(self, card: Card) -> str:
        return card.full_name or "(đã xóa)"

    @admin.display(description="hẹn trả")
    def shown_return(self, card: Card) -> str:
        return f"{card.return_on:%d/%m/%Y}" if card.return_on else "–"

    @admin.display(description="lệ phí")
    def shown_fee(self, card: Card) -> str:
        if card.status == Status.ACCEPTED or not card.fee:
            return "–"
        return "đã ghi" if card.fee_settled_at else "chưa ghi"

    # --- One card -----------------------------------------------------------------------------------------

    def _one(self, request: HttpRequest, pk: object) -> Card:
        rows = self.get_queryset(request).for_display().defer(None)  # type: ignore[attr-defined]
        card: Card = get_object_or_404(rows, pk=pk)
        return card

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Where a card is, what is next, and everything that was written down about it."""
        if request.method == "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        card = self._one(request, object_id if object_id.isdecimal() else 0)
        self.note(request, Deed.VIEWED, [card])
        data = filling.data_of(card)
        return self.page(
            request,
            "admin/dossiers/card.html",
            title=f"Hồ sơ {card.code}",
            card=card,
            number=masked_number(data.get("personal_id") or data.get("id_number")) or "chưa có",
            national=card.national_status,
            is_late=card.status == Status.TAKEN_IN and _over(card),
            payments=list(card.payments.select_related("officer", "cancelled_by").order_by("-pk")),
            apologies=list(card.apologies.select_related("officer").order_by("-pk")),
            given_to=HandOver.objects.filter(dossier=card).select_related("officer").first(),
            events=list(card.events.select_related("officer").order_by("-pk")),
            told=fates_of([card.code]),
            may_work=request.user.has_perm(WORK),
            may_collect=request.user.has_perm("dossiers.collect_payment"),
            back=self.address("changelist"),
        )

    @needs("dossiers.view_card", WORK)
    def take_in(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the day of return before it is promised, then take the person in."""
        card, now = self._one(request, pk), timezone.now()
        if card.status != Status.ACCEPTED:
            return self._not_now(request, card, "Chỉ thu nhận hồ sơ đã duyệt.")
        if request.method == "POST":
            taken = attempt(
                request,
                lambda: afterwards.take_in(
                    public_id=card.public_id, officer=cast("Officer", request.user), now=now
                ),
                note=lambda _: self.did(request, card, "thu nhận"),
            )
            if taken is not None:
                messages.success(request, f"Đã thu nhận. Hẹn trả thẻ ngày {taken.return_on:%d/%m/%Y}.")
            return redirect(self.address("change", pk))
        return_on = attempt(request, lambda: afterwards.day_of_return(card, now=now), note=lambda _: None)
        if return_on is None:
            return redirect(self.address("change", pk))
        self.note(request, Deed.VIEWED, [card])
        fee = fees.fee_at(card)
        return self.page(
            request,
            "admin/dossiers/take_in.html",
            title=f"Thu nhận hồ sơ {card.code}",
            card=card,
            return_on=return_on,
            fee=fee,
            back=self.address("change", pk),
        )

    @needs("dossiers.view_card", WORK)
    def take_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A card that was told to be there, and is not."""
        card = self._one(request, pk)
        if card.status != Status.READY:
            return self._not_now(request, card, "Hồ sơ này chưa báo có thẻ.")
        if request.method == "POST":
            done = attempt(
                request,
                lambda: afterwards.take_back_ready(
                    public_id=card.public_id, officer=cast("Officer", request.user), now=timezone.now()
                ),
                note=lambda _: self.did(request, card, "bỏ báo có thẻ"),
            )
            if done is not None:
                heard = (
                    "Tin đã gửi đi: gọi điện cho người dân." if done.may_have_heard else "Tin chưa gửi đi."
                )
                messages.success(request, f"Đã chuyển về chờ thẻ. {heard}")
            return redirect(self.address("change", pk))
        self.note(request, Deed.VIEWED, [card])
        return self.page(
            request,
            "admin/ask.html",
            title=f"Báo nhầm hồ sơ {card.code}",
            about=f"{card.full_name}: thẻ chưa có, hồ sơ trở lại chờ thẻ. Tin chưa gửi thì không gửi nữa.",
            form=forms.Form(),
            do="Thẻ chưa có",
            is_danger=True,
            back=self.address("change", pk),
        )

    @needs("dossiers.view_card", WORK)
    def hand_over(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask who came, then note that the card was given out."""
        card = self._one(request, pk)
        if card.status != Status.READY:
            return self._not_now(request, card, "Chỉ trả thẻ khi hồ sơ đã có thẻ.")
        form = HandOverForm(request.POST or None)
        if form.is_valid():
            collector = HandOver.Collector(form.cleaned_data["collector"])
            done = attempt(
                request,
                lambda: afterwards.hand_over(
                    public_id=card.public_id,
                    collector=collector,
                    note=form.cleaned_data["note"],
                    officer=cast("Officer", request.user),
                    now=timezone.now(),
                ),
                note=lambda _: self.did(request, card, f"trả thẻ cho {collector.label}"),
                form=form,
            )
            if done is not None:
                messages.success(request, "Đã ghi trả thẻ.")
                return redirect(self.address("change", pk))
        self.note(request, Deed.VIEWED, [card])
        owes = " Lệ phí chưa ghi: thu hoặc ghi miễn trước khi trả thẻ." if card.owes_fee else ""
        return self.page(
            request,
            "admin/ask.html",
            title=f"Trả thẻ, hồ sơ {card.code}",
            about=f"{card.full_name}.{owes}",
            form=form,
            do="Đã trả thẻ",
            back=self.address("change", pk),
        )

    # --- Papers -------------------------------------------------------------------------------------------

    @needs("dossiers.view_card")
    def receipt(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The slip by which the card is fetched, with what was paid."""
        card = self._one(request, pk)
        if card.taken_in_at is None or card.forgotten_at is not None:
            return self._not_now(request, card, "Chưa thu nhận hoặc đã xóa thông tin: không có giấy hẹn.")
        payment = fees.live_payment(card)
        self.note(request, Deed.EXPORTED, [card], "in giấy hẹn")
        drawn = papers.receipt_pdf(
            card,
            fee=payment.amount if payment else card.fee,
            fee_receipt=payment.receipt if payment else "",
        )
        return pdf(drawn, f"giay-hen-{card.code}")

    @needs("dossiers.view_card")
    def apology(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The latest apology on paper."""
        card = self._one(request, pk)
        last = Apology.objects.filter(dossier=card).order_by("-pk").first()
        if last is None or card.status not in (Status.TAKEN_IN, Status.READY):
            return self._not_now(request, card, "Hồ sơ này không có lần xin lỗi, hẹn lại nào để in.")
        self.note(request, Deed.EXPORTED, [card], "in phiếu xin lỗi")
        drawn = papers.apology_pdf(
            card, return_on=last.return_on, reason=last.reason, promised=last.promised, now=last.at
        )
        return pdf(drawn, f"xin-loi-{card.code}")

    def _not_now(self, request: HttpRequest, card: Card, words: str) -> HttpResponse:
        messages.error(request, words)
        return redirect(self.address("change", card.pk))


def _over(card: Card) -> bool:
    return card.return_on is not None and card.return_on < local_date(timezone.now())
