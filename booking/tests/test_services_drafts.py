"""A booking as it is filled in: whose it is, what it holds, and what a second click does to it."""

from datetime import timedelta

import pytest

from accounts.models import OtpChallenge, Session
from accounts.services import codes
from accounts.tests.factories import CitizenFactory, OtpChallengeFactory
from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from booking.errors import AlreadyBooked, NotAllowedNow, SlotFull
from booking.models import Appointment, Booking, Draft, Registration, Slot
from booking.services import drafts
from booking.tests.factories import MONDAY, NOW, SlotFactory, family, following, person
from booking.tests.outcomes import faults_of
from booking.tests.racing import meeting_before, of_type
from core.errors import Invalid, NotFound
from core.testing import run_together

BROWSER = "the secret of a cookie"
CODE, ANOTHER = "271828", "314159"
PHONE = "+84905123456"


def begin(agency: Agency, intent: Draft.Intent = Draft.Intent.PICK) -> Draft:
    return drafts.begin(agency=agency, intent=intent, browser=BROWSER, now=NOW)


def put(draft: Draft, *people, position: int | None = None) -> None:
    for one in people:
        drafts.put_person(draft=draft, position=position, details=one.details, relation=one.relation, now=NOW)


def ready(slot: Slot, *, size: int = 2) -> Draft:
    """All filled in and agreed to; what is missing is the last button."""
    draft = begin(slot.day.site.agency)
    put(draft, *family(size))
    contents = drafts.contents_of(draft)
    contents.slot, contents.phone = str(slot.public_id), PHONE
    contents.accepted_notice, contents.accepted_on_behalf = drafts.CURRENT_NOTICE.version, True
    drafts.save(draft, contents, now=NOW)
    return draft


def names_of(draft: Draft) -> list[str]:
    draft.refresh_from_db()
    return [entry["full_name"] for entry in drafts.contents_of(draft).people]


def send_code(draft: Draft, code: str = CODE) -> OtpChallenge:
    """Let the draft wait for a code that its citizen received."""
    challenge = OtpChallengeFactory(created_at=NOW)
    challenge.code_hash = codes._hash(challenge.public_id, code)
    challenge.save(update_fields=["code_hash"])
    contents = drafts.contents_of(draft)
    contents.challenge = str(challenge.public_id)
    drafts.save(draft, contents, now=NOW)
    return challenge


@pytest.mark.django_db
class TestBegin:
    def test_lets_an_office_that_assigns_take_wishes(self):
        assert begin(AgencyFactory(office_assigns=True), Draft.Intent.WISH)

    def test_refuses_a_wish_where_people_pick_the_hour(self):
        with pytest.raises(NotAllowedNow):
            begin(AgencyFactory(), Draft.Intent.WISH)


@pytest.mark.django_db
class TestFind:
    def find(self, draft: Draft, *, browser: str = BROWSER, now=NOW) -> Draft:
        return drafts.find(public_id=draft.public_id, browser=browser, now=now)

    def test_gives_a_browser_its_own(self):
        draft = begin(AgencyFactory())

        assert self.find(draft) == draft

    @pytest.mark.parametrize("browser", ["another", ""])
    def test_gives_it_to_no_other(self, browser):
        draft = begin(AgencyFactory())

        with pytest.raises(NotFound):
            self.find(draft, browser=browser)

    def test_keeps_it_for_a_day_from_the_last_touch(self):
        draft = begin(AgencyFactory())

        assert self.find(draft, now=NOW + timedelta(hours=23))
        with pytest.raises(NotFound):
            self.find(draft, now=NOW + timedelta(hours=24))


@pytest.mark.django_db
class TestPutPerson:
    def test_adds_and_replaces(self):
        draft = begin(AgencyFactory())
        put(draft, *family(2))

        put(draft, person("Lê Văn Bình"), position=0)

        assert names_of(draft) == ["Lê Văn Bình", "Trần Thị B"]

    def test_refuses_one_person_twice_and_keeps_the_rest(self):
        draft = begin(AgencyFactory())
        an = person("Trần Văn An")
        put(draft, an)

        with pytest.raises(Invalid) as refusal:
            put(draft, an)

        assert faults_of(refusal.value) == [("personal_id", "repeated")]
        assert names_of(draft) == ["Trần Văn An"]

    def test_lets_a_person_be_corrected_in_place(self):
        draft = begin(AgencyFactory())
        an = person("Trần Văn An")
        put(draft, an)

        put(draft, an, position=0)

        assert names_of(draft) == ["Trần Văn An"]


@pytest.mark.django_db
class TestDropPerson:
    @pytest.mark.parametrize(("position", "left"), [(0, ["Trần Thị B"]), (7, ["Trần Thị A", "Trần Thị B"])])
    def test_takes_out_who_is_there(self, position, left):
        draft = begin(AgencyFactory())
        put(draft, *family(2))

        drafts.drop_person(draft=draft, position=position, now=NOW)

        assert names_of(draft) == left


@pytest.mark.django_db
class TestEarliestSlot:
    def test_finds_the_first_that_takes_all(self):
        small = SlotFactory(capacity=1)
        large = following(small, capacity=3)

        found = drafts.earliest_slot(small.day.site.agency, sizes=[1, 1, 1], now=NOW)

        assert found == large

    def test_finds_slots_in_a_row_where_none_is_large_enough(self):
        first = SlotFactory(capacity=1)
        following(first, capacity=1)

        assert drafts.earliest_slot(first.day.site.agency, sizes=[1, 1], now=NOW) == first
        assert drafts.earliest_slot(first.day.site.agency, sizes=[1, 1, 1], now=NOW) is None


@pytest.mark.django_db
class TestProvePhone:
    @pytest.fixture
    def draft(self):
        return ready(SlotFactory(capacity=2))

    def prove(self, draft: Draft, code: str = CODE, *, seconds: int = 0):
        now = NOW + timedelta(seconds=seconds)
        return drafts.prove_phone(draft=draft, code=code, now=now).citizen

    def test_signs_in_whoever_holds_the_phone(self, draft):
        send_code(draft)

        assert self.prove(draft).phone == PHONE

    def test_answers_a_second_click_like_the_first_for_a_minute(self, draft):
        send_code(draft)
        citizen = self.prove(draft)

        assert self.prove(draft, seconds=59) == citizen
        assert Session.objects.filter(citizen=citizen).count() == 2
        with pytest.raises(Invalid):
            self.prove(draft, seconds=61)

    def test_lets_no_other_code_in_after_the_right_one(self, draft):
        send_code(draft)
        self.prove(draft)

        with pytest.raises(Invalid):
            self.prove(draft, ANOTHER)

    def test_counts_a_wrong_code_although_it_is_refused(self, draft):
        challenge = send_code(draft)

        with pytest.raises(Invalid):
            self.prove(draft, ANOTHER)

        challenge.refresh_from_db()
        assert challenge.tries == 1
        assert self.prove(draft)

    def test_takes_the_new_code_only_once_one_was_sent_again(self, draft):
        send_code(draft)
        send_code(draft, ANOTHER)

        with pytest.raises(Invalid):
            self.prove(draft, CODE)
        assert self.prove(draft, ANOTHER)


@pytest.mark.django_db
class TestFinish:
    def test_books_once_and_forgets_what_was_typed(self):
        slot = SlotFactory(capacity=4)
        draft, citizen = ready(slot), CitizenFactory()

        booked = [drafts.finish(draft=draft, citizen=citizen, now=NOW) for _ in range(2)]

        assert booked[0] == booked[1] == Booking.objects.get()
        slot.refresh_from_db()
        assert slot.taken == 2
        assert names_of(draft) == []

    def test_registers_once_where_the_office_assigns(self):
        agency = SlotFactory(office_assigns=True).day.site.agency
        draft, citizen = begin(agency, Draft.Intent.WISH), CitizenFactory()
        put(draft, *family(2))
        contents = drafts.contents_of(draft)
        contents.from_date = contents.to_date = MONDAY.isoformat()
        contents.accepted_notice, contents.accepted_on_behalf = drafts.CURRENT_NOTICE.version, True
        drafts.save(draft, contents, now=NOW)

        for _ in range(2):
            drafts.finish(draft=draft, citizen=citizen, now=NOW)

        assert Registration.objects.count() == 1

    def test_keeps_everything_when_it_is_refused(self):
        slot = SlotFactory(capacity=1)
        draft = ready(slot)

        with pytest.raises(SlotFull):
            drafts.finish(draft=draft, citizen=CitizenFactory(), now=NOW)

        assert names_of(draft) == ["Trần Thị A", "Trần Thị B"]
        assert not Booking.objects.exists()

    def test_refuses_before_an_hour_was_chosen(self):
        draft = begin(AgencyFactory())
        put(draft, person())

        with pytest.raises(NotAllowedNow):
            drafts.finish(draft=draft, citizen=CitizenFactory(), now=NOW)

    def test_writes_nothing_into_what_is_booked_already(self):
        draft = ready(SlotFactory(capacity=2))
        stale = Draft.objects.select_related("agency").get(pk=draft.pk)
        drafts.finish(draft=draft, citizen=CitizenFactory(), now=NOW)

        put(stale, person("Lê Văn Bình"))

        assert names_of(draft) == []


@pytest.mark.django_db(transaction=True)
class TestTwoClicksAtOnce:
    def finish_twice(self) -> list[object]:
        draft, citizen = ready(SlotFactory(capacity=4)), CitizenFactory()

        def click() -> Booking:
            return drafts.finish(draft=draft, citizen=citizen, now=NOW)

        return run_together(meeting_before("INSERT INTO booking_booking", [click, click]))

    def test_without_the_lock_one_of_them_hears_that_the_people_are_booked(self, monkeypatch):
        monkeypatch.setattr(drafts, "_locked", lambda draft: Draft.objects.get(pk=draft.pk))

        assert of_type(self.finish_twice(), AlreadyBooked)

    def test_both_hear_of_the_same_booking(self):
        first, second = self.finish_twice()

        assert first == second == Booking.objects.get()
        assert Appointment.objects.count() == 2
