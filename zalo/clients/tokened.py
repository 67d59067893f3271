"""A call on behalf of an OA: with its token, and once more with the next one where Zalo rejects it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from zalo.errors import BackOff, TokenRejected
from zalo.tokens import access_token


def with_token(oa_id: str, ask: Callable[[str], dict[str, Any]], now: datetime) -> dict[str, Any]:
    """Ask with the OA's token and, if Zalo rejects it, once more with the next one.

    :raises BackOff: the next one was rejected as well, or could not be had now
    :raises ZaloError: see `zalo.errors`
    """
    token = access_token(oa_id=oa_id, now=now)
    try:
        return ask(token)
    except TokenRejected:
        pass
    try:
        return ask(access_token(oa_id=oa_id, now=now, rejected=token))
    except TokenRejected as again:
        # A neighbour may have refreshed in between; whatever it is, nothing was done.
        raise BackOff(again.code, again.provider_message) from again
