"""How far a declaration can be, and what may follow what.

The database holds to the same table: a trigger refuses every other step (migration `dossiers_step_by_step`).
"""

from collections.abc import Mapping
from enum import IntEnum

from django.db import models


class Status(models.TextChoices):
    DRAFT = "DRAFT", "đang khai"
    SUBMITTED = "SUBMITTED", "đã nộp, chờ kiểm tra"
    CHECKING = "CHECKING", "đang kiểm tra"
    NEEDS_CORRECTION = "NEEDS_CORRECTION", "cần bổ sung"
    ACCEPTED = "ACCEPTED", "đã duyệt, mời đến làm thẻ"
    REFUSED = "REFUSED", "không được tiếp nhận"
    WITHDRAWN = "WITHDRAWN", "đã rút"
    TAKEN_IN = "TAKEN_IN", "đã thu nhận, chờ thẻ"
    READY = "READY", "đã có thẻ"
    HANDED_OVER = "HANDED_OVER", "đã trả thẻ"
    STOPPED = "STOPPED", "đã dừng"


class NationalStatus(IntEnum):
    """The ten codes of the one-stop shop, as every system of the state numbers them."""

    NEW = 1
    RECEIVED = 2
    NOT_RECEIVED = 3
    UNDER_WAY = 4
    PAPERS_WANTED = 5
    FEE_WANTED = 6
    WITHDRAWN = 7
    STOPPED = 8
    DONE = 9
    HANDED_OVER = 10

    @property
    def words(self) -> str:
        return _NATIONAL_WORDS[self]


_NATIONAL_WORDS: Mapping[NationalStatus, str] = {
    NationalStatus.NEW: "Mới đăng ký",
    NationalStatus.RECEIVED: "Được tiếp nhận",
    NationalStatus.NOT_RECEIVED: "Không được tiếp nhận",
    NationalStatus.UNDER_WAY: "Đang xử lý",
    NationalStatus.PAPERS_WANTED: "Yêu cầu bổ sung giấy tờ",
    NationalStatus.FEE_WANTED: "Yêu cầu thực hiện nghĩa vụ tài chính",
    NationalStatus.WITHDRAWN: "Công dân yêu cầu rút hồ sơ",
    NationalStatus.STOPPED: "Dừng xử lý",
    NationalStatus.DONE: "Đã xử lý xong",
    NationalStatus.HANDED_OVER: "Đã trả kết quả",
}

NATIONAL: Mapping[Status, NationalStatus | None] = {
    Status.DRAFT: None,
    Status.SUBMITTED: NationalStatus.NEW,
    Status.CHECKING: NationalStatus.NEW,
    Status.NEEDS_CORRECTION: NationalStatus.PAPERS_WANTED,
    Status.ACCEPTED: NationalStatus.RECEIVED,
    Status.REFUSED: NationalStatus.NOT_RECEIVED,
    Status.WITHDRAWN: NationalStatus.WITHDRAWN,
    Status.TAKEN_IN: NationalStatus.UNDER_WAY,
    Status.READY: NationalStatus.DONE,
    Status.HANDED_OVER: NationalStatus.HANDED_OVER,
    Status.STOPPED: NationalStatus.STOPPED,
}

ALLOWED: Mapping[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.SUBMITTED, Status.WITHDRAWN}),
    Status.SUBMITTED: frozenset({Status.CHECKING, Status.WITHDRAWN, Status.STOPPED}),
    Status.CHECKING: frozenset(
        {
            *(Status.SUBMITTED, Status.NEEDS_CORRECTION, Status.ACCEPTED, Status.REFUSED),
            *(Status.WITHDRAWN, Status.STOPPED),
        }
    ),
    Status.NEEDS_CORRECTION: frozenset({Status.SUBMITTED, Status.WITHDRAWN, Status.STOPPED}),
    # What the counter sees may change what was decided from afar.
    Status.ACCEPTED: frozenset(
        {Status.TAKEN_IN, Status.NEEDS_CORRECTION, Status.REFUSED, Status.WITHDRAWN, Status.STOPPED}
    ),
    Status.TAKEN_IN: frozenset({Status.READY, Status.STOPPED}),
    # Back again: a code was among the ready ones by mistake.
    Status.READY: frozenset({Status.HANDED_OVER, Status.TAKEN_IN}),
    Status.REFUSED: frozenset(),
    Status.WITHDRAWN: frozenset(),
    Status.HANDED_OVER: frozenset(),
    Status.STOPPED: frozenset(),
}

# An officer still has to decide about these.
TO_REVIEW = (Status.SUBMITTED, Status.CHECKING)
# A person has at most one of these in the whole portal.
OPEN = (
    Status.SUBMITTED,
    Status.CHECKING,
    Status.NEEDS_CORRECTION,
    Status.ACCEPTED,
    Status.TAKEN_IN,
    Status.READY,
)
# The citizen may write into these.
EDITABLE = (Status.DRAFT, Status.NEEDS_CORRECTION)
# The citizen may take these back.
WITHDRAWABLE = tuple(status for status, following in ALLOWED.items() if Status.WITHDRAWN in following)
ENDED = tuple(status for status, following in ALLOWED.items() if not following)
