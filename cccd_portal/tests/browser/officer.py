"""An officer at a browser: signed in by the real page, looking critically at what is ours in the theme."""

import re

from playwright.sync_api import Locator

from accounts.models import Officer
from cccd_portal.tests.browser.looking import axe_faults, photograph, too_wide
from cccd_portal.tests.browser.visitor import Visitor

PASSWORD = "mat-khau-cua-ban-tiep-nhan"
WIDTHS = (390, 1024, 1280)
# What the theme draws around it is the theme's.
OURS = "#content"


class AtTheDesk(Visitor):
    def sign_in_as(self, officer: Officer) -> None:
        self.open("/admin/login/")
        self.page.locator("input[name=username]").fill(officer.username)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.follow(self.page.locator("button[type=submit]").first)

    def go(self, words: str) -> None:
        """Follow an entry of the menu."""
        # The name of an icon is text to the browser, and stands before the words; nothing stands after them.
        whole = re.compile(rf"{re.escape(words)}\s*$")
        self.follow(self.page.locator("#nav-sidebar-apps a").filter(has_text=whole).first)

    def named(self, words: str) -> Locator:
        """The button or link with these words, in the theme's head or in what is ours."""
        button = self.page.get_by_role("button", name=words)
        return (button if button.count() else self.page.get_by_role("link", name=words)).first

    def fill(self, label: str, text: str) -> None:
        self.page.locator(OURS).get_by_label(label).fill(text)

    def look(self, name: str, *, within: str = OURS) -> None:
        """Hold the page to what it must be on every screen an officer may have, and keep its pictures.

        On the theme's own lists and forms only the part `within` is ours; empty: nothing is.
        """
        self.page.wait_for_load_state("load")
        faults = axe_faults(self.page, within=within) if within else []
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            if self.page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append(f"scrolls sideways at {width} px")
            if within:
                faults += [f"at {width} px: {one}" for one in too_wide(self.page, width, within=within)]
            if self.screens:
                photograph(self.page, self.screens, f"{name}-{width}")
        self.page.set_viewport_size({"width": self.way.width, "height": self.way.height})
        assert not faults, "\n".join([name, *faults])
