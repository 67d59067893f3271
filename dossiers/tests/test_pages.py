"""The citizens' pages of a declaration: asked page by page, kept whatever happens, handed in once."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.browser import COOKIE
from accounts.relations import Relation
from accounts.services import browser_token, open_session
from accounts.tests.factories import CitizenFactory
from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from core import proofs
from dossiers.models import Correction, Dossier, Situation
from dossiers.services import declaring, filling
from dossiers.services.declaring import Changes, save
from dossiers.states import Status
from dossiers.tests.declared import APRIL_2021, DC02_DATA, begun, filled, standing, submitted

pytestmark = pytest.mark.usefixtures("law")

FIRST_PAGE = {
    "full_name": "Trần Văn An",
    "birth_date": "12/4/1985",
    "sex": "male",
    "personal_id": "049085 000123",
    "residence_kind": "permanent",
    "residence": "12 Trần Phú, phường Bàn Thạch, Đà Nẵng",
}
ALL_TICKED = {"notice": "on", "truth": "on", "on_behalf": "on"}


@pytest.fixture
def citizen():
    return CitizenFactory()


@pytest.fixture
def phone(client, citizen):
    """The browser of somebody who is signed in."""
    now = timezone.now()
    client.cookies[COOKIE] = browser_token(tokens=open_session(citizen=citizen, now=now), now=now)
    return client


def at(name, dossier, *more):
    return reverse(name, args=[dossier.public_id, *more])


def hidden(answer, name):
    """A hidden field of the form on a page."""
    return re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())[1]


def says(answer):
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


def send(client, dossier, number=1, **typed):
    typed.setdefault("revision", Dossier.objects.get(pk=dossier.pk).revision)
    return client.post(at("declare-page", dossier, number), typed)


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
        now = timezone.now()
        client.cookies[COOKIE] = browser_token(tokens=open_session(citizen=citizen, now=now), now=now)
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


class TestFillingIn:
    def test_goes_through_the_pages_in_the_order_of_the_paper(self, phone, citizen):
        dossier = begun(citizen=citizen, agency=AgencyFactory(law_date=APRIL_2021), procedure="cap-doi")

        titles = [
            phone.get(at("declare-page", dossier, number)).context["page"].title for number in range(1, 7)
        ]

        assert titles == [
            "Thông tin cơ bản",
            "Địa chỉ thường trú",
            "Địa chỉ hiện tại",
            "Nghề nghiệp",
            "Gia đình và người đại diện",
            "Yêu cầu của công dân",
        ]
        assert "Bước 2/7" in says(phone.get(at("declare-page", dossier, 2)))

    def test_keeps_a_page_and_goes_on(self, phone, citizen):
        dossier = begun(citizen=citizen)

        answer = send(phone, dossier, **FIRST_PAGE)

        assert answer.url == at("declare-page", dossier, 2)
        dossier.refresh_from_db()
        kept = filling.data_of(dossier)
        assert kept["birth_date"] == "1985-04-12"
        assert kept["personal_id"] == "049085000123"

    def test_keeps_what_is_wrong_and_says_what(self, phone, citizen):
        dossier = begun(citizen=citizen)

        answer = send(
            phone, dossier, **FIRST_PAGE | {"birth_date": "hôm qua", "personal_id": "123", "sex": ""}
        )

        assert answer.status_code == 422
        assert answer.context["summary"] == [
            ("id_birth_date", "Ngày sinh chưa đúng. Ghi như 12/4/1985; chỉ nhớ năm thì ghi 1985."),
            ("id_sex", "Chọn giới tính."),
            ("id_personal_id", "Số định danh cá nhân gồm đúng 12 chữ số."),
        ]
        dossier.refresh_from_db()
        assert filling.data_of(dossier)["birth_date"] == "hôm qua"
        assert 'value="hôm qua"' in phone.get(at("declare-page", dossier, 1)).content.decode()

    def test_lets_the_rest_be_left_for_later(self, phone, citizen):
        dossier = begun(citizen=citizen)

        answer = send(phone, dossier, full_name="Trần Văn An", skip="1")

        assert answer.url == at("declare-page", dossier, 2)

    def test_hears_of_what_does_not_go_together_on_the_page_itself(self, phone, citizen):
        answer = send(phone, begun(citizen=citizen), **FIRST_PAGE | {"birth_date": "12/4/1990"})

        assert [anchor for anchor, _ in answer.context["summary"]] == ["id_personal_id"]
        assert "không khớp năm sinh" in says(answer)

    def test_keeps_other_people_field_by_field_and_none_where_nothing_is_written(self, phone, citizen):
        dossier = filled(begun(citizen=citizen))
        name = {"representative.full_name": "Lê Thị Ba"}

        answer = send(phone, dossier, 2, **{"requests": ["card"]} | name)

        assert "id_representative.birth_date" in dict(answer.context["summary"])
        dossier.refresh_from_db()
        assert filling.data_of(dossier)["representative"] == {"full_name": "Lê Thị Ba"}
        assert send(phone, dossier, 2, requests=["card"]).status_code == 302
        dossier.refresh_from_db()
        assert "representative" not in filling.data_of(dossier)

    def test_opens_the_representative_of_a_child(self, phone, citizen):
        child = begun(
            citizen=citizen, procedure="cap-duoi-14", situation=Situation.FIRST, relation=Relation.CHILD
        )
        grown_up = begun(citizen=citizen)

        opened = [
            phone.get(at("declare-page", one, 2)).context["blocks"][0].is_open for one in (child, grown_up)
        ]

        assert opened == [True, False]

    def test_offers_the_registered_home_as_the_present_one(self, phone, citizen):
        dossier = filled(
            begun(citizen=citizen, agency=AgencyFactory(law_date=APRIL_2021), procedure="cap-doi")
        )
        save(
            public_id=dossier.public_id,
            citizen=citizen,
            revision=dossier.revision,
            changes=Changes(data={"current_residence": None}),
            now=timezone.now(),
        )

        page = phone.get(at("declare-page", dossier, 3))

        assert page.context["form"]["current_residence"].value() == "12 Trần Phú, Phường 12, Quận 4"

    def test_says_which_fields_are_sensitive_and_why_they_are_asked(self, phone, citizen):
        of_2021 = begun(citizen=citizen, agency=AgencyFactory(law_date=APRIL_2021), procedure="cap-doi")

        page = says(phone.get(at("declare-page", of_2021, 1)))

        assert "Dân tộc, Tôn giáo, Nhóm máu (nếu có) là dữ liệu cá nhân nhạy cảm" in page
        assert "nhạy cảm" not in says(phone.get(at("declare-page", begun(citizen=citizen), 1)))

    def test_asks_the_form_beside_of_who_is_in_no_database(self, phone, citizen):
        dossier = filled(begun(citizen=citizen, is_unregistered=True))

        answer = send(phone, dossier, 4, **{"extra_data.current_residence": "Tam Thăng"})

        assert answer.url == at("declare-page", dossier, 5)
        dossier.refresh_from_db()
        assert filling.extra_data_of(dossier) == {"current_residence": "Tam Thăng"}

    @pytest.mark.parametrize("typed", ["a" * 500, "a\0b"])
    def test_refuses_what_cannot_be_kept(self, phone, citizen, typed):
        dossier = begun(citizen=citizen)

        answer = send(phone, dossier, full_name=typed)

        assert answer.status_code == 422
        dossier.refresh_from_db()
        assert dossier.revision == 1

    @pytest.mark.parametrize("revision", ["", "x", "99999999999", "-1"])
    def test_takes_no_invented_revision(self, phone, citizen, revision):
        dossier = begun(citizen=citizen)

        answer = send(phone, dossier, revision=revision, full_name="Trần Văn An")

        assert answer.status_code == 409
        dossier.refresh_from_db()
        assert dossier.revision == 1

    def test_goes_to_the_check_from_a_page_that_is_not(self, phone, citizen):
        assert phone.get(at("declare-page", begun(citizen=citizen), 9)).url.endswith("/kiem-tra/")


class TestTwoDevices:
    def write_elsewhere(self, dossier, **data):
        save(
            public_id=dossier.public_id,
            citizen=dossier.citizen,
            revision=dossier.revision,
            changes=Changes(data=data),
            now=timezone.now(),
        )

    def test_show_both_words_and_lose_none(self, phone, citizen):
        dossier = begun(citizen=citizen)
        self.write_elsewhere(dossier, full_name="Trần Văn Ân", sex="male")

        answer = send(phone, dossier, revision=1, **FIRST_PAGE)

        assert answer.status_code == 409
        assert "Trần Văn An" in says(answer)
        assert "Trần Văn Ân" in says(answer)
        labels = [one.label for one in answer.context["differences"]]
        assert "Họ, chữ đệm và tên" in labels
        assert "Giới tính" not in labels

    @pytest.mark.parametrize(("pick", "name"), [("mine", "Trần Văn An"), ("theirs", "Trần Văn Ân")])
    def test_go_on_with_the_chosen_words(self, phone, citizen, pick, name):
        dossier = begun(citizen=citizen)
        self.write_elsewhere(dossier, full_name="Trần Văn Ân")

        answer = send(phone, dossier, **FIRST_PAGE | {"pick:full_name": pick})

        assert answer.url == at("declare-page", dossier, 2)
        dossier.refresh_from_db()
        assert dossier.full_name == name

    def test_that_say_the_same_are_not_asked(self, phone, citizen):
        dossier = begun(citizen=citizen)
        send(phone, dossier, **FIRST_PAGE)

        assert send(phone, dossier, revision=1, **FIRST_PAGE).url == at("declare-page", dossier, 2)


class TestKeeping:
    def test_is_told_when_and_under_which_revision(self, phone, citizen):
        dossier = begun(citizen=citizen)

        answer = phone.post(at("declare-keep", dossier, 1), {"revision": 1, "full_name": "Trần"})

        assert answer.json()["revision"] == 2
        assert re.fullmatch(r"\d\d:\d\d", answer.json()["saved"])
        dossier.refresh_from_db()
        assert dossier.full_name == "Trần"

    @pytest.mark.parametrize(("revision", "status"), [(0, 412), (1, 200)])
    def test_writes_over_nobody(self, phone, citizen, revision, status):
        dossier = begun(citizen=citizen)

        assert phone.post(at("declare-keep", dossier, 1), {"revision": revision}).status_code == status

    def test_is_for_the_owner(self, phone):
        dossier = begun()

        assert phone.post(at("declare-keep", dossier, 1), {"revision": 1}).status_code == 404
        assert phone.post(at("declare-page", dossier, 1), {"revision": 1}).status_code == 404
        assert phone.get(at("declare-page", dossier, 1)).status_code == 404

    def test_loses_nothing_when_the_sign_in_ended(self, phone, citizen):
        dossier = begun(citizen=citizen)
        page = phone.get(at("declare-page", dossier, 1))
        del phone.cookies[COOKIE]

        answer = send(phone, dossier, proof=hidden(page, "proof"), **FIRST_PAGE)

        assert answer.url.startswith(reverse("sign-in"))
        dossier.refresh_from_db()
        assert dossier.full_name == "Trần Văn An"

    def test_believes_no_other_proof(self, client, citizen):
        dossier = begun(citizen=citizen)
        now, short = timezone.now(), timedelta(hours=1)
        others = proofs.sign("dossiers.writing", str(begun().public_id), lifetime=short, now=now)
        of_another_kind = proofs.sign("dossiers.reading", str(dossier.public_id), lifetime=short, now=now)
        too_old = proofs.sign("dossiers.writing", str(dossier.public_id), lifetime=-short, now=now)

        for proof in ("", "x", others, of_another_kind, too_old):
            send(client, dossier, proof=proof, full_name="Kẻ lạ")

        dossier.refresh_from_db()
        assert dossier.revision == 1


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


class TestMine:
    def test_lists_what_goes_on_and_what_is_over(self, phone, citizen):
        begun(citizen=citizen)
        over = standing(Status.WITHDRAWN, citizen=citizen)
        begun()

        page = phone.get(reverse("my-dossiers"))

        assert [one["dossier"].status for one in page.context["going"]] == ["DRAFT"]
        assert [one["dossier"].code for one in page.context["ended"]] == [over.code]
        assert "Khai tiếp" in says(page)

    def test_says_how_to_begin_where_there_is_nothing(self, phone):
        assert "Chưa có hồ sơ nào" in says(phone.get(reverse("my-dossiers")))

    def test_costs_no_more_statements_for_more_dossiers(self, phone, citizen, django_assert_num_queries):
        for many in (1, 5):
            Dossier.objects.all().delete()
            for _ in range(many):
                begun(citizen=citizen)
            with django_assert_num_queries(2):
                phone.get(reverse("my-dossiers"))

    @pytest.mark.parametrize("status", Status)
    def test_says_of_every_status_what_is_next(self, phone, citizen, status):
        dossier = standing(status, citizen=citizen)

        page = phone.get(at("dossier", dossier))

        assert page.status_code == 200
        assert dossier.code in says(page)
        assert str(Status(status).label)[1:] in says(page)

    def test_leads_to_the_field_that_was_sent_back(self, phone, citizen):
        dossier = standing(Status.NEEDS_CORRECTION, citizen=citizen)
        Correction.objects.create(
            dossier=dossier,
            field="residence",
            reason="unclear",
            words="Ghi thêm số nhà.",
            asked_at=timezone.now(),
        )
        address = f"{at('declare-page', dossier, 1)}?ve=kiem-tra"
        assert f'href="{address}#id_residence"' in phone.get(at("dossier", dossier)).content.decode()
        assert "Ghi thêm số nhà." in says(phone.get(address))

        mended = FIRST_PAGE | {"residence": "14 Trần Phú, phường Bàn Thạch, Đà Nẵng"}
        phone.post(address, mended | {"revision": dossier.revision})
        assert phone.post(at("declare-check", dossier), ALL_TICKED).status_code == 302

        dossier.refresh_from_db()
        assert dossier.status == Status.SUBMITTED
        assert not Correction.objects.filter(answered_at=None).exists()

    def test_is_not_filled_in_any_more_once_it_was_handed_in(self, phone, citizen):
        dossier = submitted(begun(citizen=citizen))

        for name, more in (("declare-page", (1,)), ("declare-check", ()), ("declare-new-law", ())):
            assert phone.get(at(name, dossier, *more)).url == at("dossier", dossier)
        assert send(phone, dossier, **FIRST_PAGE).url == at("dossier", dossier)

    def test_prints_the_form_for_its_owner(self, phone, citizen):
        mine, others = filled(begun(citizen=citizen)), filled()

        answer = phone.get(at("dossier-form", mine))

        assert answer.content.startswith(b"%PDF")
        assert "no-store" in answer["Cache-Control"]
        assert phone.get(at("dossier-form", others)).status_code == 404

    def test_is_taken_back_after_a_question(self, phone, citizen):
        dossier = submitted(begun(citizen=citizen))
        assert "Rút hồ sơ này?" in says(phone.get(at("dossier-withdraw", dossier)))

        answers = [phone.post(at("dossier-withdraw", dossier), follow=True) for _ in range(2)]

        assert all("Đã rút hồ sơ" in says(answer) for answer in answers)
        assert phone.get(at("dossier-withdraw", dossier)).status_code == 302

    def test_is_not_taken_back_once_the_person_was_taken_in(self, phone, citizen):
        dossier = standing(Status.TAKEN_IN, citizen=citizen)

        assert phone.post(at("dossier-withdraw", dossier), follow=True).status_code == 200

        dossier.refresh_from_db()
        assert dossier.status == Status.TAKEN_IN

    def test_shows_what_was_spent_on_an_hour_of_the_law_before(self, phone, citizen):
        dossier = submitted(begun(citizen=citizen), now=timezone.now() - timedelta(days=400))

        assert phone.get(at("dossier", dossier)).status_code == 200


def test_data_of_the_tests_are_those_of_the_form():
    assert set(FIRST_PAGE) == set(DC02_DATA)
