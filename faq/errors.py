from core.errors import DomainError


class NothingToReview(DomainError):
    code = "not_a_draft"
    message = "Chỉ soát được bản nháp."


class NotReviewed(DomainError):
    code = "not_reviewed"
    message = "Câu trả lời phải được soát trước khi đăng."


class OwnWriting(DomainError):
    """Four eyes: what somebody wrote is read by somebody else before citizens read it."""

    code = "own_writing"
    message = "Người viết không tự soát. Nhờ người khác soát."


class AlreadyPublished(DomainError):
    code = "already_published"
    message = "Câu trả lời đã đăng không sửa được. Viết câu mới thay thế."


class WouldLeaveAGap(DomainError):
    """A published answer goes on after the new one ends; it would have to be cut in two."""

    code = "would_leave_a_gap"
    message = "Câu đang dùng có hiệu lực lâu hơn câu này. Đặt ngày cuối bằng hoặc sau ngày {until}."


class UnknownPlaces(DomainError):
    code = "unknown_places"
    message = "Không có chỗ điền: {names}."


class AlreadyHandled(DomainError):
    code = "already_handled"
    message = "Tin báo này đã có cán bộ xử lý."


class NothingAsked(DomainError):
    code = "nothing_asked"
    message = "Chưa ghi câu hỏi."


class AlreadyAsked(DomainError):
    code = "already_asked"
    message = "Đơn vị đã có câu hỏi này."


class MissIsGone(DomainError):
    """Another officer has dealt with it meanwhile."""

    code = "miss_is_gone"
    message = "Câu này vừa có người xử lý."


class NotADraft(DomainError):
    code = "announcement_not_a_draft"
    message = "Thông báo này đã đăng hoặc đã gỡ."


class NotOnShow(DomainError):
    code = "announcement_not_on_show"
    message = "Thông báo chưa đăng, đã gỡ, đã hết hạn, hoặc buổi trong thông báo đã hủy."


class Withdrawn(DomainError):
    code = "announcement_withdrawn"
    message = "Thông báo đã gỡ không sửa được. Viết thông báo mới."


class BeingSent(DomainError):
    code = "announcement_being_sent"
    message = "Đang gửi tới người đăng ký. Dừng gửi rồi mới sửa."


class SentBefore(DomainError):
    """Nobody is told twice: what was sent once is not sent again, not even to who was left out."""

    code = "announcement_sent_before"
    message = "Thông báo này đã gửi một lần rồi. Cần báo điều mới thì viết thông báo mới."


class NotBeingSent(DomainError):
    code = "announcement_not_being_sent"
    message = "Thông báo này không đang gửi."


class NobodyToTell(DomainError):
    code = "nobody_to_tell"
    message = "Hiện không ai trong số người đăng ký nhận được tin này. Thông báo vẫn hiện trên trang."
