"""Keeps the looks honest: a page is broken on purpose, at one width or at both, and the look must say so."""

import pytest
from playwright.sync_api import Page

from cccd_portal.tests.browser.looking import WATCH, faults_of
from cccd_portal.tests.browser.ways import DESKTOP, PHONE

PAGE = """<!doctype html><html lang="vi"><head><title>Thử · Cổng căn cước</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body { font: 18px sans-serif; color: #111; background: #fff; }
button, input { min-height: 48px; min-width: 48px; font: inherit; } %s</style></head>
<body><header><a href="/" style="display:block; min-height: 48px">Trang đầu</a></header>
<main><h1>Thử</h1><p id="words">Đến trước 5 phút.</p>%s<button>Tiếp tục</button></main></body></html>"""
ON_DESKTOP = "@media (min-width: 1000px) { %s }"
ON_PHONE = "@media (max-width: 999px) { %s }"
LIST = '<ul id="list" style="list-style: none"><p>không phải một mục</p></ul>'


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": PHONE, "height": 844}, reduced_motion="reduce")
    context.add_init_script(WATCH)
    yield context.new_page()
    context.close()


def look_at(page: Page, *, style: str = "", more: str = "") -> str:
    page.goto("about:blank")
    page.set_content(PAGE % (style, more))
    return "\n".join(faults_of(page, widths=(PHONE, DESKTOP), axe=True))


class TestFaultsOf:
    def test_finds_nothing_on_a_good_page(self, page):
        assert look_at(page) == ""

    @pytest.mark.parametrize(
        ("more", "fault"), [("<input name=ho-ten>", "no label"), (LIST, "axe list"), ("<h1>Hai</h1>", "h1")]
    )
    def test_finds_what_is_wrong_at_every_width(self, page, more, fault):
        assert fault in look_at(page, more=more)

    @pytest.mark.parametrize(
        ("broken", "fault"),
        [
            ("#words { width: 2000px }", "too wide"),
            ("#words { color: #ccc }", "axe color-contrast"),
            ("#words { display: none }", "other words"),
            ("button { min-height: 20px; height: 20px; }", "target"),
            ("header { position: fixed; inset: 0; background: #fff }", "covered"),
        ],
    )
    def test_finds_what_is_wrong_at_one(self, page, broken, fault):
        on_desktop = look_at(page, style=ON_DESKTOP % broken).splitlines()

        assert [one for one in on_desktop if one.startswith(f"at {DESKTOP} px: ") and fault in one]
        assert fault in look_at(page, style=ON_PHONE % broken)

    def test_finds_what_is_wrong_in_the_dark_on_the_desktop_alone(self, page):
        dark = "@media (prefers-color-scheme: dark) and (min-width: 1000px) { #words { color: #eee } }"

        assert f"at {DESKTOP} px: dark: axe color-contrast" in look_at(page, style=dark)
