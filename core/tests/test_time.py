from datetime import UTC, date, datetime, time, timedelta

from core.time import at, going_on_from, local_date, say_clock, say_day, say_day_short, say_time

EIGHT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


class TestLocalDate:
    def test_is_the_day_in_viet_nam(self):
        assert local_date(datetime(2026, 11, 22, 16, 59, tzinfo=UTC)) == date(2026, 11, 22)
        assert local_date(datetime(2026, 11, 22, 17, 0, tzinfo=UTC)) == date(2026, 11, 23)


class TestAt:
    def test_reads_the_clocks_of_viet_nam(self):
        assert at(date(2026, 11, 23), time(8, 0)) == EIGHT


class TestWords:
    def test_are_those_of_messages_and_pages(self):
        assert say_time(EIGHT) == "08:00 23/11/2026"
        assert say_clock(EIGHT) == "08:00"
        assert say_day(date(2026, 11, 22)) == "Chủ nhật, 22/11/2026"
        assert say_day_short(date(2026, 11, 3)) == "03/11"


class TestGoingOnFrom:
    def test_begins_with_the_time_it_was_given_and_goes_on(self):
        clock = going_on_from(EIGHT)

        first = clock()

        assert EIGHT <= first < EIGHT + timedelta(seconds=30)
        assert clock() > first
