"""What an officer at the counter does with approved dossiers, in a real browser on three screens."""

from datetime import timedelta

from django.utils import timezone

from agencies.models import Agency
from core.time import local_date
from dossiers.models import Dossier, Place
from dossiers.states import Status
from dossiers.tests.factories import DossierFactory

NAMES = (
    "Trần Văn An",
    "Lê Thị Hạnh",
    "H'Hen Niê Bkrông Thị Hồng Ngọc Anh Tuyết Mai Phương Thảo",
    "Y Wăng Mlô",
)


def dossiers_of(agency: Agency, status: Status, *, late_by: int = 0) -> list[Dossier]:
    """One for each name; those who were taken in wait since a few days."""
    now = timezone.now()
    promised = local_date(now) - timedelta(days=late_by) if late_by else local_date(now) + timedelta(days=5)
    columns = {} if status == Status.ACCEPTED else {"taken_in_at": now, "return_on": promised, "fee": 35_000}
    rows = []
    for name in NAMES:
        number = f"0490850{Dossier.objects.count():05d}"
        declared = {"full_name": name, "birth_date": "1985-04-12", "sex": "male", "personal_id": number}
        rows.append(DossierFactory(agency=agency, status=status, declared=declared, **columns))
    for row in rows:
        Place.objects.create(
            version=row.version, level=agency.level, area="", code="1", working_days=7, where="Công an cấp xã"
        )
    return rows


class TestTheCounter:
    def test_takes_somebody_in_collects_the_fee_and_gives_the_card_out(self, officer, picks):
        coming, _, _, _ = dossiers_of(picks, Status.ACCEPTED)
        officer.go("Thu nhận, trả thẻ")
        assert officer.sees("Trần Văn An", "đã duyệt, mời đến làm thẻ")
        officer.look("officer-cards", within="")
        officer.open(f"/admin/dossiers/card/{coming.pk}/change/")
        officer.press("Thu nhận người này")
        assert officer.sees("Hẹn trả thẻ")
        officer.look("officer-take-in")
        officer.press("Đã thu nhận")
        assert officer.sees("đã thu nhận, chờ thẻ")

        Dossier.objects.filter(pk=coming.pk).update(fee=35_000)
        officer.open(f"/admin/dossiers/card/{coming.pk}/change/")
        officer.press("Ghi thu hoặc miễn")
        officer.press("Ghi đã thu")
        assert officer.sees("Số biên lai")
        officer.look("officer-fee")
        officer.fill("Số biên lai", "AA/26-0000123")
        officer.press("Ghi đã thu")
        assert officer.sees("Đã ghi thu 35.000 đ", "AA/26-0000123")
        officer.go("Lệ phí trong ngày")
        assert officer.sees("35.000", "Cộng")
        officer.look("officer-fees-of-the-day")

        officer.go("Báo có thẻ")
        officer.look("officer-ready")
        officer.fill("Mã tờ khai hoặc mã hồ sơ, mỗi dòng một mã", f"{coming.code}\n{coming.code}\nXX0000000")
        officer.press("Xem thử")
        assert officer.sees("Không khớp: 2 dòng", "Đã có ở dòng 1")
        officer.look("officer-ready-preview")
        officer.press("Báo có thẻ cho 1 hồ sơ")
        assert officer.sees("Đã báo có thẻ: 1 hồ sơ")

        officer.open(f"/admin/dossiers/card/{coming.pk}/change/")
        officer.follow(officer.page.get_by_role("link", name="Trả thẻ", exact=True))
        officer.look("officer-hand-over")
        officer.press("Đã trả thẻ")
        assert officer.sees("chính người được cấp thẻ")
        officer.look("officer-card")

    def test_says_sorry_for_cards_that_are_late(self, officer, picks):
        dossiers_of(picks, Status.TAKEN_IN, late_by=3)

        officer.go("Quá hẹn trả thẻ")
        assert officer.sees("4 hồ sơ đã qua ngày hẹn")
        officer.look("officer-late")
        officer.fill("Lý do", "thẻ in chậm hơn dự kiến")
        officer.press("Xem lại lời xin lỗi")
        assert officer.sees("xin lỗi ông/bà", "thẻ in chậm hơn dự kiến")
        officer.look("officer-late-preview")
        officer.press("Gửi lời xin lỗi, hẹn lại")
        assert officer.sees("Đã hẹn lại 4 hồ sơ", "Không hồ sơ nào quá hẹn")
