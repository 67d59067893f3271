from zalo.models.consents import ConsentRequest, ConsentRequestQuerySet
from zalo.models.events import StoredEvent, StoredEventQuerySet
from zalo.models.reports import AccountReport
from zalo.models.templates import Template
from zalo.models.tokens import OaToken, OaTokenQuerySet

__all__ = [
    "AccountReport",
    "ConsentRequest",
    "ConsentRequestQuerySet",
    "OaToken",
    "OaTokenQuerySet",
    "StoredEvent",
    "StoredEventQuerySet",
    "Template",
]
