"""An officer at a browser: signed in by the real page, looking critically at what is ours in the theme."""

from pathlib import Path

from playwright.sync_api import BrowserContext

from accounts.models import Officer
from cccd_portal.tests.browser.looking import RULES, axe_faults, photograph, too_wide
from cccd_portal.tests.browser.visitor import Visitor
from zalo.sandbox.testing import Sandbox

PASSWORD = "mat-khau-cua-ban-tiep-nhan"
WIDTHS = (390, 1024, 1280)
# What the theme draws around it is the theme's.
OURS = "#content"


class AtTheDesk(Visitor):
    def __init__(
        self, context: BrowserContext, sandbox: Sandbox, officer: Officer, *, screens: Path | None
    ) -> None:
        super().__init__(context, sandbox, screens=screens)
        self.officer = officer

    def arrive(self) -> None:
        self.open("/admin/login/")
        self.page.locator("input[name=username]").fill(self.officer.username)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.follow(self.page.locator("button[type=submit]").first)

    def go(self, words: str) -> None:
        """Follow an entry of the menu."""
        # The name of an icon is text to the browser, and stands before the words.
        self.follow(self.page.locator("#nav-sidebar-apps a").filter(has_text=words).first)

    def fill(self, label: str, text: str) -> None:
        self.page.locator(OURS).get_by_label(label).fill(text)

    def look(self, name: str) -> None:
        self.page.wait_for_load_state("load")
        faults = axe_faults(self.page, within=OURS, runOnly={"type": "tag", "values": RULES})
        for width in WIDTHS:
            kept = self.page.viewport_size
            self.page.set_viewport_size({"width": width, "height": 900})
            faults += [f"at {width} px: {one}" for one in too_wide(self.page, width, within=OURS)]
            self.page.set_viewport_size(kept)
        if self.screens:
            photograph(self.page, self.screens, name, widths=WIDTHS)
        assert not faults, "\n".join([name, *faults])
