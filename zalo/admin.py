from django.contrib import admin

from core.admin import RecordAdmin
from zalo.models import OaToken


@admin.register(OaToken)
class OaTokenAdmin(RecordAdmin):
    """Whether each Official Account can send. The tokens themselves are shown to nobody."""

    list_display = ("oa_id", "state", "expires_at", "refreshed_at", "granted_at", "last_error")
    list_filter = ("state",)
    ordering = ("oa_id",)
    fields = ("oa_id", "state", "last_error", "expires_at", "refreshed_at", "granted_at", "retry_at")
