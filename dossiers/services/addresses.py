"""Addresses that open one paper of a dossier for a short time, where an app cannot send who asks."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from core import proofs
from core.errors import NotFound
from dossiers.models import Dossier

FORM = "dossiers.form"  # the kind of proof
LIFETIME = timedelta(minutes=10)


def form_url(dossier: Dossier, *, now: datetime) -> str:
    """The address of the form as PDF, open to whoever has it for ten minutes."""
    key = proofs.sign(FORM, str(dossier.public_id), lifetime=LIFETIME, now=now)
    return f"{settings.PUBLIC_BASE_URL}{reverse('api-dossier-form', args=[dossier.public_id])}?key={key}"


def refuse_unless_form(key: str, *, of: str, now: datetime) -> None:
    """:raises NotFound: the key was not made here, is too old, or opens another form"""
    if proofs.code_of(FORM, key, now=now) != of:
        raise NotFound
