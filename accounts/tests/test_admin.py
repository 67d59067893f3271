import pytest

from accounts.tests.factories import CitizenFactory, OfficerFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls("accounts.tests.urls"),
    pytest.mark.ignore_template_errors,  # the theme's own templates lean on undefined variables
]


@pytest.fixture
def admin(client):
    client.force_login(OfficerFactory(admin=True))
    return client


class TestCitizenAdmin:
    def test_shows_three_digits_of_a_phone(self, admin):
        citizen = CitizenFactory(phone="+84905123456")

        pages = [
            admin.get("/admin/accounts/citizen/", secure=True),
            admin.get(f"/admin/accounts/citizen/{citizen.pk}/change/", secure=True),
        ]

        for page in pages:
            assert page.status_code == 200
            assert "*********456" in page.content.decode()
            assert "905123456" not in page.content.decode()
            assert citizen.zalo_id not in page.content.decode()

    def test_costs_the_same_however_many_there_are(self, admin, django_assert_max_num_queries):
        CitizenFactory.create_batch(5, with_phone=True)

        with django_assert_max_num_queries(6):
            admin.get("/admin/accounts/citizen/", secure=True)

    def test_is_read_only(self, admin):
        citizen = CitizenFactory()

        answer = admin.post(f"/admin/accounts/citizen/{citizen.pk}/change/", {"name": "x"}, secure=True)

        assert answer.status_code == 403
        assert admin.get("/admin/accounts/citizen/add/", secure=True).status_code == 403
