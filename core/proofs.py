"""Signed words that open one thing for a short time to whoever brings them."""

from datetime import datetime, timedelta

from django.core import signing

from core.errors import NotFound


def sign(kind: str, code: str, *, lifetime: timedelta, now: datetime) -> str:
    """Give a proof for the thing with this code, good for `lifetime`; safe in an address.

    One of a kind never opens what another kind does.
    """
    until = int((now + lifetime).timestamp())
    return signing.Signer(sep=".", salt=kind).sign(f"{code}.{until}")


def code_of(kind: str, proof: str, *, now: datetime) -> str:
    """The code of the thing that a proof opens.

    :raises NotFound: it was not made here, is of another kind, or too old
    """
    try:
        code, _, until = signing.Signer(sep=".", salt=kind).unsign(proof).partition(".")
    except signing.BadSignature as forged:
        raise NotFound from forged
    if now.timestamp() > int(until):
        raise NotFound
    return code
