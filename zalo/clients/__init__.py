"""What the portal asks of Zalo, in its own words: who is this citizen, send this message.

`OaClient` and `BusinessClient` act for one Official Account. They fetch its access token themselves and, when
Zalo rejects it, refresh it once and try once more; nothing else is retried. Every refusal is a
`zalo.errors.ZaloError` whose class says what the caller must do.
"""

from zalo.clients.business import (
    BusinessClient,
    Button,
    Fate,
    MessageStatus,
    Param,
    Quality,
    Quota,
    TemplateInfo,
    TemplatePage,
)
from zalo.clients.contents import ButtonType, ChatButton
from zalo.clients.graph import GraphClient, Profile
from zalo.clients.miniapp import MiniAppClient
from zalo.clients.oa import CitizenQuota, Follower, OaClient, OaProfile
from zalo.clients.shapes import Sent

__all__ = [
    "BusinessClient",
    "Button",
    "ButtonType",
    "ChatButton",
    "CitizenQuota",
    "Fate",
    "Follower",
    "GraphClient",
    "MessageStatus",
    "MiniAppClient",
    "OaClient",
    "OaProfile",
    "Param",
    "Profile",
    "Quality",
    "Quota",
    "Sent",
    "TemplateInfo",
    "TemplatePage",
]
