"""Pictures of every page and state, phone and desktop, into docs/screens/: `python -m tools.screens`.

The tests in the browser take them on their way; here they are made small and listed. To look at every page in
dark and at 200 % text as well, run those tests with SCREENS_DIR (a scratch folder) and SCREENS_ALL=1.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageColor

from tools import environment
from tools.errors import ToolFailed

FOLDER = environment.ROOT / "docs" / "screens"
WIDTHS = (390, 1280)
OFFICERS_WIDTHS = (390, 1024, 1280)
# The colours of the style sheet, light; between each two that meet, two steps of the letters' smooth edges.
SURFACES = ("#f6f8f7", "#ffffff", "#e6f0ed", "#e9f4ee", "#fbf2e4", "#fbecea", "#0b5d4e", "#f3f4f6")
INKS = (
    *("#14231f", "#4c5f59", "#0b5d4e", "#1b7f4b", "#8a5000", "#b3261e"),
    *("#7d8f88", "#d5deda", "#ffb703", "#ffffff", "#000000"),
)
STEPS = 3
# Every page and state, in the order in which a newcomer meets them.
PAGES: dict[str, dict[str, str]] = {
    "Tìm nơi làm": {
        "home": "Trang đầu",
        "home-found": "Gõ tên phường không dấu, tìm thấy đơn vị",
        "home-nothing-found": "Không có đơn vị nào khớp",
        "office": "Đơn vị để người dân chọn giờ",
        "office-that-assigns": "Đơn vị tự xếp giờ, có đội lưu động",
        "guide": "Cần làm gì, mang gì? Ba câu hỏi",
        "guide-wrong": "Chưa trả lời đủ",
        "guide-answer": "Thủ tục, giấy tờ, lệ phí, thời hạn thẻ, và vì sao",
        "site": "Điểm tiếp nhận: địa chỉ, giờ làm, mang theo gì, ngày còn chỗ",
    },
    "Đặt lịch": {
        "person": "Làm căn cước cho ai?",
        "person-errors": "Ghi thiếu: từng mục và cách sửa",
        "people": "Đã ghi một người",
        "person-second": "Thêm người nhà",
        "hours": "Chọn ngày, giờ",
        "hours-in-a-row": "Ba người, mỗi khung còn hai chỗ: các khung liền nhau",
        "check": "Kiểm tra và đồng ý, không ô nào chọn sẵn",
        "check-errors": "Chưa đồng ý",
        "code": "Mã xác nhận",
        "check-by-zalo": "Đăng nhập bằng Zalo thay cho mã: quay lại, không mất gì",
        "booked-three": "Đã đặt cho ba người",
    },
    "Đăng ký để đơn vị xếp giờ": {
        "wish": "Đến được những ngày nào?",
        "wish-check": "Kiểm tra rồi đăng ký",
        "registered": "Đã ghi nhận, đang chờ xếp chỗ",
        "withdraw": "Rút đăng ký",
    },
    "Khai hồ sơ trước, đặt lịch sau": {
        "office-dossier-first": "Đơn vị cần hồ sơ trước",
        "dossiers-to-book": "Hồ sơ đã duyệt: ai đến cùng một lượt?",
        "hours-for-dossiers": "Chọn giờ, trẻ em cần hai chỗ",
        "people-with-dossiers": "Những người đến, theo hồ sơ đã duyệt",
        "check-with-dossiers": "Kiểm tra, mỗi người mang gì",
        "ticket-with-papers": "Phiếu hẹn ghi giấy tờ của riêng người đó",
        "no-dossier-to-book": "Chưa có hồ sơ nào được duyệt",
    },
    "Khai hồ sơ tại nhà": {
        "declare-begin": "Khai cho ai, vì việc gì",
        "declare-begin-wrong": "Chưa chọn đủ",
        "declare-begin-known": "Đăng nhập xong quay lại, không phải chọn lại",
        "declare-page": "Từng bước theo mẫu của ngày áp dụng: DC02",
        "declare-page-wrong": "Ghi thiếu: mục nào, sửa ở đâu; để sau cũng được",
        "declare-place": "Gõ không dấu, chọn tên phường",
        "declare-scan": "Điền nhanh bằng mã QR trên thẻ",
        "declare-scan-differs": "Có mục khác với thẻ",
        "declare-last-page": "Nội dung đề nghị",
        "declare-2021-1": "CC01 năm 2021: mục nhạy cảm và vì sao hỏi",
        "declare-2021-2": "CC01: địa chỉ thường trú",
        "declare-2021-5": "CC01: gia đình, người đại diện",
        "declare-2021-6": "CC01: yêu cầu của công dân",
        "declare-papers": "Giấy tờ gửi kèm, chỉ loại hồ sơ cần",
        "declare-papers-wrong": "Tệp không nhận được và vì sao",
        "declare-case": "Xin miễn lệ phí, sửa loại thẻ",
        "declare-check": "Kiểm tra, lệ phí, mang theo gì; không ô nào chọn sẵn",
        "declare-check-wrong": "Chưa đồng ý, chưa cam đoan",
        "declare-conflict": "Hai máy cùng sửa: chọn từng mục, không mất gì",
        "dossier-sent": "Đã nộp: mã tờ khai, việc tiếp theo",
        "my-dossiers": "Hồ sơ của tôi và người nhà",
        "dossier-needs-correction": "Cần bổ sung: từng mục, lối đi thẳng đến chỗ sửa",
        "declare-mend": "Sửa mục cán bộ yêu cầu",
        "dossier-accepted": "Đã duyệt: đặt lịch đến",
        "dossier-ready": "Đã có thẻ",
        "quan-4-ready": "Quận 4, mùa xuân 2021: đã có thẻ",
        "dossier-refused": "Không được tiếp nhận",
        "dossier-look-up": "Người được khai hộ tra cứu không cần tài khoản",
        "dossier-looked-up": "Hồ sơ người khác khai hộ: xem, rút, xóa",
        "dossier-withdraw": "Hỏi lại trước khi rút",
        "dossier-erase": "Hỏi lại trước khi xóa",
    },
    "Phiếu hẹn": {
        "ticket": "Ngay sau khi đặt",
        "ticket-with-number": "Đã có số thứ tự",
        "ticket-number-later": "Số đến vào chiều hôm trước",
        "ticket-confirmed": "Đã báo sẽ đến",
        "move": "Đổi giờ",
        "cancel": "Hỏi lại trước khi hủy",
        "ticket-cancelled": "Đã hủy",
        "mine": "Lịch hẹn của tôi và người nhà",
        "mine-empty": "Chưa có lịch hẹn nào",
        "messages": "Tin của tôi: tin nào cũng đọc lại được",
        "join": "Đã đặt lịch mà không thấy ở đây?",
        "joined": "Lịch đặt ở nơi khác đã về đây",
        "look-up": "Tra cứu không cần tài khoản",
        "look-up-locked": "Sai nhiều lần",
    },
    "Đăng nhập": {
        "sign-in": "Đăng nhập bằng Zalo, hoặc bằng mã",
        "sign-in-errors": "Chưa ghi số",
        "sign-in-code": "Nhập mã đăng nhập",
        "own-phone": "Đăng nhập bằng Zalo, thêm số điện thoại để tìm lịch đã đặt",
        "own-phone-code": "Mã gửi tới số đó",
    },
    "Khi có trục trặc": {
        "day-full": "Ngày đã kín, các ngày gần nhất còn chỗ",
        "slot-gone": "Khung giờ hết chỗ trong lúc ghi: chạm một giờ khác là xong",
        "family-hardly-fits": "Cả nhà chỉ vừa ở vài khung giờ",
        "family-does-not-fit": "Không còn chỗ cho cả nhà",
        "nothing-free": "Không có giờ nào đủ chỗ",
        "too-late": "Đã quá giờ nhận",
        "holiday": "Ngày nghỉ và lý do",
        "office-without-days": "Đơn vị chưa có ngày nhận",
        "site-without-days": "Điểm chưa có ngày nhận",
        "booked-already-own": "Đã có lịch: xem, đổi hoặc hủy",
        "booked-already-by-a-stranger": "Số định danh đã có người khác đăng ký",
        "signed-out-meanwhile": "Hết phiên đăng nhập giữa chừng, không mất gì",
        "code-wrong": "Sai mã",
        "code-too-old": "Mã quá cũ",
        "code-too-soon": "Xin mã lại quá sớm",
        "zalo-down": "Zalo đang bận: lối ra ngay trên trang",
        "join-errors": "Ghi thiếu khi đưa lịch từ Zalo về",
        "join-refused": "Không khớp với người nào đã đặt trong Zalo",
        "join-locked": "Sai nhiều lần: thử lại ngày mai, hoặc mang giấy tờ đến",
        "move-slot-gone": "Giờ định đổi vừa hết chỗ",
        "draft-of-another-browser": "Mở trang ghi dở ở máy khác",
        "ticket-of-somebody-else": "Phiếu của người khác",
        "not-found": "Không có trang này",
        "page-open-too-long": "Trang mở quá lâu",
        "server-error": "Lỗi của hệ thống, có mã để đọc cho cán bộ",
    },
    "Dùng thử": {
        "phone": "Máy giả lập Zalo: điện thoại của người dân và bàn điều khiển",
    },
    "Hỏi trong khung chat của Official Account": {
        "chat": "Danh sách đầu, rồi một câu hỏi gõ không dấu",
        "chat-taken": "Lấy số bằng vài con số",
    },
    "Hỏi đáp": {
        "questions": "Hỏi đáp của một đơn vị, theo chủ đề",
        "found-while-typing": "Tìm ngay trong lúc gõ, hỏi lại đúng một điều",
        "question": "Một câu trả lời, và có ích không",
    },
    "Lịch cấp căn cước": {
        "schedule": "Lưu động và ngoài giờ của một đơn vị",
        "schedule-of-a-ward": "Của phường, xã mình trước, gõ tên cũ hay tên mới",
        "schedule-empty": "Chưa có buổi nào: làm ở đâu",
    },
    "Thông báo": {
        "announcements": "Thông báo đang có của một đơn vị, tin ghim ở trên",
        "announcement": "Một thông báo, về buổi nào, ở đâu",
        "announcement-over": "Buổi đã hủy: không còn áp dụng",
    },
    "Nên đọc": {
        "tell-fakes": "Nhận biết thật, giả",
        "fakes": "Nhận biết thật, giả của một đơn vị, và báo giả mạo",
        "fakes-wrong": "Báo giả mạo, ghi thiếu",
        "fakes-sent": "Đã nhận tin báo: việc cần làm ngay",
        "notice": "Thông báo dữ liệu cá nhân",
    },
}

# What officers see, on a phone, a tablet and a desktop.
OFFICERS = {
    "officer-dashboard": "Tổng quan: hôm nay, ngày mai, việc cần làm",
    "officer-week": "Lịch tuần của một điểm",
    "officer-capacity": "Sức chứa từng khung của một ngày",
    "officer-closing": "Đóng một ngày: ai đã đặt, số để gọi",
    "officer-day-list": "Danh sách trong ngày, in ra giấy A4",
    "officer-assist": "Đặt hộ tại quầy",
    "officer-appointment": "Một lịch hẹn: vì sao có chỗ, tin đã báo",
    "officer-move": "Đổi giờ cho công dân",
    "officer-calls": "Chưa nhận được tin: gọi, ghi kết quả",
    "officer-sites-form": "Điểm thu nhận: lịch mở cửa, và 14 ngày tới theo lịch ấy",
    "officer-calendar": "Ngày nghỉ, làm bù: danh sách",
    "officer-calendar-day": "Ngày nghỉ vừa đặt trùng người đã hẹn: ai, số để gọi",
    "officer-overtime-errors": "Buổi ngoài giờ, ghi thiếu",
    "officer-tour": "Lịch lưu động",
    "officer-sessions": "Ngoài giờ, lưu động: danh sách",
    "officer-session-call-off": "Hủy một buổi",
    "officer-agency-new": "Đơn vị mới, với cách làm việc có sẵn",
    "officer-opening": "Mở đơn vị: còn thiếu gì, vì sao, bấm vào đâu",
    "officer-import-sites": "Điểm và giờ mở cửa từ Excel, xem thử trước khi nhập",
    "officer-opening-open": "Đơn vị đã mở",
    "officer-zalo-before": "Kết nối Zalo: phải làm gì trước ở trang của Zalo",
    "officer-zalo-adopt": "Tài khoản vừa đồng ý có phải của đơn vị không?",
    "officer-zalo": "Đã kết nối: quyền còn bao lâu, hạn mức, chất lượng, mẫu tin có hợp không",
    "officer-law": "Thủ tục, lệ phí: mọi phiên bản theo ngày",
    "officer-cards": "Thu nhận, trả thẻ: hồ sơ đã duyệt",
    "officer-take-in": "Thu nhận: ngày hẹn trả, lệ phí",
    "officer-fee": "Lệ phí: thu theo biên lai, hoặc miễn theo giấy chứng minh",
    "officer-fees-of-the-day": "Lệ phí trong ngày, cộng theo cán bộ, in bảng kê",
    "officer-ready": "Báo có thẻ: quét, dán hoặc tải danh sách mã",
    "officer-ready-preview": "Báo có thẻ: dòng nào khớp, dòng nào không và vì sao",
    "officer-hand-over": "Trả thẻ: ai nhận",
    "officer-card": "Một hồ sơ ở quầy: lệ phí, diễn biến, tin đã báo",
    "officer-late": "Quá hẹn trả thẻ: chọn hồ sơ, ngày hẹn mới",
    "officer-late-preview": "Lời xin lỗi, xem lại trước khi gửi",
    "officer-inbox": "Hồ sơ cần kiểm tra, hạn gần nhất ở trên",
    "officer-dossier": "Một hồ sơ: đã khai gì, cần xem gì, quyết định",
    "officer-corrections": "Yêu cầu bổ sung: lý do ở từng mục",
    "officer-dossier-mended": "Hồ sơ nộp lại: sửa gì so với lần trước",
    "officer-refuse": "Không tiếp nhận: lý do, căn cứ",
    "officer-hand-in": "Nộp tờ khai tại quầy sau khi xem giấy tờ",
    "officer-misses": "Câu hỏi chưa hiểu: hỏi nhiều nhất ở trên, gần với câu nào",
    "officer-miss": "Một câu chưa hiểu: bấm một lần thành cách hỏi của một câu",
    "officer-missed-question": "Câu hỏi mới từ câu chưa hiểu, kèm bản nháp câu trả lời",
    "officer-answer": "Câu trả lời: người dân sẽ đọc gì, xem thử, diễn biến",
    "officer-answer-review": "Soát: đọc lại như người dân sẽ đọc, rồi bấm",
    "officer-questions": "Câu hỏi theo chủ đề, tìm không dấu, ý kiến của người dân",
    "officer-question": "Một câu hỏi: câu trả lời theo ngày, các cách hỏi",
    "officer-office-words": "Điều riêng của đơn vị: ghi gì, hiện ở đâu",
    "officer-feedback": "Ý kiến về câu trả lời",
    "officer-nothing": "Danh sách chưa có dòng nào",
    "officer-announcements": "Thông báo: danh sách, đang đăng, đang gửi",
    "officer-announcement-form": "Viết thông báo, xem trước như người dân đọc",
    "officer-announcement-send": "Gửi cho bao nhiêu người, từ mấy giờ; tin như người dân nhận",
    "officer-announcement": "Một thông báo đang gửi: đã đến bao nhiêu người, dừng được",
    "officer-chats": "Ai chờ gặp cán bộ qua Zalo, từ bao giờ; nơi cán bộ đang trả lời tay",
    "officer-import-new": "Danh sách đăng ký từ Excel: tải lên",
    "officer-import-people": "Danh sách đăng ký: dòng nào được, dòng nào chưa và vì sao",
    "officer-imports": "Các lần nhập",
    "officer-officers": "Cán bộ: danh sách",
    "officer-officer-form": "Một cán bộ: vai trò, phân công",
    "officer-leave": "Thôi việc, bàn giao",
    "officer-audit": "Nhật ký: ai đã xem một mã hẹn",
    "officer-refused": "Không có quyền mở trang",
    "officer-dead-end": "Không có trang, hoặc của đơn vị khác",
    "officer-sign-in-password": "Đăng nhập",
    "officer-sign-in-password-wrong": "Sai mật khẩu",
    "officer-sign-in-locked-out": "Sai nhiều lần",
    "officer-sign-in-set-up": "Bật xác thực hai bước",
    "officer-sign-in-recovery-codes": "Mã dự phòng, in ra một lần",
    "officer-sign-in-code": "Nhập mã trên ứng dụng",
    "officer-sign-in-code-on-paper": "Dùng mã dự phòng",
    "officer-sign-in-code-wrong": "Mã không đúng hoặc đã dùng",
    "officer-sign-in-security": "Bảo mật tài khoản",
}


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        taken = Path(scratch)
        tests = [sys.executable, "-m", "pytest", "-q", "cccd_portal/tests/browser"]
        done = subprocess.run(
            tests, cwd=environment.ROOT, env=os.environ | {"SCREENS_DIR": scratch}, check=False
        )
        if done.returncode:
            print("The tests in the browser failed; docs/screens/ stays as it was.", file=sys.stderr)
            return done.returncode
        try:
            _keep(taken)
        except ToolFailed as error:
            print(error, file=sys.stderr)
            return 1
    return 0


def _keep(taken: Path) -> None:
    """Put the pictures into the folder, small, with an index.

    :raises ToolFailed: the tests took other pictures than are listed here
    """
    listed = {name for names in PAGES.values() for name in names} | set(OFFICERS)
    found = {path.stem.rpartition("-")[0] for path in taken.glob("*.png")}
    if listed != found:
        raise ToolFailed(f"Listed in tools/screens.py or taken by a test, not both: {sorted(listed ^ found)}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in sorted(listed):
        for width in OFFICERS_WIDTHS if name in OFFICERS else WIDTHS:
            picture = Image.open(taken / f"{name}-{width}.png").convert("RGB")
            # The officers' side has the theme's colours, which are not in our style sheet.
            palette = None if name.startswith("officer-") else _palette()
            small = picture.quantize(colors=128, palette=palette, dither=Image.Dither.NONE)
            small.save(FOLDER / f"{name}-{width}.png", optimize=True)
    (FOLDER / "README.md").write_text(_index(), encoding="utf-8")


def _palette() -> Image.Image:
    """The few colours that a picture needs: small files, and no tint taken for another."""
    surfaces, inks = ([ImageColor.getrgb(colour)[:3] for colour in group] for group in (SURFACES, INKS))
    between = [
        tuple(a + (b - a) * step // STEPS for a, b in zip(surface, ink, strict=True))
        for surface in surfaces
        for ink in inks
        for step in range(1, STEPS)
    ]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in dict.fromkeys([*surfaces, *inks, *between]) for part in colour])
    return palette


def _index() -> str:
    lines = ["# Các trang", ""]
    lines += ["Mỗi trang ở bề ngang 390 px (điện thoại) và 1280 px (máy tính), cùng phiếu in trên"]
    lines += ["[giấy A6](ticket-a6.png) và [cuộn 80 mm](ticket-80mm.png)."]
    lines += ["Chụp lại: `.venv/bin/python -m tools.screens`.", ""]
    for chapter, names in PAGES.items():
        lines += [f"## {chapter}", "", "| trang | điện thoại | máy tính |", "|---|---|---|"]
        lines += [
            f"| {words} | [{name}-390.png]({name}-390.png) | [{name}-1280.png]({name}-1280.png) |"
            for name, words in names.items()
        ]
        lines.append("")
    lines += [
        "## Trang của cán bộ",
        "",
        "| trang | điện thoại | máy tính bảng | máy tính |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {words} | " + " | ".join(f"[{name}-{w}.png]({name}-{w}.png)" for w in OFFICERS_WIDTHS) + " |"
        for name, words in OFFICERS.items()
    ]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main())
