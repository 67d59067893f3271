"""What officers see of messages, and may do with them."""

from notifications.admin.messages import MessageAdmin, MessageTextAdmin
from notifications.admin.quotas import OaQuotaAdmin, SpendingAdmin

__all__ = ["MessageAdmin", "MessageTextAdmin", "OaQuotaAdmin", "SpendingAdmin"]
