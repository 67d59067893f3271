"""On what people read the pages: a phone or a desktop, with scripts or without."""

from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Way:
    width: int
    script: bool

    @property
    def height(self) -> int:
        return 844 if self.width < 800 else 900

    def __str__(self) -> str:
        return f"{'phone' if self.width < 800 else 'desktop'}{'' if self.script else '-no-script'}"


PHONE, DESKTOP = Way(390, script=True), Way(1280, script=True)
EVERY_WAY = (PHONE, Way(390, script=False), DESKTOP, Way(1280, script=False))

# Every test that asks for `arrive` runs in every way. Narrower only for a reason that its docstring gives.
with_script = pytest.mark.parametrize("way", [PHONE, DESKTOP], ids=str)
on_the_desktop = pytest.mark.parametrize("way", EVERY_WAY[2:], ids=str)
at_a_desk = pytest.mark.parametrize("way", [DESKTOP], ids=str)  # as officers work
on_the_phone = pytest.mark.parametrize("way", [PHONE], ids=str)
