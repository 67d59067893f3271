"""How an officer announces something, from the first word to a sending that is stopped half way."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import ZaloContact
from faq.models import Announcement, Delivery
from faq.tests.factories import AnnouncementFactory, subscriber_of


def test_is_written_published_sent_stopped_and_withdrawn(officer, picks):
    now = timezone.now()
    AnnouncementFactory(agency=picks, title="Đổi nơi gửi xe", starts_at=now - timedelta(days=2))
    for _ in range(3):
        subscriber_of(picks, last_interaction_at=now)
    subscriber_of(picks, last_interaction_at=now - timedelta(days=9))

    officer.go("Thông báo")
    officer.press("Viết thông báo")
    officer.fill("Tiêu đề", "Làm thêm tối nay, đến 20:30")
    officer.fill("Nội dung", "Thu nhận ở **cổng chính**.\n\n- Lấy số trước\n- Mang thẻ cũ")
    officer.press("Xem trước")
    assert officer.sees("Người dân sẽ đọc", "Lấy số trước")
    officer.look("officer-announcement-form")
    officer.press("Lưu")
    assert officer.sees("Đã lưu bản nháp", "Người dân chưa thấy")
    officer.follow(officer.page.get_by_role("link", name="Đăng", exact=True))
    officer.press("Đăng")
    assert officer.sees("Đã đăng.")

    officer.press("Gửi tới người đăng ký")
    assert officer.sees("Tin như người dân nhận", "1 người khác lâu chưa nhắn")
    officer.look("officer-announcement-send")
    officer.press("Gửi cho 3 người")
    Delivery.objects.filter(contact=ZaloContact.objects.earliest("pk")).update(state="SENT", tried_at=now)
    officer.open("/admin/")
    assert officer.sees("Làm thêm tối nay, đến 20:30”: còn 2 người")
    officer.go("Thông báo")
    officer.look("officer-announcements", within="")
    officer.press("Làm thêm tối nay, đến 20:30")
    officer.look("officer-announcement")

    officer.press("Dừng gửi")
    assert officer.sees("Còn 2 người chưa được gửi")
    officer.press("Dừng gửi")
    assert officer.sees("Đã dừng gửi.")
    officer.press("Gỡ")
    officer.press("Gỡ thông báo")
    assert officer.sees("Đã gỡ.")
    told = Delivery.objects.values_list("state", flat=True)
    assert sorted(told) == ["LEFT_OUT", "LEFT_OUT", "SENT"]
    assert not Announcement.objects.filter(title__startswith="Làm thêm").on_show(timezone.now())
