"""What people ask, in how many ways, and what is answered from one day of the law to another."""

import uuid
from collections.abc import Collection
from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

from accounts.models import Officer
from agencies.models import Agency


class Topic(models.Model):
    """What questions are put together under."""

    key = models.SlugField("mã", max_length=40, unique=True)
    name = models.CharField("tên", max_length=80)
    position = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "chủ đề hỏi đáp"
        verbose_name_plural = "chủ đề hỏi đáp"

    def __str__(self) -> str:
        return self.name


class QuestionQuerySet(models.QuerySet["Question"]):
    def of(self, agencies: Collection[int]) -> "QuestionQuerySet":
        """Those of the house and of some offices."""
        return self.filter(Q(agency=None) | Q(agency__in=agencies))

    def in_order(self) -> "QuestionQuerySet":
        """As citizens find them."""
        return self.order_by("topic__position", "topic_id", "position", "pk")


class Question(models.Model):
    """Something people ask. The key stays for ever: addresses, counts and other programs name it."""

    key = models.SlugField("mã", max_length=60, unique=True)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="questions", verbose_name="chủ đề")
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name="đơn vị",
        help_text="Để trống: mọi đơn vị.",
    )
    asks = models.CharField("câu hỏi", max_length=200)
    position = models.PositiveSmallIntegerField("thứ tự", default=0)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = "câu hỏi"
        verbose_name_plural = "câu hỏi"

    def __str__(self) -> str:
        return self.asks


class Wording(models.Model):
    """A way in which people ask a question. `text_key` is the text as it is compared."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="wordings", verbose_name="câu hỏi")
    text = models.CharField("cách hỏi", max_length=200)
    text_key = models.CharField("để so sánh", max_length=200, editable=False)

    class Meta:
        verbose_name = "cách hỏi"
        verbose_name_plural = "cách hỏi"
        constraints = [
            models.UniqueConstraint(
                fields=["question", "text_key"],
                name="one_wording_once_per_question",
                violation_error_message="Câu hỏi này đã có cách hỏi đó.",
            )
        ]

    def __str__(self) -> str:
        return self.text


class AnswerQuerySet(models.QuerySet["Answer"]):
    def on(self, day: date) -> "AnswerQuerySet":
        """Those published for a day: at most one of each question and office."""
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day, state=Answer.State.PUBLISHED
        )


def _whole(lower: models.expressions.Combinable, upper: models.expressions.Combinable, kind: str) -> Func:
    return Func(lower, upper, Value("[]"), function=kind)


_OFFICE = Coalesce(F("agency_id"), Value(0, output_field=models.BigIntegerField()))


class Answer(models.Model):
    """What is answered to a question between two days of the law, by all offices or by one and those below.

    Written, then read by somebody else, then published. What was published is edited by nobody (migration
    0003): a later answer takes its place, and ends it or replaces it.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", "bản nháp"
        REVIEWED = "REVIEWED", "đã soát"
        PUBLISHED = "PUBLISHED", "đang dùng"
        REPLACED = "REPLACED", "đã thay"

    class Confidence(models.TextChoices):
        HIGH = "HIGH", "chắc chắn"
        MEDIUM = "MEDIUM", "cần xác nhận tại đơn vị"
        LOW = "LOW", "chưa chắc, cần xác nhận tại đơn vị"

    question = models.ForeignKey(Question, models.PROTECT, related_name="answers", verbose_name="câu hỏi")
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name="đơn vị",
        help_text="Để trống: mọi đơn vị. Đơn vị cấp dưới dùng câu của đơn vị cấp trên.",
    )
    valid_from = models.DateField("áp dụng từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    says = models.TextField(
        "câu trả lời",
        max_length=1900,
        help_text="Viết được **đậm**, danh sách với dấu -, liên kết [chữ](https://…). {{hotline}} và các chỗ "
        "điền khác được thay bằng dữ liệu của đơn vị; câu nào thiếu dữ liệu thì không hiện.",
    )
    basis = models.CharField("căn cứ", max_length=300, blank=True)
    confidence = models.CharField("độ chắc chắn", max_length=6, choices=Confidence, default=Confidence.MEDIUM)
    state = models.CharField("tình trạng", max_length=9, choices=State, default=State.DRAFT, editable=False)
    written_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="người viết"
    )
    written_at = models.DateTimeField("viết lúc", editable=False)
    reviewed_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="người soát"
    )
    reviewed_at = models.DateTimeField("soát lúc", null=True, editable=False)
    published_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="người đăng"
    )
    published_at = models.DateTimeField("đăng lúc", null=True, editable=False)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "câu trả lời"
        verbose_name_plural = "câu trả lời"
        permissions = [("review_answer", "Soát câu trả lời"), ("publish_answer", "Đăng câu trả lời")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="answer_days_in_order",
                violation_error_message="Ngày cuối không được trước ngày đầu.",
            ),
            models.CheckConstraint(
                condition=Q(state="DRAFT", published_at=None, reviewed_at=None)
                | Q(state="REVIEWED", published_at=None, reviewed_at__isnull=False)
                | Q(state__in=("PUBLISHED", "REPLACED"), published_at__isnull=False),
                name="an_answer_goes_step_by_step",
            ),
            # Questions and offices as ranges of one number, as the versions of the law have it.
            ExclusionConstraint(
                name="one_published_answer_on_any_day",
                expressions=[
                    (_whole(F("question_id"), F("question_id"), "int8range"), RangeOperators.OVERLAPS),
                    (_whole(_OFFICE, _OFFICE, "int8range"), RangeOperators.OVERLAPS),
                    (_whole(F("valid_from"), F("valid_to"), "daterange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state="PUBLISHED"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question}, từ {self.valid_from:%d/%m/%Y}"

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Days and steps are the use cases' (`services.publishing`); the database refuses what is left."""

    @property
    def is_confirmed(self) -> bool:
        return self.confidence == self.Confidence.HIGH


class OfficeWord(models.Model):
    """What only the office can say, in its own words, for a place in answers; offices below say the same."""

    class Name(models.TextChoices):
        TEMPORARY_RESIDENCE = "temp_residence_rule", "người tạm trú"
        PAYMENT = "payment_methods", "cách nộp lệ phí"
        WALK_IN = "walkin_rule", "lấy số trực tiếp"
        SUPPLEMENT = "supplement_deadline", "thời hạn bổ sung hồ sơ"
        COLLECT_FOR_OTHERS = "collect_by_other_rule", "nhận thẻ hộ"
        PICKUP = "pickup_place", "nơi trả thẻ"

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="office_words", verbose_name="đơn vị")
    name = models.CharField("chỗ điền", max_length=30, choices=Name)
    text = models.CharField("đơn vị ghi", max_length=300, help_text="Một câu, không có dấu chấm cuối.")

    class Meta:
        verbose_name = "điều riêng của đơn vị"
        verbose_name_plural = "điều riêng của đơn vị"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                name="one_word_of_an_office_per_place",
                violation_error_message="Đơn vị đã ghi chỗ này. Sửa dòng đã có.",
            ),
            # What fills a place is not filled itself: somebody would read the hole.
            models.CheckConstraint(
                condition=~Q(text__contains="{{"),
                name="an_office_word_has_no_places",
                violation_error_message="Không dùng {{chỗ điền}} ở đây. Ghi thẳng nội dung.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()}, {self.agency}"


class ContentEdition(models.Model):
    """One row, with a new stamp after every change: who keeps an index looks here whether it still fits."""

    stamp = models.UUIDField("dấu", default=uuid.uuid4)

    class Meta:
        verbose_name = "lần sửa nội dung hỏi đáp"
        verbose_name_plural = "lần sửa nội dung hỏi đáp"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_content_edition")]

    def __str__(self) -> str:
        return str(self.stamp)


class LoadedItem(models.Model):
    """Something of `faq/data/` that was brought in once; what officers made of it since is theirs."""

    key = models.CharField("khóa", max_length=120, unique=True)
    loaded_at = models.DateTimeField("nạp lúc")

    class Meta:
        verbose_name = "nội dung hỏi đáp đã nạp"
        verbose_name_plural = "nội dung hỏi đáp đã nạp"

    def __str__(self) -> str:
        return self.key
