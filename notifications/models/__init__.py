"""The tables of the room, by what they are about."""

from notifications.kinds import Kind
from notifications.models.messages import (
    NOT_LEFT,
    TEMPLATES,
    UNCONFIRMED,
    Channel,
    Message,
    MessageQuerySet,
    State,
    new_tracking_id,
)
from notifications.models.quotas import DayCount, DayCountQuerySet, OaQuota, OaQuotaQuerySet
from notifications.models.receipts import EarlyReceipt
from notifications.models.refusals import OptOut
from notifications.models.replies import ChatReply, ChatReplyQuerySet
from notifications.models.spending import Spending
from notifications.models.texts import MessageText

__all__ = [
    "NOT_LEFT",
    "TEMPLATES",
    "UNCONFIRMED",
    "Channel",
    "ChatReply",
    "ChatReplyQuerySet",
    "DayCount",
    "DayCountQuerySet",
    "EarlyReceipt",
    "Kind",
    "Message",
    "MessageQuerySet",
    "MessageText",
    "OaQuota",
    "OaQuotaQuerySet",
    "OptOut",
    "Spending",
    "State",
    "new_tracking_id",
]
