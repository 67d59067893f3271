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
