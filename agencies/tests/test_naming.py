import pytest

from agencies.services.naming import is_unit_code, suggest_prefix, suggest_slug
from agencies.tests.factories import AgencyFactory

pytestmark = pytest.mark.django_db


class TestSuggestSlug:
    def test_is_the_name_without_marks(self):
        assert suggest_slug("Công an phường Bàn Thạch, Đà Nẵng") == "cong-an-phuong-ban-thach-da-nang"

    def test_is_counted_on_where_it_is_taken(self):
        AgencyFactory(slug="cong-an-xa-tam-xuan")
        AgencyFactory(slug="cong-an-xa-tam-xuan-2")

        assert suggest_slug("Công an xã Tam Xuân") == "cong-an-xa-tam-xuan-3"

    def test_fits_into_its_field(self):
        assert len(suggest_slug("Công an phường " + "Trường Xuân " * 20)) <= 60

    def test_exists_for_a_name_without_letters(self):
        assert suggest_slug("…") == "don-vi"


class TestSuggestPrefix:
    def test_is_the_last_two_words(self):
        assert suggest_prefix("Công an phường Đông Hòa") == "DH"

    def test_is_another_one_where_it_is_used(self):
        AgencyFactory(code_prefix="BT")

        assert suggest_prefix("Công an phường Bàn Thạch") == "TH"

    @pytest.mark.parametrize("name", ["Quận 4", "Y", "4", ""])
    def test_exists_for_every_name(self, name):
        assert len(suggest_prefix(name)) == 2


class TestIsUnitCode:
    @pytest.mark.parametrize("code", ["G01.863", "G01.899.909", "G01.899.108.000"])
    def test_takes_those_of_the_ministry(self, code):
        assert is_unit_code(code)

    @pytest.mark.parametrize(
        "code", ["", "G01", "g01.899", "G01.899.", "G01-899", "G01.8999", "G01.1.2.3.4.5"]
    )
    def test_takes_nothing_else(self, code):
        assert not is_unit_code(code)
