"""The last look at a declaration: handed in once, with everything that is declared along with it."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Consent
from accounts.relations import Relation
from accounts.services import takes_messages
from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from dossiers.services import filling
from dossiers.states import Status
from dossiers.tests.browsing import ALL_TICKED, FIRST_PAGE, at, hidden, says, send
from dossiers.tests.declared import APRIL_2021, begun, filled, submitted

pytestmark = pytest.mark.usefixtures("law")


class TestHandingIn:
    def test_shows_everything_and_hands_in(self, phone, citizen):
        dossier = filled(begun(citizen=citizen))
        page = phone.get(at("declare-check", dossier))
        assert "049085000123" in says(page)
        assert not [box for box in page.context["form"] if box.value()]

        answer = phone.post(at("declare-check", dossier), ALL_TICKED)

        assert answer.url == f"{at('dossier', dossier)}?xong=da-nop"
        done = says(phone.get(answer.url))
        assert dossier.code in done
        assert "Đã nộp tờ khai" in done
        assert "Chờ cán bộ kiểm tra" in done

    @pytest.mark.parametrize("wanted", [True, False])
    def test_asks_once_whether_to_tell_by_zalo(self, phone, citizen, wanted):
        dossier = filled(begun(citizen=citizen))
        said = ALL_TICKED | ({"messages": "on"} if wanted else {})

        done = phone.post(at("declare-check", dossier), said, follow=True)

        assert takes_messages(citizen=citizen) is wanted
        assert ("được báo qua Zalo" in says(done)) is wanted
        assert Consent.objects.filter(citizen=citizen).exists()

    def test_hands_in_once(self, phone, citizen):
        dossier = filled(begun(citizen=citizen))

        answers = [phone.post(at("declare-check", dossier), ALL_TICKED) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [302, 302]
        assert dossier.events.count() == 1

    @pytest.mark.parametrize("box", ["notice", "truth", "on_behalf"])
    def test_wants_every_box(self, phone, citizen, box):
        mother = begun(citizen=citizen, relation=Relation.MOTHER)
        dossier = filled(mother, sex="female", personal_id="049185000123")

        answer = phone.post(at("declare-check", dossier), {**ALL_TICKED, box: ""})

        assert answer.status_code == 422
        assert f'href="#id_{box}"' in answer.content.decode()
        dossier.refresh_from_db()
        assert dossier.status == Status.DRAFT

    def test_leads_to_each_field_that_is_missing(self, phone, citizen):
        dossier = begun(citizen=citizen)

        page = phone.get(at("declare-check", dossier)).content.decode()

        assert f'href="{at("declare-page", dossier, 1)}?ve=kiem-tra#id_full_name"' in page
        assert "Ghi họ, chữ đệm và tên." in page
        assert 'name="truth"' not in page

    def test_comes_back_to_the_check_from_there(self, phone, citizen):
        dossier = begun(citizen=citizen)
        address = f"{at('declare-page', dossier, 1)}?ve=kiem-tra"

        assert phone.post(address, FIRST_PAGE | {"revision": 1}).url == at("declare-check", dossier)

    def test_leads_to_the_own_dossier_of_the_same_person(self, phone, citizen):
        first = submitted(begun(citizen=citizen))

        answer = phone.post(at("declare-check", filled(begun(citizen=citizen))), ALL_TICKED)

        assert answer.status_code == 409
        assert at("dossier", first) in answer.content.decode()

    def test_tells_a_stranger_what_to_do(self, phone, citizen):
        first = submitted()

        answer = phone.post(at("declare-check", filled(begun(citizen=citizen))), ALL_TICKED)

        assert "mang giấy tờ đến điểm tiếp nhận" in says(answer)
        assert first.code not in says(answer)

    def test_says_when_the_office_takes_nothing_any_more(self, phone, citizen):
        dossier = filled(begun(citizen=citizen))
        Agency.objects.update(is_active=False)

        answer = phone.post(at("declare-check", dossier), ALL_TICKED)

        assert answer.status_code == 409
        assert "đã ngừng nhận hồ sơ" in says(answer)

    def test_signs_in_first(self, client):
        answer = client.get(at("declare-check", begun()))

        assert answer.url.startswith(reverse("sign-in"))


class TestCase:
    def test_takes_who_does_not_pay_and_shows_what_is_left_to_pay(self, phone, citizen):
        dossier = filled(begun(citizen=citizen))
        assert "35.000" in says(phone.get(at("declare-check", dossier)))
        said = {"revision": dossier.revision, "card": "can_cuoc", "exemptions": ["disabled"]}

        answer = phone.post(at("declare-case", dossier), said, follow=True)

        assert "miễn :" in says(answer)
        dossier.refresh_from_db()
        assert (dossier.exemptions, dossier.card) == (["disabled"], "CAN_CUOC")

    def test_does_not_write_over_another_device(self, phone, citizen):
        dossier = filled(begun(citizen=citizen))

        answer = phone.post(at("declare-case", dossier), {"revision": 1, "exemptions": ["disabled"]})

        assert answer.status_code == 412
        assert "bấm Lưu lần nữa" in says(answer)
        assert hidden(answer, "revision") == str(dossier.revision)
        assert answer.context["form"]["exemptions"].value() == ["disabled"]

    @pytest.mark.parametrize(("field", "value"), [("card", "no"), ("exemptions", "no")])
    def test_takes_nothing_invented(self, phone, citizen, field, value):
        dossier = filled(begun(citizen=citizen))

        answer = phone.post(at("declare-case", dossier), {"revision": dossier.revision, field: value})

        assert answer.status_code == 422
        assert f'href="#id_{field}"' in answer.content.decode()

    def test_is_over_once_handed_in(self, phone, citizen):
        dossier = submitted(begun(citizen=citizen))

        assert phone.get(at("declare-case", dossier)).url == at("dossier", dossier)


class TestNewLaw:
    def test_is_said_and_keeps_what_is_still_asked(self, phone, citizen):
        office = AgencyFactory(law_date=APRIL_2021)
        dossier = filled(begun(citizen=citizen, agency=office, procedure="cap-doi"))
        Agency.objects.update(law_date=None)
        for name, more in (("declare-page", (1,)), ("declare-check", ())):
            assert phone.get(at(name, dossier, *more)).url == at("declare-new-law", dossier)
        assert "Quy định vừa thay đổi" in says(phone.get(at("declare-new-law", dossier)))

        phone.post(at("declare-new-law", dossier))

        dossier.refresh_from_db()
        assert dossier.version.form == "dc02"
        kept = filling.data_of(dossier)
        assert (kept["full_name"], kept["requests"]) == ("Trần Văn An", ["card"])
        assert "ethnicity" not in kept
        assert phone.get(at("declare-page", dossier, 1)).status_code == 200

    def test_loses_nothing_of_a_page_that_lay_open(self, phone, citizen):
        office = AgencyFactory(law_date=APRIL_2021)
        dossier = begun(citizen=citizen, agency=office, procedure="cap-doi")
        Agency.objects.update(law_date=None)

        send(phone, dossier, full_name="Trần Văn An", ethnicity="Kinh", skip="1")

        dossier.refresh_from_db()
        assert (dossier.full_name, dossier.version.form) == ("Trần Văn An", "dc02")

    def test_leads_to_the_new_procedure_where_the_old_one_is_no_more(self, phone, citizen):
        dossier = begun(citizen=citizen)
        Agency.objects.update(law_date=date(2015, 1, 1))

        assert "không còn trong quy định hiện hành" in says(phone.get(at("declare-new-law", dossier)))
