"""The form page by page: kept whatever happens, on two devices, after the sign-in ended."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.browser import COOKIE
from accounts.relations import Relation
from agencies.tests.factories import AgencyFactory
from core import proofs
from dossiers.models import Situation
from dossiers.services import filling
from dossiers.services.declaring import Changes, save
from dossiers.tests.browsing import FIRST_PAGE, at, hidden, says, send, sign_in
from dossiers.tests.declared import APRIL_2021, begun, filled

pytestmark = pytest.mark.usefixtures("law")


def questions(answer):
    return [question for block in answer.context["blocks"] for question in block.questions]


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

    def test_says_of_an_impossible_name_and_day_at_once_what_else_is_missing(self, phone, citizen):
        dossier = begun(citizen=citizen)
        wrong = {"full_name": "Trần 123", "birth_date": "31/2/1985", "sex": ""}

        answer = send(phone, dossier, **FIRST_PAGE | wrong)

        assert answer.context["summary"] == [
            ("id_full_name", "Họ và tên chỉ gồm chữ cái, không có số hay ký hiệu."),
            ("id_birth_date", "Ngày sinh chưa đúng. Ghi như 12/4/1985; chỉ nhớ năm thì ghi 1985."),
            ("id_sex", "Chọn giới tính."),
        ]

    def test_shows_first_what_people_come_for(self, phone, citizen):
        dossier = begun(citizen=citizen)
        page = at("declare-page", dossier, 2)
        asked = next(one for one in questions(phone.get(page)) if one.look == "boxes")
        assert [box.data["value"] for box in asked.usual_boxes] == ["card"]

        send(phone, dossier, 2, requests=["card", "add_to_card"], details="Thêm giấy phép lái xe")
        asked = next(one for one in questions(phone.get(page)) if one.look == "boxes")

        assert [box.data["value"] for box in asked.usual_boxes] == ["card", "add_to_card"]
        assert len(asked.usual_boxes) + len(asked.other_boxes) == len(asked.field.choices)

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

        assert "Dân tộc, tôn giáo, nhóm máu là dữ liệu cá nhân nhạy cảm" in page
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


def test_is_counted_by_who_types_and_not_by_address(phone, citizen, settings):
    settings.THROTTLE_FACTOR = 1
    settings.THROTTLES_PER_MINUTE = {**settings.THROTTLES_PER_MINUTE, "citizen": 1}
    mine, neighbours = begun(citizen=citizen), begun()
    neighbour = sign_in(Client(), neighbours.citizen)

    with time_machine.travel(timezone.now(), tick=False):  # all within one minute
        answers = [phone.post(at("declare-keep", mine, 1), {"revision": 1}).status_code for _ in range(3)]
        others = neighbour.post(at("declare-keep", neighbours, 1), {"revision": 1}).status_code

    assert answers == [200, 429, 429]
    assert others == 200
