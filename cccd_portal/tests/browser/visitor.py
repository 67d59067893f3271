"""Somebody at a browser: what they do on the pages of a booking, and a critical look at each page."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Response, WebError

from cccd_portal.tests.browser.looking import faults_of, photograph, set_width
from cccd_portal.tests.browser.ways import Way
from zalo.sandbox.testing import Sandbox

PHONE = "0905123456"
AN = "049085000123"
BINH = "049158000456"
HANH = "049190000789"


class Visitor:
    """One browser with cookies of its own and one page in it; `page` is Playwright's.

    `complaints` is what the browser itself complains of: broken scripts, refused by the policy.
    """

    def __init__(
        self, context: BrowserContext, way: Way, base_url: str, sandbox: Sandbox, *, screens: Path | None
    ) -> None:
        self.context, self.way, self.base_url = context, way, base_url
        self.sandbox, self.screens = sandbox, screens
        self.complaints: list[str] = []
        context.on("console", self._note)
        context.on("weberror", self._note_error)
        self.page = context.pages[0] if context.pages else context.new_page()

    def leave(self) -> None:
        """Make the window ready for the next one who sits down at it."""
        self.context.remove_listener("console", self._note)
        self.context.remove_listener("weberror", self._note_error)
        first, *others = self.context.pages
        for page in others:
            page.close()
        first.goto("about:blank")
        first.emulate_media(media="null")
        self.context.clear_cookies()

    def _note(self, message: ConsoleMessage) -> None:
        # What the server answered is for the test to judge.
        is_about_status = "the server responded with a status of" in message.text
        if message.type in ("error", "warning") and not is_about_status:
            self.complaints.append(f"console: {message.text}")

    def _note_error(self, error: WebError) -> None:
        self.complaints.append(f"script: {error.error}")

    def cookie(self, name: str) -> str:
        return next((kept["value"] for kept in self.context.cookies() if kept["name"] == name), "")

    def keep(self, name: str, value: str) -> None:
        """Let the browser come with a cookie that it got earlier."""
        self.context.add_cookies([{"name": name, "value": value, "url": self.base_url}])

    # --- Moving about ------------------------------------------------------------------------------

    def open(self, path: str) -> Response:
        answer = self.page.goto(path, wait_until="domcontentloaded")
        assert answer is not None
        return answer

    def press(self, words: str) -> None:
        """Press the button or follow the link with these words, and wait for the page it leads to."""
        self.follow(self.named(words))

    def follow(self, button_or_link: Locator) -> None:
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            if self.way.script:
                button_or_link.click()
            else:  # that a finger hits it was shown with scripts, on the same layout; this takes half as long
                button_or_link.dispatch_event("click")

    def named(self, words: str) -> Locator:
        content = self.page.locator("main")
        button = content.get_by_role("button", name=words)
        return (button if button.count() else content.get_by_role("link", name=words)).first

    def sees(self, *texts: str) -> bool:
        """Whether each text is on the page and visible."""
        for text in texts:
            self.page.get_by_text(text).locator("visible=true").first.wait_for()
        return True

    @property
    def heading(self) -> str:
        return (self.page.locator("h1").text_content() or "").strip()

    # --- A booking, step by step --------------------------------------------------------------------

    def begin(self, office: Any, way: str = "Chọn ngày, giờ") -> None:
        self.open(f"/don-vi/{office.slug}/")
        self.press(way)

    def write_person(
        self, name: str, number: str, birth_date: str = "12/4/1985", relation: str = "SELF"
    ) -> None:
        self.page.get_by_label("Người này là ai?").select_option(relation)
        self.page.get_by_label("Họ và tên").fill(name)
        self.page.get_by_label("Số định danh cá nhân").fill(number)
        self.page.get_by_label("Ngày sinh").fill(birth_date)
        self.press("Tiếp tục")

    def write_an(self) -> None:
        self.write_person("Trần Văn An", AN)

    def write_family(self, size: int = 2) -> None:
        self.write_an()
        for name, number, born, relation in (
            ("Nguyễn Thị Bình", BINH, "1958", "MOTHER"),
            ("Lê Thị Hạnh", HANH, "3/1990", "SPOUSE"),
        )[: size - 1]:
            self.press("Thêm người nhà")
            self.write_person(name, number, born, relation)

    def pick(self, clock: str) -> None:
        """Go on to the hours and take this one."""
        self.press("Tiếp tục: chọn giờ")
        self.follow(self.hour(clock))

    def hour(self, clock: str) -> Locator:
        return self.page.get_by_role("button", name=re.compile(f"^{clock}"))

    def agree(self, *, phone: str = PHONE, messages: bool = True) -> None:
        if self.page.get_by_label("Số điện thoại dùng Zalo").count():
            self.page.get_by_label("Số điện thoại dùng Zalo").fill(phone)
        self.page.get_by_label("Đã đọc thông báo").check()
        if self.page.get_by_label("đã nhờ đăng ký giúp").count():
            self.page.get_by_label("đã nhờ đăng ký giúp").check()
        if messages and self.page.get_by_label("Gửi số thứ tự").count():
            self.page.get_by_label("Gửi số thứ tự").check()

    def code(self, phone: str = PHONE) -> str:
        """The last one-time code that this phone received."""
        return str(self.sandbox.messages(phone=phone)[-1]["template_data"]["otp"])

    def enter_code(self, words: str = "Đặt lịch", phone: str = PHONE) -> None:
        self.page.get_by_label("Mã xác nhận").fill(self.code(phone))
        self.press(words)

    def agree_and_book(self) -> None:
        self.agree()
        self.press("Nhận mã xác nhận")
        self.enter_code()

    def sign_in(self, phone: str = PHONE) -> None:
        self.open("/dang-nhap/")
        self.page.get_by_label("Số điện thoại dùng Zalo").fill(phone)
        self.press("Nhận mã xác nhận")
        self.enter_code("Đăng nhập", phone)
        self.page.wait_for_url("**/lich-hen/**")

    # --- Looking critically --------------------------------------------------------------------------

    def look(self, name: str) -> None:
        """Hold this page to what every page must be; keep its picture as `name` if pictures are wanted.

        Pictures are taken where axe looks too.
        """
        self.page.wait_for_load_state("load")
        faults = faults_of(self.page, widths=self.way.widths, axe=self.way.axe)
        assert not faults, f"{name}: " + "\n".join(faults)
        if self.screens and self.way.axe:
            for width in self.way.widths:
                set_width(self.page, width)
                photograph(self.page, self.screens, f"{name}-{width}")
            set_width(self.page, self.way.width)
