"""The use cases of zalo, by what they are about."""

from zalo.services.consents import (
    CONSENT_LIFETIME,
    begin_consent,
    consent_of,
    forget_old_consents,
    has_just_granted,
    note_grant,
    tokens_of_consent,
)
from zalo.services.fit import Flaw, Misfit, misfit
from zalo.services.templates import (
    known_template,
    note_template_quality,
    note_template_status,
    refresh_old_templates,
    refresh_template,
    refresh_templates,
)
from zalo.tokens import (
    DEFAULT_LIFETIME_SECONDS,
    access_token,
    refresh_ageing_tokens,
    refresh_tokens,
    seed_tokens,
)

__all__ = [
    "CONSENT_LIFETIME",
    "DEFAULT_LIFETIME_SECONDS",
    "Flaw",
    "Misfit",
    "access_token",
    "begin_consent",
    "consent_of",
    "forget_old_consents",
    "has_just_granted",
    "known_template",
    "misfit",
    "note_grant",
    "note_template_quality",
    "note_template_status",
    "refresh_ageing_tokens",
    "refresh_old_templates",
    "refresh_template",
    "refresh_templates",
    "refresh_tokens",
    "seed_tokens",
    "tokens_of_consent",
]
