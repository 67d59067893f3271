"""What holds for all pages: what this is and is not, the keyboard, what they weigh."""

from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command

from booking.models import Site
from cccd_portal.tests.browser.visitor import Visitor
from cccd_portal.tests.browser.ways import once, with_script
from cccd_portal.tests.portal import running_portal

pytestmark = pytest.mark.django_db(transaction=True)

MOST_BYTES = 60_000
FOCUS_RING = """() => { const style = getComputedStyle(document.activeElement), box =
  document.activeElement.getBoundingClientRect(); return {name: document.activeElement.outerHTML.slice(0, 80),
  ring: style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 3,
  top: Math.round(box.top + scrollY), body: document.activeElement === document.body} }"""


class TestEveryPage:
    def test_says_what_this_is_and_how_to_tell_it_from_a_fake(self, arrive, picks):
        visitor = arrive()
        for path in ("/", f"/don-vi/{picks.slug}/", "/tra-cuu/", "/dang-nhap/", "/lich-hen/", "/khong-co/"):
            visitor.open(path)
            foot = visitor.page.locator("footer").inner_text()
            assert "Cổng Dịch vụ công quốc gia" in foot
            assert "VNeID" in foot
            assert "đường dây nóng" in foot or visitor.page.locator("footer a[href^='tel:']").is_visible()
            assert visitor.page.locator("footer").get_by_text("Nhận biết thật, giả").is_visible()

    @with_script
    def test_tells_fakes_and_the_data_notice_clearly(self, arrive):
        """It takes a script to look."""
        visitor = arrive()
        visitor.open("/nhan-biet/")
        visitor.look("tell-fakes")
        visitor.open("/thong-bao-du-lieu/")
        visitor.look("notice")

    @once
    def test_has_a_title_of_its_own(self, arrive, picks):
        """Titles come from the server, the same in every way."""
        visitor = arrive()
        site = Site.objects.get(agency=picks)
        paths = ("/", f"/don-vi/{picks.slug}/", f"/diem/{site.public_id}/", "/tra-cuu/", "/dang-nhap/")
        titles = []
        for path in (*paths, "/nhan-biet/", "/thong-bao-du-lieu/", "/khong-co/"):
            visitor.open(path)
            titles.append(visitor.page.title())

        assert len(set(titles)) == len(titles)

    @with_script
    def test_shows_where_the_keyboard_is_from_top_to_bottom(self, arrive, picks):
        """The order and the rings are those of the page and its style sheet."""
        visitor = arrive()
        for path in ("/", f"/don-vi/{picks.slug}/"):
            visitor.open(path)
            stops = self._stops(visitor)
            assert len(stops) > 8
            assert not [stop["name"] for stop in stops if not stop["ring"]]
            tops = [stop["top"] for stop in stops[1:]]  # the first one leads past the header
            assert all(later >= earlier - 30 for earlier, later in pairwise(tops))

    def _stops(self, visitor: Visitor) -> list[dict[str, Any]]:
        stops = []
        while True:
            visitor.page.keyboard.press("Tab")
            stop = visitor.page.evaluate(FOCUS_RING)
            if stop["body"]:
                return stops
            stops.append(stop)


class TestWeight:
    @pytest.fixture
    def served(self, tmp_path, settings):
        """The portal as it is served, with the static files as they are built for it."""
        storage = "whitenoise.storage.CompressedManifestStaticFilesStorage"
        settings.STATIC_ROOT = str(tmp_path)
        settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": storage}}
        call_command(
            "collectstatic", interactive=False, verbosity=0, ignore=["admin", "unfold", "drf*", "rest*"]
        )
        with running_portal({"STATIC_ROOT": str(tmp_path), "STATIC_STORAGE": storage}) as portal:
            yield portal

    @once
    def test_is_at_most_60_kb_and_as_much_for_the_fonts(self, arrive, served, picks):
        """Every way gets the same bytes; without scripts a few less."""
        site = Site.objects.get(agency=picks)
        begin = f"/don-vi/{picks.slug}/khai-ho-so/"
        for path in (
            "/",
            f"/don-vi/{picks.slug}/",
            f"/diem/{site.public_id}/",
            begin,
            "/tra-cuu/",
            "/dang-nhap/",
        ):
            page, fonts = _weight(arrive(first_time=True), f"{served.base_url}{path}")
            assert page <= MOST_BYTES, path
            assert 0 < fonts <= MOST_BYTES, path

        visitor = arrive(first_time=True)
        visitor.open(f"{served.base_url}/don-vi/{picks.slug}/")
        visitor.press("Chọn ngày, giờ")
        visitor.write_an()
        page, fonts = _weight(visitor, visitor.named("Tiếp tục: chọn giờ").evaluate("one => one.href"))
        assert page <= MOST_BYTES
        assert fonts == 0, "the browser kept them"


def _weight(visitor: Visitor, address: str) -> tuple[int, int]:
    """The bytes of a page's first load from a compressing server, and those of its fonts."""
    seen = _watch(visitor)
    visitor.open(address)
    visitor.page.wait_for_load_state("networkidle")
    fonts = sum(size for path, size in seen if path.endswith(".woff2"))
    return sum(size for _, size in seen) - fonts, fonts


def _watch(visitor: Visitor) -> list[tuple[str, int]]:
    """What this page loads from now on: paths, and bytes as they came over the wire."""
    seen: list[tuple[str, int]] = []
    paths: dict[str, str] = {}
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    session.on(
        "Network.responseReceived",
        lambda event: paths.update({event["requestId"]: urlsplit(event["response"]["url"]).path}),
    )
    session.on(
        "Network.loadingFinished",
        lambda event: seen.append((paths.get(event["requestId"], ""), int(event["encodedDataLength"]))),
    )
    return seen
