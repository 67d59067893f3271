"""Days and hours are read as officers write them."""

from datetime import date, time

import pytest
from django import forms

from core.time import at


@pytest.mark.parametrize(
    ("field", "typed", "meant"),
    [
        (forms.DateField(), "02/11/2026", date(2026, 11, 2)),
        (forms.DateField(), "2026-11-02", date(2026, 11, 2)),
        (forms.TimeField(), "07:30", time(7, 30)),
    ],
)
def test_is_the_day_before_the_month(field, typed, meant):
    assert field.clean(typed) == meant


def test_reads_an_hour_of_a_day_as_it_is_shown():
    assert forms.DateTimeField().clean("07:30 02/11/2026") == at(date(2026, 11, 2), time(7, 30))
