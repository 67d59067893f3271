"""What people asked in vain: a way of asking, a new question, or none of the office's business."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from accounts.models import Officer
from agencies.models import Agency
from core.admin import OneLook, OwnRowsFilter, noted
from core.errors import DomainError
from core.officers import Deed, at_work
from core.pages import PageAdmin, attempt, needs
from core.time import local_date
from faq.admin.forms import MissedQuestionForm
from faq.models import Answer, Miss, Question
from faq.services import asking, writing
from faq.services.filling import lineages

VIEW, CHANGE = "faq.view_miss", "faq.change_miss"
# Told of each line of the list, and on the page of one.
MOST_IN_LIST, MOST_FOR_ONE = 2, 3
# Offered for several at once.
MOST_OFFERED = 6


class WithSuggestions(OneLook):
    """Puts beside each miss of the page the questions it is nearest to."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        suggest(self.result_list)


def suggest(misses: Sequence[Any]) -> None:
    """Look for all of them at once, among what each office hears: its own, its parents' and the house's."""
    heard = lineages({miss.agency_id for miss in misses})
    rows = Question.objects.of(set().union(*heard.values())).values_list("key", "asks", "agency")
    questions = {key: (asks, agency) for key, asks, agency in rows}
    among = {
        office: {key for key, (_, agency) in questions.items() if agency is None or agency in own}
        for office, own in heard.items()
    }
    asked = [(miss.text, among[miss.agency_id]) for miss in misses]
    for miss, keys in zip(misses, asking.find_for_each(asked, most=MOST_IN_LIST), strict=True):
        miss.nearest = [questions[key][0] for key in keys]


@admin.register(Miss)
class MissAdmin(PageAdmin):
    """Equal texts are one line, what is asked most often first. Names may stand in it: who reads is noted."""

    agency_path = "agency"
    shows_people = True
    when_empty = "Chưa có câu nào chưa hiểu. Người dân hỏi mà cổng không rõ thì hiện ở đây, giữ 90 ngày."
    list_display = ("shown_text", "times", "nearest_to", "was_offered", "first", "last", "agency")
    list_filter = ("was_offered", ("agency", OwnRowsFilter))
    list_select_related = ("agency",)
    ordering = ("-times", "-pk")
    sortable_by = ()
    list_per_page = 25
    actions = ("gather_selected",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return cast("Any", super().get_queryset(request)).open()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OneLook]:
        return WithSuggestions

    def own_urls(self) -> list[URLPattern]:
        return [
            self.route("gather/", self.gather, "gather"),
            self.route("<int:pk>/answer/", self.answer, "answer"),
            self.route("<int:pk>/question/", self.question, "question"),
            self.route("<int:pk>/dismiss/", self.dismiss, "dismiss"),
        ]

    # --- The list -----------------------------------------------------------------------------------------

    @admin.display(description="đã hỏi")
    def shown_text(self, miss: Miss) -> str:
        return miss.text

    @admin.display(description="gần với câu")
    def nearest_to(self, miss: Any) -> SafeString | str:
        return format_html_join(mark_safe("<br>"), "{}", ((asks,) for asks in miss.nearest)) or "–"

    @admin.display(description="lần đầu")
    def first(self, miss: Miss) -> str:
        return f"{local_date(miss.first_at):%d/%m/%Y}"

    @admin.display(description="gần nhất")
    def last(self, miss: Miss) -> str:
        return f"{local_date(miss.last_at):%d/%m/%Y}"

    # --- One miss -----------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What was asked, and in one step what becomes of it."""
        if request.method == "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request, [self._one(request, object_id if object_id.isdecimal() else 0)])

    def _one(self, request: HttpRequest, pk: object) -> Miss:
        rows = self.get_queryset(request).select_related("agency")
        miss: Miss = get_object_or_404(rows, pk=pk)
        return miss

    @needs(VIEW, CHANGE)
    def answer(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make the text a way of asking the question that was chosen; until one is, look for it."""
        miss = self._one(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return self._gathered(request, [miss], wording=request.POST.get("wording", ""))

    @needs(VIEW, CHANGE)
    def gather(self, request: HttpRequest) -> HttpResponse:
        """The same for several at once."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        named = [pk for pk in request.POST.getlist("miss") if pk.isdecimal()]
        misses = list(self.get_queryset(request).filter(pk__in=named).select_related("agency"))
        if not misses:
            return redirect(self.address("changelist"))
        return self._gathered(request, misses)

    def has_gather_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(CHANGE)

    @admin.action(description="Là cách hỏi của một câu…", permissions=["gather"])
    def gather_selected(self, request: HttpRequest, queryset: QuerySet[Miss]) -> HttpResponse | None:
        misses = list(queryset.select_related("agency"))
        return self._page(request, misses) if misses else None

    def _gathered(self, request: HttpRequest, misses: Sequence[Miss], *, wording: str = "") -> HttpResponse:
        key = request.POST.get("question")
        if key is None:
            return self._page(request, misses, wording=wording, sought=request.POST.get("sought", "").strip())
        question = get_object_or_404(self._questions(misses), key=key)
        done = 0
        for miss in misses:

            def answered(each: Miss = miss) -> object:
                return writing.answer_miss(miss=each, question=question, text=wording)

            def note(_: object, each: Miss = miss) -> None:
                self.note(request, Deed.DID, [each], f"cách hỏi của {question.key}")

            try:
                noted(answered, note)
            except DomainError as refusal:
                messages.error(request, str(refusal))
            else:
                done += 1
        if done:
            words = f"{done} câu là" if len(misses) > 1 else "Đã thêm"
            messages.success(request, f"{words} cách hỏi của: {question.asks} Có hiệu lực ngay.")
        return redirect(self.address("changelist"))

    def _questions(self, misses: Iterable[Miss]) -> Any:
        """What all the offices hear where these were asked."""
        heard = lineages({miss.agency_id for miss in misses})
        return Question.objects.of(set.intersection(*heard.values()))

    def _page(
        self, request: HttpRequest, misses: Sequence[Miss], *, wording: str = "", sought: str = ""
    ) -> HttpResponse:
        self.note(request, Deed.VIEWED, misses)
        questions = self._questions(misses).select_related("topic", "agency").in_bulk(field_name="key")
        if sought:
            keys = asking.find(sought, among=questions)
        else:
            each = asking.find_for_each([(miss.text, questions) for miss in misses], most=MOST_FOR_ONE)
            ranked = (key for found in zip_longest(*each) for key in found if key)
            keys = list(dict.fromkeys(ranked))[:MOST_OFFERED]
        one = misses[0] if len(misses) == 1 else None
        return self.page(
            request,
            "admin/faq/miss.html",
            title=f"“{one.text}”" if one else f"{len(misses)} câu chưa hiểu",
            one=one,
            misses=misses,
            wording=wording or (one.text[: writing.LONGEST_WORDING] if one else ""),
            sought=sought,
            questions=[questions[key] for key in keys],
            may_work=request.user.has_perm(CHANGE),
            may_ask=request.user.has_perms(("faq.add_question", "faq.add_answer")),
            back=self.address("changelist"),
        )

    @needs(VIEW, CHANGE, "faq.add_question", "faq.add_answer")
    def question(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a question of it, with a draft of its answer."""
        miss, now = self._one(request, pk), timezone.now()
        topics = dict(self._questions([miss]).values_list("key", "topic"))
        nearest = asking.find(miss.text, among=topics, most=1)
        form = MissedQuestionForm(
            request.POST or None,
            offices=Agency.objects.filter(pk=miss.agency_id),
            for_all=at_work(request).scope.everything,
            initial={
                "agency": miss.agency_id,
                "topic": topics[nearest[0]] if nearest else None,
                "asks": miss.text[: writing.LONGEST_WORDING],
                "wording": miss.text[: writing.LONGEST_WORDING],
                "confidence": Answer.Confidence.MEDIUM,
                "valid_from": miss.agency.law_day(now=now),
            },
        )
        if form.is_valid():
            made = attempt(
                request,
                lambda: writing.ask_what_was_missed(
                    miss=miss, **form.cleaned_data, by=cast("Officer", request.user), now=now
                ),
                note=lambda made: self.note(request, Deed.DID, [made], f"câu hỏi mới từ {miss}"),
                form=form,
            )
            if made is not None:
                messages.success(request, "Đã thêm câu hỏi, câu trả lời là bản nháp: soát rồi đăng.")
                return redirect("admin:faq_question_change", made.pk)
        self.note(request, Deed.VIEWED, [miss])
        return self.page(
            request,
            "admin/ask.html",
            title="Câu hỏi mới",
            about=f"Người dân đã hỏi {miss.times} lần: “{miss.text}”.",
            form=form,
            do="Thêm câu hỏi, lưu bản nháp",
            back=self.address("change", pk),
        )

    @needs(VIEW, CHANGE)
    def dismiss(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say that it is none of the office's business."""
        miss = self._one(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        dismissed = attempt(
            request,
            lambda: writing.dismiss_miss(miss=miss),
            note=lambda _: self.note(request, Deed.DID, [miss], "không thuộc việc của đơn vị"),
        )
        if dismissed is not None:
            messages.success(request, "Đã bỏ khỏi danh sách. Ai hỏi đúng câu ấy nữa thì không hiện lại.")
        return redirect(self.address("changelist"))
