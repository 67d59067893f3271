"""The tables of the room, by what they are about."""

from notifications.models.messages import (
    NOT_LEFT,
    Channel,
    EarlyReceipt,
    Message,
    MessageQuerySet,
    MessageText,
    MessageTextQuerySet,
    OaQuota,
    OaQuotaQuerySet,
    State,
    new_tracking_id,
)
from notifications.models.replies import ChatReply, ChatReplyQuerySet

__all__ = [
    "NOT_LEFT",
    "Channel",
    "ChatReply",
    "ChatReplyQuerySet",
    "EarlyReceipt",
    "Message",
    "MessageQuerySet",
    "MessageText",
    "MessageTextQuerySet",
    "OaQuota",
    "OaQuotaQuerySet",
    "State",
    "new_tracking_id",
]
