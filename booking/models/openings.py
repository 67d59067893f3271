from agencies.models import Agency


class Opening(Agency):
    """An agency seen as something that is to be opened: what is done and what is missing."""

    class Meta:
        proxy = True
        verbose_name = "mở đơn vị"
        verbose_name_plural = "mở đơn vị"
        default_permissions = ("view",)
        permissions = [("open_agency", "Mở, đóng đơn vị và gửi tin thử")]
