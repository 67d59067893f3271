"""What every page must be, whoever reads it and however: measured in the browser."""

import os
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOST_SHIFT = 0.02
SMALLEST_TARGET = 44
NARROWEST = 320

# Runs before each page's own scripts.
WATCH = """
window.portalShift = 0;
window.portalViolations = [];
new PerformanceObserver((list) => {
  if (window.portalSeen) return;  // what moves later, we or the reader moved
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.portalShift += entry.value;
}).observe({type: "layout-shift", buffered: true});
document.addEventListener("securitypolicyviolation", (event) =>
  window.portalViolations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""

# A link inside a sentence may be as low as its line; a box to tick is as large as its label.
TARGETS = """
(smallest) => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")]
  .filter((one) => one.checkVisibility() && !one.matches(".skip"))
  .filter((one) => !(one.matches("a") && getComputedStyle(one).display === "inline"))
  .map((one) => [one, (one.type === "checkbox" ? one.closest("label") : one).getBoundingClientRect()])
  .filter(([, box]) => box.width < smallest - 0.5 || box.height < smallest - 0.5)
  .map(([one, box]) => `target ${box.width} x ${box.height}: ${one.outerHTML.slice(0, 90)}`)
"""
TOO_WIDE = """
([room, within]) => [...document.querySelectorAll(`${within} *`)]
  .filter((one) => one.checkVisibility() && !one.closest(".skip, .visually-hidden"))
  .filter((one) => one.getBoundingClientRect().right > room + 1)
  .map((one) => one.outerHTML.slice(0, 90)).slice(0, 3)
"""
SAID = """() => ({
  lang: document.documentElement.lang, title: document.title,
  headings: document.querySelectorAll("h1").length,
  shift: window.portalShift, violations: window.portalViolations,
  unlabelled: [...document.querySelectorAll("input:not([type=hidden]), select")]
    .filter((one) => !one.labels.length).map((one) => one.outerHTML),
  errors: document.getElementById("errors") !== null,
  focused: document.activeElement && document.activeElement.id,
})"""

# Put into words in the browser: what axe found in order is long, and not wanted here.
RUN_AXE = """async ([within, options]) => {
  const {violations} = await axe.run(within, {resultTypes: ["violations"], elementRef: false, ...options});
  return violations.flatMap((one) => one.nodes.map((node) =>
    `axe ${one.id}: ${node.html.slice(0, 120)} ${node.failureSummary.slice(0, 200)}`));
}"""


def faults_of(page: Page) -> list[str]:
    """Everything that is wrong with the page as it stands, in words."""
    said: dict[str, Any] = page.evaluate(SAID)
    faults = [f"policy: {violation}" for violation in said["violations"]]
    faults += [f"no label: {field}" for field in said["unlabelled"]]
    if said["lang"] != "vi" or said["headings"] != 1 or not said["title"].endswith(" · Cổng căn cước"):
        faults.append(f"lang, title or h1: {said}")
    if said["shift"] >= MOST_SHIFT:
        faults.append(f"layout shift {said['shift']:.3f}")
    if said["errors"] and said["focused"] != "errors":
        faults.append(f"the summary of errors has no focus, but #{said['focused']}")
    page.evaluate("window.portalSeen = true")
    targets = page.evaluate(TARGETS, SMALLEST_TARGET)
    return [*faults, *targets, *axe_faults(page), *_dark(page), *_overflow(page)]


def too_wide(page: Page, room: int, *, within: str = "body") -> list[str]:
    """What stands out at the right of so many pixels."""
    found: list[str] = page.evaluate(TOO_WIDE, [room, within])
    return found


def axe_faults(page: Page, *, within: str = "html", **options: Any) -> list[str]:
    """What axe finds wrong with a part of the page."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    options = options or {"runOnly": {"type": "tag", "values": RULES}}
    faults: list[str] = page.evaluate(RUN_AXE, [within, options])
    return faults


def _dark(page: Page) -> list[str]:
    page.emulate_media(color_scheme="dark")
    faults = axe_faults(page, runOnly={"type": "rule", "values": ["color-contrast"]})
    page.emulate_media(color_scheme="light")
    return [f"dark: {fault}" for fault in faults]


def _overflow(page: Page) -> list[str]:
    """Nothing is cut off or scrolls sideways on the narrowest phone, nor with text twice as large."""
    kept = page.viewport_size
    assert kept is not None
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    faults = [f"at {NARROWEST} px: {one}" for one in too_wide(page, NARROWEST)]
    page.set_viewport_size(kept)
    with_large_text(page, on=True)
    faults += [f"at 200 %: {one}" for one in too_wide(page, kept["width"])]
    with_large_text(page, on=False)
    return faults


def with_large_text(page: Page, *, on: bool) -> None:
    page.evaluate("(size) => { document.documentElement.style.fontSize = size }", "200%" if on else "")


def photograph(page: Page, folder: Path, name: str) -> None:
    """Keep the whole page, light; if asked by `SCREENS_ALL`, dark and with large text as well."""
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    if os.environ.get("SCREENS_ALL"):
        page.emulate_media(color_scheme="dark")
        page.screenshot(path=folder / f"{name}-dark.png", full_page=True)
        page.emulate_media(color_scheme="light")
        with_large_text(page, on=True)
        page.screenshot(path=folder / f"{name}-large.png", full_page=True)
        with_large_text(page, on=False)
