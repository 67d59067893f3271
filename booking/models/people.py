import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.identity import masked_number
from accounts.models import Citizen
from accounts.relations import Relation
from agencies.models import Agency
from booking.models.imports import SheetImport
from core.crypto import EncryptedTextField
from dossiers.models import Dossier


class Booking(models.Model):
    """People who come together, who asked for them, and what was agreed to when they did.

    The row is the evidence of consent for these people: which notice, whether for others, when.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="bookings", verbose_name="đơn vị")
    citizen = models.ForeignKey(
        Citizen, models.PROTECT, null=True, related_name="bookings", verbose_name="tài khoản công dân"
    )
    phone = EncryptedTextField("điện thoại để cán bộ gọi", null=True)
    phone_key = models.CharField(max_length=64, blank=True, default="", editable=False)
    assisted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="cán bộ đặt hộ",
        help_text="Công dân nghe cán bộ đọc thông báo dữ liệu và đồng ý tại quầy.",
    )
    priority = models.BooleanField("xin ưu tiên", default=False)
    notice_version = models.CharField("bản thông báo đã đồng ý", max_length=20)
    on_behalf = models.BooleanField("được người khác nhờ", default=False)
    booked_at = models.DateTimeField("đặt lúc")
    # Which list of the office it came from; that row says who handed it in, and on what grounds.
    sheet_import = models.ForeignKey(
        SheetImport, models.PROTECT, null=True, related_name="bookings", verbose_name="nhập từ danh sách"
    )

    class Meta:
        verbose_name = "lượt đặt"
        verbose_name_plural = "lượt đặt"
        permissions = [("assist_booking", "Đặt hộ và đăng ký hộ tại quầy")]
        constraints = [
            models.CheckConstraint(
                condition=Q(assisted_by=None) | Q(citizen=None),
                name="who_is_assisted_has_no_account",
            ),
        ]
        indexes = [
            # An officer looks for whoever gave this phone.
            models.Index(fields=["phone_key"], condition=~Q(phone_key=""), name="bookings_by_phone"),
        ]

    def __str__(self) -> str:
        return f"booking {self.public_id}"


class Person(models.Model):
    """One person of a booking: declared details, and the claim that nobody holds two live places.

    While `is_live`, the person's key is unique in the whole portal, over appointments and registrations
    alike, and the person sits on one of the account's numbered seats, so that an account never holds more
    people than the agency allows, from however many devices it books.
    """

    class Sex(models.TextChoices):
        MALE = "MALE", "nam"
        FEMALE = "FEMALE", "nữ"

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="people", verbose_name="lượt đặt")
    citizen = models.ForeignKey(
        Citizen, models.PROTECT, null=True, related_name="people", verbose_name="tài khoản công dân"
    )
    position = models.PositiveSmallIntegerField("thứ tự trong lượt đặt", editable=False)
    full_name = models.CharField("họ và tên", max_length=100)
    personal_id = EncryptedTextField("số định danh", null=True)
    old_id = EncryptedTextField("số CMND cũ", null=True)
    birth_date = EncryptedTextField("ngày sinh", null=True)
    sex = models.CharField("giới tính", max_length=6, choices=Sex)
    relation = models.CharField("quan hệ", max_length=11, choices=Relation)
    ward = models.CharField("phường, xã", max_length=12, blank=True)
    dossier = models.ForeignKey(
        Dossier, models.PROTECT, null=True, editable=False, related_name="visitors", verbose_name="hồ sơ"
    )
    person_key = models.CharField(max_length=64, editable=False)
    namesake_key = models.CharField(max_length=64, editable=False)
    account_seat = models.PositiveSmallIntegerField(null=True, editable=False)
    is_live = models.BooleanField("đang giữ chỗ", default=True, editable=False)

    class Meta:
        verbose_name = "người đăng ký"
        verbose_name_plural = "người đăng ký"
        permissions = [("reveal_person", "Xem đủ số định danh")]
        constraints = [
            models.UniqueConstraint(
                fields=["person_key"],
                condition=Q(is_live=True),
                name="one_live_place_per_person",
                violation_error_message="Người này đã có lịch hẹn hoặc đăng ký.",
            ),
            models.UniqueConstraint(
                fields=["citizen", "account_seat"],
                condition=Q(is_live=True),
                name="one_live_person_per_account_seat",
            ),
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(is_live=True), name="one_live_place_per_dossier"
            ),
            models.CheckConstraint(
                condition=Q(citizen=None, account_seat=None)
                | Q(citizen__isnull=False, account_seat__isnull=False),
                name="an_account_seats_its_people",
            ),
        ]
        indexes = [
            # The officer's mark on people of one name and birth date.
            models.Index(fields=["namesake_key"], condition=Q(is_live=True), name="live_namesakes"),
            # An officer looks for a number, over past visits as well.
            models.Index(fields=["person_key"], condition=~Q(person_key=""), name="people_by_key"),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"

    @property
    def masked_id(self) -> str | None:
        return masked_number(self.personal_id)

    def live_namesakes(self) -> "models.QuerySet[Person]":
        """Others of this name and birth date who hold a place: a mark for the officer, never a refusal."""
        return Person.objects.filter(namesake_key=self.namesake_key, is_live=True).exclude(pk=self.pk)


class Release(models.Model):
    """An officer freed a person's number from a place that a stranger held, after seeing papers."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="releases", verbose_name="người đăng ký")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="cán bộ"
    )
    papers_seen = models.CharField("giấy tờ đã xem", max_length=200)
    released_at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "lần giải phóng chỗ"
        verbose_name_plural = "lần giải phóng chỗ"

    def __str__(self) -> str:
        return f"release {self.pk}"
