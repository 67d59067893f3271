"""Two files for the last seat: one has it. The same file twice at once: it is there once."""

import threading

import pytest
from django.db import IntegrityError

from accounts.tests.factories import CitizenFactory
from agencies.tests.factories import AgencyFactory
from core.testing import run_together
from dossiers.errors import TooManyAttachments
from dossiers.models import MOST_OF_A_KIND, Attachment, Dossier
from dossiers.services import attachments
from dossiers.tests.declared import NOW
from dossiers.tests.factories import VersionFactory
from dossiers.tests.strangers_files import photograph
from dossiers.tests.test_attachments import handed_in, row

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("kept_in")]
TWO_FILES = (photograph(), photograph(width=300))


def exempt() -> Dossier:
    """A draft of somebody who asks not to pay, under a law of its own: these tests leave no table full."""
    return Dossier.objects.create(
        agency=AgencyFactory(),
        citizen=CitizenFactory(),
        relation="SELF",
        version=VersionFactory(form="dc02"),
        law_day=NOW.date(),
        situation="DAMAGED",
        exemptions=["disabled"],
        created_at=NOW,
        touched_at=NOW,
    )


def nearly_full() -> Dossier:
    dossier = exempt()
    for seat in range(1, MOST_OF_A_KIND):
        row(dossier, seat)
    return dossier


def hand_in_both(dossier: Dossier) -> list[object]:
    return run_together([lambda content=content: handed_in(dossier, content) for content in TWO_FILES])


def test_without_the_lock_both_find_the_last_seat_free(monkeypatch):
    """Keeps the test below honest: both count one seat left, and only the database stops one of them."""
    dossier, both_looked = nearly_full(), threading.Barrier(2)
    monkeypatch.setattr(
        attachments, "locked", lambda public_id, **_: Dossier.objects.for_display().get(public_id=public_id)
    )
    free_seat = attachments._free_seat

    def look_together(*found):
        seat = free_seat(*found)
        both_looked.wait(30)
        return seat

    monkeypatch.setattr(attachments, "_free_seat", look_together)

    outcomes = hand_in_both(dossier)

    assert {type(outcome) for outcome in outcomes} == {Attachment, IntegrityError}


def test_with_it_the_second_one_hears_that_there_is_none():
    dossier = nearly_full()

    outcomes = hand_in_both(dossier)

    assert {type(outcome) for outcome in outcomes} == {Attachment, TooManyAttachments}
    assert dossier.attachments.count() == MOST_OF_A_KIND


def test_the_same_file_twice_at_once_is_there_once(kept_in):
    dossier = exempt()

    one, other = run_together([lambda: handed_in(dossier)] * 2)

    assert one == other
    assert sum(path.is_file() for path in kept_in.rglob("*")) == Attachment.objects.count() == 1
