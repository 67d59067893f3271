import re

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.db import models
from django.db.models import Case, F, GeneratedField, Prefetch, Q, Value, When
from django.db.models.functions import Concat, Length

from agencies.models.agencies import Agency
from agencies.place_names import read_sought

# A ward as sites and people name it, `SET:CODE`.
WARD = r"^(2021|2025):[0-9]{5}\Z"
_ONLY_FOR_SEARCHING = ("name_key", "toned_key", "search_key", "words")


def is_ward(text: str) -> bool:
    """Whether `text` has the form of a ward's code, `2025:20353`."""
    return re.match(WARD, text) is not None


def _uid_of(path: str) -> Concat:
    """`SET:CODE` of the unit at `path`, such as `old__`, as sites and people name their ward."""
    return Concat(f"{path}set", Value(":"), f"{path}code")


class AdminUnitQuerySet(models.QuerySet["AdminUnit"]):
    def named(self, text: str) -> "AdminUnitQuerySet":
        """Units whose names, upper units included, hold every word of `text`; the last may be unfinished."""
        words = read_sought(text).key.split()
        if not words:
            return self.none()
        return self.filter(words=SearchQuery(f"{' & '.join(words)}:*", config="simple", search_type="raw"))

    def best_first(self, text: str) -> "AdminUnitQuerySet":
        """Order by how well the name answers `text`, marks included if it has any; then large before small
        and new before old.
        """
        sought = read_sought(text)
        of_kind = Q(kind=sought.kind) if sought.kind else Q()
        begins = Q(name_key__startswith=sought.key) | Q(search_key__startswith=sought.key)
        rank = Case(
            When(Q(name_key=sought.key) | Q(of_kind, name_key__in=sought.beginnings[-1:]), then=0),
            When(begins | Q(search_key__contains=f"| {sought.key}"), then=1),
            When(of_kind, name_key__in=sought.beginnings, then=2),
            default=3,
        )
        marks = [Case(When(toned_key__in=sought.toned, then=0), default=1)] if sought.toned else []
        return self.order_by(rank, *marks, Length("code"), "-set", "name_key", "pk")

    def for_display(self) -> "AdminUnitQuerySet":
        """With what `full_name` needs, and the successors, the default one first; without the keys."""
        links = UnitSuccessor.objects.select_related("new__parent").order_by("-is_default", "new__code")
        of_new = [f"{path}{key}" for path in ("new__", "new__parent__") for key in _ONLY_FOR_SEARCHING]
        own = [f"{path}{key}" for path in ("", "parent__", "parent__parent__") for key in _ONLY_FOR_SEARCHING]
        return (
            self.select_related("parent__parent")
            .prefetch_related(Prefetch("successor_links", links.defer(*of_new)))
            .defer(*own)
        )

    def told_by(self, field: str) -> Q:
        """A condition on a field with a `SET:CODE`: it is one of these units, or one just before or after."""
        links = UnitSuccessor.objects.order_by()
        itself = self.order_by().values_list(_uid_of(""))
        before = links.filter(new__in=self).values_list(_uid_of("old__"))
        after = links.filter(old__in=self).values_list(_uid_of("new__"))
        return Q((f"{field}__in", itself)) | Q((f"{field}__in", before)) | Q((f"{field}__in", after))


class AdminUnit(models.Model):
    """A province, district or commune of one of the two sets: before and since 1 July 2025.

    Written by `services.unit_data.load_units` only. The keys are names as `place_names` folds them; the
    database makes `words` of `search_key`.
    """

    class Set(models.TextChoices):
        OF_2021 = "2021", "trước 1/7/2025"
        OF_2025 = "2025", "từ 1/7/2025"

    class Kind(models.TextChoices):
        TINH = "TINH", "tỉnh"
        THANH_PHO = "THANH_PHO", "thành phố"
        QUAN = "QUAN", "quận"
        HUYEN = "HUYEN", "huyện"
        THI_XA = "THI_XA", "thị xã"
        PHUONG = "PHUONG", "phường"
        XA = "XA", "xã"
        THI_TRAN = "THI_TRAN", "thị trấn"
        DAC_KHU = "DAC_KHU", "đặc khu"

    set = models.CharField("danh mục", max_length=4, choices=Set)
    code = models.CharField("mã", max_length=5)
    level = models.CharField("cấp", max_length=10, choices=Agency.Level)
    kind = models.CharField("loại", max_length=9, choices=Kind)
    name = models.CharField("tên", max_length=80)
    other_names = models.CharField("tên cũ hoặc tên khác", max_length=200, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="thuộc"
    )
    valid_from = models.DateField("có từ ngày", help_text="Ngày của cả danh mục.")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True, help_text="Ngày của cả danh mục.")
    name_key = models.CharField("tên để tìm", max_length=80, editable=False)
    toned_key = models.CharField("tên có dấu để tìm", max_length=80, editable=False)
    search_key = models.CharField("tên đủ để tìm", max_length=500, editable=False)
    words = GeneratedField(
        expression=SearchVector("search_key", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = AdminUnitQuerySet.as_manager()

    class Meta:
        verbose_name = "đơn vị hành chính"
        verbose_name_plural = "đơn vị hành chính"
        constraints = [
            models.UniqueConstraint(fields=["set", "code"], name="one_unit_per_code_of_set"),
            models.CheckConstraint(
                condition=Q(level=Agency.Level.PROVINCE, code__regex=r"^[0-9]{2}$", parent=None)
                | Q(level=Agency.Level.DISTRICT, code__regex=r"^[0-9]{3}$", parent__isnull=False)
                | Q(level=Agency.Level.COMMUNE, code__regex=r"^[0-9]{5}$", parent__isnull=False),
                name="a_unit_has_the_code_and_parent_of_its_level",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="unit_validity_in_order"
            ),
        ]
        indexes = [
            # `named`: all words, the last one unfinished. Written seldom, so nothing waits for a vacuum.
            GinIndex(fields=["words"], fastupdate=False, name="units_by_words"),
            models.Index(fields=["-set", "code"], name="units_latest_set_first"),  # the officers' list
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().capitalize()} {self.name}"

    @property
    def uid(self) -> str:
        """`2025:20353`: the code with its set, because the same digits may mean two units."""
        return f"{self.set}:{self.code}"

    @property
    def full_name(self) -> str:
        """`Phường Bàn Thạch, Thành phố Đà Nẵng`."""
        return f"{self}, {self.parent.full_name}" if self.parent else f"{self}"


class UnitSuccessor(models.Model):
    """What became of a unit of 2021: one new unit, or several where it was split, or else its province."""

    old = models.ForeignKey(
        AdminUnit, models.PROTECT, related_name="successor_links", verbose_name="đơn vị cũ"
    )
    new = models.ForeignKey(
        AdminUnit, models.PROTECT, related_name="predecessor_links", verbose_name="đơn vị mới"
    )
    is_default = models.BooleanField("mặc định")

    class Meta:
        verbose_name = "đơn vị kế tục"
        verbose_name_plural = "đơn vị kế tục"
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="a_successor_once_per_unit"),
            models.UniqueConstraint(
                fields=["old"], condition=Q(is_default=True), name="one_default_successor_per_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"


class UnitEdition(models.Model):
    """Which data the units were loaded from; one row, so that loading them again costs nothing."""

    fingerprint = models.CharField("vân tay dữ liệu", max_length=64, unique=True)
    loaded_at = models.DateTimeField("nạp lúc")

    class Meta:
        verbose_name = "bản danh mục đơn vị hành chính"
        verbose_name_plural = "bản danh mục đơn vị hành chính"

    def __str__(self) -> str:
        return self.fingerprint[:12]
