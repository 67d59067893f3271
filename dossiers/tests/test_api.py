"""What the API promises of procedures and of the guide."""

from datetime import date

import pytest
import time_machine

from agencies.models import AdminUnit, Agency
from agencies.tests.factories import AgencyFactory
from dossiers.models import Situation
from dossiers.tests.test_guide import NOW

pytestmark = pytest.mark.usefixtures("law", "_now")
ASKED = {
    "agency": "ban-thach",
    "birth_date": "1985-04-12",
    "has_card": True,
    "situation": "lost",
    "exemptions": [],
    "ward": None,
}


@pytest.fixture
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def agency(law):
    return AgencyFactory(slug="ban-thach", name="Công an phường Bàn Thạch", address="Đà Nẵng")


@pytest.fixture
def of_2021(law):
    return AgencyFactory(
        slug="quan-4",
        level=Agency.Level.DISTRICT,
        area=Agency.Area.TOWN,
        law_date=date(2021, 4, 20),
    )


def post(client, **said):
    return client.post("/api/v1/eligibility/", ASKED | said, content_type="application/json")


class TestEligibility:
    def test_answers_everything_the_contract_names(self, client, agency):
        said = post(client).json()

        assert said["procedure"] == "1.014064"
        assert (said["visit"], said["fee"], said["card_valid_until"]) == ("optional", 35_000, "2045-04-12")
        assert said["where"][0] == "Công an phường Bàn Thạch, Đà Nẵng"
        assert said["papers"]
        assert all(isinstance(line, str) for line in said["why"])
        assert said["online_url"].startswith("https://")
        assert said["in_person"] is True

    def test_goes_by_the_law_of_the_office(self, client, of_2021):
        said = post(client, agency="quan-4", situation="damaged").json()

        assert (said["procedure"], said["kind"], said["visit"]) == ("CCCD-2014-DOI", "exchange", "needed")
        assert (said["fee"], said["processing_days"], said["law_date"]) == (25_000, 7, "2021-04-20")

    @pytest.mark.parametrize("situation", Situation.values)
    def test_takes_every_situation(self, client, agency, situation):
        assert post(client, situation=situation.lower()).status_code == 200

    def test_takes_a_birth_year_an_exemption_and_a_ward(self, client, agency):
        of_2025 = {"set": "2025", "valid_from": "2025-07-01"}
        city = {"code": "48", "kind": "THANH_PHO", "level": "PROVINCE", "name": "Đà Nẵng"}
        district = {"code": "20333", "kind": "DAC_KHU", "level": "COMMUNE", "name": "Hoàng Sa"}
        parent = AdminUnit.objects.create(**of_2025, **city)
        ward = AdminUnit.objects.create(**of_2025, **district, parent=parent)

        said = post(client, birth_date="1985", ward=ward.uid, card="can_cuoc").json()
        declared = post(client, exemptions=["disabled"]).json()

        assert (said["fee"], said["exemption"]) == (0, "special_zone")
        assert (declared["fee"], declared["exemption"]) == (0, "disabled")

    def test_says_so_where_nothing_fits(self, client, of_2021):
        said = post(
            client, agency="quan-4", situation="first", has_card=False, birth_date="2015-01-01"
        ).json()

        assert (said["procedure"], said["fee"], said["visit"]) == (None, None, "needed")
        assert "01/01/2029" in said["why"][0]
        assert said["where"]

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"agency": "nowhere"}, "agency"),
            ({"birth_date": "12/4/1985"}, "birth_date"),
            ({"birth_date": 1985}, "birth_date"),
            ({"birth_date": "2030"}, "birth_date"),
            ({"situation": "bored"}, "situation"),
            ({"has_card": "yes"}, "has_card"),
            ({"card": "visa"}, "card"),
            ({"exemptions": ["famous"]}, "exemptions"),
            ({"exemptions": "disabled"}, "exemptions"),
            ({"ward": "2025:99999"}, "ward"),
            ({"ward": "20353"}, "ward"),
        ],
    )
    def test_names_the_field_that_is_wrong(self, client, agency, wrong, field):
        answer = post(client, **wrong)

        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert [error["field"] for error in answer.json()["errors"]] == [field]


class TestProcedures:
    def test_lists_what_an_office_does_today(self, client, agency):
        listed = client.get("/api/v1/procedures/?agency=ban-thach").json()

        assert [row["code"] for row in listed] == ["1.014061", "1.014062", "1.014063", "1.014064"]
        assert [row["fee"] for row in listed] == [0, 0, 25_000, 35_000]
        assert [row["visit"] for row in listed] == ["needed", "optional", "optional", "optional"]
        assert {row["processing_days"] for row in listed} == {7}
        assert {row["form"]["$id"] for row in listed} == {"urn:cccd-portal:form:dc02"}
        assert {row["regime"] for row in listed} == {"cc_2023"}

    def test_lists_what_an_office_of_2021_did(self, client, of_2021):
        listed = client.get("/api/v1/procedures/?agency=quan-4").json()

        assert [row["kind"] for row in listed] == ["issue", "exchange", "reissue"]
        assert [row["fee"] for row in listed] == [0, 25_000, 35_000]
        assert {row["visit"] for row in listed} == {"needed"}
        assert {row["form"]["$id"] for row in listed} == {"urn:cccd-portal:form:cc01_2021"}
        damaged = [line for row in listed for line in row["reasons"] if line["situation"] == "damaged"]
        assert "Điều 23" in damaged[0]["law"]

    def test_costs_no_more_statements_for_more_procedures(self, client, agency, django_assert_num_queries):
        with django_assert_num_queries(8):
            client.get("/api/v1/procedures/?agency=ban-thach")

    def test_answers_304_to_whoever_has_it(self, client, agency):
        first = client.get("/api/v1/procedures/?agency=ban-thach")

        again = client.get("/api/v1/procedures/?agency=ban-thach", headers={"If-None-Match": first["ETag"]})

        assert again.status_code == 304

    @pytest.mark.parametrize(("query", "status"), [("", 400), ("?agency=nowhere", 404)])
    def test_wants_an_office(self, client, query, status):
        assert client.get(f"/api/v1/procedures/{query}").status_code == status
