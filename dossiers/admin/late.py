"""Cards that are late: the list, the apology as it would read, and the sending of it."""

from datetime import date
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone

from accounts.models import Officer
from core.errors import Invalid
from core.officers import Deed
from core.pages import PageAdmin, attempt, needs
from core.time import local_date
from dossiers.admin.counter_forms import LateForm, promised_in
from dossiers.models import Dossier
from dossiers.models.dossiers import DossierQuerySet
from dossiers.services import afterwards


class LatePages(PageAdmin):
    def late_urls(self) -> list[URLPattern]:
        return [self.route("late/", self.late, "late")]

    @needs("dossiers.view_card", "dossiers.work_card")
    def late(self, request: HttpRequest) -> HttpResponse:
        """Choose among the late cards, read what would be told, then tell it."""
        today = local_date(timezone.now())
        cards = cast("DossierQuerySet", self.get_queryset(request))
        rows = list(cards.late(today).for_display().without_forms()[: afterwards.MOST_APOLOGIES])
        promised = promised_in(request.POST.getlist("card"))
        form = LateForm(request.POST or None, initial=self._proposed(rows))
        if form.is_valid() and not promised:
            form.add_error(None, "Chọn ít nhất một hồ sơ.")
        elif form.is_valid() and "send" in request.POST:
            if self._apologise(request, cards, promised, form):
                return redirect(self.address("late"))
        elif form.is_valid():
            previews = self._previews(cards, promised, form)
            if previews is not None:
                return self._show_previews(request, previews, form)
        self.note(request, Deed.LISTED, rows, "quá hẹn trả thẻ")
        return self.page(
            request,
            "admin/dossiers/late.html",
            title="Quá hẹn trả thẻ",
            rows=[(row, (today - row.return_on).days) for row in rows if row.return_on],
            chosen=promised if request.method == "POST" else {row.pk: row.return_on for row in rows},
            form=form,
            most=afterwards.MOST_APOLOGIES,
        )

    def _proposed(self, rows: list[Dossier]) -> dict[str, date]:
        return {"return_on": afterwards.later_day(rows[0].agency, now=timezone.now())} if rows else {}

    def _previews(
        self, cards: DossierQuerySet, promised: dict[int, date], form: LateForm
    ) -> list[afterwards.Preview] | None:
        try:
            return afterwards.preview_apologies(
                cards=cards, promised=promised, now=timezone.now(), **form.cleaned_data
            )
        except Invalid as refusal:
            for fault in refusal.errors:
                form.add_error(fault.field or None, fault.message)
        return None

    def _show_previews(
        self, request: HttpRequest, previews: list[afterwards.Preview], form: LateForm
    ) -> HttpResponse:
        self.note(request, Deed.LISTED, [each.dossier for each in previews], "xem thử tin xin lỗi")
        return self.page(
            request,
            "admin/dossiers/late_preview.html",
            title="Xem lại trước khi gửi",
            previews=previews,
            said=form.cleaned_data,
            back=self.address("late"),
        )

    def _apologise(
        self, request: HttpRequest, cards: DossierQuerySet, promised: dict[int, date], form: LateForm
    ) -> bool:
        told = attempt(
            request,
            lambda: afterwards.apologise(
                cards=cards,
                promised=promised,
                officer=cast("Officer", request.user),
                now=timezone.now(),
                **form.cleaned_data,
            ),
            note=lambda rows: self.note(request, Deed.DID, rows, "xin lỗi, hẹn lại") if rows else None,
            form=form,
        )
        if told is None:
            return False
        messages.success(request, f"Đã hẹn lại {len(told)} hồ sơ.")
        if left_out := len(promised) - len(told):
            messages.warning(request, f"{left_out} hồ sơ vừa có thẻ hoặc vừa được hẹn lại nên để yên.")
        return True
