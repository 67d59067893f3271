from datetime import UTC, datetime

import pytest

from notifications.errors import (
    PlaceholderMisplaced,
    PlaceholderMissing,
    UnknownPlaceholder,
    UnreadableText,
)
from notifications.kinds import (
    LIMITS,
    PLACEHOLDERS,
    Kind,
    appointment_context,
    check_text,
    default_text,
    fitting,
    render,
    template_data,
)
from notifications.tests.factories import CONTEXT

GOOD = "{name}:[ số {number},] {time}, {site}, mã {code}."


class TestAppointmentContext:
    def test_calls_people_by_their_given_name_and_tells_the_time_of_viet_nam(self):
        context = appointment_context(
            full_name="Nguyễn Thị Hoàng  Anh ",
            code="TK7F3KQ",
            site="Công an phường Bàn Thạch",
            starts_at=datetime(2026, 11, 23, 1, 30, tzinfo=UTC),
        )

        assert context == {
            "name": "Anh",
            "code": "TK7F3KQ",
            "site": "Công an phường Bàn Thạch",
            "time": "08:30 23/11/2026",
        }

    def test_tells_when_the_number_comes_only_as_long_as_there_is_none(self):
        facts = {
            "full_name": "Y Moan",
            "code": "BM11111",
            "site": "Buôn Ma Thuột",
            "starts_at": datetime(2026, 11, 23, 1, 30, tzinfo=UTC),
            "number_at": datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
        }

        assert appointment_context(**facts)["number_at"] == "16:00 22/11/2026"
        assert "number_at" not in appointment_context(**facts, number="A001")


class TestFitting:
    def test_cuts_values_to_what_a_template_takes(self):
        context = CONTEXT | {"name": "a" * 31, "site": "b" * 500}

        fitted = fitting(Kind.REMINDER, context)

        assert len(fitted["name"]) == 30
        assert fitted["name"].endswith("…")
        assert len(fitted["site"]) == 200

    def test_composes_decomposed_letters_before_it_measures(self):
        fitted = fitting(Kind.REMINDER, CONTEXT | {"name": "Nguyễn Thị Hoàng Anh Thảo"})

        assert fitted["name"] == "Nguyễn Thị Hoàng Anh Thảo"

    def test_drops_what_is_empty_or_of_another_kind(self):
        fitted = fitting(Kind.CANCELLED, CONTEXT | {"reason": " "})

        assert fitted.keys() == {"name", "code", "site", "time", "number"}

    @pytest.mark.parametrize("name", ["name", "code", "site", "time", "number"])
    def test_takes_no_reminder_without_what_it_must_say(self, name):
        context = {key: value for key, value in CONTEXT.items() if key != name}

        with pytest.raises(ValueError, match=name):
            fitting(Kind.REMINDER, context)


class TestCheckText:
    @pytest.mark.parametrize("kind", Kind)
    def test_accepts_the_words_of_the_house(self, kind):
        check_text(kind, default_text(kind))

    @pytest.mark.parametrize(
        "text", ["{name", "name}", GOOD + "[", GOOD + "]", GOOD + "[[{early}]]", "{}", "{Tên}"]
    )
    def test_refuses_what_it_cannot_read(self, text):
        with pytest.raises(UnreadableText):
            check_text(Kind.BOOKED, text)

    def test_refuses_a_placeholder_it_has_no_value_for(self):
        with pytest.raises(UnknownPlaceholder, match=r"\{phone\}"):
            check_text(Kind.BOOKED, GOOD + " {phone}")

    @pytest.mark.parametrize("left_out", ["{name}", "{code}", "{site}", "{time}", "[ số {number},]"])
    def test_refuses_a_text_that_keeps_quiet_about_what_must_be_said(self, left_out):
        with pytest.raises(PlaceholderMissing):
            check_text(Kind.BOOKED, GOOD.replace(left_out, ""))

    @pytest.mark.parametrize("text", [GOOD.replace("{code}", "[{code}]"), GOOD + " {early}"])
    def test_refuses_what_would_show_a_hole(self, text):
        with pytest.raises(PlaceholderMisplaced):
            check_text(Kind.BOOKED, text)

    def test_asks_a_reminder_for_the_number_in_any_case(self):
        with pytest.raises(PlaceholderMisplaced):
            check_text(Kind.REMINDER, GOOD)


class TestRender:
    def test_says_a_reminder_as_the_office_says_it(self):
        said = render(default_text(Kind.REMINDER), CONTEXT)

        assert said == (
            "Lịch hẹn của An: số A031, 08:30 23/11/2026, Công an phường Bàn Thạch. "
            "Đến trước 5 phút, gọi theo khung giờ. Mang theo: thẻ căn cước/CCCD đang có. Mã hẹn TK7F3KQ."
        )

    def test_lets_a_piece_fall_away_when_its_value_is_not_known(self):
        known = {"name": "An", "code": "TK7F3KQ", "site": "Bàn Thạch", "time": "08:30 23/11/2026"}

        assert render(GOOD, known) == "An: 08:30 23/11/2026, Bàn Thạch, mã TK7F3KQ."

    def test_does_not_take_what_a_citizen_typed_for_a_placeholder(self):
        said = render(GOOD, CONTEXT | {"name": "{code} [x]"})

        assert said.startswith("{code} [x]: số A031")


class TestTemplateData:
    def test_leaves_no_parameter_out(self):
        context = {"name": "An", "code": "TK7F3KQ", "site": "Bàn Thạch", "time": "08:30 23/11/2026"}

        assert template_data(Kind.BOOKED, context) == context | {"number": "báo sau"}
        assert template_data(Kind.BOOKED, context | {"number": "A031"})["number"] == "A031"


class TestPlaceholders:
    @pytest.mark.parametrize("kind", Kind)
    def test_have_a_limit_each(self, kind):
        assert PLACEHOLDERS[kind].allowed <= LIMITS.keys()

    @pytest.mark.parametrize("kind", [Kind.BOOKED, Kind.REMINDER, Kind.CHANGED, Kind.CANCELLED])
    def test_of_every_message_about_an_appointment_tell_which_where_when_and_the_number(self, kind):
        said = PLACEHOLDERS[kind].always | PLACEHOLDERS[kind].once_known

        assert said >= {"name", "code", "site", "time", "number"}

    @pytest.mark.parametrize("kind", Kind)
    def test_of_the_longest_values_fit_into_one_chat_message(self, kind):
        longest = {name: "x" * LIMITS[name] for name in PLACEHOLDERS[kind].allowed}

        assert len(render(default_text(kind), longest)) <= 2000
