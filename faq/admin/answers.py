"""Answers as officers write, review and publish them."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action

from accounts.models import Officer
from agencies.models import Agency
from core.admin import OwnRowsFilter, apply_use_case
from core.officers import at_work
from core.pages import OwnPages, needs
from faq import words
from faq.admin.forms import checked_places
from faq.admin.questions import offices_of
from faq.markdown import to_html
from faq.models import Answer, Question
from faq.services import publishing
from faq.services.filling import Facts, fill, known_places, left_out, unknown_places
from faq.services.reading import Said

EDITABLE = (Answer.State.DRAFT, Answer.State.REVIEWED)
CONTENT = ("says", "basis", "confidence", "valid_from", "valid_to")


class AnswerForm(forms.ModelForm):
    class Meta:
        model = Answer
        fields = ("question", "agency", *CONTENT)

    def clean_says(self) -> str:
        return checked_places(self.cleaned_data["says"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("valid_from"), said.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", "Ngày cuối không được trước ngày đầu.")
        return said


@admin.register(Answer)
class AnswerAdmin(OwnPages):
    """An office's own answers; those of the house are for who is posted to the whole portal. What was
    published is read only: a new answer takes its place.
    """

    agency_path = "agency"
    when_empty = "Chưa có câu trả lời riêng nào. Đơn vị đang dùng câu trả lời chung của cổng."
    form = AnswerForm
    list_display = ("question", "agency", "valid_from", "valid_to", "state", "confidence")
    list_filter = ("state", "confidence", ("agency", OwnRowsFilter))
    list_select_related = ("question", "agency")
    search_fields = ("question__asks",)
    search_help_text = "Gõ như người dân hỏi: mat the lam lai sao"
    autocomplete_fields = ("question",)
    ordering = ("-pk",)
    actions = ("review_selected", "publish_selected")
    actions_detail = ("review", "publish")

    def own_urls(self) -> list[URLPattern]:
        return [self.route("preview/", self.preview, "preview")]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Answer], search_term: str
    ) -> tuple[QuerySet[Answer], bool]:
        """The answers to the questions that these words find."""
        if not search_term.strip():
            return queryset, False
        questions = self.admin_site.get_model_admin(Question)
        found, _ = questions.get_search_results(request, self.scoped(request, Question), search_term)
        return queryset.filter(question__in=found.order_by()), False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        written = ("question", "agency", ("valid_from", "valid_to"), "confidence", "basis", "says")
        if obj is None:
            return (*written, "try_out")
        tried = ("try_out",) if self.has_change_permission(request, obj) else ()
        return ("as_read", "state", *written, *tried, "steps")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("as_read", "state", "question", "agency", "try_out", "steps") if obj else ("try_out",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        offices = list(offices_of(at_work(request).scope)[:2])
        own = offices[0] if len(offices) == 1 and not at_work(request).scope.everything else None
        said = {"agency": str(own.pk), "valid_from": own.law_day(now=timezone.now())} if own else {}
        return said | super().get_changeform_initial_data(request)

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

    def has_review_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("faq.review_answer")

    def has_publish_permission(self, request: HttpRequest, *_: Any) -> bool:
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

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """The next step only."""
        state = Answer.objects.filter(pk=object_id).values_list("state", flat=True).first()
        step = {"DRAFT": "review", "REVIEWED": "publish"}.get(state or "")
        offered = super().get_actions_detail(request, object_id)
        return [each for each in offered if step and each.action_name == self._name(step)]

    @action(description="Soát câu này", url_path="review", permissions=["review"], icon="fact_check")
    def review(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Read it once more as citizens will, then say that it is right."""
        return self._step(
            request,
            object_id,
            publishing.review_answer,
            title="Soát câu trả lời",
            do="Đã soát, nội dung đúng",
            words="soát câu trả lời",
            done="Đã soát. Đăng thì người dân đọc được.",
        )

    @action(description="Đăng câu này", url_path="publish", permissions=["publish"], icon="publish")
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Read it once more as citizens will, then let them."""
        return self._step(
            request,
            object_id,
            publishing.publish_answer,
            title="Đăng câu trả lời",
            do="Đăng cho người dân đọc",
            words="đăng câu trả lời",
            done="Đã đăng, người dân đọc được ngay.",
        )

    def _step(
        self,
        request: HttpRequest,
        object_id: str,
        use_case: Callable[..., Answer],
        *,
        title: str,
        do: str,
        words: str,
        done: str,
    ) -> HttpResponse:
        rows = self.get_queryset(request).select_related("question", "agency", "written_by")
        answer: Answer = get_object_or_404(rows, pk=object_id if object_id.isdecimal() else 0)
        officer, now = cast("Officer", request.user), timezone.now()
        return self.ask_once(
            request,
            answer,
            partial(use_case, answer=answer, by=officer, now=now),
            deed=words,
            done=done,
            title=title,
            template="admin/faq/step.html",
            answer=answer,
            shown=_shown(answer, now=now),
            do=do,
        )

    # --- What citizens read, and how it came to that --------------------------------------------------------

    @admin.display(description="người dân sẽ đọc")
    def as_read(self, answer: Answer) -> SafeString:
        """As saved."""
        return _shown(answer, now=timezone.now())

    @admin.display(description="xem thử")
    def try_out(self, answer: Answer) -> SafeString:
        """A button of the form itself: it posts what is written to another page, and saves nothing."""
        about = f"?cau={answer.pk}" if answer.pk else ""
        return format_html(
            '<button type="submit" formaction="{}{}" formtarget="_blank" formnovalidate '
            'class="of-button of-plain">Xem thử, chưa lưu</button>',
            self.address("preview"),
            about,
        )

    @admin.display(description="diễn biến")
    def steps(self, answer: Answer) -> SafeString:
        """Who wrote, reviewed and published it, and what has taken its place."""
        return render_to_string(
            "admin/faq/steps.html", {"answer": answer, "next": publishing.next_after(answer)}
        )

    @needs("faq.view_answer", "faq.add_answer")
    def preview(self, request: HttpRequest) -> HttpResponse:
        """What citizens would read of what stands in the form just now."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        answer = self._in_the_form(request)
        strangers = publishing.strangers_in(answer.says)
        return self.page(
            request,
            "admin/faq/preview.html",
            title="Xem thử, chưa lưu",
            shown=_shown(answer, now=timezone.now()),
            strangers=strangers,
            places=_places(answer, now=timezone.now()),
        )

    def _in_the_form(self, request: HttpRequest) -> Answer:
        """The answer as it is written, be it wrong; once it was saved, its question and office stay."""
        said = request.POST
        written = {name: said.get(name, "") for name in ("says", "basis", "confidence")}
        kept = request.GET.get("cau", "")
        if kept:
            rows = self.get_queryset(request).select_related("question", "agency")
            answer: Answer = get_object_or_404(rows, pk=kept if kept.isdecimal() else 0)
            for name, text in written.items():
                setattr(answer, name, text)
            return answer
        chosen, office = (said.get(name, "") for name in ("question", "agency"))
        questions, offices = self.scoped(request, Question), offices_of(at_work(request).scope)
        return Answer(
            question=get_object_or_404(questions, pk=chosen) if chosen.isdecimal() else Question(asks="…"),
            agency=offices.filter(pk=office).first() if office.isdecimal() else None,
            **written,
        )


def _office_of(answer: Answer) -> Agency | None:
    """Who says it in a preview: its office; what the house answers, the first there is."""
    return answer.agency or Agency.objects.filter(is_active=True).order_by("pk").first()


def _places(answer: Answer, *, now: datetime) -> list[tuple[str, str]]:
    """All places that may be written, as they stand in a text, with what they are filled with now."""
    office = _office_of(answer)
    facts = Facts(office, now=now) if office else None
    return [(f"{{{{{name}}}}}", facts.value(name) if facts else "") for name in known_places()]


def _shown(answer: Answer, *, now: datetime) -> SafeString:
    """On the page and in the chat, as the office says it now; the house's as one office says it."""
    office = _office_of(answer)
    facts = Facts(office, now=now) if office else None
    missing = left_out(answer.says, facts) if facts else []
    says = fill(answer.says, facts) if facts else answer.says
    said = Said(
        key="",
        asks=answer.question.asks,
        says=says,
        topic_key="",
        topic="",
        basis=answer.basis,
        is_confirmed=answer.is_confirmed,
    )
    return render_to_string(
        "admin/faq/said.html",
        {
            "said": said,
            "office": office,
            "page": to_html(says),
            "chat": words.answer_in_chat(said),
            "left_out": [sentence for sentence in missing if not unknown_places(sentence)],
        },
    )
