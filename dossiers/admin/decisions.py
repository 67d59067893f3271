"""The pages on which an officer decides about one dossier. Their addresses say which state was looked at."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils import timezone
from unfold.decorators import action

from accounts.models import Officer
from core.codes import tidy_code
from core.errors import FieldError, Invalid
from core.officers import Deed
from core.pages import PageAdmin, attempt, needs
from dossiers.admin.review_forms import CorrectionsForm, CounterForm, NumberForm, RefuseForm, StopForm
from dossiers.models import Dossier
from dossiers.models.dossiers import DossierQuerySet
from dossiers.services import official_codes, reviewing
from dossiers.services.reading import labels_of, returnable_of
from dossiers.states import ALLOWED, Status

REVIEW, STOP, NUMBER, SUBMIT = (
    f"dossiers.{right}_dossier" for right in ("review", "stop", "number", "submit")
)
VIEW = "dossiers.view_dossier"
SEEN = "lan"  # the revision that was looked at, in the address
NOT_HERE = "Không có tờ khai mang mã này ở đơn vị."
UseCase = Callable[..., Dossier]


class DecisionPages(PageAdmin):
    # A room above puts its own in their place: with a dossier ends what it knows of.
    refusing: UseCase = staticmethod(reviewing.refuse)
    stopping: UseCase = staticmethod(reviewing.stop)

    def decision_urls(self) -> list[URLPattern]:
        pages = {
            "take-up": self.take_up,
            "put-back": self.put_back,
            "take-over": self.take_over,
            "accept": self.accept,
            "corrections": self.corrections,
            "refuse": self.refuse,
            "stop": self.stop,
            "number": self.number,
        }
        return [self.route(f"<int:pk>/{name}/", view, name.replace("-", "_")) for name, view in pages.items()]

    # --- One click ----------------------------------------------------------------------------------------

    @needs(VIEW, REVIEW)
    def take_up(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._click(request, pk, reviewing.take_up, did="nhận kiểm tra", said="Đã nhận kiểm tra.")

    @needs(VIEW, REVIEW)
    def put_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        words = "Đã trả lại hàng chờ."
        return self._click(request, pk, reviewing.put_back, did="trả lại hàng chờ", said=words)

    def _click(
        self, request: HttpRequest, pk: int, use_case: UseCase, *, did: str, said: str
    ) -> HttpResponse:
        dossier = self._one(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if self._decide(request, dossier, use_case, did=did) is not None:
            messages.success(request, said)
        return redirect(self.address("change", pk))

    # --- Decisions that ask -------------------------------------------------------------------------------

    @needs(VIEW, REVIEW)
    def take_over(self, request: HttpRequest, pk: int) -> HttpResponse:
        dossier = self._one(request, pk)
        other = dossier.checking_by
        name = (other.get_full_name() or other.get_username()) if other else ""
        return self._ask(
            request,
            dossier,
            reviewing.take_over,
            form=forms.Form(_posted(request)),
            title=f"Nhận thay hồ sơ {dossier.code}",
            about=f"{name} đang kiểm tra hồ sơ này. Nhận thay thì đồng nghiệp không quyết định được nữa.",
            do="Nhận thay",
            did="nhận thay",
            is_possible=dossier.status == Status.CHECKING and other != request.user,
        )

    @needs(VIEW, REVIEW)
    def accept(self, request: HttpRequest, pk: int) -> HttpResponse:
        dossier = self._one(request, pk)
        return self._ask(
            request,
            dossier,
            reviewing.accept,
            form=forms.Form(_posted(request)),
            title=f"Duyệt hồ sơ {dossier.code}",
            about=f"{dossier.full_name}: tờ khai đủ và đúng. Người dân được báo mời đến làm thẻ.",
            do="Duyệt",
            did="duyệt",
            to=Status.ACCEPTED,
        )

    @needs(VIEW, REVIEW)
    def corrections(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A reason for each field that is sent back, chosen beside what was declared."""
        dossier = self._one(request, pk)
        form = CorrectionsForm(_posted(request), sections=returnable_of(dossier))
        return self._ask(
            request,
            dossier,
            reviewing.ask_corrections,
            form=form,
            said=lambda: {"asked": form.asked()},
            title=f"Yêu cầu bổ sung, hồ sơ {dossier.code}",
            about="Chọn lý do ở từng mục phải sửa. Người dân chỉ sửa những mục ấy, phần khác giữ nguyên.",
            do="Gửi yêu cầu bổ sung",
            did="yêu cầu bổ sung",
            to=Status.NEEDS_CORRECTION,
            template="admin/dossiers/corrections.html",
        )

    @needs(VIEW, REVIEW)
    def refuse(self, request: HttpRequest, pk: int) -> HttpResponse:
        dossier = self._one(request, pk)
        form = RefuseForm(_posted(request), version=dossier.version)
        return self._ask(
            request,
            dossier,
            self.refusing,
            form=form,
            said=lambda: form.cleaned_data,
            title=f"Không tiếp nhận hồ sơ {dossier.code}",
            about=f"{dossier.full_name}: hồ sơ kết thúc, người dân được báo lý do; in được thông báo.",
            do="Không tiếp nhận",
            did="không tiếp nhận",
            to=Status.REFUSED,
            is_danger=True,
        )

    @needs(VIEW, STOP)
    def stop(self, request: HttpRequest, pk: int) -> HttpResponse:
        dossier = self._one(request, pk)
        form = StopForm(_posted(request))
        return self._ask(
            request,
            dossier,
            self.stopping,
            form=form,
            said=lambda: form.cleaned_data,
            title=f"Dừng hồ sơ {dossier.code}",
            about=f"{dossier.full_name}: hồ sơ kết thúc, số định danh khai lại được ngay. "
            "Chỉ dừng khi đã xem giấy tờ; người đã khai được báo tin.",
            do="Dừng hồ sơ",
            did="dừng hồ sơ",
            to=Status.STOPPED,
            is_danger=True,
        )

    @needs(VIEW, NUMBER)
    def number(self, request: HttpRequest, pk: int) -> HttpResponse:
        dossier = self._one(request, pk)
        form = NumberForm(_posted(request))
        return self._ask(
            request,
            dossier,
            official_codes.give_code,
            form=form,
            said=lambda: {"typed": form.cleaned_data["code"]},
            title=f"Mã chính thức của hồ sơ {dossier.code}",
            about="Mỗi hồ sơ một mã, cấp rồi không đổi.",
            do="Cấp mã",
            did="cấp mã hồ sơ chính thức",
            is_possible=may_have_code(dossier),
        )

    # --- At the counter -----------------------------------------------------------------------------------

    def has_submit_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perms((VIEW, SUBMIT))

    @action(description="Nộp tại quầy", url_path="counter", permissions=["submit"], icon="person_add")
    def counter(self, request: HttpRequest) -> HttpResponse:
        """Hand in what somebody declared at home and shows at the counter, with the papers there."""
        form = CounterForm(_posted(request))
        if form.is_valid():
            handed_in = attempt(
                request,
                partial(self._hand_in, request, form.cleaned_data),
                note=lambda done: self.did(
                    request, done, "nộp tại quầy", why=form.cleaned_data["papers_seen"]
                ),
                form=form,
            )
            if handed_in is not None:
                messages.success(request, f"Đã nộp tờ khai {handed_in.code}.")
                return redirect(self.address("change", handed_in.pk))
        return self.page(
            request,
            "admin/ask.html",
            title="Nộp tờ khai tại quầy",
            about="Khi trang của người dân không nộp được vì số định danh không khớp giới tính hoặc "
            "năm sinh, mà giấy tờ đúng như đã khai.",
            form=form,
            do="Nộp tờ khai",
            back=self.address("inbox"),
        )

    def _hand_in(self, request: HttpRequest, said: dict[str, Any]) -> Dossier:
        rows = self.drafts_too(request).for_display().filter(code=tidy_code(said["code"]))
        dossier = cast("Dossier | None", rows.first())
        if dossier is None:
            raise Invalid(errors=[FieldError("code", "does_not_exist", NOT_HERE)])
        try:
            return reviewing.submit_at_the_counter(
                dossier=dossier,
                officer=cast("Officer", request.user),
                papers_seen=said["papers_seen"],
                on_behalf=said["on_behalf"],
                now=timezone.now(),
            )
        except Invalid as refusal:
            labels = labels_of(dossier)
            errors = [
                replace(one, message=f"{labels[one.field]}: {one.message}") if one.field in labels else one
                for one in refusal.errors
            ]
            raise Invalid(errors=errors) from refusal

    def drafts_too(self, request: HttpRequest) -> Any:
        """The dossiers of the officer's offices, handed in or not: a draft opens by its code only."""
        raise NotImplementedError

    # --- What they share ----------------------------------------------------------------------------------

    def _one(self, request: HttpRequest, pk: object) -> Dossier:
        rows = self.handed_in(request).for_display().select_related("checking_by").defer(None)
        return get_object_or_404(rows, pk=pk)

    def handed_in(self, request: HttpRequest) -> DossierQuerySet:
        """What this officer may see."""
        return cast("DossierQuerySet", self.get_queryset(request))

    def not_now(self, request: HttpRequest, dossier: Dossier) -> HttpResponse:
        messages.error(request, f"Hồ sơ {Status(dossier.status).label}: không làm được việc này.")
        return redirect(self.address("change", dossier.pk))

    def _decide(
        self,
        request: HttpRequest,
        dossier: Dossier,
        use_case: UseCase,
        *,
        did: str,
        form: forms.Form | None = None,
        **said: Any,
    ) -> Dossier | None:
        """Run it on the state that was looked at. The reasons stand in the dossier, not in the log."""
        seen = request.POST.get(SEEN) or request.GET.get(SEEN, "")
        return attempt(
            request,
            lambda: use_case(
                dossier=dossier,
                officer=cast("Officer", request.user),
                revision=int(seen) if seen.isdecimal() else 0,
                now=timezone.now(),
                **said,
            ),
            note=lambda _: self.did(request, dossier, did),
            form=form,
        )

    def _ask(
        self,
        request: HttpRequest,
        dossier: Dossier,
        use_case: UseCase,
        *,
        form: forms.Form,
        did: str,
        said: Callable[[], dict[str, Any]] = dict,
        to: Status | None = None,
        is_possible: bool = True,
        template: str = "admin/ask.html",
        **page: Any,
    ) -> HttpResponse:
        """Ask on a page that names the state it shows, then decide."""
        back = self.address("change", dossier.pk)
        if not is_possible or not _may_become(dossier, to, request):
            return self.not_now(request, dossier)
        if request.method == "GET" and SEEN not in request.GET:
            return redirect(f"{request.path}?{SEEN}={dossier.revision}")
        if form.is_valid() and self._decide(request, dossier, use_case, did=did, form=form, **said()):
            messages.success(request, f"Đã ghi: {did}.")
            return redirect(self.address("inbox") if to else back)
        self.note(request, Deed.VIEWED, [dossier])
        page = {"is_danger": False, **page}
        return self.page(request, template, form=form, dossier=dossier, back=back, **page)


def may_have_code(dossier: Dossier) -> bool:
    """Whether an official code may be given to it now."""
    has_series = dossier.agency.dossier_serial_digits is not None
    return has_series and not dossier.official_code and dossier.status in official_codes.MAY_HAVE_ONE


def _may_become(dossier: Dossier, to: Status | None, request: HttpRequest) -> bool:
    """Whether this officer may decide so now: of what is being checked only who checks it."""
    if to is None:
        return True
    is_anothers = dossier.status == Status.CHECKING and dossier.checking_by_id != request.user.pk
    return to in ALLOWED[Status(dossier.status)] and (to == Status.STOPPED or not is_anothers)


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, be it nothing: a page that only asks to be sure has no field."""
    return request.POST if request.method == "POST" else None
