"""A dossier is found by who had to wait for it while another device took the next law on."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import transaction

from core.testing import run_together
from dossiers.models import Dossier
from dossiers.services.declaring import locked
from dossiers.tests.factories import DossierFactory, VersionFactory

pytestmark = pytest.mark.django_db(transaction=True)


def found_after_waiting(look: Callable[[Dossier], Dossier | None]) -> Dossier | None:
    """What `look` finds of a dossier whose version changes while it waits for the row."""
    dossier = DossierFactory()
    following = VersionFactory(regulation__key="luat-moi")
    is_held = threading.Event()

    def take_the_next_law_on() -> None:
        with transaction.atomic():
            Dossier.objects.filter(pk=dossier.pk).update(version=following)
            is_held.set()
            time.sleep(0.5)  # the other one waits meanwhile

    def wait_and_look() -> Dossier | None:
        is_held.wait(30)
        with transaction.atomic():
            return look(dossier)

    _, found = run_together([take_the_next_law_on, wait_and_look])
    assert not isinstance(found, Exception), found
    if found is not None:
        assert found.version == following
    return found


def test_a_single_look_finds_nothing():
    """Keeps the test below honest."""
    rows = Dossier.objects.select_for_update(of=("self",), no_key=True).for_display()

    assert found_after_waiting(lambda dossier: rows.filter(pk=dossier.pk).first()) is None


def test_who_waited_finds_it():
    assert found_after_waiting(lambda dossier: locked(dossier.public_id, citizen=None)) is not None
