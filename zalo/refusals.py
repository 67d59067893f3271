"""Why a consent at Zalo came to nothing, in words for whoever sits at the browser."""

from collections.abc import Mapping

from core.errors import DomainError, Unavailable
from zalo.errors import BackOff, NeedsConsent, OutcomeUnknown, ZaloError
from zalo.reading import as_int


class NotConsented(DomainError):
    """The way to Zalo's consent page and back came to nothing; the subclass says why."""

    code = "not_consented"
    message = "Việc cho phép ở Zalo chưa xong. Bấm lại từ đầu."


class ConsentUnknown(NotConsented):
    """Nobody was sent to Zalo with this state, or it was not signed by us."""

    message = "Không nhận ra lần quay về này từ Zalo. Bấm lại từ đầu."


class ConsentElsewhere(NotConsented):
    """Another browser was sent to Zalo, or this one has forgotten it."""

    message = "Lần này được bắt đầu ở trình duyệt khác. Bấm lại từ đầu ở trình duyệt này."


class ConsentOver(NotConsented):
    """The request was answered before, or is older than ten minutes."""

    message = "Lần này đã dùng rồi hoặc đã quá 10 phút. Bấm lại từ đầu."


class ConsentCancelled(NotConsented):
    message = "Đã bấm Hủy ở trang của Zalo nên chưa có gì thay đổi."


class CodeRefused(NotConsented):
    """Zalo does not take the code: used, too old, or not for the verifier."""

    message = "Zalo không nhận mã của lần này: mã đã dùng hoặc quá hạn. Bấm lại từ đầu."


class AppNotReady(NotConsented):
    """Something about our app must be set right in Zalo's console; `remedy` is for officers."""

    message = "Zalo chưa nhận ứng dụng của cổng (lỗi {zalo_code}). {remedy}"


class ZaloAway(Unavailable):
    message = "Zalo đang bận hoặc không trả lời. Thử lại sau ít phút."


# By Zalo's own number. What to do stands in the console of developers.zalo.me.
_REMEDIES: Mapping[int, str] = {
    -14002: "Kiểm tra mã ứng dụng (ZALO_APP_ID) và bật ứng dụng sang Đang hoạt động.",
    -14003: "Địa chỉ quay về đã ghi ở Zalo phải giống hệt địa chỉ của cổng, từng ký tự.",
    -14004: "Khóa bí mật của ứng dụng (ZALO_APP_SECRET) không đúng; lấy lại ở trang ứng dụng.",
    -14018: "Đây là lỗi của phần mềm; báo đơn vị phát triển.",
}
_OTHER_REMEDY = "Báo cán bộ kỹ thuật kèm số lỗi này."


def refusal_of(error: ZaloError) -> DomainError:
    """Put into words why Zalo gave no tokens for a code."""
    if isinstance(error, BackOff | OutcomeUnknown):
        return ZaloAway()
    if isinstance(error, NeedsConsent):
        return CodeRefused()
    return AppNotReady(zalo_code=error.code, remedy=_REMEDIES.get(error.code, _OTHER_REMEDY))


def refusal_in_callback(error: str) -> DomainError:
    """Put into words what the consent page says instead of giving a code: mostly that somebody cancelled."""
    number = as_int(error) or 0
    if number in _REMEDIES:
        return AppNotReady(zalo_code=number, remedy=_REMEDIES[number])
    return ConsentCancelled()
