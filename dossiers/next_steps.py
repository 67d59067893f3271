"""What somebody does next about a dossier, in a sentence, for lists and answers."""

from core.time import say_day, say_time
from dossiers.models import Dossier
from dossiers.states import Status

_STEPS = {
    Status.DRAFT: "Khai tiếp các mục còn thiếu rồi nộp.",
    Status.SUBMITTED: "Chờ cán bộ kiểm tra{due}.",
    Status.CHECKING: "Cán bộ đang kiểm tra{due}.",
    Status.NEEDS_CORRECTION: "Bổ sung các mục được đánh dấu rồi nộp lại.",
    Status.ACCEPTED: "Đặt lịch đến làm thẻ, mang theo giấy tờ ghi trong hồ sơ.",
    Status.REFUSED: "Hồ sơ không được tiếp nhận. Xem lý do; khi đủ điều kiện có thể khai hồ sơ mới.",
    Status.WITHDRAWN: "Hồ sơ đã rút. Muốn làm thẻ thì khai hồ sơ mới.",
    Status.TAKEN_IN: "Chờ thẻ, hẹn trả {return_on}.",
    Status.READY: "Thẻ đã có. Mang giấy tờ tùy thân, giấy hẹn hoặc mã tờ khai đến nhận.",
    Status.HANDED_OVER: "Đã nhận thẻ.",
    Status.STOPPED: "Hồ sơ đã dừng. Gọi đơn vị nếu cần biết thêm.",
}


def next_step(dossier: Dossier) -> str:
    """One sentence to the citizen; needs nothing but the dossier's own row."""
    due = f", dự kiến trước {say_time(dossier.due_at)}" if dossier.due_at else ""
    return_on = say_day(dossier.return_on) if dossier.return_on else ""
    return _STEPS[Status(dossier.status)].format(due=due, return_on=return_on)
