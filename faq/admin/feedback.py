from django.contrib import admin

from core.admin import OwnRowsFilter, RecordAdmin
from core.time import say_time
from faq.models import Feedback


@admin.register(Feedback)
class FeedbackAdmin(RecordAdmin):
    """What people thought of answers; who was not helped stands first. Names may stand in comments."""

    agency_path = "agency"
    shows_people = True
    when_empty = "Chưa có ý kiến nào. Người dân bấm ở cuối câu trả lời thì hiện ở đây, giữ 90 ngày."
    list_display = ("question", "shown_helpful", "shown_comment", "given", "agency")
    list_filter = ("is_helpful", ("agency", OwnRowsFilter))
    list_select_related = ("question", "agency")
    ordering = ("is_helpful", "-pk")
    sortable_by = ()
    fields = ("question", "shown_helpful", "shown_comment", "given", "agency")
    readonly_fields = fields

    @admin.display(description="có ích", boolean=True)
    def shown_helpful(self, feedback: Feedback) -> bool:
        return feedback.is_helpful

    @admin.display(description="ý kiến")
    def shown_comment(self, feedback: Feedback) -> str:
        return feedback.comment or "–"

    @admin.display(description="lúc")
    def given(self, feedback: Feedback) -> str:
        return say_time(feedback.given_at)
