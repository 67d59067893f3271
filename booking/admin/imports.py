from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from unfold.decorators import action

from accounts.models import Officer
from agencies.models import Agency
from booking.admin.import_forms import FileForm, GroundsForm, as_file, trial_of
from booking.models import SheetImport
from booking.services.imports import people, runs, sites
from core.admin import OwnRowsFilter, RecordAdmin, noted
from core.errors import DomainError
from core.officers import Deed, at_work
from core.sheets import write_template

Kind = SheetImport.Kind
RIGHTS = {Kind.SITES: "booking.import_sites", Kind.REGISTRATIONS: "booking.import_registrations"}
HAND_IN: dict[str, Callable[..., SheetImport]] = {
    Kind.SITES: sites.hand_in_sites,
    Kind.REGISTRATIONS: runs.hand_in_registrations,
}
HOW_TO = {Kind.SITES: sites.HOW_TO, Kind.REGISTRATIONS: people.HOW_TO}
PAGE = "admin:booking_sheetimport_change"


@admin.register(SheetImport)
class SheetImportAdmin(RecordAdmin):
    """What was handed in as a spreadsheet: the page of each says what it would do, then what it did."""

    agency_path = "agency"
    shows_people = True
    list_display = ("kind", "agency", "created_at", "officer", "rows", "taken_in", "finished_at")
    list_filter = (("agency", OwnRowsFilter), "kind")
    list_select_related = ("agency", "officer")
    ordering = ("-pk",)
    actions_list = ("new_sites", "new_registrations")

    def subject_of(self, row: SheetImport) -> str:
        return f"danh sách {row.pk}"

    def get_urls(self) -> list[Any]:
        def page(route: str, name: str, view: Callable[..., HttpResponse]) -> Any:
            return path(route, self.admin_site.admin_view(view), name=f"booking_sheetimport_{name}")

        ours = [
            page("template-sites/", "template_sites", self.template_sites_view),
            page("template-registrations/", "template_registrations", self.template_registrations_view),
            page("<int:pk>/take-in/", "take_in", self.take_in_view),
            page("<int:pk>/refused/", "refused", self.refused_view),
        ]
        return [*ours, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SheetImport]:
        """Without the rows of the lists, which are large and encrypted: the one page that needs them asks."""
        return super().get_queryset(request).defer("content", "refused")

    def has_sites_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RIGHTS[Kind.SITES])

    def has_registrations_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RIGHTS[Kind.REGISTRATIONS])

    @action(description="Nhập điểm và lịch mở cửa", url_path="new-sites", permissions=["sites"])
    def new_sites(self, request: HttpRequest) -> HttpResponse:
        return self._hand_in(request, Kind.SITES)

    @action(
        description="Nhập danh sách đăng ký",
        url_path="new-registrations",
        permissions=["registrations"],
    )
    def new_registrations(self, request: HttpRequest) -> HttpResponse:
        return self._hand_in(request, Kind.REGISTRATIONS)

    # --- Handing in -----------------------------------------------------------------------------------

    def _hand_in(self, request: HttpRequest, kind: SheetImport.Kind) -> HttpResponse:
        form = FileForm(request.POST or None, request.FILES or None, initial=self._initial(request))
        form.fields["agency"].queryset = self._agencies(request)  # type: ignore[attr-defined]
        if form.is_valid():
            try:
                made = HAND_IN[kind](
                    agency=form.cleaned_data["agency"],
                    officer=cast("Officer", request.user),
                    content=form.cleaned_data["file"].read(),
                    now=timezone.now(),
                )
            except DomainError as refusal:
                form.add_error("file", str(refusal))
            else:
                return redirect(PAGE, made.pk)
        template = reverse(f"admin:booking_sheetimport_template_{kind.lower()}")
        title = f"Nhập {kind.label} từ Excel"
        context = {"title": title, "form": form, "how_to": HOW_TO[kind], "template": template}
        return self._render(request, "admin/booking/import_new.html", context)

    def _agencies(self, request: HttpRequest) -> QuerySet[Agency]:
        """Agencies of which the officer sees the whole."""
        scope = at_work(request).scope
        rows = Agency.objects.order_by("name")
        return rows if scope.everything else rows.filter(pk__in=scope.agencies)

    def _initial(self, request: HttpRequest) -> dict[str, Any]:
        asked = request.GET.get("agency", "")
        agencies = self._agencies(request)
        chosen = agencies.filter(pk=asked) if asked.isdecimal() and len(asked) < 10 else agencies[:2]
        return {"agency": chosen[0]} if len(chosen) == 1 else {}

    def template_sites_view(self, request: HttpRequest) -> HttpResponse:
        self._refuse_without_right(request, Kind.SITES)
        return as_file(write_template(sites.LAYOUTS, how_to=sites.HOW_TO), "mau-diem-va-lich.xlsx")

    def template_registrations_view(self, request: HttpRequest) -> HttpResponse:
        self._refuse_without_right(request, Kind.REGISTRATIONS)
        return as_file(write_template([people.LAYOUT], how_to=people.HOW_TO), "mau-dang-ky.xlsx")

    # --- What it would do, and did --------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        run = self.get_object(request, object_id)
        if run is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST" or not self.has_view_permission(request, run):
            raise PermissionDenied
        return self._show(request, run, GroundsForm())

    def _show(self, request: HttpRequest, run: SheetImport, grounds_form: GroundsForm) -> HttpResponse:
        self.note(request, Deed.VIEWED, [run])
        context: dict[str, Any] = {"title": f"Nhập {run.get_kind_display()}", "run": run}
        if request.user.has_perm(RIGHTS[Kind(run.kind)]):
            try:
                context |= trial_of(run, now=timezone.now())
            except DomainError:
                context["gone"] = run.finished_at is None
            context |= {"grounds_form": grounds_form, "refused_count": run.position - run.taken_in}
        return self._render(request, "admin/booking/import.html", context)

    def take_in_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self._run(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if run.kind == Kind.SITES:
            return self._take_in(
                request,
                run,
                lambda: noted(
                    lambda: sites.take_sites_in(sheet_import=run, now=timezone.now()),
                    lambda _: self._note_taken_in(request, run),
                ),
            )
        form = GroundsForm(request.POST)
        if not form.is_valid():
            return self._show(request, run, form)
        # One transaction a row: it is written down before the first of them.
        self._note_taken_in(request, run)
        return self._take_in(
            request,
            run,
            lambda: runs.take_registrations_in(
                sheet_import=run, grounds=form.cleaned_data["grounds"], now=timezone.now()
            ),
        )

    def _note_taken_in(self, request: HttpRequest, run: SheetImport) -> None:
        self.note(request, Deed.DID, [run], f"nhập {run.get_kind_display()}")

    def _take_in(self, request: HttpRequest, run: SheetImport, take_in: Callable[[], object]) -> HttpResponse:
        try:
            take_in()
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        return redirect(PAGE, run.pk)

    def refused_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The rows that were not taken in, or would not be, with their reasons."""
        run = self._run(request, pk)
        if run.kind != Kind.REGISTRATIONS:
            raise PermissionDenied
        rows = runs.refused_rows(run) if run.expires_at > timezone.now() else []
        if run.content is not None:
            trial = runs.try_registrations(run, now=timezone.now())
            rows += [(entry.row, runs.reasons_of(entry)) for entry in trial.refused]
        self.note(request, Deed.EXPORTED, [run], "dòng không nhập được")
        return as_file(runs.refused_as_sheet(rows), f"chua-nhap-duoc-{run.pk}.xlsx")

    # --- Shared -----------------------------------------------------------------------------------------

    def _refuse_without_right(self, request: HttpRequest, kind: str) -> None:
        if not request.user.has_perm(RIGHTS[Kind(kind)]):
            raise PermissionDenied

    def _run(self, request: HttpRequest, pk: int) -> SheetImport:
        run: SheetImport = get_object_or_404(self.get_queryset(request).select_related("agency"), pk=pk)
        self._refuse_without_right(request, run.kind)
        return run

    def _render(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        back = reverse("admin:booking_sheetimport_changelist")
        shared = {**self.admin_site.each_context(request), "back": back}
        return render(request, template, shared | context)
