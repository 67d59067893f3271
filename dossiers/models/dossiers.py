"""What somebody declared for a card before they come, and everything that happened to it since."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Citizen
from accounts.relations import Relation
from agencies.models import Agency
from core.crypto import EncryptedTextField
from dossiers.models.lines import CardKind, Situation
from dossiers.models.versions import Version
from dossiers.states import EDITABLE, ENDED, NATIONAL, OPEN, TO_REVIEW, NationalStatus, Status


class DossierQuerySet(models.QuerySet["Dossier"]):
    def of(self, citizen: Citizen) -> "DossierQuerySet":
        return self.filter(citizen=citizen)

    def open(self) -> "DossierQuerySet":
        return self.filter(status__in=OPEN)

    def late(self, today: date) -> "DossierQuerySet":
        """Whose card was promised for a day that is over and has not come, the longest overdue first."""
        return self.filter(status=Status.TAKEN_IN, return_on__lt=today).order_by("return_on", "pk")

    def to_review(self) -> "DossierQuerySet":
        """What an officer still has to decide, the first due first."""
        waiting = self.filter(status__in=TO_REVIEW)
        return waiting.order_by(F("due_at").asc(nulls_last=True), "pk")

    def without_forms(self) -> "DossierQuerySet":
        """Without what was declared, which is encrypted and takes time to read; where many are read."""
        return self.defer("data", "extra_data")

    def for_display(self) -> "DossierQuerySet":
        """With everything an answer, a page or a paper says about it, in one query."""
        return self.select_related("agency", "version__regulation", "citizen")


class Dossier(models.Model):
    """A declaration for one person's card, from the first word of a draft to the card handed over.

    `version` and `law_day` are those of the day on which it was first submitted; before that, of the last
    save. The data are the form's, as JSON, of which nothing is searched: `person_key` finds the person,
    `search_name` the name. `revision` counts the writes: who writes names the one they have read.
    """

    public_id = models.UUIDField("mã công khai", default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField("mã tờ khai", max_length=10, editable=False)
    official_code = models.CharField("mã hồ sơ chính thức", max_length=40, blank=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="dossiers", verbose_name="đơn vị")
    citizen = models.ForeignKey(
        Citizen, models.PROTECT, null=True, related_name="dossiers", verbose_name="tài khoản công dân"
    )
    relation = models.CharField("quan hệ", max_length=11, choices=Relation)
    version = models.ForeignKey(Version, models.PROTECT, related_name="dossiers", verbose_name="thủ tục")
    law_day = models.DateField("theo pháp luật ngày")
    situation = models.CharField("việc", max_length=20, choices=Situation)
    card = models.CharField("thẻ đang có", max_length=8, choices=CardKind, blank=True)
    exemptions = models.JSONField("xin miễn lệ phí", default=list, blank=True)
    ward = models.CharField("phường, xã thường trú", max_length=12, blank=True)
    is_unregistered = models.BooleanField("chưa có trong Cơ sở dữ liệu quốc gia về dân cư", default=False)
    data = EncryptedTextField("tờ khai", default="{}")
    extra_data = EncryptedTextField("tờ khai thêm", default="{}")
    full_name = models.CharField("họ và tên", max_length=100, blank=True)
    search_name = models.CharField(max_length=100, blank=True, editable=False)
    person_key = models.CharField(max_length=64, blank=True, editable=False)
    namesake_key = models.CharField(max_length=64, blank=True, editable=False)
    status = models.CharField("trạng thái", max_length=16, choices=Status, default=Status.DRAFT)
    revision = models.PositiveIntegerField("lần ghi", default=1)

    notice_version = models.CharField("bản thông báo đã đồng ý", max_length=20, blank=True)
    truth_version = models.CharField("bản cam đoan", max_length=20, blank=True)
    # For an adult relative: by whom the person let it be declared, and under which words.
    on_behalf_version = models.CharField("bản xác nhận được nhờ", max_length=20, blank=True)
    on_behalf_at = models.DateTimeField("xác nhận được nhờ lúc", null=True)

    created_at = models.DateTimeField("bắt đầu khai lúc")
    touched_at = models.DateTimeField("sửa lúc")
    submitted_at = models.DateTimeField("nộp lần đầu lúc", null=True)
    due_at = models.DateTimeField("hạn kiểm tra", null=True)
    checking_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="cán bộ đang kiểm tra",
    )
    decided_at = models.DateTimeField("quyết định lúc", null=True)
    taken_in_at = models.DateTimeField("thu nhận lúc", null=True)
    return_on = models.DateField("hẹn trả thẻ ngày", null=True)
    # What is to be paid, known since it was taken in; null where the law of that day says nothing of a fee.
    fee = models.PositiveIntegerField("lệ phí phải thu (đồng)", null=True)
    fee_settled_at = models.DateTimeField("đã thu hoặc miễn lúc", null=True)
    ready_at = models.DateTimeField("có thẻ lúc", null=True)
    handed_over_at = models.DateTimeField("trả thẻ lúc", null=True)
    ended_at = models.DateTimeField("kết thúc lúc", null=True)
    forgotten_at = models.DateTimeField("xóa thông tin lúc", null=True)

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = "hồ sơ"
        verbose_name_plural = "hồ sơ"
        permissions = [
            ("review_dossier", "Kiểm tra và quyết định hồ sơ"),
            ("reveal_dossier", "Xem đủ số định danh trên hồ sơ"),
            ("submit_dossier", "Nộp hồ sơ tại quầy sau khi xem giấy tờ"),
            ("stop_dossier", "Dừng hồ sơ sau khi xem giấy tờ"),
            ("number_dossier", "Ghi mã hồ sơ chính thức"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="one_dossier_per_code"),
            models.UniqueConstraint(
                fields=["person_key"],
                condition=Q(status__in=OPEN) & ~Q(person_key=""),
                name="one_open_dossier_per_person",
                violation_error_message="Người này đã có hồ sơ đang được giải quyết.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=OPEN) | ~Q(person_key=""), name="an_open_dossier_knows_its_person"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ENDED, ended_at__isnull=False)
                | (~Q(status__in=ENDED) & Q(ended_at=None)),
                name="an_ended_dossier_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="CHECKING") | Q(checking_by__isnull=False),
                name="who_checks_a_dossier_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("TAKEN_IN", "READY", "HANDED_OVER"))
                | Q(taken_in_at__isnull=False, return_on__isnull=False),
                name="what_is_taken_in_has_a_day_of_return",
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at=None)
                | Q(full_name="", search_name="", person_key="", namesake_key=""),
                name="a_forgotten_dossier_names_nobody",
            ),
            models.UniqueConstraint(
                fields=["official_code"],
                condition=~Q(official_code=""),
                name="one_dossier_per_official_code",
                violation_error_message="Mã hồ sơ này đã dùng cho hồ sơ khác.",
            ),
        ]
        indexes = [
            # The officers' inbox, by due time.
            models.Index(
                fields=["agency", "due_at", "id"],
                condition=Q(status__in=("SUBMITTED", "CHECKING")),
                name="dossiers_to_review",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(status__in=("SUBMITTED", "CHECKING")),
                name="dossiers_to_review_anywhere",
            ),
            # All that were handed in, the latest first.
            models.Index(
                fields=["agency", "-id"],
                condition=Q(submitted_at__isnull=False),
                name="dossiers_handed_in",
            ),
            # Their lists of one status, the latest first; and what is to be returned by when.
            models.Index(fields=["agency", "status", "-id"], name="dossiers_by_status"),
            models.Index(fields=["status", "-id"], name="dossiers_of_one_status"),
            models.Index(
                fields=["agency", "return_on"], condition=Q(status="TAKEN_IN"), name="cards_to_come"
            ),
            models.Index(fields=["person_key"], condition=~Q(person_key=""), name="dossiers_by_person"),
            models.Index(fields=["namesake_key"], condition=~Q(namesake_key=""), name="dossiers_by_namesake"),
            models.Index(fields=["agency", "search_name"], name="dossiers_by_name"),
            models.Index(fields=["status", "touched_at"], name="dossiers_by_age"),  # the nightly purge
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def owes_fee(self) -> bool:
        return bool(self.fee) and self.fee_settled_at is None

    @property
    def national_status(self) -> NationalStatus | None:
        if self.status == Status.TAKEN_IN and self.owes_fee:
            return NationalStatus.FEE_WANTED
        return NATIONAL[Status(self.status)]


class DossierEvent(models.Model):
    """One thing that happened to a dossier; never changed, removed only with the dossier.

    `words` is what the person reads of it, without personal data; `basis` the law that a refusal names;
    `note` is what officers keep for themselves, such as the papers they saw.
    """

    # The reason for which the portal by itself stops what nobody goes on with.
    UNTOUCHED = "UNTOUCHED"

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="events", verbose_name="hồ sơ")
    at = models.DateTimeField("lúc")
    from_status = models.CharField("từ", max_length=16, choices=Status, blank=True)
    to_status = models.CharField("thành", max_length=16, choices=Status)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="cán bộ"
    )
    reason = models.CharField("lý do", max_length=30, blank=True)
    words = models.CharField("nói với người dân", max_length=500, blank=True)
    basis = models.CharField("căn cứ", max_length=200, blank=True)
    note = models.CharField("cán bộ ghi", max_length=200, blank=True)

    class Meta:
        verbose_name = "diễn biến hồ sơ"
        verbose_name_plural = "diễn biến hồ sơ"
        indexes = [models.Index(fields=["dossier", "id"], name="events_of_a_dossier")]

    def __str__(self) -> str:
        return f"event {self.pk}"


class Correction(models.Model):
    """One field that an officer sent back, why, and whether it was mended since."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="corrections", verbose_name="hồ sơ")
    field = models.CharField("mục", max_length=80)
    reason = models.CharField("lý do", max_length=30)
    words = models.CharField("nói với người dân", max_length=300)
    asked_at = models.DateTimeField("yêu cầu lúc")
    answered_at = models.DateTimeField("đã bổ sung lúc", null=True)

    class Meta:
        verbose_name = "mục cần bổ sung"
        verbose_name_plural = "mục cần bổ sung"
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "field", "reason"],
                condition=Q(answered_at=None),
                name="one_standing_correction_per_field_and_reason",
            )
        ]

    def __str__(self) -> str:
        return f"correction {self.pk}"
