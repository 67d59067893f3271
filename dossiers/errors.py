from core.errors import DomainError, NotAuthenticated, TooLarge, UnsupportedMediaType


class VersionInForce(DomainError):
    code = "version_in_force"
    message = (
        "Phiên bản này đã có hiệu lực, không sửa hay bỏ được. Hãy thêm phiên bản mới từ một ngày sắp tới."
    )


class StartsTooEarly(DomainError):
    code = "starts_too_early"
    message = "Phiên bản mới phải bắt đầu sau hôm nay, và sau phiên bản đứng trước nó."


class AlreadyAVersion(DomainError):
    code = "already_a_version"
    message = "Quy định này đã có phiên bản bắt đầu ngày đó."


class AlreadyDeclared(DomainError):
    """The person has a dossier under way. `existing` tells which, but only to whoever declared it."""

    code = "already_declared"
    message = "{sentence}"
    own = "{name} đã có hồ sơ đang được giải quyết, mã {code}. Rút hồ sơ đó trước nếu muốn khai lại."
    stranger = (
        "Người này đã có hồ sơ đang được giải quyết trong cổng. Nếu không phải do ông/bà hoặc người nhà "
        "khai: mang giấy tờ đến điểm tiếp nhận, cán bộ xem và dừng hồ sơ đó."
    )

    def __init__(self, *, sentence: str, existing: dict[str, str] | None = None) -> None:
        super().__init__(sentence=sentence)
        self.details = {"existing": existing} if existing else {}


class TooManyDrafts(DomainError):
    """The account has as many unfinished dossiers as one may have."""

    code = "too_many_drafts"
    message = "Tài khoản đang có {limit} tờ khai chưa nộp. Nộp hoặc rút bớt rồi khai tiếp."


class FileTooLarge(TooLarge):
    message = "Tệp lớn hơn 10 MB. Chụp lại với cỡ ảnh nhỏ hơn, hoặc gửi từng trang."


class FileTypeUnknown(UnsupportedMediaType):
    message = "Chỉ nhận ảnh JPEG, PNG, HEIC và tệp PDF. Tệp này không phải loại đó, dù tên tệp là gì."


class TooManyAttachments(DomainError):
    """The dossier has as many files as it may have, or as many of that kind: `limit`."""

    code = "too_many_attachments"
    message = "Hồ sơ đã có {limit} {what}, không nhận thêm được. Bỏ bớt tệp không cần rồi gửi lại."

    def __init__(self, *, limit: int, what: str) -> None:
        super().__init__(limit=limit, what=what)
        self.details = {"limit": limit}


class UploadExpired(NotAuthenticated):
    """The address for a file was good for some minutes, or is none of ours."""

    message = "Đường gửi tệp đã hết hạn. Mở lại mục gửi giấy tờ rồi chọn tệp."


class FileLost(DomainError):
    """What the row promises is not there, or is not what was put there."""

    code = "file_lost"
    message = "Tệp này không còn đọc được. Gửi lại tệp."
    status = 410


class TooManyPapers(DomainError):
    """More than one file of papers may hold."""

    code = "too_many_papers"
    message = "Một lần in nhiều nhất {limit} hồ sơ. Chọn ít hơn, hoặc in thành nhiều lần."


class SeriesUsedUp(DomainError):
    """Every serial of the day is given."""

    code = "series_used_up"
    message = "Đơn vị đã dùng hết số trong dãy mã hồ sơ hôm nay. Ngày mai cấp tiếp."


class UnreadableCard(DomainError):
    """What was scanned is not the code of a card."""

    code = "unreadable_card"
    message = (
        "Không đọc được mã QR trên thẻ. Quét lại mã ở mặt trước thẻ căn cước hoặc CCCD gắn chip, "
        "hoặc tự điền các mục."
    )
    status = 422
