"""Papers as files, and the code of a card, at a browser."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.relations import Relation
from accounts.tests.factories import CitizenFactory
from dossiers.models import Attachment, Situation
from dossiers.services import filling
from dossiers.tests.browsing import FIRST_PAGE, at, says, send, sign_in
from dossiers.tests.declared import begun, filled, submitted
from dossiers.tests.strangers_files import photograph

CARD = "049085000123|205123456|Trần Văn An|12041985|Nam|12 Trần Phú, Bàn Thạch, Đà Nẵng|01012022"


def jpeg(content=None):
    return SimpleUploadedFile("giay khai sinh.jpg", content or photograph(), "image/jpeg")


@pytest.fixture
def child(citizen, kept_in):
    return begun(citizen=citizen, procedure="cap-duoi-14", situation=Situation.FIRST, relation=Relation.CHILD)


class TestPapers:
    def test_are_a_step_only_where_the_case_asks_for_some(self, phone, citizen, child):
        grown_up = begun(citizen=citizen)
        assert "Bước 1/4" in says(phone.get(at("declare-page", child, 1)))
        assert "Bước 1/3" in says(phone.get(at("declare-page", grown_up, 1)))

        assert send(phone, child, 2, requests=["card"], skip="1").url == at("declare-papers", child)
        assert send(phone, grown_up, 2, requests=["card"]).url == at("declare-check", grown_up)
        assert phone.get(at("declare-papers", grown_up)).url == at("declare-check", grown_up)

    def test_are_taken_shown_and_taken_away(self, phone, child):
        answer = phone.post(at("declare-papers", child), {"kind": "REPRESENTATION", "file": jpeg()})

        assert answer.url == f"{at('declare-papers', child)}#id_representation"
        paper = Attachment.objects.get()
        assert "Tệp 1, ảnh" in says(phone.get(at("declare-papers", child)))
        assert "Giấy tờ chứng minh là người đại diện" in says(phone.get(at("declare-check", child)))
        shown = phone.get(at("declare-paper", child, paper.public_id))
        assert shown["Content-Type"] == "image/jpeg"
        assert "sandbox" in shown["Content-Security-Policy"]

        for _ in range(2):
            gone = phone.post(at("declare-paper-remove", child, paper.public_id))
            assert gone.url == at("declare-papers", child)
        assert not Attachment.objects.exists()
        assert phone.get(at("declare-paper", child, paper.public_id)).url == at("dossier", child)

    @pytest.mark.parametrize(
        ("sent", "words"),
        [
            ({}, "Chọn ảnh hoặc tệp PDF"),
            ({"file": SimpleUploadedFile("a.jpg", b"<html>", "image/jpeg")}, "Chỉ nhận ảnh"),
            ({"file": SimpleUploadedFile("a.jpg", b"\xff" * 10_500_000, "image/jpeg")}, "lớn hơn 10 MB"),
        ],
        ids=["none", "no picture", "too large"],
    )
    def test_say_at_the_place_why_one_was_not_taken(self, phone, child, sent, words):
        answer = phone.post(at("declare-papers", child), {"kind": "REPRESENTATION", **sent})

        assert answer.status_code in (413, 415, 422)
        assert words in says(answer)
        assert 'href="#id_representation"' in answer.content.decode()
        assert not Attachment.objects.exists()

    def test_are_nobody_elses(self, phone, kept_in, child):
        others = begun(procedure="cap-duoi-14", situation=Situation.FIRST, relation=Relation.CHILD)

        answer = phone.post(at("declare-papers", others), {"kind": "REPRESENTATION", "file": jpeg()})

        assert answer.status_code == 404
        assert not Attachment.objects.exists()

    def test_are_over_once_it_was_handed_in(self, phone, citizen):
        dossier = submitted(begun(citizen=citizen))

        assert phone.post(at("declare-papers", dossier), {"file": jpeg()}).url == at("dossier", dossier)

    def test_are_counted_by_who_sends_them(self, phone, child, settings):
        settings.THROTTLE_FACTOR = 1
        settings.THROTTLES_PER_MINUTE = {**settings.THROTTLES_PER_MINUTE, "upload": 1}
        nothing = {"kind": "REPRESENTATION"}
        neighbour = sign_in(Client(), CitizenFactory())

        with time_machine.travel(timezone.now(), tick=False):  # all within one minute
            answers = [phone.post(at("declare-papers", child), nothing).status_code for _ in range(3)]
            others = neighbour.post(at("declare-papers", child), nothing).status_code

        assert answers == [422, 429, 429]
        assert others == 404


class TestScanning:
    def test_fills_in_what_is_on_the_card(self, phone, citizen):
        dossier = begun(citizen=citizen)

        answer = phone.post(at("declare-scan", dossier), {"text": CARD}, follow=True)

        assert "Đã điền từ thẻ" in says(answer)
        dossier.refresh_from_db()
        data = filling.data_of(dossier)
        assert (data["full_name"], data["birth_date"]) == ("Trần Văn An", "1985-04-12")
        assert (data["personal_id"], data["sex"]) == ("049085000123", "male")

    def test_asks_before_it_writes_over_what_was_typed(self, phone, citizen):
        dossier = begun(citizen=citizen)
        send(phone, dossier, **FIRST_PAGE | {"full_name": "Trần Văn Ân"})

        asked = phone.post(at("declare-scan", dossier), {"text": CARD})
        assert ("Họ, chữ đệm và tên", "Trần Văn Ân", "Trần Văn An") in asked.context["differing"]
        dossier.refresh_from_db()
        assert dossier.full_name == "Trần Văn Ân"

        answer = phone.post(at("declare-scan", dossier), {"text": CARD, "overwrite": "on"})
        assert answer.url == f"{at('declare-page', dossier, 1)}?quet=xong"
        dossier.refresh_from_db()
        assert dossier.full_name == "Trần Văn An"

    @pytest.mark.parametrize("text", ["", "xin chào", "a" * 5000])
    def test_says_so_of_what_is_no_card(self, phone, citizen, text):
        dossier = begun(citizen=citizen)

        answer = phone.post(at("declare-scan", dossier), {"text": text})

        assert answer.status_code == 422
        assert 'href="#id_text"' in answer.content.decode()
        dossier.refresh_from_db()
        assert dossier.revision == 1

    def test_is_for_the_owner_while_it_can_be_filled_in(self, phone, citizen):
        mine = submitted(begun(citizen=citizen))

        assert phone.post(at("declare-scan", mine), {"text": CARD}).url == at("dossier", mine)
        assert phone.post(at("declare-scan", filled()), {"text": CARD}).status_code == 404
        assert phone.get(reverse("my-dossiers")).status_code == 200
