"""Dossiers as officers see them: what waits to be checked, everything that was handed in, and one of them."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.admin import OwnRowsFilter
from core.officers import Deed
from core.pages import needs, pdf
from core.time import local_date, say_time
from dossiers.admin.decisions import NUMBER, REVIEW, STOP, VIEW, DecisionPages, may_have_code
from dossiers.admin.naming import FindByName
from dossiers.downloads import as_download
from dossiers.errors import FileLost
from dossiers.models import Card, Dossier
from dossiers.models.dossiers import DossierQuerySet
from dossiers.services import papers
from dossiers.services.attachments import attachments_of, read
from dossiers.services.inspecting import inspect, numbers_of
from dossiers.states import ALLOWED, TO_REVIEW, Status
from notifications.services import fates_of

REVEAL = "dossiers.reveal_dossier"
MOST_OF_MINE = 20


class StatusFilter(admin.SimpleListFilter):
    title = "trạng thái"
    parameter_name = "trang-thai"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(status.value, status.label) for status in Status if status != Status.DRAFT]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(status=self.value()) if self.value() else queryset


class WorkFilter(admin.SimpleListFilter):
    title = "kiểm tra"
    parameter_name = "kiem-tra"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("cua-toi", "tôi đang kiểm tra"), ("qua-han", "quá hạn kiểm tra")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "cua-toi":
            return queryset.filter(status=Status.CHECKING, checking_by=request.user)
        if self.value() == "qua-han":
            return queryset.filter(status__in=TO_REVIEW, due_at__lt=timezone.now())
        return queryset


@admin.register(Dossier)
class DossierAdmin(DecisionPages, FindByName):
    """Every dossier that was handed in. Drafts are their citizens' own, and stand in no list."""

    agency_path = "agency"
    shows_people = True
    list_display = ("code", "shown_name", "status", "shown_due", "situation", "shown_officer", "agency")
    list_filter = (StatusFilter, WorkFilter, ("agency", OwnRowsFilter))
    list_select_related = ("agency", "checking_by")
    list_before_template = "admin/dossiers/mine.html"
    ordering = ("-pk",)
    sortable_by = ()
    actions_list = ("counter",)
    when_empty = "Hồ sơ người dân khai và nộp trên cổng thì hiện ở đây, hạn kiểm tra gần nhất ở trên."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = cast("DossierQuerySet", super().get_queryset(request)).without_forms()
        rows = rows.filter(submitted_at__isnull=False)
        return rows.filter(status__in=TO_REVIEW) if self._is_inbox(request) else rows

    def drafts_too(self, request: HttpRequest) -> Any:
        return super().get_queryset(request)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("due_at", "pk") if self._is_inbox(request) else self.ordering

    def _is_inbox(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        return match is not None and match.url_name == self._name("inbox")

    def own_urls(self) -> list[URLPattern]:
        return [
            self.route("inbox/", self.inbox, "inbox"),
            self.route("<int:pk>/reveal/", self.reveal, "reveal"),
            self.route("<int:pk>/attachment/", self.attachment, "attachment"),
            self.route("<int:pk>/form.pdf", self.form_paper, "form"),
            self.route("<int:pk>/corrections.pdf", self.corrections_paper, "corrections_paper"),
            self.route("<int:pk>/refusal.pdf", self.refusal_paper, "refusal_paper"),
            *self.decision_urls(),
        ]

    # --- Lists --------------------------------------------------------------------------------------------

    @needs(VIEW)
    def inbox(self, request: HttpRequest) -> HttpResponse:
        """What waits for a decision, the first due first."""
        return self.changelist_view(request, {"title": "Hồ sơ cần kiểm tra"})

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Above what waits for anybody stands what this officer has begun."""
        mine: list[Dossier] = []
        if self._is_inbox(request) and request.method == "GET":
            own = self.get_queryset(request).filter(status=Status.CHECKING, checking_by=request.user)
            mine = list(own.order_by("due_at", "pk")[:MOST_OF_MINE])
            if mine:
                self.note(request, Deed.LISTED, mine)
        return super().changelist_view(request, {**(extra_context or {}), "mine": mine})

    @admin.display(description="họ và tên")
    def shown_name(self, dossier: Dossier) -> str:
        return dossier.full_name or "(đã xóa)"

    @admin.display(description="hạn kiểm tra")
    def shown_due(self, dossier: Dossier) -> str | SafeString:
        if dossier.status not in TO_REVIEW or dossier.due_at is None:
            return "–"
        if is_overdue(dossier):
            return format_html('{} <span class="of-badge of-late">quá hạn</span>', say_time(dossier.due_at))
        return say_time(dossier.due_at)

    @admin.display(description="cán bộ kiểm tra")
    def shown_officer(self, dossier: Dossier) -> str:
        officer = dossier.checking_by
        return (officer.get_full_name() or officer.get_username()) if officer else "–"

    # --- One dossier --------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What is declared on the left, what there is to look at on the right, and what can be done now."""
        if request.method == "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        dossier = self._one(request, object_id if object_id.isdecimal() else 0)
        now = timezone.now()
        found = inspect(dossier, mine=self.handed_in(request), today=local_date(now))
        self.note(request, Deed.VIEWED, [dossier, *found.same_person, *found.namesakes])
        return self.page(
            request,
            "admin/dossiers/review.html",
            title=f"Hồ sơ {dossier.code}",
            dossier=dossier,
            found=found,
            may=self._may(request, dossier),
            is_overdue=is_overdue(dossier),
            national=dossier.national_status,
            attachments=attachments_of(dossier),
            told=fates_of([dossier.code]),
            back=self.address("inbox" if dossier.status in TO_REVIEW else "changelist"),
        )

    def _may(self, request: HttpRequest, dossier: Dossier) -> dict[str, bool]:
        """Which buttons stand on the page: by right, by status, and by who checks it."""
        user, status = request.user, Status(dossier.status)
        reviews, is_mine = user.has_perm(REVIEW), dossier.checking_by_id == user.pk
        is_checking = status == Status.CHECKING
        decides = reviews and ((is_checking and is_mine) or status == Status.ACCEPTED)
        return {
            "take_up": reviews and status == Status.SUBMITTED,
            "take_over": reviews and is_checking and not is_mine,
            "accept": reviews and is_checking and is_mine,
            "decide": decides,
            "stop": user.has_perm(STOP) and Status.STOPPED in ALLOWED[status],
            "number": user.has_perm(NUMBER) and may_have_code(dossier),
            "reveal": user.has_perm(REVEAL) and dossier.forgotten_at is None,
            "see_card": user.has_perm("dossiers.view_card") and status in Card.OF_THE_COUNTER,
            "print_corrections": status == Status.NEEDS_CORRECTION,
            "print_refusal": status == Status.REFUSED and dossier.forgotten_at is None,
        }

    @needs(VIEW, REVEAL)
    def reveal(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note who looks, then show the numbers. No browser keeps a page of the admin."""
        dossier = self._one(request, pk)
        self.note(request, Deed.REVEALED, [dossier])
        return self.page(
            request,
            "admin/dossiers/reveal.html",
            title=f"Các số trong hồ sơ {dossier.code}",
            lines=numbers_of(dossier),
            back=self.address("change", dossier.pk),
        )

    # --- Papers -------------------------------------------------------------------------------------------

    @needs(VIEW, REVEAL)
    def form_paper(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form as it was declared, with the whole number on it."""
        dossier = self._one(request, pk)
        if dossier.forgotten_at is not None:
            return self.not_now(request, dossier)
        self.note(request, Deed.EXPORTED, [dossier], "in tờ khai")
        return pdf(papers.form_pdf(dossier), f"to-khai-{dossier.code}")

    @needs(VIEW)
    def corrections_paper(self, request: HttpRequest, pk: int) -> HttpResponse:
        dossier = self._one(request, pk)
        if dossier.status != Status.NEEDS_CORRECTION:
            return self.not_now(request, dossier)
        self.note(request, Deed.EXPORTED, [dossier], "in phiếu yêu cầu bổ sung")
        return pdf(papers.correction_pdf(dossier), f"bo-sung-{dossier.code}")

    @needs(VIEW)
    def refusal_paper(self, request: HttpRequest, pk: int) -> HttpResponse:
        dossier = self._one(request, pk)
        if dossier.status != Status.REFUSED or dossier.forgotten_at is not None:
            return self.not_now(request, dossier)
        self.note(request, Deed.EXPORTED, [dossier], "in thông báo từ chối")
        return pdf(papers.refusal_pdf(dossier), f"tu-choi-{dossier.code}")

    @needs(VIEW, REVEAL)
    def attachment(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One of the papers that were sent along, the one that `?giay=` names. Numbers stand whole on it:
        each look is on record as one at them.
        """
        dossier = self._one(request, pk)
        asked = request.GET.get("giay", "")
        found = next((one for one in attachments_of(dossier) if str(one.public_id) == asked), None)
        if found is None:
            messages.error(request, "Không có giấy tờ này trong hồ sơ.")
            return redirect(self.address("change", pk))
        self.note(request, Deed.REVEALED, [dossier], f"giấy tờ gửi kèm: {found.get_kind_display()}")
        try:
            content = read(found)
        except FileLost as lost:
            messages.error(request, str(lost))
            return redirect(self.address("change", pk))
        return as_download(found, content, inline=True)


def is_overdue(dossier: Dossier) -> bool:
    """Whether it should have been looked at by now."""
    if dossier.due_at is None or dossier.status not in TO_REVIEW:
        return False
    return dossier.due_at < timezone.now()
