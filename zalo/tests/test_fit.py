from unicodedata import normalize

import pytest

from zalo.services import Flaw, Misfit, misfit
from zalo.tests.factories import param, template


class TestMisfit:
    def test_lets_values_pass_that_fit(self):
        two = template(param("ten"), param("ghi_chu", require=False))

        assert misfit(two, {"ten": "An", "ghi_chu": "Mang thẻ cũ"}) is None
        assert misfit(two, {"ten": "An"}) is None

    @pytest.mark.parametrize("status", ["PENDING_REVIEW", "REJECT", "DISABLE", "DELETE", "SOMETHING_NEW"])
    def test_refuses_a_template_that_is_not_enabled(self, status):
        assert misfit(template(status=status), {}) == Misfit(flaw=Flaw.NOT_ENABLED)

    @pytest.mark.parametrize(
        ("values", "flaw", "name"),
        [
            ({}, Flaw.MISSING, "so"),
            ({"so": ""}, Flaw.EMPTY, "so"),
            ({"so": " "}, Flaw.EMPTY, "so"),
            ({"so": "A0"}, Flaw.TOO_SHORT, "so"),
            ({"so": "A0311"}, Flaw.TOO_LONG, "so"),
            ({"so": "A031", "gio": "08:30"}, Flaw.UNKNOWN, "gio"),
        ],
    )
    def test_names_the_first_flaw_and_its_parameter(self, values, flaw, name):
        number = template(param("so", min_length=3, max_length=4))

        assert misfit(number, values) == Misfit(flaw=flaw, param=name)

    def test_lets_a_value_be_empty_where_the_template_takes_that(self):
        assert misfit(template(param("so", accept_null=True, min_length=3)), {"so": ""}) is None

    def test_counts_composed_characters(self):
        name = normalize("NFD", "Nguyễn Thị Hoàng Anh")
        assert len(name) == 24

        assert misfit(template(param("ten", max_length=20)), {"ten": name}) is None
        assert misfit(template(param("ten", max_length=19)), {"ten": name}).flaw is Flaw.TOO_LONG

    def test_sets_no_limit_where_zalo_named_none(self):
        assert misfit(template(param("ten", max_length=None)), {"ten": "x" * 500}) is None

    def test_says_which_parameter_and_not_which_value(self):
        flawed = misfit(template(param("ten", max_length=5)), {"ten": "Nguyễn Thị Hạnh"})

        assert str(flawed) == "param_too_long: ten"
        assert "Hạnh" not in repr(flawed)
