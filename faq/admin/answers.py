"""Answers as officers write, review and publish them."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.models import Officer
from agencies.models import Agency
from core.admin import OfficeAdmin, OwnRowsFilter, apply_use_case
from core.officers import at_work
from faq.markdown import to_html
from faq.models import Answer, Question
from faq.services import publishing
from faq.services.filling import Facts, fill, unknown_places

EDITABLE = (Answer.State.DRAFT, Answer.State.REVIEWED)
CONTENT = ("says", "basis", "confidence", "valid_from", "valid_to")


class AnswerForm(forms.ModelForm):
    class Meta:
        model = Answer
        fields = ("question", "agency", *CONTENT)

    def clean_says(self) -> str:
        says: str = self.cleaned_data["says"]
        strangers = unknown_places(says)
        if strangers:
            names = ", ".join(f"{{{{{name}}}}}" for name in strangers)
            raise forms.ValidationError(f"Không có chỗ điền: {names}.")
        return says

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("valid_from"), said.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", "Ngày cuối không được trước ngày đầu.")
        return said


@admin.register(Answer)
class AnswerAdmin(OfficeAdmin):
    """An office's own answers; those of the house are for who is posted to the whole portal. What was
    published is read only: a new answer takes its place.
    """

    agency_path = "agency"
    when_empty = "Chưa có câu trả lời riêng nào. Đơn vị đang dùng câu trả lời chung của cổng."
    form = AnswerForm
    list_display = ("question", "agency", "valid_from", "valid_to", "state", "confidence")
    list_filter = ("state", "confidence", ("agency", OwnRowsFilter))
    list_select_related = ("question", "agency")
    ordering = ("-pk",)
    actions = ("review_selected", "publish_selected")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        written = ("question", "agency", ("valid_from", "valid_to"), "confidence", "basis", "says")
        if obj is None:
            return written
        steps = (
            ("written_by", "written_at"),
            ("reviewed_by", "reviewed_at"),
            ("published_by", "published_at"),
        )
        return ("preview", "state", *written, *steps)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        steps = ("written_by", "written_at", "reviewed_by", "reviewed_at", "published_by", "published_at")
        return ("preview", "state", "question", "agency", *steps)

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "agency" in form.base_fields:
            form.base_fields["agency"].required = not at_work(request).scope.everything
        return form

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "question":
            scope, questions = (
                at_work(request).scope,
                Question.objects.order_by("topic__position", "position"),
            )
            own = Q() if scope.everything else Q(agency=None) | Q(agency__in=scope.agencies)
            kwargs["queryset"] = questions.filter(own)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the state that is stored; who has the right sees the list in any case."""
        if isinstance(obj, Answer) and obj.pk:
            stored = Answer.objects.filter(pk=obj.pk).values_list("state", flat=True).first()
            if stored not in EDITABLE:
                return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Answer, form: Any, change: bool) -> None:  # noqa: FBT001
        said = {name: form.cleaned_data[name] for name in CONTENT}
        officer, now = cast("Officer", request.user), timezone.now()
        if change:
            publishing.rewrite_answer(answer=obj, **said, by=officer, now=now)
            return
        written = publishing.write_answer(
            question=obj.question, agency=obj.agency, **said, by=officer, now=now
        )
        obj.__dict__.update(written.__dict__)

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("faq.review_answer")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("faq.publish_answer")

    @admin.action(description="Đã soát, nội dung đúng", permissions=["review"])
    def review_selected(self, request: HttpRequest, queryset: QuerySet[Answer]) -> None:
        officer, now = cast("Officer", request.user), timezone.now()
        apply_use_case(
            self,
            request,
            queryset,
            lambda row: publishing.review_answer(answer=row, by=officer, now=now),
            words="soát câu trả lời",
        )

    @admin.action(description="Đăng cho người dân đọc", permissions=["publish"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Answer]) -> None:
        officer, now = cast("Officer", request.user), timezone.now()
        apply_use_case(
            self,
            request,
            queryset,
            lambda row: publishing.publish_answer(answer=row, by=officer, now=now),
            words="đăng câu trả lời",
        )

    @admin.display(description="người dân sẽ đọc")
    def preview(self, answer: Answer) -> SafeString:
        """As saved, filled with what the office is now; the house's answers as one office says them."""
        office = answer.agency or Agency.objects.filter(is_active=True).order_by("pk").first()
        return to_html(fill(answer.says, Facts(office, now=timezone.now())) if office else answer.says)
