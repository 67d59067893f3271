"""A citizen's browser at the pages of a declaration."""

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.browser import COOKIE
from accounts.models import Citizen
from accounts.services import browser_token, open_session
from dossiers.models import Dossier

FIRST_PAGE = {
    "full_name": "Trần Văn An",
    "birth_date": "12/4/1985",
    "sex": "male",
    "personal_id": "049085 000123",
    "residence_kind": "permanent",
    "residence": "12 Trần Phú, phường Bàn Thạch, Đà Nẵng",
}
ALL_TICKED = {"notice": "on", "truth": "on", "on_behalf": "on"}


def sign_in(client: Client, citizen: Citizen) -> Client:
    now = timezone.now()
    client.cookies[COOKIE] = browser_token(tokens=open_session(citizen=citizen, now=now), now=now)
    return client


def at(name: str, dossier: Dossier, *more: Any) -> str:
    return reverse(name, args=[dossier.public_id, *more])


def hidden(answer: HttpResponse, name: str) -> str:
    """A hidden field of the form on a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())
    assert found
    return found[1]


def says(answer: HttpResponse) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


def send(client: Client, dossier: Dossier, number: int = 1, **typed: Any) -> Any:
    """Fill in a page and press the button, from the revision that is there now unless told otherwise."""
    typed.setdefault("revision", Dossier.objects.get(pk=dossier.pk).revision)
    return client.post(at("declare-page", dossier, number), typed)
