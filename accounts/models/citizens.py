import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from core.crypto import EncryptedTextField

CODE_TRIES = 5
CODE_LIFETIME = timedelta(minutes=5)


class CitizenQuerySet(models.QuerySet["Citizen"]):
    def live(self) -> "CitizenQuerySet":
        """Those that were not erased."""
        return self.filter(erased_at=None)

    def holding_phone(self, phone_key: str) -> "CitizenQuerySet":
        return self.filter(phone_key=phone_key)

    def locked(self) -> "CitizenQuerySet":
        """Lock the rows until the transaction ends, in the order of their keys."""
        return self.select_for_update(of=("self",), no_key=True).order_by("pk")


class Citizen(models.Model):
    """An account of a citizen: opened by a Zalo identity, or by a phone that received a one-time code.

    The phone is a verified one, and messages may go to it. Of the accounts that hold one phone, at most one
    has a Zalo id (the latest to verify it), and at most one is opened by a code sent to it.
    """

    # What the framework asks of whoever makes a request.
    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False
    is_active: ClassVar[bool] = True

    public_id = models.UUIDField("mã công khai", default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("họ tên", max_length=100, blank=True, default="")
    zalo_id = models.CharField("mã người dùng Zalo", max_length=30, unique=True, null=True, blank=True)
    phone = EncryptedTextField("số điện thoại đã xác minh", null=True, blank=True)
    # Null as the phone is: where there is none, there is nothing to find and nothing to be unique.
    phone_key = models.CharField(  # noqa: DJ001 - see above
        "khóa tra số điện thoại", max_length=64, null=True, blank=True, editable=False
    )
    phone_verified_at = models.DateTimeField("xác minh số lúc", null=True, blank=True)
    is_opened_by_code = models.BooleanField("đăng nhập bằng mã gửi tới số điện thoại", default=False)
    # The phone that a later Zalo account took over: who holds it now may prove to be the same person.
    lost_phone_key = models.CharField(
        "khóa tra số điện thoại đã mất", max_length=64, blank=True, default="", editable=False
    )
    created_at = models.DateTimeField("mở lúc")
    erased_at = models.DateTimeField("xóa lúc", null=True, blank=True)

    objects = CitizenQuerySet.as_manager()

    class Meta:
        verbose_name = "công dân"
        verbose_name_plural = "công dân"
        constraints = [
            models.UniqueConstraint(
                fields=["phone_key"],
                condition=Q(is_opened_by_code=True),
                name="one_account_per_phone_opened_by_code",
                violation_error_message="Số điện thoại này đã mở một tài khoản khác.",
            ),
            models.UniqueConstraint(
                fields=["phone_key"],
                condition=Q(zalo_id__isnull=False),
                name="one_zalo_account_per_phone",
                violation_error_message="Số điện thoại này đã thuộc một tài khoản Zalo khác.",
            ),
            models.CheckConstraint(
                condition=Q(phone__isnull=True, phone_key__isnull=True, phone_verified_at__isnull=True)
                | Q(phone__isnull=False, phone_key__isnull=False, phone_verified_at__isnull=False),
                name="a_phone_is_verified_and_can_be_found",
                violation_error_message="Số điện thoại phải đi cùng thời điểm xác minh.",
            ),
            models.CheckConstraint(
                condition=Q(is_opened_by_code=False) | Q(phone__isnull=False),
                name="a_code_needs_a_phone",
                violation_error_message="Đăng nhập bằng mã cần có số điện thoại.",
            ),
            models.CheckConstraint(
                condition=Q(zalo_id__isnull=False) | Q(is_opened_by_code=True) | Q(erased_at__isnull=False),
                name="a_live_account_can_be_opened",
                violation_error_message="Tài khoản phải mở được bằng Zalo hoặc bằng số điện thoại.",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(name="", zalo_id__isnull=True, phone__isnull=True, lost_phone_key=""),
                name="an_erased_account_holds_nothing",
                violation_error_message="Tài khoản đã xóa không được giữ thông tin cá nhân.",
            ),
        ]
        indexes = [
            # Who else holds this phone: when a phone is linked, and when an old account is claimed.
            models.Index(fields=["phone_key"], name="citizens_by_phone"),
            models.Index(
                fields=["lost_phone_key"], condition=~Q(lost_phone_key=""), name="citizens_by_lost_phone"
            ),
        ]

    def __str__(self) -> str:
        return f"công dân {self.public_id}"


class ZaloContactQuerySet(models.QuerySet["ZaloContact"]):
    def of(self, citizen: Citizen, *, oa_id: str) -> "ZaloContactQuerySet":
        """The citizen's ids at one Official Account, the one most worth writing to first."""
        return self.filter(citizen=citizen, oa_id=oa_id).best_first()

    def best_first(self) -> "ZaloContactQuerySet":
        best = (F("follows").desc(), F("last_interaction_at").desc(nulls_last=True), F("pk").desc())
        return self.order_by(*best)


class ZaloContact(models.Model):
    """A person as one Official Account knows them: the id is another one at every OA."""

    oa_id = models.CharField("mã Official Account", max_length=30)
    uid = models.CharField("mã người dùng của OA", max_length=30)
    app_user_id = models.CharField("mã người dùng Zalo", max_length=30, blank=True, default="")
    citizen = models.ForeignKey(
        Citizen, models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name="công dân"
    )
    follows = models.BooleanField("đang quan tâm OA", default=False)
    # When Zalo says `follows` became so: events may be told twice and in any order.
    follows_as_of = models.DateTimeField("quan tâm tính đến", null=True, blank=True)
    last_interaction_at = models.DateTimeField("tương tác gần nhất", null=True, blank=True)

    objects = ZaloContactQuerySet.as_manager()

    class Meta:
        verbose_name = "liên hệ Zalo"
        verbose_name_plural = "liên hệ Zalo"
        constraints = [
            models.UniqueConstraint(fields=["oa_id", "uid"], name="one_contact_per_person_of_an_oa"),
        ]
        indexes = [
            # When the person signs in, and before each message.
            models.Index(fields=["app_user_id"], name="contacts_by_app_user"),
            models.Index(fields=["citizen", "oa_id"], name="contacts_by_citizen"),
        ]

    def __str__(self) -> str:
        return f"liên hệ Zalo {self.pk}"


class SessionQuerySet(models.QuerySet["Session"]):
    def alive(self) -> "SessionQuerySet":
        return self.filter(ended_at=None, citizen__erased_at=None)

    def rotate(self, session: "Session", *, expected: str, refresh_hash: str, now: datetime) -> bool:
        """Put a new refresh token in the place of the expected one; false if that is not the current one."""
        current = self.filter(pk=session.pk, ended_at=None, refresh_hash=expected)
        return current.update(refresh_hash=refresh_hash, rotated_at=now) == 1

    def end(self, *, reason: "Session.EndReason", now: datetime) -> int:
        return self.filter(ended_at=None).update(ended_at=now, end_reason=reason)


class Session(models.Model):
    """One sign-in and all refresh tokens that came of it, of which only the latest is good."""

    class EndReason(models.TextChoices):
        SIGNED_OUT = "SIGNED_OUT", "đăng xuất"
        TOKEN_REUSED = "TOKEN_REUSED", "mã làm mới bị dùng lại"
        ERASED = "ERASED", "xóa tài khoản"
        ABSORBED = "ABSORBED", "gộp tài khoản"

    public_id = models.UUIDField("mã công khai", default=uuid.uuid4, unique=True, editable=False)
    citizen = models.ForeignKey(Citizen, models.PROTECT, related_name="sessions", verbose_name="công dân")
    refresh_hash = models.CharField("băm của mã làm mới", max_length=64, editable=False)
    created_at = models.DateTimeField("đăng nhập lúc")
    rotated_at = models.DateTimeField("làm mới lúc")
    ended_at = models.DateTimeField("kết thúc lúc", null=True, blank=True)
    end_reason = models.CharField("lý do kết thúc", max_length=12, choices=EndReason, blank=True, default="")

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "phiên đăng nhập"
        verbose_name_plural = "phiên đăng nhập"
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="")
                | Q(Q(ended_at__isnull=False), ~Q(end_reason="")),
                name="an_ended_session_has_its_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["rotated_at"], name="sessions_by_age"),  # the nightly purge
        ]

    def __str__(self) -> str:
        return f"phiên {self.public_id}"


class OtpChallengeQuerySet(models.QuerySet["OtpChallenge"]):
    def since(self, moment: datetime, *, phone_key: str) -> "OtpChallengeQuerySet":
        """The challenges of a phone after `moment`, the oldest first."""
        return self.filter(phone_key=phone_key, created_at__gt=moment).order_by("created_at", "pk")

    def open_at(self, now: datetime) -> "OtpChallengeQuerySet":
        """Those whose code reached Zalo, is not too old and was not used."""
        return self.filter(sent_at__isnull=False, used_at=None, expires_at__gt=now)

    def take_a_try(self, public_id: uuid.UUID, *, now: datetime) -> bool:
        """Count one guess; false if none is left, or the challenge is not open."""
        guessable = self.open_at(now).filter(public_id=public_id, tries__lt=CODE_TRIES)
        return guessable.update(tries=F("tries") + 1) == 1

    def use(self, public_id: uuid.UUID, *, now: datetime) -> bool:
        """Close the challenge for good; false if it was used already."""
        return self.open_at(now).filter(public_id=public_id).update(used_at=now) == 1


class OtpChallenge(models.Model):
    """A one-time code that was asked for. The code itself exists only in the message to the citizen."""

    public_id = models.UUIDField("mã công khai", default=uuid.uuid4, unique=True, editable=False)
    phone = EncryptedTextField("số điện thoại")
    phone_key = models.CharField("khóa tra số điện thoại", max_length=64, editable=False)
    code_hash = models.CharField("băm của mã", max_length=64, editable=False)
    created_at = models.DateTimeField("yêu cầu lúc")
    expires_at = models.DateTimeField("hết hạn lúc")
    tries = models.PositiveSmallIntegerField("số lần nhập", default=0)
    # A challenge with neither of these two was cut off in mid-send: it is dead as well.
    sent_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    failed_at = models.DateTimeField("gửi hỏng lúc", null=True, blank=True)
    used_at = models.DateTimeField("dùng lúc", null=True, blank=True)

    objects = OtpChallengeQuerySet.as_manager()

    class Meta:
        verbose_name = "mã một lần"
        verbose_name_plural = "mã một lần"
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=CODE_TRIES), name="five_guesses_at_most"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(sent_at__isnull=False, tries__gte=1),
                name="a_used_code_was_sent_and_entered",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(failed_at__isnull=True), name="a_code_is_sent_or_failed"
            ),
        ]
        indexes = [
            models.Index(fields=["phone_key", "created_at"], name="codes_by_phone"),  # how many lately
            models.Index(fields=["created_at"], name="codes_by_age"),  # the nightly purge
        ]

    def __str__(self) -> str:
        return f"mã một lần {self.public_id}"


class ConsentQuerySet(models.QuerySet["Consent"]):
    def given(self) -> "ConsentQuerySet":
        return self.filter(withdrawn_at=None)


class Consent(models.Model):
    """The evidence that a citizen agreed: to what, under which notice, when, and until when."""

    class Purpose(models.TextChoices):
        MESSAGES_BY_ZALO = "MESSAGES_BY_ZALO", "nhận tin qua Zalo"
        MESSAGES_BY_PHONE = "MESSAGES_BY_PHONE", "nhận tin qua số điện thoại"
        MESSAGES_BY_MINIAPP = "MESSAGES_BY_MINIAPP", "nhận thông báo Mini App"

    citizen = models.ForeignKey(Citizen, models.PROTECT, related_name="consents", verbose_name="công dân")
    purpose = models.CharField("mục đích", max_length=20, choices=Purpose)
    notice_version = models.CharField("phiên bản thông báo", max_length=10)
    given_at = models.DateTimeField("đồng ý lúc")
    withdrawn_at = models.DateTimeField("rút lại lúc", null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = "sự đồng ý"
        verbose_name_plural = "sự đồng ý"
        constraints = [
            models.UniqueConstraint(
                fields=["citizen", "purpose", "notice_version"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_standing_consent_per_purpose_and_notice",
            ),
        ]

    def __str__(self) -> str:
        return f"sự đồng ý {self.pk}"
