"""Drafts that were left, and people of dossiers long over."""

from datetime import timedelta

import pytest

from dossiers import messages
from dossiers.models import Dossier
from dossiers.services.retention import delete_old_drafts, forget_ended
from dossiers.states import Status
from dossiers.tests.declared import NOW
from dossiers.tests.factories import DossierFactory
from notifications.models import Message

pytestmark = pytest.mark.django_db
DAYS = timedelta(days=1)


class TestDeleteOldDrafts:
    def test_deletes_what_nobody_wrote_in_for_a_month(self):
        DossierFactory(status=Status.DRAFT, touched_at=NOW - 31 * DAYS)
        fresh = DossierFactory(status=Status.DRAFT, touched_at=NOW - 29 * DAYS)
        handed_in = DossierFactory(status=Status.SUBMITTED, touched_at=NOW - 31 * DAYS)

        assert delete_old_drafts(now=NOW) == 1

        assert set(Dossier.objects.values_list("pk", flat=True)) == {fresh.pk, handed_in.pk}

    def test_goes_on_where_it_was_bounded(self, monkeypatch):
        monkeypatch.setattr("dossiers.services.retention.BATCH", 1)
        for _ in range(2):
            DossierFactory(status=Status.DRAFT, touched_at=NOW - 31 * DAYS)

        assert [delete_old_drafts(now=NOW) for _ in range(3)] == [1, 1, 0]


class TestForgetEnded:
    def ended(self, status: Status, *, days_ago: int) -> Dossier:
        at = NOW - days_ago * DAYS
        taken = {"taken_in_at": at, "return_on": at.date()} if status == Status.HANDED_OVER else {}
        return DossierFactory(status=status, ended_at=at, touched_at=at, **taken)

    @pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.REFUSED, Status.STOPPED])
    def test_forgets_after_ninety_days_who_got_no_card(self, status):
        dossier = self.ended(status, days_ago=91)
        messages.tell_stopped([dossier], reason="thử", now=dossier.ended_at)

        assert forget_ended(now=NOW) == 1

        dossier.refresh_from_db()
        assert (dossier.full_name, dossier.data, dossier.forgotten_at) == ("", "{}", NOW)
        assert Message.objects.get().context == {}

    @pytest.mark.parametrize(
        ("status", "days_ago", "forgotten"),
        [
            (Status.WITHDRAWN, 89, 0),
            (Status.HANDED_OVER, 364, 0),
            (Status.HANDED_OVER, 366, 1),
        ],
    )
    def test_keeps_everybody_as_long_as_was_promised(self, status, days_ago, forgotten):
        self.ended(status, days_ago=days_ago)

        assert forget_ended(now=NOW) == forgotten

    def test_forgets_once(self):
        self.ended(Status.WITHDRAWN, days_ago=91)
        forget_ended(now=NOW)

        assert forget_ended(now=NOW) == 0
