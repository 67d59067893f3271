"""What an office announces, from its page to the one that holds no more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from booking.services.sessions import add_session, cancel_session
from booking.tests.factories import EVENING, SiteFactory
from cccd_portal.tests.browser.offices import tomorrow
from faq.tests.factories import AnnouncementFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_are_read_from_the_office_on(arrive, picks):
    now, site = timezone.now(), SiteFactory(agency=picks, name="Trụ sở")
    evening = add_session(site=site, on=tomorrow() + timedelta(days=1), hours=EVENING, now=now)
    AnnouncementFactory(agency=picks, title="Đổi nơi gửi xe", says="Gửi xe ở **cổng sau**.")
    row = AnnouncementFactory(agency=picks, title="Làm thêm buổi tối", is_pinned=True)
    row.sessions.add(evening)
    visitor = arrive()
    visitor.open(f"/don-vi/{picks.slug}/")
    visitor.press("Làm thêm buổi tối")
    assert visitor.heading == "Làm thêm buổi tối"
    visitor.look("announcement")

    visitor.press("‹ Thông báo")
    assert visitor.sees("Đổi nơi gửi xe", "nhắn NHẬN TIN")
    visitor.look("announcements")

    cancel_session(session=evening, now=now)
    visitor.open(f"/don-vi/{picks.slug}/thong-bao/{row.public_id}/")
    assert visitor.sees("Thông báo này không còn áp dụng.", "Đã hủy")
    visitor.look("announcement-over")
