"""The night: what has served is forgotten, by every room."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cccd_portal.tasks import forget_what_is_over
from dossiers.models import Dossier
from dossiers.states import Status
from dossiers.tests.factories import DossierFactory
from faq.models import FakeReport
from faq.tests.factories import FakeReportFactory

pytestmark = pytest.mark.django_db


def test_dossiers_are_stopped_deleted_and_forgotten():
    long_ago = timezone.now() - timedelta(days=400)
    DossierFactory(status=Status.DRAFT, touched_at=long_ago)
    waiting = DossierFactory(status=Status.ACCEPTED, touched_at=long_ago, person_key="a")
    given_out = DossierFactory(
        status=Status.HANDED_OVER,
        touched_at=long_ago,
        taken_in_at=long_ago,
        return_on=long_ago.date(),
        ended_at=long_ago,
    )

    forget_what_is_over()

    left = {row.pk: row for row in Dossier.objects.all()}
    assert set(left) == {waiting.pk, given_out.pk}
    assert left[waiting.pk].status == Status.STOPPED
    assert left[given_out.pk].full_name == ""


def test_reports_of_fakes_are_forgotten():
    FakeReportFactory(reported_at=timezone.now() - timedelta(days=91))

    forget_what_is_over()

    assert not FakeReport.objects.exists()
