"""Announcements as officers write, publish and send them."""

from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils import timezone
from unfold.decorators import action

from accounts.models import Officer
from agencies.models import Agency
from booking.models import Session, Site
from booking.services.ward_names import read_wards
from core.admin import OwnRowsFilter
from core.officers import at_work
from core.pages import PageAdmin, attempt, needs
from core.time import local_date, say_time
from faq import words
from faq.admin.questions import offices_of
from faq.models import Announcement, Delivery
from faq.services import announcing, broadcasting
from faq.services.announcing import Content, Standing

VIEW, ADD, CHANGE = (f"faq.{verb}_announcement" for verb in ("view", "add", "change"))
PUBLISH, SEND = "faq.publish_announcement", "faq.send_announcement"
State, Sending = Announcement.State, Announcement.Sending
# Sessions that a form offers: those of the next weeks.
MOST_SESSIONS = 60


class SessionChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, session: Session) -> str:
        return f"{session}, {session.site.name}"


class AnnouncementForm(forms.Form):
    """What an announcement says. Whether it may is for the use cases."""

    title = forms.CharField(label="Tiêu đề", max_length=120, help_text="Một câu, điều quan trọng nhất ở đầu.")
    says = forms.CharField(
        label="Nội dung",
        max_length=1600,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="Viết được **đậm**, danh sách với dấu - đầu dòng, liên kết [chữ](https://…).",
    )
    starts_at = forms.DateTimeField(label="Đăng từ lúc")
    ends_at = forms.DateTimeField(
        label="Đến lúc", required=False, help_text="Để trống: đến khi gỡ, hoặc đến khi các buổi bên dưới qua."
    )
    is_pinned = forms.BooleanField(label="Ghim lên đầu", required=False)
    sites = forms.ModelMultipleChoiceField(
        Site.objects.none(),
        label="Về điểm thu nhận",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sessions = SessionChoices(
        Session.objects.none(),
        label="Về buổi ngoài giờ, lưu động",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Hủy buổi thì thông báo chỉ về buổi đó tự thôi hiện.",
    )
    wards = forms.CharField(
        label="Chỉ cho phường, xã",
        required=False,
        max_length=400,
        help_text="Tên cũ hay mới, cách nhau bằng dấu phẩy. Để trống: cho mọi người.",
    )

    def __init__(self, *args: Any, sites: QuerySet[Site], sessions: QuerySet[Session], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("sites", sites), ("sessions", sessions)):
            cast("forms.ModelChoiceField", self.fields[name]).queryset = rows
            if not rows.exists():
                del self.fields[name]
        for name in ("starts_at", "ends_at"):
            self.fields[name].widget = forms.DateTimeInput(
                attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
            )

    def content(self, agency: Agency) -> Content:
        """What is wanted.

        :raises Invalid: a ward that nobody knows
        """
        said = self.cleaned_data
        return Content(
            title=said["title"],
            says=said["says"],
            starts_at=said["starts_at"],
            ends_at=said["ends_at"],
            is_pinned=said["is_pinned"],
            sites=list(said.get("sites") or ()),
            sessions=list(said.get("sessions") or ()),
            wards=read_wards(said["wards"], agency=agency),
        )


class OfficeForm(forms.Form):
    agency = forms.ModelChoiceField(Agency.objects.none(), label="Đơn vị", empty_label=None)

    def __init__(self, *args: Any, offices: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField", self.fields["agency"]).queryset = offices


@admin.register(Announcement)
class AnnouncementAdmin(PageAdmin):
    """What the offices announce: written by one, published and sent by who may, never deleted."""

    agency_path = "agency"
    when_empty = "Chưa có thông báo nào. Bấm “Viết thông báo”: tăng ca, lịch lưu động, thay đổi nơi làm."
    list_display = ("title", "standing", "starts_at", "ends_at", "is_pinned", "sending", "agency")
    list_filter = ("state", "sending", ("agency", OwnRowsFilter))
    list_select_related = ("agency",)
    ordering = ("-pk",)
    actions_list = ("new",)

    def own_urls(self) -> list[URLPattern]:
        return [
            self.route("<int:pk>/edit/", self.edit, "edit"),
            self.route("<int:pk>/publish/", self.publish, "publish"),
            self.route("<int:pk>/send/", self.send, "send"),
            self.route("<int:pk>/stop/", self.stop, "stop"),
            self.route("<int:pk>/withdraw/", self.withdraw, "withdraw"),
        ]

    def _one(self, request: HttpRequest, pk: object) -> Announcement:
        rows = self.get_queryset(request).select_related("agency")
        row: Announcement = get_object_or_404(rows, pk=pk)
        return row

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Its page, with where each announcement stands now."""
        shown = super().get_changelist_instance(request)
        rows = shown.result_list = list(shown.result_list)
        stand = announcing.standing(rows, now=timezone.now())
        for row in rows:
            row.stands = stand[row.pk]
        return shown

    @admin.display(description="tình trạng")
    def standing(self, announcement: Any) -> str:
        return str(announcement.stands)

    # --- One announcement ---------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """As citizens read it, how far its sending is, and what can be done with it."""
        if request.method == "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        row = self._one(request, object_id if object_id.isdecimal() else 0)
        may = request.user.has_perm
        counted = broadcasting.progress(row)
        standing = announcing.standing([row], now=timezone.now())[row.pk]
        return self.page(
            request,
            "admin/faq/announcement.html",
            title=row.title,
            row=row,
            standing=standing,
            page_address=words.page_of(row) if standing in (Standing.ON_SHOW, Standing.OVER) else "",
            progress=[(state.label, counted[state]) for state in Delivery.State if counted[state]],
            in_doubt=counted[Delivery.State.TRIED],
            may_edit=may(CHANGE)
            and row.state != State.WITHDRAWN
            and row.sending != Sending.RUNNING
            and (row.state == State.DRAFT or may(PUBLISH)),
            may_publish=may(PUBLISH) and row.state == State.DRAFT,
            may_withdraw=may(PUBLISH) and row.state == State.PUBLISHED,
            may_send=may(SEND)
            and standing in (Standing.TO_COME, Standing.ON_SHOW)
            and row.sending == Sending.NOT_BEGUN,
            may_stop=may(SEND) and row.sending == Sending.RUNNING,
            back=self.address("changelist"),
        )

    # --- Writing ------------------------------------------------------------------------------------------

    def has_new_permission(self, request: HttpRequest, *_: Any) -> bool:
        scope = at_work(request).scope
        return request.user.has_perms((VIEW, ADD)) and bool(scope.everything or scope.agencies)

    @action(description="Viết thông báo", url_path="new", permissions=["new"], icon="campaign")
    def new(self, request: HttpRequest) -> HttpResponse:
        """Write for the own office; who has several names one, and is offered its sites and sessions."""
        offices, named = offices_of(at_work(request).scope), request.GET.get("agency", "")
        only = offices[0] if len(offices[:2]) == 1 else None
        agency = only or offices.filter(pk=named if named.isdecimal() else 0).first()
        if agency is None:
            return self.page(
                request,
                "admin/faq/office.html",
                title="Viết thông báo",
                form=OfficeForm(offices=offices),
                back=self.address("changelist"),
            )
        begins = timezone.localtime().replace(second=0, microsecond=0)
        form = self._form(request, agency, None, {"starts_at": begins})
        return self._write(request, form, "Viết thông báo", agency, None)

    @needs(VIEW, CHANGE)
    def edit(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._one(request, pk)
        if row.state != State.DRAFT and not request.user.has_perm(PUBLISH):
            return self._not_now(request, row, "Thông báo đã đăng: người có quyền đăng mới sửa được.")
        initial = {
            **{name: getattr(row, name) for name in ("title", "says", "is_pinned")},
            "starts_at": timezone.localtime(row.starts_at),
            "ends_at": timezone.localtime(row.ends_at) if row.ends_at else None,
            "sites": row.sites.all(),
            "sessions": row.sessions.all(),
            "wards": ", ".join(ward.name for ward in row.wards.order_by("pk")),
        }
        form = self._form(request, row.agency, row, initial)
        return self._write(request, form, f"Sửa: {row.title}", row.agency, row)

    def _form(
        self, request: HttpRequest, agency: Agency, row: Announcement | None, initial: dict[str, Any]
    ) -> AnnouncementForm:
        sites = Site.objects.filter(agency=agency).order_by("kind", "name", "pk")
        to_come = Session.objects.planned().filter(date__gte=local_date(timezone.now()), site__in=sites)
        offered = list(to_come.order_by("date", "starts_at").values_list("pk", flat=True)[:MOST_SESSIONS])
        chosen = list(row.sessions.values_list("pk", flat=True)) if row is not None else []
        sessions = Session.objects.filter(pk__in=[*offered, *chosen]).select_related("site")
        return AnnouncementForm(
            request.POST or None,
            initial=initial,
            sites=sites.filter(is_active=True),
            sessions=sessions.order_by("date", "starts_at", "pk"),
        )

    def _write(
        self,
        request: HttpRequest,
        form: AnnouncementForm,
        title: str,
        agency: Agency,
        row: Announcement | None,
    ) -> HttpResponse:
        """Show the form, what was written as citizens will read it, or save it."""
        is_shown = "preview" in request.POST
        if form.is_valid() and not is_shown:
            now, officer = timezone.now(), cast("Officer", request.user)

            def save() -> Announcement:
                said = form.content(agency)
                if row is None:
                    return announcing.write(agency=agency, content=said, by=officer, now=now)
                return announcing.rewrite(announcement=row, content=said, by=officer, now=now)

            deed = "viết thông báo" if row is None else "sửa thông báo"
            saved = attempt(request, save, note=lambda done: self.did(request, done, deed), form=form)
            if saved is not None:
                messages.success(request, "Đã lưu." if saved.state == State.PUBLISHED else "Đã lưu bản nháp.")
                return redirect(self.address("change", saved.pk))
        return self.page(
            request,
            "admin/faq/announcement_form.html",
            title=title,
            agency=agency,
            form=form,
            preview=form.cleaned_data if is_shown and form.is_valid() else None,
            back=self.address("changelist") if row is None else self.address("change", row.pk),
        )

    # --- Steps --------------------------------------------------------------------------------------------

    @needs(VIEW, PUBLISH)
    def publish(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._one(request, pk)
        if row.state != State.DRAFT:
            return self._not_now(request, row, "Thông báo này đã đăng hoặc đã gỡ.")
        return self.ask_once(
            request,
            row,
            partial(
                announcing.publish, announcement=row, by=cast("Officer", request.user), now=timezone.now()
            ),
            deed="đăng thông báo",
            done="Đã đăng. Người dân đọc được trên trang, trong chat và ứng dụng.",
            title=f"Đăng: {row.title}",
            about=f"Người dân đọc được từ {say_time(max(row.starts_at, timezone.now()))}. "
            "Chưa gửi tin cho ai.",
            do="Đăng",
        )

    @needs(VIEW, PUBLISH)
    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._one(request, pk)
        if row.state != State.PUBLISHED:
            return self._not_now(request, row, "Chỉ gỡ được thông báo đang đăng.")
        return self.ask_once(
            request,
            row,
            partial(announcing.withdraw, announcement=row, now=timezone.now()),
            deed="gỡ thông báo",
            done="Đã gỡ. Ai chưa được gửi thì không gửi nữa.",
            title=f"Gỡ: {row.title}",
            about="Thông báo không còn hiện ở đâu nữa, và không đăng lại được. "
            "Nếu đang gửi thì dừng gửi. Tin đã đến máy người dân không lấy lại được.",
            do="Gỡ thông báo",
            is_danger=True,
        )

    @needs(VIEW, SEND)
    def send(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say to how many it goes and when, show it as they will read it, and ask once."""
        row = self._one(request, pk)
        if row.state != State.PUBLISHED or row.sending != Sending.NOT_BEGUN:
            return self._not_now(request, row, "Chỉ gửi được thông báo đang đăng, và gửi một lần.")
        return self.ask_once(
            request,
            row,
            partial(
                broadcasting.start, announcement=row, by=cast("Officer", request.user), now=timezone.now()
            ),
            deed="gửi thông báo tới người đăng ký",
            done="Đang gửi. Tải lại trang này để xem đã đến bao nhiêu người.",
            template="admin/faq/announcement_send.html",
            title=f"Gửi: {row.title}",
            audience=broadcasting.audience(row, now=timezone.now()),
            text=words.announcement_told(row),
        )

    @needs(VIEW, SEND)
    def stop(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._one(request, pk)
        if row.sending != Sending.RUNNING:
            return self._not_now(request, row, "Thông báo này không đang gửi.")
        waiting = broadcasting.progress(row)[Delivery.State.WAITING]
        return self.ask_once(
            request,
            row,
            partial(broadcasting.stop, announcement=row, now=timezone.now()),
            deed="dừng gửi thông báo",
            done="Đã dừng gửi.",
            title=f"Dừng gửi: {row.title}",
            about=f"Còn {waiting} người chưa được gửi: họ sẽ không nhận tin này, và không gửi tiếp được nữa. "
            "Thông báo vẫn hiện trên trang.",
            do="Dừng gửi",
            is_danger=True,
        )

    def _not_now(self, request: HttpRequest, row: Announcement, why: str) -> HttpResponse:
        messages.error(request, why)
        return redirect(self.address("change", row.pk))
