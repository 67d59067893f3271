"""How an Official Account stands: asked when an officer presses the button, and kept to be shown."""

import logging
from datetime import datetime

from zalo.clients import BusinessClient, OaClient
from zalo.errors import ZaloError
from zalo.models import AccountReport
from zalo.services.templates import refresh_templates

log = logging.getLogger(__name__)


def known_report(*, oa_id: str) -> AccountReport | None:
    """What Zalo last told of an account, without asking."""
    return AccountReport.objects.filter(oa_id=oa_id).first() if oa_id else None


def refresh_report(*, oa_id: str, now: datetime) -> AccountReport:
    """Ask Zalo how an account and its templates stand, and keep the answers. Goes to the wire: call it
    outside of every transaction.

    :raises ZaloError: see `zalo.errors`; that it failed is kept as well
    """
    try:
        told = _ask(oa_id, now=now)
        refresh_templates(oa_id=oa_id, now=now)
    except ZaloError as error:
        log.warning("OA %s could not be asked how it stands: %s", oa_id, error)
        failure = {"failed_at": now, "failure": f"{type(error).__name__} {error.code}"}
        AccountReport.objects.update_or_create(oa_id=oa_id, defaults=failure)
        raise
    report, _ = AccountReport.objects.update_or_create(
        oa_id=oa_id, defaults={**told, "asked_at": now, "failed_at": None, "failure": ""}
    )
    return report


def _ask(oa_id: str, *, now: datetime) -> dict[str, object]:
    profile = OaClient(oa_id).profile(now=now)
    business = BusinessClient(oa_id)
    quota, quality = business.quota(now=now), business.quality(now=now)
    return {
        "name": profile.name[:120],
        "is_verified": profile.is_verified,
        "followers": profile.followers,
        "package": profile.package[:60],
        "package_ends": profile.package_ends[:30],
        "has_payment": profile.has_payment,
        "quota_daily": quota.daily,
        "quota_remaining": quota.remaining,
        "quality": quality.current[:20],
        "quality_of_week": quality.of_week[:20],
    }
