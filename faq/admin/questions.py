"""Questions, the ways in which they are asked, and the topics they stand under."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from unfold.decorators import action

from agencies.models import Agency
from core.admin import OfficeAdmin, OwnRowsFilter
from core.officers import Deed, Scope, at_work
from core.pages import PageAdmin, attempt, needs
from core.text import search_key
from faq.admin.forms import NewQuestionForm, QuestionForm, WordingForm
from faq.models import Answer, Feedback, Question, Topic
from faq.services import asking, writing
from faq.services.filling import lineages

VIEW, CHANGE = "faq.view_question", "faq.change_question"
# Of so many opinions the comments are shown.
LATEST = 50


def offices_of(scope: Scope) -> QuerySet[Agency]:
    """The offices for which an officer may write."""
    rows = Agency.objects.filter(is_active=True).order_by("name", "pk")
    return rows if scope.everything else rows.filter(pk__in=scope.agencies)


def heard_by(scope: Scope) -> set[int]:
    """The officer's offices and those above them: whose questions and answers they go by."""
    return set().union(*lineages(scope.agencies).values())


@admin.register(Topic)
class TopicAdmin(OfficeAdmin):
    """Every officer reads them; who is posted to the whole portal writes them."""

    is_public = True
    when_empty = "Chưa có chủ đề nào. Nạp nội dung có sẵn bằng lệnh load_faq."
    list_display = ("name", "key", "position", "questions")
    ordering = ("position", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(asked=Count("questions"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("key",) if obj else ()

    def _may_write(self, request: HttpRequest, row: Any = None) -> bool:
        return at_work(request).scope.everything

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        writing.save_topic(topic=obj)

    @admin.display(description="số câu hỏi", ordering="asked")
    def questions(self, topic: Any) -> int:
        return int(topic.asked)


@admin.register(Question)
class QuestionAdmin(PageAdmin):
    """Those of the officer's offices, of the offices above them, and of the house.

    An office writes its own. Ways of asking are heard by all offices, and any of them may add one; who may
    rewrite the question takes them away.
    """

    agency_path = "agency"
    when_empty = "Chưa có câu hỏi nào. Nạp nội dung có sẵn bằng lệnh load_faq."
    list_display = ("asks", "topic", "office", "is_answered", "opinions")
    list_filter = ("topic", ("agency", OwnRowsFilter))
    list_select_related = ("topic", "agency")
    search_fields = ("asks",)
    search_help_text = "Gõ như người dân hỏi: mat the lam lai sao"
    ordering = ("topic__position", "topic_id", "position", "pk")
    sortable_by = ()
    actions_list = ("new",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        scope = at_work(request).scope
        rows = Question.objects.in_order()
        if scope.everything:
            return rows
        return rows.of(heard_by(scope)) if scope.agencies else rows.none()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Question], search_term: str
    ) -> tuple[QuerySet[Question], bool]:
        """What a citizen would find by these words, and whatever has them in it."""
        term = search_key(search_term)
        if not term:
            return queryset, False
        keys = dict.fromkeys(queryset.values_list("key", flat=True))
        found = asking.find(term, among=keys)
        in_words = Q(asks__icontains=search_term.strip()) | Q(key=search_term.strip())
        worded = Question.objects.filter(wordings__text_key__contains=term)
        return queryset.filter(in_words | Q(key__in=found) | Q(pk__in=worded)), False

    def own_urls(self) -> list[URLPattern]:
        return [
            self.route("<int:pk>/rewrite/", self.rewrite, "rewrite"),
            self.route("<int:pk>/wordings/", self.wordings, "wordings"),
        ]

    # --- The list -----------------------------------------------------------------------------------------

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Its page with what was answered and what people thought of it."""
        shown = super().get_changelist_instance(request)
        scope = at_work(request).scope
        rows = shown.result_list = list(shown.result_list)
        published = _answers(scope).filter(question__in=rows, state=Answer.State.PUBLISHED)
        answered = set(published.values_list("question", flat=True))
        opinions = _feedback(scope).filter(question__in=rows).order_by()
        counted = opinions.values_list("question", "is_helpful").annotate(many=Count("pk"))
        many = {(question, is_helpful): count for question, is_helpful, count in counted}
        for row in rows:
            row.answered = row.pk in answered
            row.helped, row.failed = many.get((row.pk, True), 0), many.get((row.pk, False), 0)
        return shown

    @admin.display(description="đơn vị")
    def office(self, question: Question) -> str:
        return question.agency.name if question.agency else "chung"

    @admin.display(description="có câu trả lời", boolean=True)
    def is_answered(self, question: Any) -> bool:
        return bool(question.answered)

    @admin.display(description="ý kiến")
    def opinions(self, question: Any) -> str:
        if not question.helped and not question.failed:
            return "–"
        return f"{question.helped} có ích, {question.failed} chưa"

    # --- One question -------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """How a question is asked, what is answered by whom, and what people thought of it."""
        if request.method == "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        question = self._one(request, object_id if object_id.isdecimal() else 0)
        return self._page(request, question, WordingForm())

    def _one(self, request: HttpRequest, pk: object) -> Question:
        rows = self.get_queryset(request).select_related("topic", "agency")
        question: Question = get_object_or_404(rows, pk=pk)
        return question

    def _page(self, request: HttpRequest, question: Question, form: WordingForm) -> HttpResponse:
        scope = at_work(request).scope
        answers = _answers(scope).filter(question=question).select_related("agency")
        feedback = _feedback(scope).filter(question=question)
        comments = [each for each in feedback.order_by("-pk")[:LATEST] if each.comment]
        if comments:
            self.note(request, Deed.VIEWED, comments)
        return self.page(
            request,
            "admin/faq/question.html",
            title=question.asks,
            question=question,
            form=form,
            wordings=list(question.wordings.order_by("pk")),
            answers=list(answers.order_by("agency__name", "-valid_from", "-pk")),
            counts=feedback.aggregate(
                helped=Count("pk", filter=Q(is_helpful=True)), failed=Count("pk", filter=Q(is_helpful=False))
            ),
            comments=comments,
            may_word=request.user.has_perm(CHANGE),
            may_rewrite=self._may_rewrite(request, question),
            may_answer=request.user.has_perm("faq.add_answer"),
            back=self.address("changelist"),
        )

    def _may_rewrite(self, request: HttpRequest, question: Question) -> bool:
        scope = at_work(request).scope
        is_own = scope.everything or question.agency_id in scope.agencies
        return is_own and request.user.has_perm(CHANGE)

    def has_new_permission(self, request: HttpRequest, *_: Any) -> bool:
        scope = at_work(request).scope
        return request.user.has_perm("faq.add_question") and bool(scope.everything or scope.agencies)

    @action(description="Câu hỏi mới", url_path="new", permissions=["new"], icon="add")
    def new(self, request: HttpRequest) -> HttpResponse:
        """Add a question of the own office, and go on to its answer."""
        scope = at_work(request).scope
        form = NewQuestionForm(request.POST or None, offices=offices_of(scope), for_all=scope.everything)
        if form.is_valid():
            question = attempt(
                request,
                lambda: writing.new_question(**form.cleaned_data),
                note=lambda made: self.did(request, made, "thêm câu hỏi"),
                form=form,
            )
            if question is not None:
                messages.success(request, "Đã thêm câu hỏi. Đăng câu trả lời rồi người dân mới thấy.")
                return redirect(f"{reverse('admin:faq_answer_add')}?question={question.pk}")
        return self.page(
            request,
            "admin/ask.html",
            title="Câu hỏi mới",
            about="Câu hỏi của riêng đơn vị, dùng cho cả đơn vị cấp dưới. Câu chung của cổng thì có sẵn.",
            form=form,
            do="Thêm câu hỏi",
            back=self.address("changelist"),
        )

    @needs(VIEW, CHANGE)
    def rewrite(self, request: HttpRequest, pk: int) -> HttpResponse:
        question = self._one(request, pk)
        if not self._may_rewrite(request, question):
            raise PermissionDenied
        form = QuestionForm(request.POST or None, initial={"topic": question.topic_id, "asks": question.asks})
        if form.is_valid():
            done = attempt(
                request,
                lambda: writing.rewrite_question(question=question, **form.cleaned_data),
                note=lambda made: self.did(request, made, "sửa câu hỏi"),
                form=form,
            )
            if done is not None:
                messages.success(request, "Đã sửa câu hỏi.")
                return redirect(self.address("change", pk))
        return self.page(
            request,
            "admin/ask.html",
            title="Sửa câu hỏi",
            about=f"Địa chỉ của câu hỏi không đổi: {question.key}.",
            form=form,
            do="Lưu",
            back=self.address("change", pk),
        )

    @needs(VIEW, CHANGE)
    def wordings(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Add a way of asking, or take one away."""
        question = self._one(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if "remove" in request.POST:
            return self._remove_wording(request, question)
        form = WordingForm(request.POST)
        if form.is_valid():
            done = attempt(
                request,
                lambda: writing.add_wording(question=question, **form.cleaned_data),
                note=lambda _: self.did(request, question, "thêm cách hỏi"),
                form=form,
            )
            if done is not None:
                messages.success(request, "Đã thêm cách hỏi, có hiệu lực ngay.")
                return redirect(self.address("change", pk))
        return self._page(request, question, form)

    def _remove_wording(self, request: HttpRequest, question: Question) -> HttpResponse:
        if not self._may_rewrite(request, question):
            raise PermissionDenied
        named = request.POST["remove"]
        wording = get_object_or_404(question.wordings, pk=named if named.isdecimal() else 0)
        attempt(
            request,
            lambda: writing.remove_wording(wording=wording),
            note=lambda _: self.did(request, question, "bỏ cách hỏi"),
        )
        messages.success(request, f"Đã bỏ: {wording.text}")
        return redirect(self.address("change", question.pk))


def _answers(scope: Scope) -> QuerySet[Answer]:
    """What the officer's offices answer, those above them and the house."""
    if scope.everything:
        return Answer.objects.all()
    return Answer.objects.filter(Q(agency=None) | Q(agency__in=heard_by(scope)))


def _feedback(scope: Scope) -> QuerySet[Feedback]:
    """What people of the officer's offices thought."""
    return Feedback.objects.all() if scope.everything else Feedback.objects.filter(agency__in=scope.agencies)
