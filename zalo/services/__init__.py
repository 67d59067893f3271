"""The use cases of zalo, by what they are about."""

from zalo.services.consents import (
    CONSENT_LIFETIME,
    begin_consent,
    consent_of,
    forget_old_consents,
    has_just_granted,
    is_of,
    note_grant,
    tokens_of_consent,
)
from zalo.services.events import forget_old_events, retry_event, store_event
from zalo.services.fit import Flaw, Misfit, misfit
from zalo.services.handling import HandleReport, Table, handle_waiting
from zalo.services.reports import known_report, refresh_report
from zalo.services.templates import (
    known_template,
    note_template_quality,
    note_template_status,
    refresh_old_templates,
    refresh_template,
    refresh_templates,
)
from zalo.tokens import (
    REVOKED,
    access_token,
    note_grant_ended,
    refresh_ageing_tokens,
    refresh_tokens,
    seed_tokens,
)

__all__ = [
    "CONSENT_LIFETIME",
    "REVOKED",
    "Flaw",
    "HandleReport",
    "Misfit",
    "Table",
    "access_token",
    "begin_consent",
    "consent_of",
    "forget_old_consents",
    "forget_old_events",
    "handle_waiting",
    "has_just_granted",
    "is_of",
    "known_report",
    "known_template",
    "misfit",
    "note_grant",
    "note_grant_ended",
    "note_template_quality",
    "note_template_status",
    "refresh_ageing_tokens",
    "refresh_old_templates",
    "refresh_report",
    "refresh_template",
    "refresh_templates",
    "refresh_tokens",
    "retry_event",
    "seed_tokens",
    "store_event",
    "tokens_of_consent",
]
