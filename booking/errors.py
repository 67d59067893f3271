"""The refusals of booking. Codes are fixed by the public contract."""

from collections.abc import Sequence
from typing import Any

from core.errors import DomainError, NotAllowedNow


class SlotFull(DomainError):
    """`remaining` places are left; `nearest` names up to three slots with room for all."""

    code = "slot_full"
    message = "Khung giờ này {fact}. {hint}"

    def __init__(self, *, remaining: int, nearest: list[dict[str, object]], fact: str, hint: str) -> None:
        super().__init__(fact=fact, hint=hint)
        self.details = {"remaining": remaining, "nearest": nearest}


class SlotClosed(DomainError):
    code = "slot_closed"
    message = "Khung giờ này không nhận đặt lịch. Chọn khung giờ khác."


class NotOpenYet(DomainError):
    """The day lies beyond the agency's booking window."""

    code = "not_open_yet"
    message = "Ngày này chưa mở đặt lịch. Đặt được đến hết ngày {last_day}."


class TooLate(DomainError):
    code = "too_late"
    message = "Đã quá giờ nhận cho khung này. Chọn khung giờ muộn hơn."


class TooLateToMove(TooLate):
    message = "Đã sát giờ hẹn, không đổi được nữa. Không đến được thì hủy để người khác có chỗ."


class AlreadyBooked(DomainError):
    """Somebody of the party holds a place.

    `existing` tells which, but only to whoever made it; else `person` tells who of the party, by position.
    """

    code = "already_booked"
    message = "{sentence}"
    own_place = "{name} đã có lịch hẹn: {when} tại {site}, mã {code}. Đổi giờ hoặc hủy lịch đó trước."
    own_wish = "{name} đã có đăng ký đang chờ xếp chỗ. Rút đăng ký đó trước."
    at_the_desk = (
        "Người này đang giữ một chỗ trong cổng. Tìm bằng số định danh ở Lịch hẹn: nếu là lịch của chính họ "
        "thì dùng lịch đó; nếu do người lạ đặt thì xem giấy tờ rồi giải phóng số định danh."
    )
    how_to_claim = "Mang giấy tờ đến điểm tiếp nhận: cán bộ xem giấy tờ, giải phóng số định danh và phục vụ."
    stranger = (
        "Số định danh này đã có người đăng ký. Nếu không phải do ông/bà hoặc người nhà: bấm "
        "“Không phải tôi đăng ký”, hoặc mang giấy tờ đến điểm tiếp nhận, ông/bà vẫn được phục vụ."
    )

    def __init__(
        self, *, sentence: str, existing: dict[str, str | None] | None = None, person: int | None = None
    ) -> None:
        super().__init__(sentence=sentence)
        self.details = {"existing": existing} if existing else {"person": person, "claim": self.how_to_claim}


class DossierRequired(DomainError):
    code = "dossier_required"
    message = "Đơn vị này yêu cầu khai hồ sơ trước khi đặt lịch."


class NotEligible(DomainError):
    """The slot is for the people of some wards; `person` tells who of the party is not, by position."""

    code = "not_eligible"
    message = "Buổi này chỉ nhận người đang ở {names}. {hint}"

    def __init__(self, *, names: Sequence[str], wards: Sequence[str], person: int, is_said: bool) -> None:
        hint = "Chọn ngày, giờ khác." if is_said else "Ghi phường, xã đang ở, hoặc chọn ngày, giờ khác."
        super().__init__(names=", ".join(names), hint=hint)
        self.details = {"wards": list(wards), "person": person}


class TooManyPeople(DomainError):
    code = "too_many_people"
    message = "Mỗi lượt đặt tối đa {limit} người."


class TooManyLive(DomainError):
    code = "too_many_live"
    message = "Mỗi tài khoản giữ chỗ cho tối đa {limit} người cùng lúc; đang có {held} người."


class TooManyChanges(DomainError):
    code = "too_many_changes"
    message = "Lịch hẹn này đã đổi giờ {limit} lần, không đổi thêm được. Có thể hủy và đặt lại."


class NothingToAllocate(DomainError):
    code = "nothing_to_allocate"
    message = "Ngày {day} đã qua, không xếp lịch hay phát số được nữa."


class HoursOverlap(DomainError):
    """A session would lie across hours that stand already."""

    code = "hours_overlap"
    message = "Trùng giờ với {other}. Chọn giờ khác."


class SessionHasPeople(NotAllowedNow):
    """A session cannot be called off while people have places in it; `appointments` are theirs."""

    message = "Buổi này còn {count} người đã hẹn. Đổi giờ hoặc hủy lịch hẹn của họ trước."

    def __init__(self, *, appointments: Sequence[Any]) -> None:
        DomainError.__init__(self, count=len(appointments))
        self.appointments = appointments


class NotProved(DomainError):
    code = "not_proved"
    message = "Không khớp với người nào của tài khoản cũ. Xem lại năm sinh và 4 số cuối."


class ProofLocked(DomainError):
    code = "proof_locked"
    message = "Đã nhập sai nhiều lần. Thử lại vào ngày mai, hoặc mang giấy tờ đến điểm tiếp nhận."


class BelowTaken(DomainError):
    """An officer wants a slot to have fewer places than are booked."""

    code = "below_taken"
    message = (
        "Khung {hour} đã đặt {taken} chỗ, không giảm xuống {capacity} được. Ghi {taken} để không nhận "
        "thêm ai, hoặc đổi giờ cho từng người trước. Chuyển cả nhóm sẽ có cùng chức năng nghỉ đột xuất."
    )


class DayOver(DomainError):
    code = "day_over"
    message = "Ngày {day} đã qua, không sửa được nữa."


class SlotOver(TooLate):
    message = "Khung giờ này đã qua. Chọn khung giờ khác."


class NothingHeld(DomainError):
    code = "nothing_held"
    message = "Số này không giữ chỗ nào, có thể đặt lịch hoặc phục vụ ngay."


class ImportGone(DomainError):
    """The rows of a spreadsheet are kept for an hour, and until they are taken in."""

    code = "import_gone"
    message = "Danh sách này đã nhập xong hoặc đã quá một giờ nên không còn giữ. Tải tệp lên lại."


class ImportBusy(DomainError):
    code = "import_busy"
    message = "Danh sách này đang được nhập ở một cửa sổ khác. Chờ ít phút rồi tải lại trang."


class SitesRefused(DomainError):
    """Rows of sites and hours are taken in all or none."""

    code = "sites_refused"
    message = "Chưa nhập dòng nào: còn {count} chỗ cần sửa trong tệp."


class NotReady(DomainError):
    """An agency opens to citizens once everything it needs is there."""

    code = "agency_not_ready"
    message = "Chưa mở được. Còn thiếu: {missing}."


class StillExpected(DomainError):
    """People hold places there; closed, the agency would neither number nor remind them."""

    code = "agency_still_expected"
    message = (
        "Chưa đóng được: còn {appointments} lịch hẹn và {registrations} đăng ký đang chờ. "
        "Phục vụ xong hoặc hủy và báo cho người dân trước."
    )
