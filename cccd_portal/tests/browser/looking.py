"""What every page must be, whoever reads it and however: measured in the browser."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

from cccd_portal.tests.browser.ways import height_at

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Of axe's rules those whose verdict hangs on the layout; the others see the same page at each width.
RULES_OF_LAYOUT = ["target-size", "scrollable-region-focusable"]
CONTRAST = ["color-contrast"]
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
  .map((one) => [one, (/checkbox|radio/.test(one.type) ? one.closest("label") : one)])
  .map(([one, pressed]) => [one, pressed.getBoundingClientRect()])
  .filter(([, box]) => box.width < smallest - 0.5 || box.height < smallest - 0.5)
  .map(([one, box]) => `target ${box.width} x ${box.height}: ${one.outerHTML.slice(0, 90)}`)
"""
# What stands before a word, or before what one presses: where it is not part of that, it hides it.
COVERED = """
() => {
  const top = scrollY;
  const words = (one) => [...one.childNodes].find((node) => node.nodeType === 3 && node.data.trim());
  const box = (one) => {
    const range = document.createRange();
    range.selectNodeContents(words(one) ?? one);
    return (words(one) ? range : one).getClientRects()[0];
  };
  const covered = [...document.querySelectorAll("body *")]
    .filter((one) => words(one) || one.matches("a, button, input:not([type=hidden]), select, summary"))
    .filter((one) => one.checkVisibility() && !one.closest(".skip, .visually-hidden, option, script, style"))
    .filter((one) => {
      one.scrollIntoView({block: "center"});
      const {x, y, width, height} = box(one);
      const met = document.elementFromPoint(x + width / 2, y + height / 2);
      return !met || !(one.contains(met) || met.contains(one));
    })
    .map((one) => `covered: ${one.outerHTML.slice(0, 90)}`);
  scrollTo(0, top);
  return covered;
}
"""
TOO_WIDE = """
([room, within]) => [...document.querySelectorAll(`${within} *`)]
  .filter((one) => one.checkVisibility() && !one.closest(".skip, .visually-hidden"))
  .filter((one) => one.getBoundingClientRect().right > room + 1)
  .map((one) => one.outerHTML.slice(0, 90)).slice(0, 3)
"""
READ = "() => document.body.innerText.replace(/\\s+/g, ' ')"
# As far as contrast hangs on it; large text may have less.
COLOURS = """() => [...document.querySelectorAll("body *")].map((one) => {
  const {color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight} = getComputedStyle(one);
  const large = parseFloat(fontSize) >= (fontWeight >= 700 ? 18.66 : 24);
  return [color, backgroundColor, backgroundImage, opacity, large].join();
}).join("\\n")"""
SAID = """() => ({
  lang: document.documentElement.lang, title: document.title,
  headings: document.querySelectorAll("h1").length,
  shift: window.portalShift ?? 0, violations: window.portalViolations ?? [],  // not watched without scripts
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


def faults_of(page: Page, *, widths: Sequence[int], axe: bool) -> list[str]:
    """Everything that is wrong with the page as it stands, in words: in itself, and at each width.

    Axe needs scripts, for it waits for timers.
    """
    faults = _in_itself(page)
    if axe:
        faults += [*axe_faults(page), *_dark(page)]
    words, colours = page.evaluate(READ), _colours(page)
    for width in widths:
        set_width(page, width)
        found = _layout(page, width)
        if page.evaluate(READ) != words:
            found.append(f"other words than at {widths[0]} px")
        if axe and width != widths[0]:
            found += _axe_of(page, RULES_OF_LAYOUT)
            if _colours(page) != colours:
                found += [*_axe_of(page, CONTRAST), *_dark(page)]
        faults += [f"at {width} px: {one}" for one in found]
    set_width(page, NARROWEST)
    faults += [f"at {NARROWEST} px: {one}" for one in too_wide(page, NARROWEST)]
    set_width(page, widths[0])
    return faults


def _in_itself(page: Page) -> list[str]:
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
    return faults


def _layout(page: Page, width: int) -> list[str]:
    """Nothing is too small for a finger, out of its reach or cut off, with text twice as large either."""
    faults: list[str] = [*page.evaluate(TARGETS, SMALLEST_TARGET), *page.evaluate(COVERED)]
    faults += [f"too wide: {one}" for one in too_wide(page, width)]
    with_large_text(page, on=True)
    faults += [f"too wide at 200 %: {one}" for one in too_wide(page, width)]
    with_large_text(page, on=False)
    return faults


def set_width(page: Page, width: int) -> None:
    size = {"width": width, "height": height_at(width)}
    if page.viewport_size != size:
        page.set_viewport_size(size)


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


def _axe_of(page: Page, rules: list[str]) -> list[str]:
    return axe_faults(page, runOnly={"type": "rule", "values": rules})


def _dark(page: Page) -> list[str]:
    with _in_the_dark(page):
        return [f"dark: {fault}" for fault in _axe_of(page, CONTRAST)]


def _colours(page: Page) -> tuple[str, str]:
    """The colours of everything on the page, light and dark."""
    light: str = page.evaluate(COLOURS)
    with _in_the_dark(page):
        dark: str = page.evaluate(COLOURS)
    return light, dark


@contextmanager
def _in_the_dark(page: Page) -> Iterator[None]:
    page.emulate_media(color_scheme="dark")
    yield
    page.emulate_media(color_scheme="light")


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
