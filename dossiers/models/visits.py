"""How long a visit takes at one office: its own practice, not the law's."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from agencies.models import Agency
from dossiers.models.versions import PROCEDURES, Regulation

MOST_PLACES = 6


class VisitLength(models.Model):
    """How many places of a slot somebody takes at an agency for a procedure; without a row, one."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="visit_lengths", verbose_name="đơn vị")
    regulation = models.ForeignKey(
        Regulation,
        models.PROTECT,
        related_name="visit_lengths",
        verbose_name="thủ tục",
        limit_choices_to={"kind__in": PROCEDURES},
    )
    places = models.PositiveSmallIntegerField(
        "số chỗ một người",
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)],
        help_text="Làm lâu gấp đôi thì ghi 2. Áp dụng cho lịch hẹn đặt từ lúc này.",
    )

    class Meta:
        verbose_name = "số chỗ theo thủ tục"
        verbose_name_plural = "số chỗ theo thủ tục"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "regulation"],
                name="one_visit_length_per_agency_and_procedure",
                violation_error_message="Đơn vị đã có dòng cho thủ tục này. Sửa dòng đã có.",
            ),
            models.CheckConstraint(
                condition=Q(places__gte=1, places__lte=MOST_PLACES),
                name="a_visit_takes_one_to_six_places",
                violation_error_message=f"Từ 1 đến {MOST_PLACES} chỗ.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.regulation}: {self.places} chỗ"
