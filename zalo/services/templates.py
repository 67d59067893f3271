"""The registry of templates: what Zalo told us of them, kept so that no send has to ask."""

import logging
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.db.models import CharField, Q

from zalo.clients import BusinessClient, TemplateInfo
from zalo.errors import Bug, ZaloError
from zalo.models import OaToken, Template

log = logging.getLogger(__name__)

# More than any office has; a list that never ends must not keep a worker for ever.
TEMPLATES_AT_MOST = 2_000


def known_template(*, oa_id: str, template_id: str) -> Template | None:
    """Return what is known of a template, without asking Zalo; None for one that nobody has fetched yet."""
    return Template.objects.of(oa_id=oa_id, template_id=template_id).first()


def refresh_template(*, oa_id: str, template_id: str, now: datetime) -> Template:
    """Ask Zalo about one template and keep the answer. Goes to the wire: call it outside every transaction.

    :raises Bug: Zalo knows no such template
    :raises ZaloError: see `zalo.errors`
    """
    info = BusinessClient(oa_id).template(template_id=template_id, now=now)
    return _keep(oa_id, info, now=now)


def refresh_templates(*, oa_id: str, now: datetime) -> int:
    """Ask Zalo about all templates of an OA and keep the answers; return how many there are.

    One that is listed no more is asked about by itself, and kept as deleted where Zalo does not tell of it: a
    list that is cut short must not stop what is sent by the others. Goes to the wire.

    :raises ZaloError: see `zalo.errors`; what was read until then is kept
    """
    listed = _listed(oa_id, now=now)
    for template_id in listed:
        try:
            refresh_template(oa_id=oa_id, template_id=template_id, now=now)
        except Bug as refused:  # of this one template; the others may be well
            log.error("Zalo lists template %s and does not tell of it: %s", template_id, refused)
    unlisted = Template.objects.filter(oa_id=oa_id).exclude(template_id__in=listed)
    for template_id in unlisted.order_by("pk").values_list("template_id", flat=True):
        try:
            refresh_template(oa_id=oa_id, template_id=template_id, now=now)
        except Bug:
            _note_deleted(oa_id, template_id, now=now)
    return len(listed)


def refresh_old_templates(*, now: datetime) -> int:
    """Refresh the templates of every OA whose knowledge is older than a day, or that has none; return of how
    many OAs.

    A refusal is logged and does not keep the other OAs from being asked.
    """
    refreshed = 0
    for oa_id in _oas_to_ask(now):
        try:
            refresh_templates(oa_id=oa_id, now=now)
        except ZaloError as refused:
            log.warning("The templates of OA %s were not refreshed: %s", oa_id, refused)
            continue
        refreshed += 1
    return refreshed


def note_template_status(*, oa_id: str, template_id: str, status: str, reason: str, at: datetime) -> bool:
    """Take down Zalo's word of `at` that a template's status changed; false if a later word is known.

    Of a template that nobody has fetched nothing is kept: the next refresh tells all of it.
    """
    if not status:  # told in a shape that nobody knows: an unknown status would stop what is sent
        return False
    known = Template.objects.of(oa_id=oa_id, template_id=template_id).filter(status_at__lt=at)
    return known.update(status=_short("status", status), reason=_short("reason", reason), status_at=at) == 1


def note_template_quality(*, oa_id: str, template_id: str, quality: str, at: datetime) -> bool:
    """Take down Zalo's word of `at` that a template's quality changed; false if a later word is known."""
    known = Template.objects.of(oa_id=oa_id, template_id=template_id).filter(quality_at__lt=at)
    return known.update(quality=_short("quality", quality), quality_at=at) == 1


def _oas_to_ask(now: datetime) -> list[str]:
    able = OaToken.objects.exclude(state=OaToken.State.NEEDS_CONSENT).order_by("pk")
    unknown = ~Q(oa_id__in=Template.objects.values("oa_id"))
    old = Q(oa_id__in=Template.objects.grown_old(now).values("oa_id"))
    return list(able.filter(unknown | old).values_list("oa_id", flat=True))


def _listed(oa_id: str, *, now: datetime) -> list[str]:
    found: list[str] = []
    while len(found) < TEMPLATES_AT_MOST:
        page = BusinessClient(oa_id).templates(offset=len(found), now=now)
        fresh = [template_id for template_id in page.template_ids if template_id not in found]
        found += fresh
        if not fresh or (page.total is not None and len(found) >= page.total):
            break
    return found


def _note_deleted(oa_id: str, template_id: str, *, now: datetime) -> None:
    gone = Template.objects.of(oa_id=oa_id, template_id=template_id)
    gone.filter(fetched_at__lt=now).update(fetched_at=now)
    gone.filter(status_at__lt=now).update(status=Template.Status.DELETE, status_at=now, reason="")


@transaction.atomic
def _keep(oa_id: str, info: TemplateInfo, *, now: datetime) -> Template:
    """Keep an answer of `now`; an event that came while it was on its way stands."""
    told = _row(info, now=now)
    row, is_new = Template.objects.get_or_create(oa_id=oa_id, template_id=info.template_id, defaults=told)
    if is_new:
        return row
    row = Template.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    if row.fetched_at > now:
        return row
    if row.status_at > now:
        del told["status"], told["status_at"], told["reason"]
    if row.quality_at > now:
        del told["quality"], told["quality_at"]
    for name, value in told.items():
        setattr(row, name, value)
    row.save(update_fields=told.keys())
    return row


def _row(info: TemplateInfo, *, now: datetime) -> dict[str, Any]:
    words = ("name", "status", "reason", "tag", "quality", "preview_url")
    return {
        **{name: _short(name, getattr(info, name)) for name in words},
        "params": [asdict(param) for param in info.params],
        "buttons": [asdict(button) for button in info.buttons],
        "timeout_ms": info.timeout_ms,
        "price_uid": info.price_uid,
        "price_phone": info.price_phone,
        "status_at": now,
        "quality_at": now,
        "fetched_at": now,
    }


def _short(name: str, text: str) -> str:
    """Return as much of Zalo's word as the column takes."""
    return text[: cast("CharField[str, str]", Template._meta.get_field(name)).max_length]
