"""What an office announces, who wants to be told of it, and whom it was sent to."""

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import Consent, Officer, ZaloContact
from agencies.models import AdminUnit, Agency
from booking.models import Session, Site
from core.time import local_date


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def on_show(self, now: datetime) -> "AnnouncementQuerySet":
        """Those that citizens read at `now`, the pinned ones first, then the newest.

        What is about sessions and no site goes when all of them are over or called off.
        """
        running = Q(ends_at=None) | Q(ends_at__gt=now)
        shown = self.filter(running, state=Announcement.State.PUBLISHED, starts_at__lte=now)
        sessions = _links(Announcement.sessions.through)
        to_come = sessions.filter(session__cancelled_at=None, session__date__gte=local_date(now))
        holds = ~Exists(sessions) | Exists(to_come) | Exists(_links(Announcement.sites.through))
        return shown.filter(holds).order_by("-is_pinned", "-starts_at", "-pk")

    def of_ward(self, code: str) -> "AnnouncementQuerySet":
        """Those for the people of a ward, what it was or what became of it, and those for everybody."""
        named = AnnouncementWard.objects.filter(announcement=OuterRef("pk"))
        return self.filter(Exists(named.filter(same_ward(code, "code"))) | ~Exists(named))

    def of_site(self, site: Site) -> "AnnouncementQuerySet":
        """Those about a site or its sessions, and those about none in particular."""
        sites, sessions = _links(Announcement.sites.through), _links(Announcement.sessions.through)
        mine = Exists(sites.filter(site=site)) | Exists(sessions.filter(session__site=site))
        return self.filter(mine | ~(Exists(sites) | Exists(sessions)))

    def hold(self, announcement: "Announcement") -> "Announcement":
        """The announcement as it is, locked until the transaction ends."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=announcement.pk)

    def going_out(self) -> "AnnouncementQuerySet":
        """Those that are on their way to who asked to be told."""
        return self.filter(sending=Announcement.Sending.RUNNING)


def _links(through: type[models.Model]) -> models.QuerySet[Any]:
    """What an announcement of the query around is tied to."""
    return through._default_manager.filter(announcement=OuterRef("pk"))  # noqa: SLF001 - Django's name


def same_ward(code: str, field: str) -> Q:
    """A condition on a field with a `SET:CODE`: it is this ward, or what it was before or has become."""
    unit_set, _, number = code.partition(":")
    return Q((field, code)) | AdminUnit.objects.filter(set=unit_set, code=number).told_by(field)


class Announcement(models.Model):
    """Something that an office tells everybody, on its pages, in its API and in its chat, while it holds.

    It is about some sites, sessions or wards of the office, or about all of it. `sending` is the way to those
    who asked to be told: nobody is told twice, and it can be stopped between any two of them.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", "bản nháp"
        PUBLISHED = "PUBLISHED", "đang đăng"
        WITHDRAWN = "WITHDRAWN", "đã gỡ"

    class Sending(models.TextChoices):
        NOT_BEGUN = "NOT_BEGUN", "chưa gửi"
        RUNNING = "RUNNING", "đang gửi"
        STOPPED = "STOPPED", "đã dừng"
        DONE = "DONE", "đã gửi xong"

    public_id = models.UUIDField("mã công khai", default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="announcements", verbose_name="đơn vị")
    title = models.CharField("tiêu đề", max_length=120)
    says = models.TextField(
        "nội dung",
        max_length=1600,
        help_text="Viết được **đậm**, danh sách với dấu -, liên kết [chữ](https://…).",
    )
    starts_at = models.DateTimeField("đăng từ lúc")
    ends_at = models.DateTimeField("đến lúc", null=True, blank=True, help_text="Để trống: đến khi gỡ.")
    is_pinned = models.BooleanField("ghim lên đầu", default=False)
    sites = models.ManyToManyField(Site, blank=True, related_name="+", verbose_name="về điểm thu nhận")
    sessions = models.ManyToManyField(Session, blank=True, related_name="+", verbose_name="về buổi")
    state = models.CharField("tình trạng", max_length=9, choices=State, default=State.DRAFT, editable=False)
    sending = models.CharField(
        "gửi tới người đăng ký", max_length=9, choices=Sending, default=Sending.NOT_BEGUN, editable=False
    )
    written_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="người viết"
    )
    written_at = models.DateTimeField("viết lúc", editable=False)
    published_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="người đăng"
    )
    published_at = models.DateTimeField("đăng lúc", null=True, editable=False)
    withdrawn_at = models.DateTimeField("gỡ lúc", null=True, editable=False)
    sending_begun_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="người cho gửi"
    )
    sending_begun_at = models.DateTimeField("bắt đầu gửi lúc", null=True, editable=False)
    sending_ended_at = models.DateTimeField("dừng hoặc xong lúc", null=True, editable=False)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = "thông báo"
        verbose_name_plural = "thông báo"
        permissions = [
            ("publish_announcement", "Đăng, gỡ thông báo"),
            ("send_announcement", "Gửi thông báo tới người đăng ký"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="announcement_ends_after_it_starts",
                violation_error_message="Thời điểm kết thúc phải sau thời điểm bắt đầu.",
            ),
            models.CheckConstraint(
                condition=Q(state="DRAFT", published_at=None, withdrawn_at=None)
                | Q(state="PUBLISHED", published_at__isnull=False, withdrawn_at=None)
                | Q(state="WITHDRAWN", withdrawn_at__isnull=False),
                name="announcement_state_has_its_times",
            ),
            models.CheckConstraint(
                condition=Q(sending="NOT_BEGUN", sending_begun_at=None, sending_ended_at=None)
                | Q(sending="RUNNING", sending_begun_at__isnull=False, sending_ended_at=None)
                | Q(
                    sending__in=["STOPPED", "DONE"],
                    sending_begun_at__isnull=False,
                    sending_ended_at__isnull=False,
                ),
                name="announcement_sending_has_its_times",
            ),
            models.CheckConstraint(
                condition=~Q(sending="RUNNING") | Q(state="PUBLISHED"),
                name="only_what_is_published_is_sent",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "-starts_at"], name="announcements_by_agency"),
            # What still has to be sent to somebody.
            models.Index(fields=["id"], condition=Q(sending="RUNNING"), name="announcements_going_out"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_corrected(self) -> bool:
        """Whether it was rewritten after citizens could read it."""
        return self.published_at is not None and self.written_at > max(self.published_at, self.starts_at)


class AnnouncementWard(models.Model):
    """A ward that an announcement is about, by `SET:CODE`; one without any is about all."""

    announcement = models.ForeignKey(
        Announcement, models.CASCADE, related_name="wards", verbose_name="thông báo"
    )
    code = models.CharField("mã phường, xã", max_length=12)
    name = models.CharField("tên phường, xã", max_length=80)

    class Meta:
        verbose_name = "địa bàn của thông báo"
        verbose_name_plural = "địa bàn của thông báo"
        constraints = [
            models.UniqueConstraint(fields=["announcement", "code"], name="a_ward_once_per_announcement")
        ]

    def __str__(self) -> str:
        return self.name


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def standing(self) -> "SubscriptionQuerySet":
        """Those of people who neither left the Official Account nor took their consent back since."""
        withdrawn = Consent.objects.filter(
            citizen=OuterRef("contact__citizen"),
            purpose=Consent.Purpose.MESSAGES_BY_ZALO,
            withdrawn_at__gte=OuterRef("asked_at"),
        )
        gone = Q(contact__follows=False, contact__follows_as_of__isnull=False)
        return self.exclude(gone).filter(~Exists(withdrawn))


class Subscription(models.Model):
    """Somebody who asked, in the chat of an office, to be told of its announcements; of one ward's, or all.

    It goes when they say so, and with what the Official Account knows of them.
    """

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="subscriptions", verbose_name="đơn vị")
    contact = models.ForeignKey(
        ZaloContact, models.CASCADE, related_name="subscriptions", verbose_name="liên hệ Zalo"
    )
    ward = models.CharField("phường, xã", max_length=12, blank=True, default="")
    asked_at = models.DateTimeField("đăng ký lúc")

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = "người đăng ký nhận thông báo"
        verbose_name_plural = "người đăng ký nhận thông báo"
        constraints = [
            models.UniqueConstraint(fields=["agency", "contact"], name="one_subscription_per_person"),
        ]

    def __str__(self) -> str:
        return f"đăng ký {self.pk}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> "DeliveryQuerySet":
        """Those to be sent at `now`, the longest due first."""
        return self.filter(state=Delivery.State.WAITING, due_at__lte=now).order_by("due_at", "pk")

    def take_first(self, now: datetime) -> "Delivery | None":
        """The first that is due, locked; what somebody else has taken is not waited for."""
        free = self.due(now).select_for_update(of=("self",), skip_locked=True, no_key=True)
        return free.select_related("announcement__agency", "contact__citizen").first()

    def held(self, delivery: "Delivery") -> "DeliveryQuerySet":
        """The row of `delivery`, if what became of this try is still to be written."""
        return self.filter(pk=delivery.pk, state=Delivery.State.TRIED, attempts=delivery.attempts)


class Delivery(models.Model):
    """An announcement on its way to one person, at most once.

    That it is tried is written down before Zalo is asked. What Zalo surely did not take may be tried again;
    where nobody knows, nobody tries again: the announcement can be read on the page.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", "chờ gửi"
        TRIED = "TRIED", "đã chuyển, chưa rõ kết quả"
        SENT = "SENT", "đã gửi"
        FAILED = "FAILED", "không gửi được"
        LEFT_OUT = "LEFT_OUT", "không gửi nữa"

    announcement = models.ForeignKey(
        Announcement, models.CASCADE, related_name="deliveries", verbose_name="thông báo"
    )
    contact = models.ForeignKey(ZaloContact, models.CASCADE, related_name="+", verbose_name="liên hệ Zalo")
    # By which it goes, as when the sending began.
    oa_id = models.CharField("mã Official Account", max_length=30)
    state = models.CharField("trạng thái", max_length=8, choices=State, default=State.WAITING)
    due_at = models.DateTimeField("gửi từ")
    attempts = models.PositiveSmallIntegerField("số lần gửi", default=0)
    tried_at = models.DateTimeField("chuyển lúc", null=True, blank=True)
    last_error = models.CharField("lỗi gần nhất", max_length=80, blank=True, default="")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "lượt gửi thông báo"
        verbose_name_plural = "lượt gửi thông báo"
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "contact"], name="one_delivery_per_person_and_announcement"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["TRIED", "SENT"]) | Q(tried_at__isnull=False),
                name="what_was_tried_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="WAITING"), name="deliveries_waiting"),
            # How many left lately, so that no more leave in a minute than may.
            models.Index(fields=["oa_id", "tried_at"], name="deliveries_by_time"),
        ]

    def __str__(self) -> str:
        return f"lượt gửi {self.pk}"
