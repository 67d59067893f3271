from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, models, transaction
from django.db.models import Exists, F, OuterRef, Q

from core.crypto import EncryptedTextField
from core.db import violated

ONE_AT_A_TIME = "one_event_of_a_line_in_hand"
# How often a claim looks anew when it met a rival in the same line.
LOOKS = 5


class StoredEventQuerySet(models.QuerySet["StoredEvent"]):
    def write_once(self, event: "StoredEvent") -> bool:
        """Insert an event unless its key is there; false if it is.

        One statement that commits itself, where the ORM would need three: Zalo waits for it.
        """
        fields = [field for field in self.model._meta.concrete_fields if not field.primary_key]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        values = [field.get_db_prep_save(getattr(event, field.attname), connection) for field in fields]
        with connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{self.model._meta.db_table}" ({columns})'  # noqa: S608 - names of our own
                f" VALUES ({', '.join(['%s'] * len(fields))}) ON CONFLICT (key) DO NOTHING",
                values,
            )
            return cursor.rowcount == 1

    def unfinished(self) -> "StoredEventQuerySet":
        return self.filter(state__in=(StoredEvent.State.WAITING, StoredEvent.State.IN_HAND))

    def due(self, now: datetime) -> "StoredEventQuerySet":
        return self.filter(state=StoredEvent.State.WAITING, due_at__lte=now)

    def first_of_their_lines(self) -> "StoredEventQuerySet":
        """Those with nothing unfinished before them in their line, and nothing of it in hand."""
        happened_before = Q(occurred_at__lt=OuterRef("occurred_at"))
        happened_before |= Q(occurred_at=OuterRef("occurred_at"), pk__lt=OuterRef("pk"))
        in_hand = Q(state=StoredEvent.State.IN_HAND)
        of_the_line = self.model.objects.unfinished().filter(line=OuterRef("line"))
        return self.exclude(Exists(of_the_line.filter(happened_before | in_hand)))

    def claim(self, *, limit: int, lease: timedelta, now: datetime) -> list["StoredEvent"]:
        """Take up to `limit` due events in hand, the longest due first.

        No two callers get the same one, nor two of one line. The claim is committed before the rows are
        handed over, so it must not stand in a transaction.
        """
        rows = self.due(now).first_of_their_lines()
        for _ in range(LOOKS):
            try:
                return rows.take(limit=limit, lease_until=now + lease)
            except IntegrityError as error:
                # What happened earlier came later, while a rival took up what had been first in its line.
                if violated(error) != ONE_AT_A_TIME:
                    raise
        return []

    def take(self, *, limit: int, lease_until: datetime) -> list["StoredEvent"]:
        """Take in hand what no rival is just taking. A step of `claim`."""
        with transaction.atomic(durable=True):
            free = self.select_for_update(skip_locked=True, no_key=True, of=("self",))
            picked = list(free.order_by("due_at", "pk").values_list("pk", flat=True)[:limit])
            taken = self.model.objects.filter(pk__in=picked)
            in_hand = StoredEvent.State.IN_HAND
            taken.update(state=in_hand, lease_until=lease_until, attempts=F("attempts") + 1)
            # What they say is read when each is handled: one that no key opens must not keep others from us.
            rows = taken.defer("payload").in_bulk()
        return [rows[pk] for pk in picked]

    def held(self, claimed: Sequence["StoredEvent"]) -> "StoredEventQuerySet":
        """The rows of one claim, as far as they are still ours to write: their lease was not taken back."""
        leases = {event.lease_until for event in claimed}
        keys = [event.pk for event in claimed]
        return self.filter(pk__in=keys, state=StoredEvent.State.IN_HAND, lease_until__in=leases)


class StoredEvent(models.Model):
    """Something that Zalo told us, written down once before anything is done about it.

    Events of one `line` (a citizen at an Official Account) are handled one after the other, in the order in
    which they happened. What was told is forgotten as soon as it was handled; `key` stays for as long as Zalo
    may tell it again.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", "chờ xử lý"
        IN_HAND = "IN_HAND", "đang xử lý"
        DONE = "DONE", "đã xử lý"
        LET_GO = "LET_GO", "không dùng đến"
        FAILED = "FAILED", "xử lý không được"

    key = models.CharField("khóa chống trùng", max_length=64)
    line = models.CharField("khóa thứ tự", max_length=64)
    name = models.CharField("tên sự kiện", max_length=60, blank=True)
    oa_id = models.CharField("mã Official Account", max_length=30, blank=True)
    payload = EncryptedTextField("nội dung", null=True, blank=True)
    state = models.CharField("trạng thái", max_length=8, choices=State, default=State.WAITING)
    occurred_at = models.DateTimeField("xảy ra lúc")
    received_at = models.DateTimeField("nhận lúc")
    due_at = models.DateTimeField("xử lý từ")
    attempts = models.PositiveSmallIntegerField("số lần xử lý", default=0)
    lease_until = models.DateTimeField("giữ để xử lý đến", null=True, blank=True)
    finished_at = models.DateTimeField("xong lúc", null=True, blank=True)
    last_error = models.CharField("lỗi gần nhất", max_length=80, blank=True, default="")

    objects = StoredEventQuerySet.as_manager()

    class Meta:
        verbose_name = "sự kiện từ Zalo"
        verbose_name_plural = "sự kiện từ Zalo"
        constraints = [
            models.UniqueConstraint(fields=["key"], name="one_row_per_event"),
            models.UniqueConstraint(fields=["line"], condition=Q(state="IN_HAND"), name=ONE_AT_A_TIME),
            models.CheckConstraint(
                condition=Q(state="IN_HAND", lease_until__isnull=False)
                | Q(~Q(state="IN_HAND"), lease_until__isnull=True),
                name="event_in_hand_has_its_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["DONE", "LET_GO"], payload__isnull=True, finished_at__isnull=False)
                | Q(
                    state__in=["WAITING", "IN_HAND", "FAILED"],
                    payload__isnull=False,
                    finished_at__isnull=True,
                ),
                name="finished_event_holds_nothing",
            ),
            models.CheckConstraint(
                condition=~Q(state="FAILED") | ~Q(last_error=""), name="failed_event_says_why"
            ),
        ]
        indexes = [
            # claim(): what is due.
            models.Index(fields=["due_at", "id"], condition=Q(state="WAITING"), name="events_waiting"),
            # claim(): what is before it in its line.
            models.Index(
                fields=["line", "occurred_at", "id"],
                condition=Q(state__in=["WAITING", "IN_HAND"]),
                name="events_in_line",
            ),
            # The purge.
            models.Index(fields=["received_at"], name="events_by_age"),
        ]

    def __str__(self) -> str:
        return f"sự kiện {self.pk}"
