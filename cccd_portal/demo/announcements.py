"""What the offices of the demo announce: overtime and mobile teams (Buôn Ma Thuột), a second place and
distance (Hải Dương), numbers by phone (Tân Phú).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from agencies.models import Agency
from booking.models import Session, Site
from core.time import local_date
from faq.services import announcing

A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Told:
    """`kind` ties it to the sessions of the coming week, `place` to the site of that name."""

    slug: str
    title: str
    says: str
    is_pinned: bool = False
    kind: str = ""
    place: str = ""


TOLD = (
    Told(
        "cong-an-tp-buon-ma-thuot",
        "Làm thêm buổi tối, 18:00 đến 20:30",
        "Ai bận giờ hành chính thì đến buổi tối, tại trụ sở **05 Lê Duẩn**.\n\n"
        "- Lấy số trước qua trang này hoặc Zalo thì không phải chờ\n- Mang theo giấy tờ như làm ban ngày",
        is_pinned=True,
        kind=Session.Kind.OVERTIME,
    ),
    Told(
        "cong-an-tp-buon-ma-thuot",
        "Đội lưu động về phường, xã tuần này",
        "Người già yếu, người ở xa làm ngay tại **công an phường, xã**. Mỗi buổi nhận người của nơi đó.",
        kind=Session.Kind.MOBILE,
    ),
    Told(
        "cong-an-tinh-hai-duong",
        "Người ở Chí Linh làm tại Công an TP Chí Linh",
        "Không phải lên thành phố Hải Dương. Lấy số trước, đến đúng giờ ghi trên phiếu.",
        place="Công an TP Chí Linh",
    ),
    Told(
        "cong-an-tinh-hai-duong",
        "Đeo khẩu trang, đứng cách nhau 2 mét",
        "Mỗi khung giờ chỉ nhận số người đã hẹn. Người đang sốt, ho thì **đổi giờ** sang ngày khác, "
        "không mất lượt.",
        is_pinned=True,
    ),
    Told(
        "cong-an-quan-tan-phu",
        "Lấy số trên điện thoại, không phải xếp hàng từ sáng sớm",
        "Chọn ngày, giờ ở trang này hoặc trong Zalo của đơn vị. Số thứ tự có ngay khi đặt.",
    ),
)


def load_announcements(agencies: Iterable[Agency], *, now: datetime) -> None:
    """Announce what is not on show; what was about past sessions is announced of the coming ones."""
    known = {agency.slug: agency for agency in agencies}
    for told in (told for told in TOLD if told.slug in known):
        agency = known[told.slug]
        if announcing.on_show(agency=agency, now=now).filter(title=told.title).exists():
            continue
        sites = Site.objects.filter(agency=agency)
        today = local_date(now)
        week = Session.objects.planned().filter(site__in=sites, date__range=(today, today + A_WEEK))
        content = announcing.Content(
            title=told.title,
            says=told.says,
            starts_at=now,
            is_pinned=told.is_pinned,
            sites=list(sites.filter(name=told.place)),
            sessions=list(week.filter(kind=told.kind)),
        )
        draft = announcing.write(agency=agency, content=content, by=None, now=now)
        announcing.publish(announcement=draft, by=None, now=now)
