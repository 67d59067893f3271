import pytest
from django.contrib.auth import get_user_model

from agencies.models import AdminUnit

pytestmark = [
    pytest.mark.usefixtures("few_units"),
    pytest.mark.urls("agencies.tests.urls"),
    pytest.mark.ignore_template_errors,  # the theme's own templates lean on undefined variables
]
LIST = "/admin/agencies/adminunit/"


@pytest.fixture
def admin(client):
    client.force_login(get_user_model().objects.create_superuser("admin"))
    return client


def rows(page):
    return [str(unit) for unit in page.context["cl"].result_list]


class TestAdminUnitAdmin:
    def test_finds_units_as_citizens_do(self, admin):
        assert rows(admin.get(f"{LIST}?q=hoà hương", secure=True)) == ["Phường Hòa Hương"]
        assert rows(admin.get(f"{LIST}?q=p12 q4", secure=True)) == ["Phường 13"]
        assert rows(admin.get(f"{LIST}?q=tam ky", secure=True))[:2] == ["Thành phố Tam Kỳ", "Phường Tam Kỳ"]

    def test_sorts_what_it_found_by_the_column_that_was_chosen(self, admin):
        codes = [
            unit.code for unit in admin.get(f"{LIST}?q=tam ky&o=4", secure=True).context["cl"].result_list
        ]

        assert codes == sorted(codes)

    def test_finds_nothing_for_signs(self, admin):
        assert rows(admin.get(f"{LIST}?q=!!", secure=True)) == []

    @pytest.mark.parametrize("query", ["", "?q=phuong", "?set__exact=2021&level__exact=COMMUNE"])
    def test_costs_the_same_however_many_there_are(self, admin, query, django_assert_max_num_queries):
        with django_assert_max_num_queries(6):
            assert len(rows(admin.get(f"{LIST}{query}", secure=True))) > 10

    def test_shows_what_a_unit_was_and_became(self, admin, django_assert_max_num_queries):
        old = AdminUnit.objects.get(set="2021", code="20344")
        new = AdminUnit.objects.get(set="2025", code="20350")

        with django_assert_max_num_queries(11):
            pages = [
                admin.get(f"{LIST}{unit.pk}/change/", secure=True).content.decode() for unit in (old, new)
            ]

        assert "Phường Hương Trà, Thành phố Đà Nẵng" in pages[0]
        assert "Phường Hòa Hương, Thành phố Tam Kỳ, Tỉnh Quảng Nam" in pages[1]

    def test_is_read_only(self, admin):
        unit = AdminUnit.objects.get(set="2021", code="20344")

        answer = admin.post(f"{LIST}{unit.pk}/change/", {"name": "x"}, secure=True)

        assert answer.status_code == 403
        assert admin.get(f"{LIST}add/", secure=True).status_code == 403
        assert admin.post(f"{LIST}{unit.pk}/delete/", {"post": "yes"}, secure=True).status_code == 403
