"""Phones: how they are found, and how one of them is worked on by one transaction at a time."""

from django.db import connection
from django.db.models import F

from accounts.models import Citizen
from core.crypto import keyed_hash


def phone_key_of(phone: str) -> str:
    """The key under which a phone (`+84…`) is found."""
    return keyed_hash("phone", phone)


def hold_phone(phone_key: str) -> None:
    """Make every other transaction that asks for this phone wait until the present one ends.

    What is counted or taken over here may have no row yet, so there is no row to lock. Taken before any row;
    of several phones, in the order of their keys.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(phone_key[:15], 16)])


def account_with_phone(phone: str) -> Citizen | None:
    """The account whose verified phone (`+84…`) this is; the one with Zalo, where two share it."""
    rows = Citizen.objects.live().filter(phone_key=phone_key_of(phone))
    return rows.order_by(F("zalo_id").asc(nulls_last=True), "pk").first()
