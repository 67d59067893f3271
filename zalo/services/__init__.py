"""The use cases of zalo, by what they are about."""

from zalo.services.tokens import (
    DEFAULT_LIFETIME_SECONDS,
    access_token,
    refresh_ageing_tokens,
    refresh_tokens,
    seed_tokens,
)

__all__ = [
    "DEFAULT_LIFETIME_SECONDS",
    "access_token",
    "refresh_ageing_tokens",
    "refresh_tokens",
    "seed_tokens",
]
