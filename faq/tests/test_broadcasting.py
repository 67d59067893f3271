"""Telling those who asked to be told: whom, when, how fast, and what becomes of what Zalo does not take."""

from datetime import timedelta

import pytest

from accounts.models import Consent, ZaloContact
from accounts.services import erase_account, withdraw_consent
from accounts.tests.factories import EIGHT, CitizenFactory, ConsentFactory, OfficerFactory
from agencies.tests.factories import AgencyFactory
from booking.services.sessions import cancel_session
from booking.tests.factories import NOW, SiteFactory, evening
from faq.errors import NobodyToTell, NotBeingSent, NotOnShow, SentBefore
from faq.models import Announcement, Delivery, Subscription
from faq.services import announcing, broadcasting, forget_old_subscriptions
from faq.services.broadcasting import send_due_announcements
from faq.tests.factories import AnnouncementFactory, ConversationFactory, subscriber_of
from notifications.models import DayCount
from notifications.tests.factories import MessageFactory
from zalo.errors import BackOff, Bug, NeedsHuman, OutcomeUnknown, Tomorrow, TryNextChannel

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TOMORROW_AT_SEVEN = EIGHT + 23 * HOUR


@pytest.fixture
def agency():
    return AgencyFactory()


@pytest.fixture
def announcement(agency):
    return AnnouncementFactory(agency=agency, title="Tăng ca tối nay")


def start(announcement, *, now=EIGHT) -> int:
    return broadcasting.start(announcement=announcement, by=OfficerFactory(), now=now)


def states(announcement) -> list[str]:
    return list(announcement.deliveries.order_by("pk").values_list("state", flat=True))


def sending_of(announcement) -> str:
    return Announcement.objects.get(pk=announcement.pk).sending


class TestStart:
    def test_owes_it_to_who_asked_and_can_be_written_to(self, agency, announcement):
        here = subscriber_of(agency)
        subscriber_of(AgencyFactory())
        subscriber_of(agency, last_interaction_at=EIGHT - timedelta(hours=49))
        subscriber_of(agency, follows=False)
        subscriber_of(agency, last_interaction_at=None)

        assert start(announcement) == 1

        assert Delivery.objects.get().contact == here.contact

    def test_says_before_how_many_that_are(self, agency, announcement):
        subscriber_of(agency)
        subscriber_of(agency, last_interaction_at=EIGHT - timedelta(hours=49))

        at_night = EIGHT + 14 * HOUR
        assert broadcasting.audience(announcement, now=at_night) == broadcasting.Audience(
            told=1, silent=1, begins_at=TOMORROW_AT_SEVEN, minutes=1
        )

    def test_owes_what_is_for_a_ward_to_its_people_and_to_who_wants_everything(self, agency, announcement):
        announcement.wards.create(code="2021:24121", name="Phường Tân Lợi")
        told = {subscriber_of(agency).contact, subscriber_of(agency, ward="2021:24121").contact}
        subscriber_of(agency, ward="2021:24118")

        start(announcement)

        assert {row.contact for row in Delivery.objects.all()} == told

    def test_owes_nothing_to_who_has_taken_consent_back_since(self, agency, announcement):
        citizen = CitizenFactory()
        ConsentFactory(citizen=citizen, purpose=Consent.Purpose.MESSAGES_BY_ZALO)
        subscriber_of(agency, citizen=citizen)
        withdraw_consent(citizen=citizen, purposes=Consent.Purpose, now=EIGHT + MINUTE)

        with pytest.raises(NobodyToTell):
            start(announcement)

    def test_is_once(self, agency, announcement):
        subscriber_of(agency)
        start(announcement)
        subscriber_of(agency)

        with pytest.raises(SentBefore):
            start(announcement)

        assert Delivery.objects.count() == 1

    @pytest.mark.parametrize("state", ["DRAFT", "WITHDRAWN"])
    def test_is_refused_for_what_nobody_reads(self, agency, state):
        known = {"DRAFT": {"published_at": None}, "WITHDRAWN": {"withdrawn_at": EIGHT}}[state]
        subscriber_of(agency)

        with pytest.raises(NotOnShow):
            start(AnnouncementFactory(agency=agency, state=state, **known))

    def test_waits_for_its_hour(self, agency, wire):
        later = AnnouncementFactory(agency=agency, starts_at=EIGHT + HOUR)
        subscriber_of(agency)
        start(later)

        assert [send_due_announcements(now=now) for now in (EIGHT, EIGHT + HOUR)] == [0, 1]


class TestSend:
    def test_tells_each_once_and_ends(self, agency, announcement, wire):
        people = [subscriber_of(agency).contact.uid for _ in range(3)]
        start(announcement)

        told = [send_due_announcements(now=EIGHT) for _ in range(3)]

        assert told == [3, 0, 0]
        assert sorted(uid for uid, _ in wire.said) == sorted(people)
        assert (sending_of(announcement), states(announcement)) == ("DONE", ["SENT"] * 3)
        text = wire.said[0][1]
        assert text.startswith(f"{agency.name} thông báo: Tăng ca tối nay\nThu nhận đến 21:00")
        assert "Thôi: nhắn THÔI NHẬN TIN." in text

    def test_fits_a_long_one_into_one_message(self, agency, wire):
        subscriber_of(agency)
        long = AnnouncementFactory(agency=agency, title="T" * 120, says="dài lắm " * 200)
        long.sites.set(SiteFactory(agency=agency, address="Ở xa lắm, " * 10) for _ in range(6))
        start(long)

        send_due_announcements(now=EIGHT)

        assert 1_900 < len(wire.said[0][1]) <= 2_000
        assert "…\nNơi làm: " in wire.said[0][1]

    def test_tells_nobody_at_night(self, agency, announcement, wire):
        subscriber_of(agency)
        start(announcement)

        assert send_due_announcements(now=EIGHT + 14 * HOUR) == 0
        assert send_due_announcements(now=TOMORROW_AT_SEVEN) == 1

    def test_lets_reminders_go_first(self, agency, announcement, wire):
        subscriber_of(agency)
        start(announcement)
        reminder = MessageFactory(agency=agency, due_at=EIGHT)

        assert send_due_announcements(now=EIGHT) == 0

        reminder.delete()
        assert send_due_announcements(now=EIGHT) == 1

    def test_tells_no_more_in_a_minute_than_may(self, agency, announcement, wire, settings):
        settings.ANNOUNCEMENTS_A_MINUTE = 2
        for _ in range(3):
            subscriber_of(agency)
        start(announcement)

        told = [send_due_announcements(now=EIGHT + timedelta(seconds=n)) for n in (0, 30, 62)]

        assert told == [2, 0, 1]

    @pytest.mark.parametrize("leaves", ["unsubscribes", "unfollows", "is erased", "falls silent"])
    def test_tells_nothing_to_who_leaves_after_the_start(self, agency, announcement, wire, leaves):
        person = subscriber_of(agency, citizen=CitizenFactory()).contact
        start(announcement)
        match leaves:
            case "unsubscribes":
                Subscription.objects.all().delete()
            case "unfollows":
                ZaloContact.objects.update(follows=False)
            case "is erased":
                erase_account(citizen=person.citizen, now=EIGHT)
            case "falls silent":
                ZaloContact.objects.update(last_interaction_at=None)

        send_due_announcements(now=EIGHT)

        assert wire.said == []
        assert states(announcement) in (["LEFT_OUT"], [])
        assert sending_of(announcement) == "DONE"

    def test_waits_while_a_human_talks_there(self, agency, announcement, wire):
        person = subscriber_of(agency).contact
        talk = ConversationFactory(oa_id=agency.oa_id, uid=person.uid)
        start(announcement)

        told = [send_due_announcements(now=now) for now in (EIGHT, talk.paused_until)]

        assert told == [0, 1]

    def test_counts_among_what_a_person_gets_in_a_day(self, agency, announcement, wire, settings):
        settings.MESSAGES_PER_PERSON_A_DAY = 1
        citizen = CitizenFactory()
        subscriber_of(agency, citizen=citizen)
        MessageFactory(recipient=citizen, due_at=EIGHT + HOUR)  # a reminder of another office, today
        start(announcement)

        assert send_due_announcements(now=EIGHT) == 0

        assert Delivery.objects.get().due_at == TOMORROW_AT_SEVEN
        assert not DayCount.objects.exists()

    def test_ends_what_is_over_meanwhile(self, agency, announcement, wire):
        session = evening(SiteFactory(agency=agency))
        announcement.sessions.add(session)
        subscriber_of(agency)
        start(announcement)
        cancel_session(session=session, now=NOW)

        send_due_announcements(now=EIGHT)

        assert (sending_of(announcement), states(announcement), wire.said) == ("DONE", ["LEFT_OUT"], [])

    def test_tells_no_old_news(self, agency, announcement, wire):
        subscriber_of(agency)
        start(announcement)
        ZaloContact.objects.update(last_interaction_at=EIGHT + 73 * HOUR)

        assert send_due_announcements(now=EIGHT + 73 * HOUR) == 0
        assert states(announcement) == ["LEFT_OUT"]


class TestRefusal:
    @pytest.fixture(autouse=True)
    def _two_people(self, agency, announcement):
        for _ in range(2):
            subscriber_of(agency, citizen=CitizenFactory())
        start(announcement)

    def once_refused(self, announcement, wire, error, *, again_at) -> int:
        """Be refused once, then try again when that is due."""
        wire.to_replies = error
        assert send_due_announcements(now=EIGHT) == 0
        wire.to_replies = None
        assert send_due_announcements(now=again_at - timedelta(seconds=1)) == 0
        return send_due_announcements(now=again_at + timedelta(seconds=2))

    def test_for_now_is_tried_again(self, announcement, wire):
        assert (
            self.once_refused(announcement, wire, BackOff(-32), again_at=EIGHT + timedelta(seconds=15)) == 2
        )

    def test_for_today_waits_for_the_morning_and_asks_no_second_time(self, announcement, wire):
        tried = []
        wire.to_replies = lambda text: tried.append(text) or (_ for _ in ()).throw(Tomorrow(-211))
        send_due_announcements(now=EIGHT)
        wire.to_replies = None

        assert len(tried) == 1
        assert send_due_announcements(now=TOMORROW_AT_SEVEN) == 2

    def test_that_a_human_must_mend_waits_for_one(self, announcement, wire):
        assert self.once_refused(announcement, wire, NeedsHuman(-204), again_at=EIGHT + 10 * MINUTE) == 2

    @pytest.mark.parametrize("error", [TryNextChannel(-230), Bug(-201)])
    def test_for_good_is_the_end(self, announcement, wire, error):
        wire.to_replies = error
        send_due_announcements(now=EIGHT)

        assert (states(announcement), sending_of(announcement)) == (["FAILED"] * 2, "DONE")
        assert list(DayCount.objects.values_list("sent", flat=True)) == [0, 0]

    def test_that_nobody_knows_is_never_tried_again(self, announcement, wire):
        wire.to_replies = OutcomeUnknown(0)
        send_due_announcements(now=EIGHT)
        wire.to_replies = None

        assert send_due_announcements(now=EIGHT + HOUR) == 0
        assert (states(announcement), sending_of(announcement)) == (["TRIED"] * 2, "DONE")

    def test_by_a_worker_that_dies_leaves_one_in_doubt_for_ever(self, announcement, wire):
        def die(_text):
            raise KeyboardInterrupt

        wire.to_replies = die
        with pytest.raises(KeyboardInterrupt):
            send_due_announcements(now=EIGHT)
        wire.to_replies = None

        assert send_due_announcements(now=EIGHT + HOUR) == 1
        assert sorted(states(announcement)) == ["SENT", "TRIED"]
        assert broadcasting.progress(announcement)[Delivery.State.TRIED] == 1


class TestStop:
    def test_leaves_out_who_waits(self, agency, announcement, wire, settings):
        settings.ANNOUNCEMENTS_A_MINUTE = 1
        for _ in range(3):
            subscriber_of(agency)
        start(announcement)
        send_due_announcements(now=EIGHT)

        assert broadcasting.stop(announcement=announcement, now=EIGHT) == 2

        assert send_due_announcements(now=EIGHT + HOUR) == 0
        assert sorted(states(announcement)) == ["LEFT_OUT", "LEFT_OUT", "SENT"]
        with pytest.raises(NotBeingSent):
            broadcasting.stop(announcement=announcement, now=EIGHT)
        with pytest.raises(SentBefore):
            start(announcement)

    def test_comes_with_the_withdrawal(self, agency, announcement, wire):
        subscriber_of(agency)
        start(announcement)

        announcing.withdraw(announcement=announcement, now=EIGHT)

        assert send_due_announcements(now=EIGHT) == 0
        assert (sending_of(announcement), states(announcement)) == ("STOPPED", ["LEFT_OUT"])

    def test_brings_nobody_back_into_the_line(self, agency, announcement, wire):
        subscriber_of(agency)
        start(announcement)

        def stop_while_zalo_thinks(_text):
            broadcasting.stop(announcement=announcement, now=EIGHT)
            raise BackOff(-32)

        wire.to_replies = stop_while_zalo_thinks
        send_due_announcements(now=EIGHT)

        assert states(announcement) == ["LEFT_OUT"]


class TestTheNight:
    def test_forgets_who_was_silent_for_a_year_and_who_was_told_what(self, agency, announcement, wire):
        subscriber_of(agency)
        start(announcement)
        send_due_announcements(now=EIGHT)
        still_here = subscriber_of(agency, last_interaction_at=EIGHT + timedelta(days=300))

        forget_old_subscriptions(now=EIGHT + timedelta(days=365))

        assert list(Subscription.objects.all()) == [still_here]
        assert not Delivery.objects.exists()
