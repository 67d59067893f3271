"""Make the portal's fonts from the published Be Vietnam Pro: for pages (WOFF2) and for tickets (TTF).

Run only when the letters change; the results are in the repository:

    npm pack @expo-google-fonts/be-vietnam-pro@0.4.1 && tar xzf expo-google-fonts-be-vietnam-pro-0.4.1.tgz
    python3 -m venv scratch && scratch/bin/pip install fonttools==4.68.0 brotli==1.2.1
    scratch/bin/python -m tools.fonts package

The same input gives the same bytes. Be Vietnam Pro is under the SIL Open Font License 1.1 and reserves no
name, so a changed copy may keep its own; the licence is laid beside each copy. What the published font lacks
and this adds: figures of one width (`tnum`), letters of ethnic minorities' names, an arrow and a check mark.
"""

import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fontTools.otlLib.builder import buildLookup, buildSingleSubstSubtable
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import otTables

ROOT = Path(__file__).resolve().parent.parent
FOR_PAGES, FOR_TICKETS = ROOT / "static" / "fonts", ROOT / "booking" / "tickets" / "fonts"
SOURCES = {400: "BeVietnamPro_400Regular.ttf", 600: "BeVietnamPro_600SemiBold.ttf"}
LICENCE = "LICENSE_FONT"

LATIN = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)]))
VIETNAMESE = "ĂăĐđĨĩŨũƠơƯư" + "".join(map(chr, range(0x1EA0, 0x1EFA)))
ETHNIC = "ČčŬŭĬĭɃƀĔĕŎŏ"
# Grave, acute, circumflex, tilde, breve, hook above, caron, horn, dot below: names typed in parts.
MARKS = "".join(map(chr, [0x300, 0x301, 0x302, 0x303, 0x306, 0x309, 0x30C, 0x31B, 0x323]))
PUNCTUATION = "–—“”‘’…·‹›•→✓₫°−×"
FOR_READING = LATIN + VIETNAMESE + ETHNIC + MARKS + PUNCTUATION
FEATURES = ["ccmp", "locl", "kern", "mark", "mkmk", "case", "tnum"]
NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]

# A new letter, what it stands on, and the letter that lends its breve.
BREVES = [
    ("Ŭ", "U", "Ă"),
    ("Ĭ", "I", "Ă"),
    ("Ĕ", "E", "Ă"),
    ("Ŏ", "O", "Ă"),
    ("ŭ", "u", "ă"),
    ("ĭ", "ı", "ă"),
    ("ĕ", "e", "ă"),
    ("ŏ", "o", "ă"),
]
LOWEST_BREVE = {"Ă": 740, "ă": 540}

Shape = Sequence[tuple[float, float]]
Draw = Callable[[Any], None]


class Drawing:
    """One weight of the font, and how to put new glyphs into it."""

    def __init__(self, path: Path) -> None:
        self.font = TTFont(path, recalcTimestamp=False)
        self.named: dict[int, str] = self.font.getBestCmap()
        self.glyphs: Any = self.font.getGlyphSet()

    def box(self, letter: str) -> tuple[float, float, float, float]:
        """Left, bottom, right, top."""
        return _box_of(lambda pen: self.trace(letter, pen))

    def width(self, letter: str) -> int:
        return int(self.glyphs[self.named[ord(letter)]].width)

    def trace(self, letter: str, pen: Any, *, dx: float = 0) -> None:
        self.glyphs[self.named[ord(letter)]].draw(TransformPen(pen, (1, 0, 0, 1, round(dx), 0)))

    def add(self, name: str, *, width: int, draw: Draw, letter: str = "") -> None:
        pen = TTGlyphPen(None)
        draw(pen)
        glyph = pen.glyph()
        glyph.recalcBounds(self.font["glyf"])
        self.font["glyf"][name] = glyph
        self.font["hmtx"][name] = (width, glyph.xMin)
        for table in self.font["cmap"].tables if letter else ():
            table.cmap[ord(letter)] = name


def _box_of(draw: Draw) -> tuple[float, float, float, float]:
    pen = BoundsPen(None)
    draw(pen)
    left, bottom, right, top = pen.bounds
    return left, bottom, right, top


def _polygon(pen: Any, points: Shape) -> None:
    """Draw a shape of straight edges; the points go clockwise."""
    pen.moveTo((round(points[0][0]), round(points[0][1])))
    for x, y in points[1:]:
        pen.lineTo((round(x), round(y)))
    pen.closePath()


def add_breves(drawing: Drawing) -> None:
    for letter, base, lender in BREVES:
        breve = _breve_of(drawing, lender)
        left, _, right, _ = _box_of(breve.replay)
        base_left, _, base_right, _ = drawing.box(base)
        dx = round((base_left + base_right - left - right) / 2)

        def draw(pen: Any, base: str = base, breve: RecordingPen = breve, dx: int = dx) -> None:
            drawing.trace(base, pen)
            breve.replay(TransformPen(pen, (1, 0, 0, 1, dx, 0)))

        drawing.add(f"uni{ord(letter):04X}", width=drawing.width(base), draw=draw, letter=letter)


def _breve_of(drawing: Drawing, lender: str) -> RecordingPen:
    """The contour of `Ă` or `ă` that lies above the letter."""
    whole = RecordingPen()
    drawing.trace(lender, whole)
    contour = RecordingPen()
    for operation in whole.value:
        contour.value.append(operation)
        if operation[0] == "closePath":
            if _box_of(contour.replay)[1] > LOWEST_BREVE[lender]:
                return contour
            contour = RecordingPen()
    raise ValueError(f"{lender} has no contour of its own for the breve")


def add_strokes(drawing: Drawing) -> None:
    """Add the B of Ba Na and Gia Rai names; its stroke is as thick as that of the hyphen."""
    _, low, _, high = drawing.box("-")
    thickness = high - low
    for letter, base, bottom, reach in (("Ƀ", "B", 340, 0), ("ƀ", "b", 588, 230)):
        left = drawing.box(base)[0]
        shape = _rectangle(left - 85, bottom, left + max(reach, 100), bottom + thickness)

        def draw(pen: Any, base: str = base, shape: Shape = shape) -> None:
            drawing.trace(base, pen, dx=20)
            _polygon(pen, [(x + 20, y) for x, y in shape])

        drawing.add(f"uni{ord(letter):04X}", width=drawing.width(base) + 20, draw=draw, letter=letter)


def _rectangle(left: float, bottom: float, right: float, top: float) -> Shape:
    return [(left, bottom), (left, top), (right, top), (right, bottom)]


def add_signs(drawing: Drawing) -> None:
    """Add an arrow and a check mark, as thick as the hyphen."""
    _, low, _, high = drawing.box("-")
    middle, thickness = (low + high) / 2, high - low
    across = thickness * 2**0.5
    tip, reach, cut = 820, 230, across / 2
    head = [
        (tip, middle),
        (tip - reach, middle - reach),
        (tip - reach - cut, middle - reach + cut),
        (tip - across, middle),
        (tip - reach - cut, middle + reach - cut),
        (tip - reach, middle + reach),
    ]
    check = [
        (300, 70),
        (80, 290),
        (80 + cut, 290 + cut),
        (300, 70 + across),
        (720 - cut, 490 + cut),
        (720, 490),
    ]

    def arrow(pen: Any) -> None:
        _polygon(pen, _rectangle(80, low, tip - cut, high))
        _polygon(pen, head)

    drawing.add("arrowright", width=900, draw=arrow, letter="→")
    drawing.add("checkmark", width=800, draw=lambda pen: _polygon(pen, check), letter="✓")


def add_tabular_figures(drawing: Drawing) -> None:
    """Add a second set of figures, all as wide as the zero, and the feature that asks for them."""
    width, figures = drawing.width("0"), {}
    for digit in "0123456789":

        def draw(pen: Any, digit: str = digit) -> None:
            drawing.trace(digit, pen, dx=(width - drawing.width(digit)) / 2)

        name = drawing.named[ord(digit)]
        figures[name] = f"{name}.tnum"
        drawing.add(figures[name], width=width, draw=draw)
    table = drawing.font["GSUB"].table
    lookups = table.LookupList
    lookups.Lookup.append(buildLookup([buildSingleSubstSubtable(figures)]))
    lookups.LookupCount = len(lookups.Lookup)
    _add_feature(table, "tnum", lookup=lookups.LookupCount - 1)


def _add_feature(table: Any, tag: str, *, lookup: int) -> None:
    record = otTables.FeatureRecord()
    record.FeatureTag, record.Feature = tag, otTables.Feature()
    record.Feature.FeatureParams, record.Feature.LookupListIndex = None, [lookup]
    table.FeatureList.FeatureRecord.append(record)
    index = len(table.FeatureList.FeatureRecord) - 1
    for script in table.ScriptList.ScriptRecord:
        languages = [entry.LangSys for entry in script.Script.LangSysRecord]
        for language in [script.Script.DefaultLangSys, *languages]:
            language.FeatureIndex.append(index)


def save(drawing: Drawing, path: Path, *, letters: str, flavor: str | None) -> None:
    """Write the font with these letters only, without hints for screens of the past."""
    options = Options(
        layout_features=FEATURES, hinting=False, name_IDs=NAMES, notdef_outline=True, flavor=flavor
    )
    subsetter = Subsetter(options)
    subsetter.populate(text=letters)
    subsetter.subset(drawing.font)
    drawing.font.flavor = flavor
    drawing.font.save(path)


def make(source: Path, path: Path, *, letters: str | None, flavor: str | None) -> None:
    drawing = Drawing(source)
    add_breves(drawing)
    add_strokes(drawing)
    add_signs(drawing)
    add_tabular_figures(drawing)
    every = "".join(map(chr, drawing.font.getBestCmap()))
    save(drawing, path, letters=letters or every, flavor=flavor)
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size:,} bytes")


def main(folder: str) -> None:
    package = Path(folder)
    for target in (FOR_PAGES, FOR_TICKETS):
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(next(package.rglob(LICENCE)), target / "OFL.txt")
    for weight, name in SOURCES.items():
        source = next(package.rglob(name))
        stem = f"be-vietnam-pro-{weight}"
        make(source, FOR_PAGES / f"{stem}.woff2", letters=FOR_READING, flavor="woff2")
        # A name may hold any letter the font knows, and a ticket has no other font to fall back on.
        make(source, FOR_TICKETS / f"{stem}.ttf", letters=None, flavor=None)


if __name__ == "__main__":
    main(sys.argv[1])
