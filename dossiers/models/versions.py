"""What the law says and since when: a regulation, and its versions by date."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Func, Q, Value

from dossiers.form_definitions import FORMS


class Regulation(models.Model):
    """Something the law lays down anew from time to time: a procedure, the fees, how long cards are valid."""

    class Kind(models.TextChoices):
        ISSUE = "ISSUE", "cấp"
        EXCHANGE = "EXCHANGE", "cấp đổi"
        REISSUE = "REISSUE", "cấp lại"
        FEES = "FEES", "lệ phí"
        CARDS = "CARDS", "thời hạn của thẻ"

    key = models.SlugField("mã", max_length=40, unique=True)
    kind = models.CharField("loại", max_length=8, choices=Kind)
    name = models.CharField("tên", max_length=120)
    position = models.PositiveSmallIntegerField("thứ tự")

    class Meta:
        verbose_name = "quy định"
        verbose_name_plural = "quy định"

    def __str__(self) -> str:
        return self.name

    @property
    def is_procedure(self) -> bool:
        return self.kind in PROCEDURES


PROCEDURES = (Regulation.Kind.ISSUE, Regulation.Kind.EXCHANGE, Regulation.Kind.REISSUE)


class VersionQuerySet(models.QuerySet["Version"]):
    def on(self, day: date) -> "VersionQuerySet":
        """Those in force on a day: at most one of each regulation."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def started(self, day: date) -> "VersionQuerySet":
        return self.filter(valid_from__lte=day)

    def to_come(self, day: date) -> "VersionQuerySet":
        return self.filter(valid_from__gt=day)

    def with_lines(self) -> "VersionQuerySet":
        lines = ("reasons", "places", "papers", "fees", "exemptions", "card_terms")
        return self.select_related("regulation").prefetch_related(*lines)


def _whole(lower: str, upper: str, kind: str) -> Func:
    return Func(F(lower), F(upper), Value("[]"), function=kind)


class Version(models.Model):
    """A regulation as it stands from one day to another; the lines below it say the rest.

    `valid_to` follows from the start of the next version (`services.versions`). Once its first day has come,
    nobody edits a version: triggers refuse it (migration 0002), and so do the use cases.
    """

    class Regime(models.TextChoices):
        LAW_OF_2014 = "CCCD_2014", "Luật Căn cước công dân 2014"
        LAW_OF_2023 = "CC_2023", "Luật Căn cước 2023"

    regulation = models.ForeignKey(
        Regulation, models.PROTECT, related_name="versions", verbose_name="quy định"
    )
    valid_from = models.DateField("áp dụng từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True, editable=False)
    regime = models.CharField("theo luật", max_length=9, choices=Regime)
    name = models.CharField("tên thủ tục", max_length=160, blank=True)
    applicants = models.CharField("ai được làm", max_length=300, blank=True)
    form = models.CharField(
        "mẫu khai", max_length=12, blank=True, choices=[(key, form.title) for key, form in FORMS.items()]
    )
    form_if_unregistered = models.CharField(
        "mẫu khai thêm",
        max_length=12,
        blank=True,
        choices=[(key, form.title) for key, form in FORMS.items()],
        help_text="Cho người chưa có trong Cơ sở dữ liệu quốc gia về dân cư.",
    )
    online_url = models.CharField(
        "nộp trực tuyến tại", max_length=200, blank=True, validators=[URLValidator(schemes=["https"])]
    )
    basis = models.CharField("căn cứ", max_length=300, help_text="Văn bản, điều, khoản: người dân đọc được.")
    source = models.CharField(
        "nguồn", max_length=200, blank=True, help_text="Lấy từ đâu; để cán bộ kiểm tra."
    )
    is_confirmed = models.BooleanField(
        "đã đối chiếu văn bản", default=False, help_text="Bỏ trống khi chỉ có nguồn thứ cấp."
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = "phiên bản quy định"
        verbose_name_plural = "phiên bản quy định"
        constraints = [
            models.UniqueConstraint(
                fields=["regulation", "valid_from"],
                name="one_version_per_first_day",
                violation_error_message="Quy định này đã có phiên bản bắt đầu ngày đó.",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="version_days_in_order"
            ),
            # A regulation as a range of one number: `=` on it would need the extension btree_gist.
            ExclusionConstraint(
                name="one_version_on_any_day",
                expressions=[
                    (_whole("regulation_id", "regulation_id", "int8range"), RangeOperators.OVERLAPS),
                    (_whole("valid_from", "valid_to", "daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.regulation}, từ {self.valid_from:%d/%m/%Y}"

    def has_started(self, day: date) -> bool:
        return self.valid_from <= day


class LoadedVersion(models.Model):
    """A version of `dossiers/data/` that was brought in once; what officers made of it since is theirs."""

    key = models.CharField("khóa", max_length=60, unique=True)
    loaded_at = models.DateTimeField("nạp lúc")

    class Meta:
        verbose_name = "phiên bản đã nạp"
        verbose_name_plural = "phiên bản đã nạp"

    def __str__(self) -> str:
        return self.key
