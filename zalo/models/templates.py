from datetime import datetime, timedelta

from django.db import models

# What Zalo says about a template changes seldom, and the changes that matter come as events.
KNOWN_FOR = timedelta(days=1)


class TemplateQuerySet(models.QuerySet["Template"]):
    def of(self, *, oa_id: str, template_id: str) -> "TemplateQuerySet":
        return self.filter(oa_id=oa_id, template_id=template_id)

    def grown_old(self, now: datetime) -> "TemplateQuerySet":
        """Those whose answer from Zalo is older than a day."""
        return self.filter(fetched_at__lte=now - KNOWN_FOR)


class Template(models.Model):
    """What Zalo told us of a template of an Official Account: kept to check values before a send.

    Status and quality come by two ways, a fetch and an event, so each says of when it is: the later word
    stands. Only `services.templates` writes here.
    """

    class Status(models.TextChoices):
        ENABLE = "ENABLE", "đã duyệt, gửi được"
        PENDING_REVIEW = "PENDING_REVIEW", "chờ Zalo duyệt"
        REJECT = "REJECT", "Zalo không duyệt"
        DISABLE = "DISABLE", "Zalo đã khóa"
        DELETE = "DELETE", "đã xóa"

    class Quality(models.TextChoices):
        HIGH = "HIGH", "tốt"
        MEDIUM = "MEDIUM", "trung bình"
        LOW = "LOW", "kém"
        UNDEFINED = "UNDEFINED", "chưa có đánh giá"

    oa_id = models.CharField("mã Official Account", max_length=30)
    template_id = models.CharField("mã mẫu tin", max_length=40)
    name = models.CharField("tên", max_length=120, blank=True)
    # Not bound to the choices: a word that Zalo invents must not stop a refresh.
    status = models.CharField("tình trạng", max_length=20, choices=Status)
    status_at = models.DateTimeField("tình trạng lúc")
    reason = models.CharField("lý do", max_length=500, blank=True)
    tag = models.CharField("nhãn", max_length=30, blank=True)
    quality = models.CharField("chất lượng", max_length=20, choices=Quality, blank=True)
    quality_at = models.DateTimeField("chất lượng lúc")
    # Each as `zalo.clients.Param`, the buttons below as `zalo.clients.Button`.
    params = models.JSONField("tham số", default=list, blank=True)
    buttons = models.JSONField("nút", default=list, blank=True)
    timeout_ms = models.PositiveIntegerField("hạn giao tin (ms)", null=True, blank=True)
    preview_url = models.URLField("xem trước", max_length=500, blank=True)
    price_uid = models.PositiveIntegerField("giá theo Zalo (đ)", null=True, blank=True)
    price_phone = models.PositiveIntegerField("giá theo số điện thoại (đ)", null=True, blank=True)
    fetched_at = models.DateTimeField("hỏi Zalo lúc")

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "mẫu tin của Official Account"
        verbose_name_plural = "mẫu tin của Official Account"
        constraints = [
            models.UniqueConstraint(
                fields=["oa_id", "template_id"],
                name="one_row_per_template",
                violation_error_message="Mẫu tin này đã có.",
            ),
        ]

    def __str__(self) -> str:
        return f"mẫu {self.template_id}"

    @property
    def is_enabled(self) -> bool:
        return self.status == self.Status.ENABLE

    @property
    def param_names(self) -> frozenset[str]:
        """The parameters that the template has a place for."""
        return frozenset(param["name"] for param in self.params)
