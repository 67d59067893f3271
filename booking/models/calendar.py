import uuid
from datetime import datetime, timedelta

from django.db import connection, models
from django.db.models import (
    DateField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)

from booking.models.sessions import Session, SessionWard
from booking.models.sites import Site, SiteQuerySet
from core.time import local_date


class ServiceDay(models.Model):
    """A day on which a site takes people, and the counter of its queue numbers.

    `last_number` only ever grows: a number that was given is never given again, even after a cancellation.
    """

    site = models.ForeignKey(Site, models.PROTECT, related_name="days", verbose_name="điểm thu nhận")
    date = models.DateField("ngày")
    is_open = models.BooleanField("mở cửa", default=True)
    is_manual = models.BooleanField(
        "sửa tay", default=False, help_text="Lịch mở cửa hằng tuần không ghi đè lên ngày sửa tay."
    )
    note = models.CharField("ghi chú", max_length=120, blank=True)
    last_number = models.PositiveIntegerField("số đã phát", default=0, editable=False)
    numbers_released_at = models.DateTimeField("phát số lúc", null=True, editable=False)

    class Meta:
        verbose_name = "ngày làm việc"
        verbose_name_plural = "ngày làm việc"
        constraints = [
            models.UniqueConstraint(
                fields=["site", "date"],
                name="one_service_day_per_site_and_date",
                violation_error_message="Điểm thu nhận đã có ngày làm việc này.",
            ),
        ]
        indexes = [models.Index(fields=["date", "site"], name="days_by_date")]  # the evening run

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y}"


class SlotQuerySet(models.QuerySet["Slot"]):
    def take(self, slot: "Slot", *, places: int) -> bool:
        """Take places if as many are left; False if not. Holds the row until the transaction ends."""
        with connection.cursor() as cursor:
            # Not by the ORM: it would put the day's condition into a subquery along with the one on `taken`,
            # and PostgreSQL asks a subquery no more once it has waited for the row.
            cursor.execute(
                "UPDATE booking_slot SET taken = taken + %(places)s"
                " WHERE id = %(slot)s AND is_open AND taken + %(places)s <= capacity"
                " AND EXISTS (SELECT FROM booking_serviceday WHERE id = day_id AND is_open)",
                {"slot": slot.pk, "places": places},
            )
            return cursor.rowcount == 1

    def set_capacity(self, slot: "Slot", *, capacity: int) -> bool:
        """Let the slot have so many places; False if more are booked. One condition on the row itself."""
        return self.filter(pk=slot.pk, taken__lte=capacity).update(capacity=capacity) == 1

    def give_back(self, slot_id: int, *, places: int) -> None:
        """Free places that were taken before."""
        self.filter(pk=slot_id).update(taken=F("taken") - places)

    def bookable(self, *, now: datetime) -> "SlotQuerySet":
        """Slots a citizen may book at `now`: open, before the cut-off, inside the agency's window."""
        minute = Value(timedelta(minutes=1), output_field=DurationField())
        day = Value(timedelta(days=1), output_field=DurationField())
        last_day = ExpressionWrapper(
            Value(local_date(now), output_field=DateField()) + F("day__site__agency__window_days") * day,
            output_field=models.DateTimeField(),
        )
        earliest = ExpressionWrapper(
            Value(now, output_field=models.DateTimeField())
            + F("day__site__agency__cut_off_minutes") * minute,
            output_field=models.DateTimeField(),
        )
        return self.filter(
            is_open=True,
            day__is_open=True,
            day__site__is_active=True,
            day__site__agency__is_active=True,
            starts_at__gte=earliest,
            day__date__lte=last_day,
        )

    def open_at_the_desk(self, *, now: datetime) -> "SlotQuerySet":
        """Slots into which an officer may still put somebody: open and not over. Window and cut-off are the
        citizens'.
        """
        return self.filter(
            is_open=True,
            day__is_open=True,
            day__site__is_active=True,
            day__site__agency__is_active=True,
            ends_at__gt=now,
        )

    def with_room_for(self, places: int) -> "SlotQuerySet":
        return self.filter(taken__lte=F("capacity") - places)

    def on_schedule(self) -> "SlotQuerySet":
        """Slots of overtime and of the mobile team, on days that are worked: what people announce."""
        return self.filter(
            Q(session__isnull=False) | Q(day__site__kind=Site.Kind.MOBILE),
            is_open=True,
            day__is_open=True,
            day__site__is_active=True,
            day__site__agency__is_active=True,
        )

    def for_anyone(self) -> "SlotQuerySet":
        """Slots that are not for the people of some wards only."""
        return self.filter(~Exists(SessionWard.objects.filter(session=OuterRef("session"))))


class Slot(models.Model):
    """A stretch of a service day with so many places; most people take one, some visits more.

    `taken` is written by one conditional UPDATE (`SlotQuerySet.take`); the check constraint is the second
    wall. `is_open` ends with the work of the office at that hour (a holiday, a session called off): who has a
    place keeps it, nobody else gets one. It stands in the row itself, because a booking that waited for the
    row would not look at the day again. `is_shut_with_day` says that only an officer who closed the whole day
    ended it, so that the slot opens with the day again.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    day = models.ForeignKey(ServiceDay, models.PROTECT, related_name="slots", verbose_name="ngày làm việc")
    starts_at = models.DateTimeField("bắt đầu")
    ends_at = models.DateTimeField("kết thúc")
    capacity = models.PositiveSmallIntegerField("sức chứa")
    taken = models.PositiveSmallIntegerField("đã đặt", default=0, editable=False)
    is_open = models.BooleanField("nhận đặt", default=True, db_default=True, editable=False)
    is_shut_with_day = models.BooleanField("đóng cùng ngày", default=False, db_default=False, editable=False)
    session = models.ForeignKey(
        Session, models.PROTECT, null=True, editable=False, related_name="slots", verbose_name="buổi"
    )

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = "khung giờ"
        verbose_name_plural = "khung giờ"
        constraints = [
            models.UniqueConstraint(fields=["day", "starts_at"], name="one_slot_per_start"),
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity")),
                name="never_more_taken_than_capacity",
                violation_error_message="Sức chứa không được nhỏ hơn số chỗ đã đặt.",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_after_it_starts"),
            models.CheckConstraint(
                condition=~Q(is_open=True, is_shut_with_day=True), name="open_slot_is_not_shut"
            ),
        ]

    def __str__(self) -> str:
        return f"slot {self.public_id}"

    @property
    def is_worked(self) -> bool:
        """Whether the office works at that hour, but for a day that an officer closed."""
        return self.is_open or self.is_shut_with_day

    @property
    def places_left(self) -> int:
        return self.capacity - self.taken


def with_next_open_date(sites: SiteQuerySet, *, now: datetime) -> QuerySet[Site]:
    """Add `next_open_date` to sites: the first day with a place that can be booked now, or None."""
    free = Slot.objects.bookable(now=now).with_room_for(1).filter(day__site=OuterRef("pk"))
    return sites.annotate(next_open_date=Subquery(free.order_by("day__date").values("day__date")[:1]))
