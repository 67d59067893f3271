from django.db import models
from django.db.models import Q


class ProofTries(models.Model):
    """How often somebody tried to prove something: that an account, an appointment or a dossier is theirs.

    Five wrong answers lock it until the count is forgotten. `subject` is a keyed hash of what was tried, so
    that codes nobody has are counted as well, and tell nothing.
    """

    subject = models.CharField(max_length=64, unique=True, editable=False)
    tries = models.PositiveSmallIntegerField("số lần thử", default=0)
    until = models.DateTimeField("đếm đến")

    class Meta:
        verbose_name = "lần thử chứng minh"
        verbose_name_plural = "lần thử chứng minh"
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=5), name="no_more_than_five_tries"),
        ]
        indexes = [models.Index(fields=["until"], name="proof_tries_by_age")]  # the nightly purge

    def __str__(self) -> str:
        return f"tries {self.pk}"
