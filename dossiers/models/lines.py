"""What a version says, line by line: reasons, places, papers of a procedure; fees; terms of cards."""

from collections.abc import Iterable

from django.db import models
from django.db.models import F, Q

from agencies.models import AdminUnit, Agency
from dossiers.models.versions import Version


class Situation(models.TextChoices):
    """Why somebody needs a card, in their own words."""

    FIRST = "FIRST", "Làm thẻ lần đầu"
    EXPIRED = "EXPIRED", "Thẻ hết hạn hoặc đến tuổi phải đổi"
    WANTS_NEW_CARD = "WANTS_NEW_CARD", "Muốn đổi sang thẻ mới"
    DAMAGED = "DAMAGED", "Thẻ bị hỏng"
    LOST = "LOST", "Mất thẻ"
    CHANGED_DATA = "CHANGED_DATA", "Thông tin trên thẻ thay đổi hoặc sai"
    ADMIN_UNITS_CHANGED = "ADMIN_UNITS_CHANGED", "Địa chỉ đổi tên do sắp xếp đơn vị hành chính"
    REGAINED_NATIONALITY = "REGAINED_NATIONALITY", "Được trở lại quốc tịch Việt Nam"


class CardKind(models.TextChoices):
    """The newest card somebody was given."""

    CMND = "CMND", "Chứng minh nhân dân"
    CCCD = "CCCD", "Căn cước công dân"
    CAN_CUOC = "CAN_CUOC", "Thẻ căn cước (từ 1/7/2024)"


class Visit(models.TextChoices):
    NEEDED = "NEEDED", "phải đến"
    OPTIONAL = "OPTIONAL", "có thể làm trực tuyến"


class FeeKind(models.TextChoices):
    NONE = "NONE", "không thu"
    NEW_KIND = "NEW_KIND", "chuyển sang loại thẻ mới"
    EXCHANGE = "EXCHANGE", "cấp đổi"
    REISSUE = "REISSUE", "cấp lại"


class Channel(models.TextChoices):
    COUNTER = "COUNTER", "nộp trực tiếp"
    ONLINE = "ONLINE", "nộp trực tuyến"


class ForSomePeople(models.Model):
    """A line that holds for some ages only: from one, and until before another."""

    from_age = models.PositiveSmallIntegerField("từ đủ (tuổi)", default=0)
    to_age = models.PositiveSmallIntegerField("đến dưới (tuổi)", null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(to_age=None) | Q(to_age__gt=F("from_age")), name="%(class)s_ages_in_order"
            )
        ]

    def is_for_age(self, age: int) -> bool:
        return self.from_age <= age and (self.to_age is None or age < self.to_age)


class ForSomeCards(ForSomePeople):
    """A line that may hold for one situation and one kind of card only; without them, for all."""

    situation = models.CharField("việc", max_length=20, choices=Situation, blank=True)
    card = models.CharField("chỉ khi đang có", max_length=8, choices=CardKind, blank=True)

    class Meta(ForSomePeople.Meta):
        abstract = True

    def is_for(self, *, situation: str, card: str, age: int) -> bool:
        return self.situation in ("", situation) and self.card in ("", card) and self.is_for_age(age)


class Reason(ForSomeCards):
    """A reason for which the procedure is done, and what then follows."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="reasons", verbose_name="phiên bản")
    says = models.CharField("nói với người dân", max_length=300)
    law = models.CharField("điều khoản", max_length=160)
    visit = models.CharField("đến trụ sở", max_length=8, choices=Visit, default=Visit.NEEDED)
    biometrics = models.BooleanField("thu nhận vân tay, ảnh, mống mắt", default=True)
    fee = models.CharField("lệ phí", max_length=8, choices=FeeKind)

    class Meta(ForSomeCards.Meta):
        verbose_name = "trường hợp"
        verbose_name_plural = "trường hợp"

    def __str__(self) -> str:
        return self.get_situation_display()

    @property
    def is_online(self) -> bool:
        return self.visit == Visit.OPTIONAL


class Place(models.Model):
    """Where the procedure is done, under which national code, and in how many working days."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="places", verbose_name="phiên bản")
    level = models.CharField("cấp", max_length=10, choices=Agency.Level)
    area = models.CharField("địa bàn", max_length=8, choices=Agency.Area, blank=True)
    code = models.CharField(
        "mã thủ tục", max_length=20, help_text="Mã trên Cổng Dịch vụ công, hoặc mã của cổng này."
    )
    working_days = models.PositiveSmallIntegerField("số ngày làm việc")
    where = models.CharField("nơi làm", max_length=300)

    class Meta:
        verbose_name = "nơi làm"
        verbose_name_plural = "nơi làm"
        constraints = [
            models.UniqueConstraint(
                fields=["version", "level", "area"],
                name="one_line_per_level_and_area",
                violation_error_message="Cấp và địa bàn này đã có một dòng.",
            )
        ]

    def __str__(self) -> str:
        return self.where


class Paper(ForSomeCards):
    """Something to bring."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="papers", verbose_name="phiên bản")
    says = models.CharField("mang theo", max_length=300)
    position = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta(ForSomeCards.Meta):
        verbose_name = "giấy tờ"
        verbose_name_plural = "giấy tờ"

    def __str__(self) -> str:
        return self.says


class Fee(models.Model):
    version = models.ForeignKey(Version, models.CASCADE, related_name="fees", verbose_name="phiên bản")
    kind = models.CharField("loại", max_length=8, choices=FeeKind)
    channel = models.CharField("cách nộp hồ sơ", max_length=7, choices=Channel)
    amount = models.PositiveIntegerField("mức thu (đồng)")

    class Meta:
        verbose_name = "mức lệ phí"
        verbose_name_plural = "mức lệ phí"
        constraints = [
            models.UniqueConstraint(
                fields=["version", "kind", "channel"],
                name="one_fee_per_kind_and_channel",
                violation_error_message="Loại và cách nộp này đã có một mức.",
            ),
            models.CheckConstraint(condition=~Q(kind=FeeKind.NONE), name="what_is_free_has_no_fee"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_channel_display()}"


class Exemption(ForSomePeople):
    """People who do not pay: because they say so and prove it, or because of their age or where they live."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="exemptions", verbose_name="phiên bản")
    code = models.SlugField("mã", max_length=40)
    says = models.CharField("ai được miễn", max_length=200)
    situation = models.CharField("chỉ khi", max_length=20, choices=Situation, blank=True)
    law = models.CharField("điều khoản", max_length=160)
    is_declared = models.BooleanField("người dân tự khai, mang giấy chứng minh", default=True)
    unit_kind = models.CharField("nơi thường trú là", max_length=9, choices=AdminUnit.Kind, blank=True)
    proof = models.CharField("giấy chứng minh", max_length=200, blank=True)
    position = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta(ForSomePeople.Meta):
        verbose_name = "đối tượng miễn"
        verbose_name_plural = "đối tượng miễn"
        constraints = [
            *ForSomePeople.Meta.constraints,
            models.UniqueConstraint(
                fields=["version", "code"],
                name="one_exemption_per_code",
                violation_error_message="Mã này đã có một dòng.",
            ),
        ]

    def __str__(self) -> str:
        return self.says

    def frees(self, *, situation: str, declared: Iterable[str], age: int, unit_kind: str) -> bool:
        if self.situation not in ("", situation) or not self.is_for_age(age):
            return False
        if self.unit_kind and self.unit_kind == unit_kind:
            return True
        return self.code in declared if self.is_declared else not self.unit_kind


class CardTerm(ForSomePeople):
    """Until which birthday a card is valid that is issued at these ages; without one, for life."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="card_terms", verbose_name="phiên bản")
    until_age = models.PositiveSmallIntegerField("đến sinh nhật thứ", null=True, blank=True)

    class Meta(ForSomePeople.Meta):
        verbose_name = "thời hạn"
        verbose_name_plural = "thời hạn"
        constraints = [
            *ForSomePeople.Meta.constraints,
            models.CheckConstraint(
                condition=Q(until_age=None) | Q(until_age__gt=F("from_age")),
                name="a_card_ends_after_its_start",
            ),
        ]

    def __str__(self) -> str:
        return f"từ {self.from_age} tuổi"
