"""Every page of the officers' side opens, for who may see all; `test_permissions.py` says for whom else."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from accounts.tests.factories import OfficerFactory
from booking.models import Site
from booking.tests.factories import SiteFactory
from cccd_portal.tests.officer_rows import ROWS, address, model_named
from core.admin import OfficeAdmin

# The theme's own pages ask for variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def test_every_table_of_the_officers_side_is_tried_below():
    assert {model._meta.label for model in admin.site._registry} == set(ROWS)


class TestPages:
    @pytest.fixture
    def superuser(self, client):
        client.force_login(OfficerFactory(admin=True))
        return client

    @pytest.mark.parametrize("label", ROWS)
    def test_open_for_who_may_see_all(self, superuser, label):
        row = ROWS[label](SiteFactory())

        pages = [
            address(label, "changelist"),
            address(label, "change", row.pk),
            address(label, "history", row.pk),
        ]

        assert [superuser.get(page).status_code for page in pages] == [200, 200, 200]

    @pytest.mark.parametrize("label", ROWS)
    def test_to_add_a_row_open_where_that_is_allowed(self, superuser, label):
        request = superuser.get(reverse("admin:index")).wsgi_request
        is_plain = admin.site._registry[model_named(label)].has_add_permission(request)

        assert superuser.get(address(label, "add")).status_code == (200 if is_plain else 403)

    def test_begin_with_an_overview(self, superuser):
        assert superuser.get(reverse("admin:index")).status_code == 200

    @pytest.mark.parametrize("label", ROWS)
    def test_send_strangers_to_the_sign_in(self, client, label):
        response = client.get(address(label, "changelist"))

        assert response.status_code == 302
        assert response["Location"].startswith(reverse("admin:login"))

    def test_are_shut_to_officers_who_left(self, client):
        client.force_login(OfficerFactory(admin=True, is_staff=False))

        assert client.get(reverse("admin:index")).status_code == 302


class TestBaseClass:
    def test_is_the_houses_for_every_table(self):
        pages = admin.site._registry.values()

        assert [page for page in pages if not isinstance(page, OfficeAdmin)] == []

    def test_is_reached_below_one_address(self):
        with pytest.raises(NoReverseMatch):
            reverse("admin:booking_slot_changelist")


class TestLists:
    @pytest.fixture
    def shown(self, client, monkeypatch):
        """A list of five sites, of which three are looked at, two on a page."""
        monkeypatch.setattr("core.admin.COUNTED_AT_MOST", 3)
        monkeypatch.setattr(admin.site.get_model_admin(Site), "list_per_page", 2)
        client.force_login(OfficerFactory(admin=True))
        for name in "EBADC":
            SiteFactory(name=name)
        return lambda **asked: client.get(address("booking.Site", "changelist"), asked).context["cl"]

    def test_count_no_further_than_they_look(self, shown):
        assert shown().result_count == 3

    def test_go_on_in_their_order_from_page_to_page(self, shown):
        pages = [[site.name for site in shown(p=number).result_list] for number in (1, 2)]

        assert pages == [["A", "B"], ["C"]]

    def test_show_what_was_searched_for(self, shown):
        found = shown(q="D")

        assert [site.name for site in found.result_list] == ["D"]
        assert found.result_count == 1

    def test_look_for_their_rows_once(self, shown):
        with CaptureQueriesContext(connection) as captured:
            shown(q="D")

        looked = [query["sql"] for query in captured if "LIKE" in query["sql"]]
        assert ['."id" IN' in sql for sql in looked] == [False, True]
