"""Erasing a dossier at a browser, and what its person may do with its code alone."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import ProofTries
from accounts.relations import Relation
from accounts.services import tries
from accounts.tests.factories import CitizenFactory
from dossiers.models import Dossier
from dossiers.services.loading import load_procedures
from dossiers.states import Status
from dossiers.tests.browsing import at, says, sign_in
from dossiers.tests.declared import DC02_DATA, begun, filled, standing, submitted

pytestmark = pytest.mark.django_db
PROOF = {"birth_year": "1985", "last4": DC02_DATA["personal_id"][-4:]}


@pytest.fixture(autouse=True)
def _law(db):
    load_procedures(now=timezone.now())


@pytest.fixture
def phone(client):
    """The browser of somebody who is signed in, and their account."""
    citizen = CitizenFactory()
    return sign_in(client, citizen), citizen


def looked_up(dossier, **said):
    """A browser without an account, at the dossier."""
    client = Client()
    answer = client.post(reverse("dossier-look-up"), {"code": dossier.code, **PROOF, **said}, follow=True)
    return client, answer


class TestErasing:
    @pytest.mark.parametrize("make", [begun, filled, lambda **own: submitted(begun(**own))])
    def test_forgets_the_person_after_a_question(self, phone, make):
        client, citizen = phone
        dossier = make(citizen=citizen) if make is not filled else filled(begun(citizen=citizen))
        assert "không lấy lại được" in says(client.get(at("dossier-erase", dossier)))

        answer = client.post(at("dossier-erase", dossier), follow=True)

        assert "Đã xóa thông tin" in says(answer)
        dossier.refresh_from_db()
        assert (dossier.status, dossier.full_name, dossier.citizen) == (Status.WITHDRAWN, "", None)
        assert client.post(at("dossier-erase", dossier)).status_code == 404

    def test_waits_until_the_card_was_handed_over(self, phone):
        client, citizen = phone
        dossier = standing(Status.TAKEN_IN, citizen=citizen)

        assert client.post(at("dossier-erase", dossier)).url == at("dossier", dossier)

        dossier.refresh_from_db()
        assert dossier.full_name

    def test_is_for_the_owner(self, phone):
        client, _ = phone
        dossier = filled()

        assert client.post(at("dossier-erase", dossier)).status_code == 404
        assert Client().post(at("dossier-erase", dossier)).url.startswith(reverse("sign-in"))


class TestLookingUp:
    def test_shows_how_far_it_is_and_no_whole_number(self):
        dossier = submitted(begun(relation=Relation.MOTHER))

        _, page = looked_up(dossier)

        assert "Chờ cán bộ kiểm tra" in says(page)
        assert "*********123" in says(page)
        assert DC02_DATA["personal_id"] not in page.content.decode()

    @pytest.mark.parametrize("wrong", [{"code": "BT2222222"}, {"birth_year": "1986"}, {"last4": "9999"}])
    def test_says_the_same_of_everything_that_is_wrong(self, wrong):
        dossier = submitted(begun(relation=Relation.MOTHER))

        client, page = looked_up(dossier, **wrong)

        assert page.status_code == 404
        assert "Không có hồ sơ nào khớp" in says(page)
        assert client.get(reverse("dossier-looked-up")).url == reverse("dossier-look-up")

    def test_is_locked_for_who_guesses(self):
        dossier = submitted(begun(relation=Relation.MOTHER))
        looked_up(dossier, last4="9999")
        ProofTries.objects.update(tries=tries.MOST)

        _, page = looked_up(dossier)

        assert page.status_code == 429

    @pytest.mark.parametrize("empty", ["code", "birth_year", "last4"])
    def test_names_what_is_missing(self, empty):
        _, page = looked_up(submitted(begun(relation=Relation.MOTHER)), **{empty: ""})

        assert page.status_code == 422
        assert f'href="#id_{empty}"' in page.content.decode()

    def test_takes_it_back_after_a_question(self):
        dossier = submitted(begun(relation=Relation.MOTHER))
        client, _ = looked_up(dossier)
        assert "Rút hồ sơ này?" in says(client.get(reverse("dossier-looked-up-withdraw")))

        answers = [client.post(reverse("dossier-looked-up-withdraw"), follow=True) for _ in range(2)]

        assert all("Đã rút hồ sơ" in says(answer) for answer in answers)
        dossier.refresh_from_db()
        assert dossier.status == Status.WITHDRAWN

    def test_erases_it_after_a_question(self):
        dossier = submitted(begun(relation=Relation.MOTHER))
        client, _ = looked_up(dossier)
        assert "không lấy lại được" in says(client.get(reverse("dossier-looked-up-erase")))

        answer = client.post(reverse("dossier-looked-up-erase"), follow=True)

        assert "Đã xóa thông tin" in says(answer)
        dossier.refresh_from_db()
        assert dossier.forgotten_at is not None
        assert looked_up(dossier)[1].status_code == 404

    def test_erases_nothing_that_was_taken_in(self):
        dossier = standing(Status.TAKEN_IN)
        client, page = looked_up(dossier)
        assert "Xóa thông tin của tôi" not in says(page)

        assert client.post(reverse("dossier-looked-up-erase")).url == reverse("dossier-looked-up")

        assert Dossier.objects.get(pk=dossier.pk).full_name

    @pytest.mark.parametrize("name", ["", "-withdraw", "-erase"])
    def test_wants_a_proof(self, client, name):
        client.cookies["citizen_dossier_proof"] = "BTXXXXXXX.99999999999.forged"

        assert client.post(reverse("dossier-looked-up-erase")).url == reverse("dossier-look-up")
        assert client.get(reverse(f"dossier-looked-up{name}")).url == reverse("dossier-look-up")
