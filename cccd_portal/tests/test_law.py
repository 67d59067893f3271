"""The law as officers write it and as citizens ask it: the pages of `dossiers`, with all rooms around."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.tests.factories import OfficerFactory
from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from cccd_portal.demo.offices import OFFICES
from dossiers.models import Regulation, Situation, Version
from dossiers.services.guide import Question, answer
from dossiers.services.loading import load_procedures
from dossiers.services.versions import law_on

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
TO_COME = date(2098, 1, 1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_law")]


@pytest.fixture
def _law():
    load_procedures(now=NOW)
    with time_machine.travel(NOW, tick=False):
        yield


def address(page: str, *args: object) -> str:
    return reverse(f"admin:dossiers_version_{page}", args=args)


def fees() -> Regulation:
    return Regulation.objects.get(key="le-phi")


@pytest.mark.usefixtures("_as_served")
class TestOfficers:
    @pytest.fixture
    def writer(self, client):
        officer = OfficerFactory(portal_wide=True, roles=[Role.CONTENT])
        client.force_login(officer)
        return officer

    def begin(self, client, **other):
        said = {"regulation": fees().pk, "valid_from": "01/01/2098", "basis": "Thông tư 1/2098/TT-BTC"}
        return client.post(address("add"), said | other)

    def form_of(self, client, version: Version) -> dict:
        """What the page of a version would send back unchanged."""
        context = client.get(address("change", version.pk)).context
        forms = [context["adminform"].form]
        for shown in context["inline_admin_formsets"]:
            forms += [shown.formset.management_form, *shown.formset.initial_forms]
        said = {}
        for form in forms:
            for name in form.fields:
                value = form.get_initial_for_field(form.fields[name], name)
                value = f"{value:%d/%m/%Y}" if isinstance(value, date) else value
                if value is not None and value is not False:
                    said[form.add_prefix(name)] = value
        return said

    def test_add_a_version_that_starts_from_the_one_before(self, client, writer):
        answer_ = self.begin(client)

        version = fees().versions.get(valid_from=TO_COME)
        assert answer_["Location"] == address("change", version.pk)
        assert version.fees.count() == 3
        assert fees().versions.get(valid_from=date(2027, 1, 1)).valid_to == date(2097, 12, 31)
        assert AuditEntry.objects.filter(officer=writer, what="dossiers.Version").exists()

    @pytest.mark.parametrize("day", ["23/11/2026", "01/01/2027"])
    def test_are_told_what_day_will_not_do(self, client, writer, day):
        page = self.begin(client, valid_from=day)

        assert page.status_code == 200
        assert page.context["adminform"].form.errors["valid_from"]
        assert not fees().versions.filter(valid_from=TO_COME).exists()

    def test_change_lines_and_first_day_of_one_to_come(self, client, writer):
        self.begin(client)
        version = fees().versions.get(valid_from=TO_COME)
        said = self.form_of(client, version)
        said |= {"fees-0-amount": "77000", "valid_from": "01/02/2098", "basis": "Thông tư 2/2098/TT-BTC"}

        answer_ = client.post(address("change", version.pk), said)

        assert answer_.status_code == 302
        version.refresh_from_db()
        assert (version.valid_from, version.basis) == (date(2098, 2, 1), "Thông tư 2/2098/TT-BTC")
        assert version.fees.filter(amount=77_000).exists()
        assert fees().versions.get(valid_from=date(2027, 1, 1)).valid_to == date(2098, 1, 31)

    @pytest.mark.parametrize("day", ["01/12/2026", "01/01/2099"])
    def test_do_not_move_one_past_its_neighbours(self, client, writer, day):
        self.begin(client)
        self.begin(client, valid_from="01/01/2099")
        version = fees().versions.get(valid_from=TO_COME)

        page = client.post(address("change", version.pk), self.form_of(client, version) | {"valid_from": day})

        assert page.context["adminform"].form.errors["valid_from"]

    def test_take_one_back(self, client, writer):
        self.begin(client)
        version = fees().versions.get(valid_from=TO_COME)

        client.post(address("delete", version.pk), {"post": "yes"})

        assert law_on(TO_COME).fees.valid_from == date(2027, 1, 1)

    def test_only_read_what_has_started(self, client, writer):
        version = law_on(date(2026, 11, 23)).fees

        page = client.get(address("change", version.pk))

        assert page.status_code == 200
        assert not page.context["has_change_permission"]
        assert not page.context["inline_admin_formsets"][0].has_change_permission
        assert client.post(address("change", version.pk), {}).status_code == 403
        assert client.post(address("delete", version.pk), {"post": "yes"}).status_code == 403

    def test_of_one_office_write_none(self, client):
        client.force_login(OfficerFactory(agency=AgencyFactory(), roles=[Role.HEAD, Role.CONTENT]))
        version = fees().versions.get(valid_from=date(2027, 1, 1))

        assert client.get(address("changelist")).status_code == 200
        assert client.get(address("change", version.pk)).status_code == 200
        statuses = [self.begin(client), client.post(address("change", version.pk), {})]
        statuses.append(client.post(address("delete", version.pk), {"post": "yes"}))
        assert [page.status_code for page in statuses] == [403, 403, 403]

    def test_list_as_many_with_the_same_statements(self, client, writer, django_assert_max_num_queries):
        with django_assert_max_num_queries(15):
            client.get(address("changelist"))


class TestCitizens:
    @pytest.fixture
    def agency(self):
        return AgencyFactory(slug="ban-thach", name="Công an phường Bàn Thạch")

    def ask(self, client, **other):
        said = {"situation": "lost", "birth_date": "12/4/1985", "card": "can_cuoc"}
        return client.post("/don-vi/ban-thach/can-gi/", said | other)

    def test_come_from_the_page_of_the_office(self, client, agency):
        assert "/don-vi/ban-thach/can-gi/" in client.get("/don-vi/ban-thach/").content.decode()
        assert client.get("/don-vi/ban-thach/can-gi/").status_code == 200
        assert client.get("/don-vi/khong-co/can-gi/").status_code == 404

    def test_are_told_what_to_do(self, client, agency):
        page = self.ask(client).content.decode()

        for words in (
            "Làm trực tuyến được",
            "Cấp lại thẻ căn cước",
            "35.000\u00a0đồng",
            "12/04/2045",
            "Chọn giờ đến",
        ):
            assert words in page

    def test_find_the_same_answer_at_its_address_without_their_birthday(self, client, agency):
        found = self.ask(client, exemptions=["disabled"])
        query = found.context["address"]

        page = client.get(f"/don-vi/ban-thach/can-gi/?{query}")

        assert query == "viec=lost&the=can_cuoc&sinh=1985"
        assert page.context["answer"].version == found.context["answer"].version
        assert "năm 2045" in page.content.decode()

    def test_are_told_of_an_exemption_and_its_proof(self, client, agency):
        page = self.ask(client, exemptions=["disabled"]).content.decode()

        assert "giấy xác nhận khuyết tật" in page

    @pytest.mark.parametrize(
        "wrong",
        [
            {"birth_date": "hôm qua"},
            {"birth_date": "1/1/2031"},
            {"situation": ""},
            {"card": "visa"},
            {"exemptions": ["x"]},
        ],
    )
    def test_are_told_what_is_wrong(self, client, agency, wrong):
        page = self.ask(client, **wrong)

        assert page.status_code == 422
        assert page.context["form"].errors.keys() == wrong.keys()

    def test_are_asked_which_card_they_lost_if_they_never_had_one(self, client, agency):
        page = self.ask(client, card="none")

        assert page.status_code == 422
        assert "Làm thẻ lần đầu" in page.context["form"].errors["card"][0]

    def test_see_a_form_with_what_half_an_address_says(self, client, agency):
        page = client.get("/don-vi/ban-thach/can-gi/?viec=damaged")

        assert (page.status_code, page.context["answer"]) == (200, None)
        assert page.context["form"].initial == {"situation": "damaged"}


class TestOfficesOfTheDemo:
    @pytest.mark.parametrize("office", OFFICES, ids=lambda office: office.slug)
    def test_know_what_to_do_in_each_era(self, office):
        """Every office on three dates: an answer for every situation, a code, a fee, days, an own form."""
        for law_day in (date(2021, 4, 20), date(2024, 7, 1), date(2026, 11, 23)):
            agency = AgencyFactory.build(level=office.level, area=office.area, law_date=law_day)
            for situation in Situation:
                has_card = situation != Situation.FIRST
                found = answer(
                    question=Question(agency, "1985-04-12", situation, has_card, "CCCD" if has_card else ""),
                    now=NOW,
                )
                assert found.place.code
                assert found.charge is not None
                assert found.place.working_days == (15 if found.place.code == "CCCD-2014-CAP-LAI" else 7)
                assert found.version.form == ("cc01_2021" if law_day.year == 2021 else "dc02")

    def test_are_of_every_level_there_was(self):
        assert {office.level for office in OFFICES} == set(Agency.Level)
