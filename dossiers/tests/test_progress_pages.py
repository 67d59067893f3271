"""How far a dossier is, and what can be done with it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import OfficerFactory
from agencies.models import Agency
from dossiers.models import Correction, Dossier
from dossiers.services.moving import move_on
from dossiers.states import ENDED, Status
from dossiers.tests.browsing import ALL_TICKED, FIRST_PAGE, at, says, send
from dossiers.tests.declared import begun, filled, standing, submitted

pytestmark = pytest.mark.usefixtures("law")


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

    def test_says_where_a_card_waits(self, phone, citizen):
        ready = standing(Status.READY, citizen=citizen, person_key="a")
        coming = standing(Status.TAKEN_IN, citizen=citizen, person_key="b")
        address = "Phường Bàn Thạch, TP Đà Nẵng"
        Agency.objects.filter(pk=ready.agency_id).update(address=address)

        assert address in says(phone.get(at("dossier", ready)))
        assert "Nơi nhận thẻ" not in says(phone.get(at("dossier", coming)))

    @pytest.mark.parametrize("status", sorted(set(ENDED) - {Status.HANDED_OVER}))
    def test_leads_on_from_one_that_ended_without_a_card(self, phone, citizen, status):
        dossier = standing(status, citizen=citizen)

        page = phone.get(at("dossier", dossier)).content.decode()

        assert reverse("declare-begin", args=[dossier.agency.slug]) in page

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

    def test_prints_what_the_office_wrote(self, phone, citizen):
        dossier = submitted(begun(citizen=citizen))
        assert phone.get(at("dossier-letter", dossier)).url == at("dossier", dossier)
        move_on(dossier=dossier, to=Status.CHECKING, checking_by=OfficerFactory(), now=timezone.now())
        move_on(
            dossier=dossier, to=Status.REFUSED, checking_by=None, words="Chưa đủ tuổi.", now=timezone.now()
        )

        page = phone.get(at("dossier", dossier))

        assert "Thông báo không tiếp nhận (PDF)" in says(page)
        assert "Chưa đủ tuổi." in says(page)
        assert phone.get(at("dossier-letter", dossier)).content.startswith(b"%PDF")

    @pytest.mark.parametrize(
        ("field", "page"), [("attachments", "declare-papers"), ("exemptions", "declare-case")]
    )
    def test_leads_to_what_was_sent_back_beside_the_form(self, phone, citizen, field, page):
        dossier = standing(Status.NEEDS_CORRECTION, citizen=citizen)
        Correction.objects.create(
            dossier=dossier, field=field, reason="OTHER", words="Gửi lại.", asked_at=timezone.now()
        )

        answer = phone.get(at("dossier", dossier))

        assert f'href="{at(page, dossier)}"' in answer.content.decode()
        assert phone.get(at(page, dossier)).status_code == 200

    def test_says_everything_that_was_sent_back_of_one_field(self, phone, citizen):
        dossier = standing(Status.NEEDS_CORRECTION, citizen=citizen)
        for reason, words in (("ADDRESS_NOT_ENOUGH", "Ghi thêm số nhà."), ("OTHER", "Ghi tên mới.")):
            Correction.objects.create(
                dossier=dossier, field="residence", reason=reason, words=words, asked_at=timezone.now()
            )

        assert "Ghi thêm số nhà. Ghi tên mới." in says(phone.get(at("declare-page", dossier, 1)))

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
