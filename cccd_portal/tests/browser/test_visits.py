"""Where a dossier comes first: from the office to the hour, for those whose dossiers were accepted."""

import pytest
from django.utils import timezone

from accounts.relations import Relation
from agencies.models import Agency
from booking.models import Appointment
from booking.tests.factories import child, declared, person
from cccd_portal.tests.browser import midway
from cccd_portal.tests.browser.offices import fill, slots_of
from cccd_portal.tests.browser.visitor import AN, Visitor
from cccd_portal.tests.browser.ways import main_walk, with_script
from dossiers.models import Dossier, Paper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def declares(picks) -> Agency:
    """An office where one declares first."""
    picks.dossier_required = True
    picks.save(update_fields=["dossier_required"])
    return picks


def at_the_choice(visitor: Visitor, office: Agency) -> None:
    """Signed in, with accepted dossiers of oneself and a child, whose visit takes two places."""
    citizen = midway.signed_in(visitor)
    now = {"decided_at": timezone.now()}
    declared(person("Trần Văn An", personal_id=AN), agency=office, citizen=citizen, **now)
    declared(child(), agency=office, citizen=citizen, places=2, relation=Relation.CHILD, **now)
    for dossier in Dossier.objects.order_by("pk"):
        Paper.objects.create(version=dossier.version, says="Thẻ căn cước hoặc CCCD đang có")
        Paper.objects.create(version=dossier.version, says="Giấy khai sinh bản chính", position=1)
    visitor.open(f"/don-vi/{office.slug}/")
    visitor.press("Đặt lịch cho hồ sơ đã duyệt")


class TestADossierFirst:
    @main_walk
    def test_takes_a_family_from_their_dossiers_to_their_tickets(self, arrive, declares):
        visitor = arrive()
        fill(slots_of(declares)[:1], but=2)
        at_the_choice(visitor, declares)
        visitor.press("Tiếp tục: chọn giờ")
        assert visitor.sees("Lượt này cần 3 chỗ")
        visitor.follow(visitor.hour("08:30"))
        visitor.agree()
        visitor.press("Đặt lịch")

        assert visitor.heading == "Đã đặt lịch cho 2 người"
        held = Appointment.objects.order_by("person__position")
        assert [(row.places, row.person.dossier.full_name) for row in held] == [
            (1, "Trần Văn An"),
            (2, "Trần Thị Bé"),
        ]

    @with_script
    def test_shows_each_step_clearly(self, arrive, declares):
        visitor = arrive()
        visitor.open(f"/don-vi/{declares.slug}/")
        visitor.look("office-dossier-first")
        at_the_choice(visitor, declares)
        visitor.look("dossiers-to-book")
        visitor.press("Tiếp tục: chọn giờ")
        visitor.look("hours-for-dossiers")
        visitor.press("2 người đến làm")
        visitor.look("people-with-dossiers")
        visitor.press("Tiếp tục: chọn giờ")
        visitor.follow(visitor.hour("08:30"))
        visitor.look("check-with-dossiers")
        visitor.agree()
        visitor.press("Đặt lịch")
        visitor.press("Xem phiếu")
        visitor.look("ticket-with-papers")

    @with_script
    def test_says_so_where_nothing_is_accepted_yet(self, arrive, declares):
        visitor = arrive()
        midway.signed_in(visitor)
        visitor.open(f"/don-vi/{declares.slug}/")
        visitor.press("Đặt lịch cho hồ sơ đã duyệt")

        assert visitor.sees("Chưa có hồ sơ nào chờ đặt lịch")
        visitor.look("no-dossier-to-book")
