"""Codes are drawn until each is nobody else's."""

import pytest

from booking.models import Appointment
from booking.services import places
from booking.tests.factories import SlotFactory, book, family
from core import codes

pytestmark = pytest.mark.django_db


class TestInsertWithCodes:
    def test_finds_free_codes_where_many_are_in_use(self, monkeypatch):
        monkeypatch.setattr(places, "CODE_LENGTH", 2)
        monkeypatch.setattr(codes, "LETTERS", "ABCDEFGH")  # 64 codes for 40 people
        slot = SlotFactory(capacity=40)

        for _ in range(4):
            book(slot, *family(10))

        assert Appointment.objects.values("code").distinct().count() == 40
