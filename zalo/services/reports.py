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

    :raises ZaloError: see `zalo.errors`; that it failed is kept, and what was told before: an account that
        cannot pay yet is refused the rest, and its officer has to see that it cannot
    """
    told: dict[str, object] = {}
    try:
        told |= _account(oa_id, now=now) | {"asked_at": now}
        told |= _quota(oa_id, now=now)
        refresh_templates(oa_id=oa_id, now=now)
    except ZaloError as error:
        log.warning("OA %s could not be asked how it stands: %s", oa_id, error)
        told |= {"failed_at": now, "failure": f"{type(error).__name__} {error.code}"}
        AccountReport.objects.update_or_create(oa_id=oa_id, defaults=told)
        raise
    told |= {"failed_at": None, "failure": ""}
    report, _ = AccountReport.objects.update_or_create(oa_id=oa_id, defaults=told)
    return report


def _account(oa_id: str, *, now: datetime) -> dict[str, object]:
    profile = OaClient(oa_id).profile(now=now)
    return {
        "name": profile.name[:120],
        "is_verified": profile.is_verified,
        "followers": profile.followers,
        "package": profile.package[:60],
        "package_ends": profile.package_ends[:30],
        "has_payment": profile.has_payment,
        # Of another day, unless they are told anew.
        **dict.fromkeys(("quota_daily", "quota_remaining")),
        **dict.fromkeys(("quality", "quality_of_week"), ""),
    }


def _quota(oa_id: str, *, now: datetime) -> dict[str, object]:
    business = BusinessClient(oa_id)
    quota, quality = business.quota(now=now), business.quality(now=now)
    return {
        "quota_daily": _counted(quota.daily),
        "quota_remaining": _counted(quota.remaining),
        "quality": quality.current[:20],
        "quality_of_week": quality.of_week[:20],
    }


def _counted(left: int | None) -> int | None:
    """A quota that is overdrawn is none."""
    return None if left is None else max(left, 0)
