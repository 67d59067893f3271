"""Invented families with a Zalo at the sandbox and an account here."""

from datetime import datetime

import httpx

from accounts.models import Citizen
from accounts.services import link_phone, sign_in_with_zalo
from cccd_portal.demo.people import Family


def sign_in(family: Family, zalo: httpx.Client, *, now: datetime) -> Citizen:
    """Give the family's holder a Zalo at the sandbox, and an account with a verified phone here."""
    person = {"name": family.holder, "phone": family.phone}
    given = zalo.post("/_sandbox/citizens", json=person).raise_for_status().json()
    citizen = sign_in_with_zalo(access_token=given["access_token"], now=now).citizen
    link_phone(citizen=citizen, access_token=given["access_token"], phone_token=given["phone_token"], now=now)
    return citizen
