"""On what people read the pages: a phone or a desktop, with scripts or without.

The server does not know how wide a window is, and no script of ours asks: at each width it is the same page,
laid out differently. So a walk is made once with scripts and once without, in a window as narrow as a phone.
When it stops to look (`Visitor.look`), the window is made as wide as a desktop's too: at both widths the page
must be whole and within reach, say the same and have the same colours. What axe says of the page itself is
asked once. The main walks, from the first page to the last, are made on a desktop as well: only a page that
is loaded there shows what moves while it loads, and what a real click meets.
"""

from dataclasses import dataclass

import pytest

PHONE, DESKTOP = 390, 1280


@dataclass(frozen=True)
class Way:
    """A window as wide as the first of `widths`; a look is taken at each, where `axe` by that too."""

    name: str
    widths: tuple[int, ...]
    script: bool
    axe: bool = False

    @property
    def width(self) -> int:
        return self.widths[0]

    @property
    def height(self) -> int:
        return height_at(self.width)

    def __str__(self) -> str:
        return self.name


def height_at(width: int) -> int:
    return 844 if width < 800 else 900


WITH_SCRIPT = Way("script", (PHONE, DESKTOP), script=True, axe=True)
WITHOUT_SCRIPT = Way("no-script", (PHONE, DESKTOP), script=False)
ON_DESKTOP = Way("desktop", (DESKTOP,), script=True)
ON_DESKTOP_WITHOUT_SCRIPT = Way("desktop-no-script", (DESKTOP,), script=False)
EVERY_WAY = (WITH_SCRIPT, WITHOUT_SCRIPT)

# Every test that asks for `arrive` runs in every way. Fewer only for a reason that its docstring gives.
main_walk = pytest.mark.parametrize("way", [*EVERY_WAY, ON_DESKTOP], ids=str)
with_script = pytest.mark.parametrize("way", [WITH_SCRIPT, ON_DESKTOP], ids=str)
once = pytest.mark.parametrize("way", [WITH_SCRIPT], ids=str)
at_a_desk = pytest.mark.parametrize("way", [ON_DESKTOP], ids=str)  # as officers work
by_keyboard = pytest.mark.parametrize("way", [ON_DESKTOP, ON_DESKTOP_WITHOUT_SCRIPT], ids=str)
