"""What the chat says of announcements, and whom it tells from now on."""

from datetime import timedelta

import pytest

from accounts.models import Consent
from accounts.services import withdraw_consent
from accounts.tests.factories import EIGHT, ConsentFactory
from agencies.tests.factories import AgencyFactory
from booking.models import SiteWard
from booking.tests.factories import SiteFactory
from faq.models import Subscription
from faq.services import unsubscribe
from faq.tests.factories import AnnouncementFactory
from faq.tests.talking import somebody

pytestmark = pytest.mark.django_db
TAN_LOI = "2021:24121"


@pytest.fixture
def agency():
    agency = AgencyFactory(name="Công an TP Mai")
    SiteWard.objects.create(site=SiteFactory(agency=agency), code=TAN_LOI, name="Phường Tân Lợi")
    return agency


@pytest.fixture
def neighbour(agency):
    """On the day on which announcements begin."""
    person = somebody(oa_id=agency.oa_id, citizen=None)
    person.clock = EIGHT
    return person


def test_lists_the_titles_and_reads_those_that_are_picked(agency, neighbour):
    AnnouncementFactory(agency=agency, title="Lịch đổi nơi làm")
    pinned = AnnouncementFactory(agency=agency, title="Tăng ca", is_pinned=True)

    (listed,) = neighbour.types("thông báo")
    (read,) = neighbour.types("2")

    assert "\n1. Lịch lưu động, ngoài giờ\n2. Tăng ca\n3. Lịch đổi nơi làm\n" in listed
    assert "NHẬN TIN" in listed
    assert read.startswith("Tăng ca\nThu nhận đến 21:00")
    assert read.endswith(f"/thong-bao/{pinned.public_id}/")
    assert [said.partition("\n")[0] for said in neighbour.types("3 và 2")] == ["Lịch đổi nơi làm", "Tăng ca"]
    assert "có số 1 đến 3" in neighbour.types("4")[0]


def test_leads_to_the_schedule(neighbour):
    neighbour.types("thông báo")

    assert "lưu động" in neighbour.types("1")[0]


def test_says_when_there_is_nothing_and_when_it_is_over(agency, neighbour):
    row = AnnouncementFactory(agency=agency)
    neighbour.types("thông báo")
    row.delete()

    assert "không còn" in neighbour.types("2")[0]
    assert neighbour.types("thông báo")[0].startswith("Hiện không có thông báo nào.\n1. Lịch lưu động")


def test_tells_from_now_on_and_not_any_more(agency, neighbour):
    assert "Có thông báo mới của Công an TP Mai" in neighbour.types("nhận tin")[0]
    assert Subscription.objects.get().contact.uid == neighbour.contact.uid
    assert "THÔI NHẬN TIN" in neighbour.types("thông báo")[0]

    assert neighbour.types("thôi nhận tin")[0].startswith("Đã thôi.")

    assert not Subscription.objects.exists()
    assert "không đăng ký" in neighbour.types("thôi nhận tin")[0]


def test_is_wanted_since_it_was_said_however_late_it_was_read(agency, neighbour):
    """What is told to Zalo in between, that nothing more is wanted, came later and ends it."""
    said_at = neighbour.clock

    neighbour.clock += timedelta(minutes=10)
    neighbour.types("nhận tin", at=said_at)

    whom = {"oa_id": agency.oa_id, "uid": neighbour.contact.uid}
    assert not unsubscribe(**whom, said_at=said_at - timedelta(seconds=1))
    assert unsubscribe(**whom, said_at=said_at + timedelta(seconds=1))


def test_says_how_to_be_told_to_who_has_taken_consent_back(agency):
    reader = somebody(oa_id=agency.oa_id, clock=EIGHT)
    ConsentFactory(citizen=reader.citizen)
    reader.types("nhận tin")
    assert "THÔI NHẬN TIN" in reader.types("thông báo")[0]

    withdraw_consent(citizen=reader.citizen, purposes=Consent.Purpose, now=reader.clock)

    assert "để được báo" in reader.types("thông báo")[0]


def test_tells_of_one_ward_and_the_last_word_counts(neighbour):
    said = neighbour.types("nhan tin phuong tan loi")[0]

    assert "Công an TP Mai, Phường Tân Lợi" in said
    assert Subscription.objects.get().ward == TAN_LOI
    neighbour.types("nhận tin")
    assert Subscription.objects.get().ward == ""


def test_asks_again_for_a_ward_that_nobody_knows(neighbour):
    assert "Chưa rõ là phường, xã nào." in neighbour.types("nhận tin phường Không Có")[0]
    assert not Subscription.objects.exists()
