"""Keeping a page that was typed: by whom, against which revision, and what two devices say differently."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from accounts.browser import signed_in
from core import proofs
from core.db import retry_once
from core.errors import NotFound
from dossiers.form_definitions import FORMS
from dossiers.form_definitions.drafts import merged
from dossiers.form_definitions.shape import Group
from dossiers.models import Dossier, Version
from dossiers.page_forms import PageForm, say
from dossiers.services import declaring, filling
from dossiers.services.declaring import Changes
from dossiers.services.pages import Page
from dossiers.views.holding import own_dossier, owner_of, revision_of

# How long a page that lies open may still be kept when its sign-in has ended.
STILL_KEPT = timedelta(hours=12)
WRITING = "dossiers.writing"
THEIRS = "theirs"


def proof_of(dossier: Dossier) -> str:
    """What a page carries along to be kept by, when the sign-in ends before it is sent."""
    return proofs.sign(WRITING, str(dossier.public_id), lifetime=STILL_KEPT, now=timezone.now())


def writable(request: HttpRequest, public_id: UUID) -> Dossier | None:
    """The dossier, if it is of who is signed in, or if this page was opened while its owner was."""
    if signed_in(request) is not None:
        return own_dossier(request, public_id)
    try:
        proved = proofs.code_of(WRITING, request.POST.get("proof", ""), now=timezone.now())
    except NotFound:
        return None
    held = Dossier.objects.for_display().filter(public_id=public_id, citizen__isnull=False)
    return held.first() if proved == str(public_id) else None


def kept(request: HttpRequest, dossier: Dossier, asked: Page, form: PageForm) -> Dossier:
    citizen, revision = owner_of(dossier), revision_of(request)
    said = {**form.said()}
    for path in _left_as_they_were(request):
        _put(said, asked, path, _value_at(data_of(dossier, asked), asked, path))
    said = _known_today(dossier, asked, said)
    changes = Changes(extra_data=said) if asked.before else Changes(data=said)
    return retry_once(
        lambda: declaring.save(
            public_id=dossier.public_id,
            citizen=citizen,
            revision=revision,
            changes=changes,
            now=timezone.now(),
        )
    )


def _known_today(dossier: Dossier, asked: Page, said: dict[str, Any]) -> dict[str, Any]:
    """What was typed, without what the form of today no longer asks."""
    version: Version | None = dossier.version
    if dossier.submitted_at is None:
        version = declaring.version_today(dossier, now=timezone.now())
    if asked.before or version is None or version.form == dossier.version.form:
        return said
    known = {part.key for part in FORMS[version.form].parts}
    return {key: value for key, value in said.items() if key in known}


def data_of(dossier: Dossier, asked: Page) -> dict[str, Any]:
    return filling.extra_data_of(dossier) if asked.before else filling.data_of(dossier)


@dataclass(frozen=True)
class Difference:
    """A field that says one thing here and another one there."""

    path: str
    label: str
    mine: str
    theirs: str


def differences(dossier: Dossier, asked: Page, form: PageForm) -> list[Difference]:
    asking = filling.extra_form_of(dossier) if asked.before else filling.form_of(dossier)
    if asking is None:
        return []
    said, stored = merged(asking, {}, form.said()), data_of(dossier, asked)
    found = []
    for path, field in form.asked.items():
        mine, theirs = _value_at(said, asked, path), _value_at(stored, asked, path)
        if (mine or None) != (theirs or None):
            label = f"{_group_label(asked, path)}{field.label}"
            found.append(Difference(path, label, say(field, mine), say(field, theirs)))
    return found


def _group_label(asked: Page, path: str) -> str:
    first = path.removeprefix(asked.before).partition(".")[0]
    return next(
        (f"{part.label}: " for part in asked.parts if isinstance(part, Group) and part.key == first), ""
    )


def _left_as_they_were(request: HttpRequest) -> Iterator[str]:
    """The fields of which the words of the other device were chosen."""
    for name, value in request.POST.items():
        if name.startswith("pick:") and value == THEIRS:
            yield name.removeprefix("pick:")


def _value_at(data: Mapping[str, Any], asked: Page, path: str) -> Any:
    first, _, inner = path.removeprefix(asked.before).partition(".")
    value = data.get(first)
    return (value or {}).get(inner) if inner else value


def _put(data: dict[str, Any], asked: Page, path: str, value: Any) -> None:
    first, _, inner = path.removeprefix(asked.before).partition(".")
    if first not in data:
        return
    if inner:
        data[first] = {**(data[first] or {}), inner: value}
    else:
        data[first] = value
