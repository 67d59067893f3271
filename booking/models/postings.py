from django.db import models

from accounts.models import Posting
from booking.models.sites import Site


class PostingSite(models.Model):
    """A site to which an officer's posting is limited; a posting without any is for the whole agency."""

    posting = models.ForeignKey(Posting, models.CASCADE, related_name="limited_to", verbose_name="phân công")
    # Protected: with its last site gone, the posting would be for the whole agency.
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name="điểm thu nhận")

    class Meta:
        verbose_name = "điểm được phân công"
        verbose_name_plural = "chỉ làm việc tại"
        constraints = [models.UniqueConstraint(fields=["posting", "site"], name="a_site_once_per_posting")]

    def __str__(self) -> str:
        return self.site.name
