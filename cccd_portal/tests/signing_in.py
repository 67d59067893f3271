"""What an officer's browser does to get in."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts.models import Officer, SecondFactor
from accounts.tests.factories import EIGHT, OfficerFactory, app_code

PASSWORD = "mot-mat-khau-dai-12"
LOGIN, INDEX = "/admin/login/", "/admin/"
CODE, SET_UP, SECURITY = "/admin/login/code/", "/admin/login/set-up/", "/admin/security/"
QUICK_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def officer_with_password(**said) -> Officer:
    said = {"username": "head.tam-ky", "date_joined": EIGHT, "admin": True} | said
    return OfficerFactory(password=make_password(PASSWORD), **said)


def give_password(client: Client, username: str = "head.tam-ky", password: str = PASSWORD, **said):
    return client.post(LOGIN, {"username": username, "password": password}, **said)


def give_code(client: Client, code: str, **said):
    return client.post(CODE, {"code": code} | said)


def code_now(factor: SecondFactor, clock) -> str:
    """A code that was not used: of the next half minute."""
    clock.shift(30)
    return app_code(factor.secret, at=EIGHT + timedelta(seconds=30))


def is_in(client: Client) -> bool:
    return client.get(INDEX).status_code == 200


def guess(client: Client, times: int, username: str = "head.tam-ky", address: str = "192.0.2.1") -> list[int]:
    """Give as many wrong passwords; gives the statuses of the answers."""
    return [give_password(client, username, "sai", REMOTE_ADDR=address).status_code for _ in range(times)]
