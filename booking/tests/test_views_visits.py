"""The pages from accepted dossiers to a booking: whose they are, and what is locked."""

import pytest
import time_machine
from django.urls import reverse

from accounts.services import browser_token, open_session
from accounts.tests.factories import CitizenFactory
from agencies.models import Agency
from booking.models import Draft, Registration
from booking.services.drafts import contents_of
from booking.services.visits import ready_of
from booking.tests.factories import NOW, SlotFactory, book, child, declared, person, register
from booking.views.drafting import DRAFT_COOKIE
from core.templatetags.words import clock, day

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def citizen(client):
    """Somebody who is signed in."""
    citizen = CitizenFactory(with_phone=True)
    client.cookies["citizen_session"] = browser_token(tokens=open_session(citizen=citizen, now=NOW), now=NOW)
    return citizen


@pytest.fixture
def slot():
    return SlotFactory(day__site__agency__dossier_required=True)


@pytest.fixture
def mine(slot, citizen):
    return declared(agency=slot.day.site.agency, citizen=citizen)


def choose(client, *people, **more):
    asked = {"ho_so": [str(who.dossier) for who in people], **more}
    return client.post(reverse("book-for-dossiers"), asked)


def the_draft() -> Draft:
    return Draft.objects.get()


class TestReady:
    def test_are_those_accepted_without_a_place(self, slot, citizen, mine):
        other = declared(child(), agency=slot.day.site.agency, citizen=citizen)
        declared(agency=slot.day.site.agency, citizen=citizen, status="SUBMITTED")
        declared(agency=slot.day.site.agency, citizen=CitizenFactory())

        assert {row.public_id for row in ready_of(citizen)} == {mine.dossier, other.dossier}
        book(slot, mine, citizen=citizen)
        assert {row.public_id for row in ready_of(citizen)} == {other.dossier}


class TestChoosing:
    def test_asks_to_sign_in_first(self, client, slot):
        answer = client.get(reverse("book-for-dossiers"), {"don_vi": slot.day.site.agency.slug})

        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("sign-in"))

    def test_begins_a_draft_with_these_people(self, client, slot, citizen, mine):
        daughter = declared(child(), agency=slot.day.site.agency, citizen=citizen, places=2)

        answer = choose(client, mine, daughter)

        draft = the_draft()
        assert answer["Location"] == reverse("draft-when", args=[draft.public_id])
        assert client.cookies[DRAFT_COOKIE].value
        assert contents_of(draft).sizes == [1, 2]
        assert [person.dossier for person in contents_of(draft).party(citizen).people] == [
            mine.dossier,
            daughter.dossier,
        ]

    def test_begins_a_wish_where_the_office_assigns(self, client, citizen):
        slot = SlotFactory(office_assigns=True)
        who = declared(agency=slot.day.site.agency, citizen=citizen)

        choose(client, who)

        assert the_draft().intent == Draft.Intent.WISH

    @pytest.mark.parametrize("whose", ["nobody's", "a stranger's", "one with a place"])
    def test_is_refused_for_what_is_not_ready(self, client, slot, citizen, mine, whose):
        agency = slot.day.site.agency
        if whose == "a stranger's":
            chosen = [declared(child(), agency=agency, citizen=CitizenFactory())]
        else:
            chosen = [mine] if whose == "one with a place" else []
        book(slot, mine, citizen=citizen)

        answer = choose(client, *chosen)

        assert answer.status_code == 422
        assert not Draft.objects.exists()

    def test_is_refused_for_two_offices_at_once(self, client, citizen, mine):
        elsewhere = declared(child(), agency=SlotFactory().day.site.agency, citizen=citizen)

        answer = choose(client, mine, elsewhere)

        assert answer.status_code == 422
        assert "của một đơn vị" in answer.content.decode()

    def test_shows_what_is_asked_for_ticked_and_the_rest_not(self, client, slot, citizen, mine):
        other = declared(child(), agency=slot.day.site.agency, citizen=citizen)

        page = client.get(reverse("book-for-dossiers"), {"ho_so": str(mine.dossier)}).content.decode()

        assert f'value="{mine.dossier}" id=' in page
        assert page.count(" checked") == 1
        assert f'value="{other.dossier}"' in page


class TestTheDraft:
    @pytest.fixture
    def draft(self, client, mine):
        choose(client, mine)
        return the_draft()

    def test_lets_nobody_edit_who_comes_with_a_dossier(self, client, draft):
        where = reverse("draft-person", args=[draft.public_id, 0])
        said = {"full_name": "Ai Khác", "birth_date": "1990", "relation": "SELF", "personal_id": ""}

        answers = [client.get(where), client.post(where, said)]

        assert [answer["Location"] for answer in answers] == [
            reverse("draft-people", args=[draft.public_id])
        ] * 2
        assert contents_of(the_draft()).people[0]["full_name"] == "Trần Văn An"

    def test_takes_nobody_without_a_dossier_where_one_comes_first(self, client, draft):
        assert client.get(reverse("draft-person", args=[draft.public_id, 1])).status_code == 302
        assert (
            "Thêm người nhà"
            not in client.get(reverse("draft-people", args=[draft.public_id])).content.decode()
        )

    def test_without_anybody_left_goes_back_to_the_dossiers(self, client, draft):
        client.post(reverse("draft-drop", args=[draft.public_id, 0]))

        answer = client.get(reverse("draft-people", args=[draft.public_id]))

        assert answer["Location"].startswith(reverse("book-for-dossiers"))


class TestBeginningAtTheOffice:
    def test_leads_to_the_dossiers_where_one_comes_first(self, client, slot):
        slug = slot.day.site.agency.slug
        page = client.get(reverse("agency", args=[slug])).content.decode()

        answer = client.post(reverse("draft-begin", args=[slug, "chon-gio"]))

        assert "Khai hồ sơ trước, đặt lịch sau." in page
        assert answer["Location"] == f"{reverse('book-for-dossiers')}?don_vi={slug}"
        assert not Draft.objects.exists()


class TestAFamilyWithAndWithout:
    def test_may_come_together_where_no_dossier_is_wanted(self, client, citizen):
        slot = SlotFactory(office_assigns=True)
        who = declared(agency=slot.day.site.agency, citizen=citizen)

        wish = register(slot, who, person("Lê Thị Hoa", sex="female"), citizen=citizen)

        assert wish.status == Registration.Status.WAITING
        assert wish.booking.people.filter(dossier=None).count() == 1


class TestPagesOfTheDossier:
    def test_say_when_to_come_instead_of_asking_to_book(self, client, slot, citizen, mine):
        page = reverse("dossier", args=[mine.dossier])
        assert "Đặt lịch đến" in client.get(page).content.decode()
        (appointment,) = book(slot, mine, citizen=citizen)
        hour = f"{clock(slot.starts_at)} {day(slot.day.date)}"

        seen = client.get(page).content.decode()

        assert hour in seen
        assert reverse("ticket", args=[appointment.code]) in seen
        assert "Đặt lịch đến" not in seen
        assert hour in client.get(reverse("my-dossiers")).content.decode()

    def test_say_that_the_office_gives_the_hour(self, client, slot, citizen, mine):
        Agency.objects.update(allocation=Agency.Allocation.OFFICE_ASSIGNS)
        register(slot, mine, citizen=citizen)

        seen = client.get(reverse("dossier", args=[mine.dossier])).content.decode()

        assert "Đang chờ đơn vị xếp ngày, giờ" in seen
        assert "Đặt lịch đến" not in seen

    def test_cost_one_statement_however_many_are_booked(
        self, client, slot, citizen, django_assert_num_queries
    ):
        for _ in range(2):
            book(slot, declared(agency=slot.day.site.agency, citizen=citizen), citizen=citizen)
            with django_assert_num_queries(3):
                client.get(reverse("my-dossiers"))
