from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from unfold.decorators import action

from booking.admin.remedies import REMEDIES, PhoneForm, TemplatesForm
from booking.models import Opening
from booking.services import opening
from booking.services.opening import Line
from core.admin import RecordAdmin, noted
from core.errors import DomainError, Invalid
from core.officers import Deed
from notifications import services as notifications

CHECKLIST = "admin:booking_opening_change"


@admin.register(Opening)
class OpeningAdmin(RecordAdmin):
    """Agencies as things to be opened. The page of each is its checklist; nothing on it is ticked by hand."""

    agency_path = "pk"
    list_display = ("name", "level", "is_active")
    list_filter = ("is_active", "level")
    search_fields = ("name", "slug")
    ordering = ("-pk",)
    actions_list = ("begin",)

    def get_urls(self) -> list[Any]:
        def page(way: str, view: Callable[..., HttpResponse]) -> Any:
            name = f"booking_opening_{way}"
            return path(f"<int:pk>/{way}/", self.admin_site.admin_view(view), name=name)

        ours = [
            page("open", self.open_view),
            page("close", self.close_view),
            page("trial", self.trial_view),
            page("templates", self.templates_view),
        ]
        return [*ours, *super().get_urls()]

    def has_begin_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("agencies.add_agency")

    @action(description="Tạo đơn vị mới", url_path="begin", permissions=["begin"])
    def begin(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:agencies_agency_add")

    # --- The checklist --------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        agency = self.get_object(request, object_id)
        if agency is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST" or not self.has_view_permission(request, agency):
            raise PermissionDenied
        return self._show(request, agency, PhoneForm())

    def _show(self, request: HttpRequest, agency: Opening, phone_form: PhoneForm) -> HttpResponse:
        lines = opening.checklist(agency=agency, now=timezone.now())
        context = {
            **self.admin_site.each_context(request),
            "title": f"Mở {agency}",
            "agency": agency,
            "lines": [(line, self._remedy(request, agency, line)) for line in lines],
            "missing": opening.missing_of(lines),
            "may_open": request.user.has_perm("booking.open_agency"),
            "may_import": request.user.has_perm("booking.import_sites"),
            "phone_form": phone_form,
        }
        return render(request, "admin/booking/opening.html", context)

    def _remedy(self, request: HttpRequest, agency: Opening, line: Line) -> tuple[str, str] | None:
        """The words and the address of the link that mends a line, if this officer may follow it."""
        remedy = REMEDIES.get(line.key)
        if remedy is None or not request.user.has_perm(remedy.right):
            return None
        return remedy.words, remedy.address(agency)

    def _agency(self, request: HttpRequest, pk: int, *, right: str = "booking.open_agency") -> Opening:
        if not request.user.has_perm(right):
            raise PermissionDenied
        agency: Opening = get_object_or_404(self.get_queryset(request), pk=pk)
        return agency

    def open_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        agency = self._agency(request, pk)
        words = f"{agency} đã mở: người dân thấy và đặt lịch được từ bây giờ."
        answer = self._do(
            request,
            agency,
            lambda: opening.open_agency(agency=agency, now=timezone.now()),
            "mở đơn vị",
            words,
        )
        if request.method == "POST":
            opening.fill_calendar(agency=agency, now=timezone.now())
        return answer

    def close_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        agency = self._agency(request, pk)
        words = f"{agency} đã đóng: không còn hiện trên trang của người dân."
        return self._do(
            request,
            agency,
            lambda: opening.close_agency(agency=agency, now=timezone.now()),
            "đóng đơn vị",
            words,
        )

    def trial_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        agency, form = self._agency(request, pk), PhoneForm(request.POST)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not form.is_valid():
            return self._show(request, agency, form)
        phone = form.cleaned_data["phone"]
        try:
            noted(
                lambda: opening.send_test_message(agency=agency, phone=phone, now=timezone.now()),
                lambda _: self.note(request, Deed.DID, [agency], "gửi tin thử"),
            )
        except Invalid as refusal:
            # On record as well: the answer tells whether somebody with this phone has an account.
            self.note(request, Deed.DID, [agency], "gửi tin thử, bị từ chối")
            for fault in refusal.errors:
                form.add_error("phone", fault.message)
            return self._show(request, agency, form)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            words = "Tin thử đang được gửi. Vài giây nữa tải lại trang để xem đã đến chưa."
            self.message_user(request, words, messages.SUCCESS)
        return redirect(CHECKLIST, agency.pk)

    def _do(
        self, request: HttpRequest, agency: Opening, use_case: Callable[[], object], deed: str, words: str
    ) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            noted(use_case, lambda _: self.note(request, Deed.DID, [agency], deed))
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, words, messages.SUCCESS)
        return redirect(CHECKLIST, agency.pk)

    def templates_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """All templates of an agency on one page."""
        agency = self._agency(request, pk, right="notifications.change_messagetext")
        known = {kind.value: given for kind, given in notifications.template_ids(agency).items()}
        form = TemplatesForm(request.POST or None, initial=known)
        if form.is_valid():
            noted(
                lambda: notifications.set_templates(agency=agency, template_ids=form.template_ids()),
                lambda _: self.note(request, Deed.CHANGED, [agency], "mã mẫu tin"),
            )
            self.message_user(request, "Đã lưu mã mẫu tin.", messages.SUCCESS)
            return redirect(CHECKLIST, agency.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Mẫu tin của {agency}",
            "about": "Mã các mẫu tin Zalo đã duyệt cho đơn vị, lấy ở trang quản lý ZBS của OA. Lời nhắn "
            "riêng (nếu có) giữ nguyên.",
            "form": form,
            "do": "Lưu",
            "back": reverse(CHECKLIST, args=[agency.pk]),
        }
        return render(request, "admin/ask.html", context)
