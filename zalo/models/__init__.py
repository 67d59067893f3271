from zalo.models.tokens import OaToken, OaTokenQuerySet

__all__ = ["OaToken", "OaTokenQuerySet"]
