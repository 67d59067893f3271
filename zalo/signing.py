"""The digests that Zalo's protocol asks for. Pure functions; secrets come in as arguments."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any


def new_code_verifier() -> str:
    """Return a fresh PKCE verifier: 43 characters, from 32 random bytes."""
    return secrets.token_urlsafe(32)


def code_challenge(verifier: str) -> str:
    """Return the S256 challenge of a PKCE verifier."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def appsecret_proof(*, access_token: str, app_secret: str) -> str:
    """Return the proof that a citizen's token was minted for our app and not for another."""
    return hmac.new(app_secret.encode(), access_token.encode(), hashlib.sha256).hexdigest()


def oa_mac(*, app_id: str, raw: bytes, timestamp: str, secret: str) -> str:
    """Return the signature of a webhook's raw bytes. A plain SHA-256 and not an HMAC: so Zalo defines it."""
    return hashlib.sha256(app_id.encode() + raw + timestamp.encode() + secret.encode()).hexdigest()


def hash_phone(digits: str) -> str:
    """Return what Zalo calls `hash_phone`, for digits in the form `84…`."""
    return hashlib.sha256(digits.encode("ascii")).hexdigest()


def miniapp_mac(*, body: Mapping[str, Any], api_key: str) -> str:
    """Return the signature of a webhook of the Mini App: of its values in the order of their names.

    Neither names nor borders between values are signed, so a body must be held against what is expected.
    """
    values = "".join(_as_javascript_writes(body[name]) for name in sorted(body))
    # A lone half of a letter, which only a forger sends, must not stop the check.
    return hashlib.sha256((values + api_key).encode(errors="replace")).hexdigest()


def _as_javascript_writes(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
