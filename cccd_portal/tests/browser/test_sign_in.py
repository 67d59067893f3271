"""An officer sets up a second factor, comes back with it, and is shut out when guessing."""

import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import SecondFactor
from accounts.tests.factories import OfficerFactory, app_code
from cccd_portal.tests.browser.looking import AXE, RULES
from cccd_portal.tests.browser.officer import WIDTHS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_as_served")]
PASSWORD = "mot-mat-khau-dai-12"


@pytest.fixture(autouse=True)
def _required(settings, client):
    settings.OTP_REQUIRED = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    OfficerFactory(username="head.tam-ky", admin=True, password=make_password(PASSWORD))


@pytest.fixture
def desk(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """A computer at an office: `desk()`, `desk(width=390)`."""
    contexts: list[BrowserContext] = []

    def _desk(*, width: int = 1280) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 844},
            locale="vi-VN",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield _desk
    for context in contexts:
        context.close()


def look(page: Page, name: str) -> None:
    """Hold the page against the rules of accessibility, light and dark; keep a picture of each width."""
    page.evaluate(AXE)
    before = page.viewport_size
    for scheme in ("light", "dark"):
        page.evaluate("(on) => document.documentElement.classList.toggle('dark', on)", scheme == "dark")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            if (folder := os.environ.get("SCREENS_DIR")) and scheme == "light":
                page.screenshot(path=Path(folder) / f"officer-sign-in-{name}-{width}.png", full_page=True)
        answer = page.evaluate(
            "(values) => axe.run('.of-sign-in, .of-card', {runOnly: {type: 'tag', values}})", RULES
        )
        assert not [(fault["id"], fault["nodes"][0]["html"]) for fault in answer["violations"]]
    page.evaluate("document.documentElement.classList.remove('dark')")
    page.set_viewport_size(before)


def give_password(page: Page, password: str = PASSWORD) -> None:
    """By keyboard alone: the cursor is where one types."""
    page.goto("/admin/login/")
    expect(page.get_by_label("Tên đăng nhập")).to_be_focused()
    page.keyboard.type("head.tam-ky")
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def sign_out(page: Page) -> None:
    page.goto("/admin/")
    page.evaluate("document.getElementById('logout-form').submit()")
    page.wait_for_url("**/admin/logout/")


def fresh_code() -> str:
    """A code of the app that the portal has not seen: of the next half minute, which is good already."""
    factor = SecondFactor.objects.get()
    step = max(factor.last_step + 1, int(time.time()) // 30)
    return app_code(
        factor.secret, at=timezone.datetime.fromtimestamp(step * 30, tz=timezone.get_current_timezone())
    )


def set_up(page: Page) -> list[str]:
    """Set the second factor up as one does who types the secret; gives the recovery codes."""
    expect(page.get_by_role("heading", name="Thiết lập xác thực hai bước")).to_be_visible()
    page.get_by_text("Không quét được?").click()
    secret = page.locator(".of-secret").inner_text().replace(" ", "")
    page.get_by_label("Mã 6 số trên ứng dụng").fill(app_code(secret, at=timezone.now()))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Mã dự phòng")).to_be_visible()
    return page.locator(".of-codes code").all_inner_texts()


class TestOfficer:
    def test_sets_up_a_second_factor_and_comes_back_with_it(self, desk):
        page = desk()
        page.goto("/admin/login/")
        look(page, "password")
        give_password(page)
        page.wait_for_url("**/login/set-up/**")
        expect(page.get_by_label("Mã 6 số trên ứng dụng")).to_be_focused()
        look(page, "set-up")

        codes = set_up(page)
        assert len(set(codes)) == 10
        expect(page.get_by_role("button", name="In mã dự phòng")).to_be_visible()
        look(page, "recovery-codes")
        page.get_by_role("link", name="Đã cất mã").click()
        expect(page).to_have_url(re.compile(r"^[^?]*/admin/$"))
        page.goto("/admin/security/")
        expect(page.get_by_role("heading", name="Xác thực hai bước: đang bật")).to_be_visible()
        look(page, "security")

        sign_out(page)
        give_password(page)
        page.wait_for_url("**/login/code/**")
        expect(page.get_by_label("Mã 6 số trên ứng dụng")).to_be_focused()
        look(page, "code")
        page.goto("/admin/booking/site/")
        page.wait_for_url("**/login/**")  # a password alone opens nothing

        give_password(page)
        page.wait_for_url("**/login/code/**")
        page.keyboard.type(fresh_code())
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"^[^?]*/admin/$"))

    def test_comes_in_with_a_recovery_code_once(self, desk):
        page = desk(width=390)
        give_password(page)
        (code, *_) = set_up(page)
        sign_out(page)

        give_password(page)
        page.get_by_role("link", name="Dùng mã dự phòng").click()
        look(page, "code-on-paper")
        expect(page.get_by_label("Mã dự phòng")).to_be_focused()
        page.keyboard.type(code)
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"^[^?]*/admin/$"))
        sign_out(page)

        give_password(page)
        page.get_by_role("link", name="Dùng mã dự phòng").click()
        page.get_by_label("Mã dự phòng").fill(code)
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Mã không đúng hoặc đã dùng")
        look(page, "code-wrong")

    def test_is_shut_out_after_five_wrong_passwords(self, desk):
        page = desk()
        for _ in range(4):
            give_password(page, "sai")
            expect(page.get_by_role("alert")).to_contain_text("không đúng")
        expect(page.get_by_label("Mật khẩu")).to_be_focused()
        look(page, "password-wrong")

        give_password(page, "sai")
        expect(page.get_by_role("heading", name="Tạm khóa đăng nhập")).to_be_visible()
        expect(page.get_by_text("Chờ 15 phút")).to_be_visible()
        look(page, "locked-out")
        give_password(page)
        expect(page.get_by_text("Chờ 15 phút")).to_be_visible()
