"""The use cases of zalo, by what they are about."""

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
    "DEFAULT_LIFETIME_SECONDS",
    "Flaw",
    "Misfit",
    "access_token",
    "known_template",
    "misfit",
    "note_template_quality",
    "note_template_status",
    "refresh_ageing_tokens",
    "refresh_old_templates",
    "refresh_template",
    "refresh_templates",
    "refresh_tokens",
    "seed_tokens",
]
