"""Beginning a declaration at a browser: what for, for whom, signed in at the end."""

import re
from datetime import date

import pytest
from django.urls import reverse

from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from dossiers.models import Dossier
from dossiers.services import declaring, filling
from dossiers.tests.browsing import at, says, sign_in
from dossiers.tests.declared import APRIL_2021

pytestmark = pytest.mark.usefixtures("law")


class TestBeginning:
    def test_asks_for_whom_where_the_guide_found_out_what_for(self, client):
        office = AgencyFactory()
        page = client.post(
            reverse("guide", args=[office.slug]),
            {"situation": "lost", "birth_date": "12/4/1985", "card": "can_cuoc"},
        )
        address = re.search(r'href="([^"]*khai-ho-so/[^"]*)"', page.content.decode())[1].replace("&amp;", "&")

        answer = client.get(address)

        assert "1985" not in address
        assert "Cấp lại thẻ căn cước" in says(answer)
        assert 'name="birth_date"' not in answer.content.decode()

    def test_signs_in_when_all_is_said_and_forgets_none_of_it(self, client, citizen):
        office = AgencyFactory()
        what = {"situation": "damaged", "birth_date": "12/4/1985", "card": "can_cuoc", "relation": "MOTHER"}

        answer = client.post(reverse("declare-begin", args=[office.slug]), what)

        assert answer.status_code == 302
        assert answer.url.startswith(reverse("sign-in"))
        sign_in(client, citizen)
        back = client.get(reverse("sign-in") + "?" + answer.url.partition("?")[2]).context["next"]
        page = client.get(back)
        assert page.context["form"]["relation"].value() == "MOTHER"
        assert client.post(back, {"relation": "MOTHER"}).status_code == 302
        dossier = Dossier.objects.get()
        assert (dossier.citizen, dossier.relation, dossier.situation) == (citizen, "MOTHER", "DAMAGED")
        assert (dossier.card, dossier.version.regulation.key) == ("CAN_CUOC", "cap-lai")

    def test_keeps_the_birth_date_of_who_is_signed_in(self, phone):
        office = AgencyFactory()
        what = {"situation": "damaged", "birth_date": "12/4/1985", "card": "can_cuoc", "relation": "SELF"}

        answer = phone.post(reverse("declare-begin", args=[office.slug]), what)

        dossier = Dossier.objects.get()
        assert answer.url == at("declare-page", dossier, 1)
        assert filling.data_of(dossier)["birth_date"] == "1985-04-12"

    def test_wants_somebody_grown_up_to_declare_a_child(self, phone):
        what = {"situation": "first", "birth_date": "12/4/2020", "card": "none", "relation": "SELF"}

        answer = phone.post(reverse("declare-begin", args=[AgencyFactory().slug]), what)

        assert answer.status_code == 422
        assert "do cha, mẹ hoặc người giám hộ khai" in says(answer)
        assert not Dossier.objects.exists()

    @pytest.mark.parametrize("missing", ["situation", "birth_date", "card", "relation"])
    def test_names_what_is_missing(self, phone, missing):
        what = {"situation": "damaged", "birth_date": "1985", "card": "can_cuoc", "relation": "SELF"}
        del what[missing]

        answer = phone.post(reverse("declare-begin", args=[AgencyFactory().slug]), what)

        assert answer.status_code == 422
        assert f'href="#id_{missing}"' in answer.content.decode()

    def test_says_so_where_there_is_nothing_to_declare(self, phone):
        before_the_form = AgencyFactory(law_date=date(2022, 5, 1), level=Agency.Level.DISTRICT)
        what = {"situation": "damaged", "birth_date": "1985", "card": "cccd", "relation": "SELF"}

        answer = phone.post(reverse("declare-begin", args=[before_the_form.slug]), what)

        assert "không phải khai trước" in says(answer)
        assert not Dossier.objects.exists()

    def test_says_so_where_nothing_fits(self, phone):
        of_2021 = AgencyFactory(law_date=APRIL_2021, level=Agency.Level.DISTRICT)
        what = {"situation": "first", "birth_date": "2015", "card": "none", "relation": "CHILD"}

        answer = phone.post(reverse("declare-begin", args=[of_2021.slug]), what)

        assert answer.status_code == 422
        assert "Chưa có thủ tục cho trường hợp này" in says(answer)

    @pytest.mark.parametrize(
        "query",
        [
            "thu-tuc=khong-co&viec=LOST&the=",
            "thu-tuc=cap-lai&viec=NO&the=",
            "thu-tuc=cap-lai&viec=LOST&the=no",
            "cho=nobody",
        ],
    )
    def test_takes_no_invented_address_at_its_word(self, client, query):
        answer = client.get(f"{reverse('declare-begin', args=[AgencyFactory().slug])}?{query}")

        assert answer.status_code == 200
        assert 'name="birth_date"' in answer.content.decode()

    def test_says_when_there_are_too_many(self, phone, monkeypatch):
        monkeypatch.setattr(declaring, "MOST_DRAFTS", 0)
        what = {"situation": "damaged", "birth_date": "1985", "card": "can_cuoc", "relation": "SELF"}

        answer = phone.post(reverse("declare-begin", args=[AgencyFactory().slug]), what)

        assert answer.status_code == 409
        assert "Nộp hoặc rút bớt rồi khai tiếp" in says(answer)

    def test_is_not_there_for_a_closed_office(self, client):
        office = AgencyFactory(is_active=False)

        assert client.get(reverse("declare-begin", args=[office.slug])).status_code == 404
