"""What citizens report of those who pretend to be the office; it is kept for 90 days, encrypted."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Officer
from agencies.models import Agency
from faq.errors import AlreadyHandled
from faq.models import FakeReport

KEPT = timedelta(days=90)


@transaction.atomic
def report_fake(
    *, agency: Agency, kind: FakeReport.Kind, where: str, says: str = "", phone: str = "", now: datetime
) -> FakeReport:
    """Write down who pretends to be an office: their number, name or address. `phone` is for a call back."""
    return FakeReport.objects.create(
        agency=agency, kind=kind, where=where, says=says, phone=phone, reported_at=now
    )


@transaction.atomic
def mark_handled(*, report: FakeReport, by: Officer, now: datetime) -> FakeReport:
    """Note that an officer has seen to it. The first one counts.

    :raises AlreadyHandled: somebody has before
    """
    if not _take(report, by=by, now=now):
        raise AlreadyHandled
    report.handled_by, report.handled_at = by, now
    return report


def _take(report: FakeReport, *, by: Officer, now: datetime) -> bool:
    """Sign a report; false if somebody has. One condition on the row itself."""
    unsigned = FakeReport.objects.filter(pk=report.pk, handled_at=None)
    return unsigned.update(handled_by=by, handled_at=now) == 1


def forget_old_fake_reports(*, now: datetime) -> None:
    """Delete what was reported 90 days ago, handled or not."""
    FakeReport.objects.filter(reported_at__lte=now - KEPT).delete()
