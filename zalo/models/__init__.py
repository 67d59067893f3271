from zalo.models.templates import Template
from zalo.models.tokens import OaToken, OaTokenQuerySet

__all__ = ["OaToken", "OaTokenQuerySet", "Template"]
