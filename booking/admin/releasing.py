"""Giving a person their number back that a stranger booked with."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from unfold.decorators import action

from accounts.models import Officer
from booking.models import Appointment, Person, Registration, Release
from booking.services import releases
from core.officers import Deed, Part, at_work
from core.pages import PageAdmin, attempt

WARNING = "Chỉ thực hiện khi chính chủ có mặt và đã xem giấy tờ. Người đã đặt được báo tin."


class PapersForm(forms.Form):
    """What an officer says when giving a person their number back."""

    papers_seen = forms.CharField(
        label="Giấy tờ đã xem",
        max_length=200,
        help_text="Thí dụ: CCCD bản chính, chính chủ có mặt.",
    )


class NumberForm(PapersForm):
    """The same, where the officer has the number and not the stranger's appointment."""

    number = forms.CharField(
        label="Số định danh hoặc số CMND cũ",
        max_length=20,
        help_text="Của chính chủ đang có mặt. Tìm ở mọi đơn vị, mọi loại đăng ký.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    field_order = ("number", "papers_seen")


class ReleasePages(PageAdmin):
    def has_release_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("booking.release_appointment")

    @action(
        description="Giải phóng số định danh", url_path="release", permissions=["release"], icon="lock_open"
    )
    def release_person(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask which papers were seen, then free the person from this appointment."""
        appointment = get_object_or_404(self.get_queryset(request), pk=object_id)
        self.note(request, Deed.VIEWED, [appointment])
        masked = appointment.person.masked_id or "không ghi số"
        about = f"Lịch hẹn {appointment.code} của {appointment.person.full_name} ({masked}) sẽ bị hủy."
        form = PapersForm(request.POST or None)

        def free() -> Release:
            return releases.release(
                person=appointment.person,
                officer=cast("Officer", request.user),
                papers_seen=form.cleaned_data["papers_seen"],
                now=timezone.now(),
            )

        return self._ask_and_free(request, form, free, about=about, back=self.address("change", object_id))

    @action(
        description="Giải phóng theo số định danh",
        url_path="release-number",
        permissions=["release"],
        icon="lock_open",
    )
    def release_number(self, request: HttpRequest) -> HttpResponse:
        """Ask for the number and the papers, then free it from whatever holds it, at any office."""
        form = NumberForm(request.POST or None)

        def free() -> Release:
            return releases.release_number(
                number=form.cleaned_data["number"],
                officer=cast("Officer", request.user),
                papers_seen=form.cleaned_data["papers_seen"],
                now=timezone.now(),
            )

        about = "Chỗ mà người khác đã đặt bằng số này sẽ bị hủy."
        return self._ask_and_free(request, form, free, about=about, back=self.address("changelist"))

    def _note(self, request: HttpRequest, release: Release) -> None:
        """For the auditors of whose place it was by its code; for the officer's own, where it was another
        agency's, by the release.
        """
        agency, scope = release.person.booking.agency_id, at_work(request).scope
        parts: list[Part] = [([agency], [_place_of(release.person)])]
        if not (scope.everything or agency in scope.agencies_in_part):
            parts.append((None, [release]))
        at_work(request).note_parts(Deed.DID, self.model._meta.label, parts, "giải phóng số định danh")

    def _ask_and_free(
        self, request: HttpRequest, form: forms.Form, free: Callable[[], Release], *, about: str, back: str
    ) -> HttpResponse:
        note = partial(self._note, request)
        if form.is_valid() and attempt(request, free, note=note, form=form) is not None:
            words = "Đã giải phóng. Có thể đặt lịch hoặc phục vụ chính chủ ngay."
            messages.success(request, words)
            return redirect(back)
        return self.page(
            request,
            "admin/ask.html",
            title="Giải phóng số định danh",
            about=f"{about} {WARNING}",
            form=form,
            do="Giải phóng",
            back=back,
        )


def _place_of(person: Person) -> str:
    """What the log calls the place that a person held: its code, or the registration."""
    appointment = Appointment.objects.filter(person=person).first()
    return str(appointment or Registration.objects.get(booking=person.booking_id))
