"""Make the font of official papers from the published Tinos.

Run only when the letters change; the results are in the repository:

    npm pack @expo-google-fonts/tinos@0.4.2 && tar xzf expo-google-fonts-tinos-0.4.2.tgz
    python3 -m venv scratch && scratch/bin/pip install fonttools==4.68.0
    scratch/bin/python -m tools.paper_fonts package

The same input gives the same bytes. Nghị định 30/2020/NĐ-CP wants official papers in Times New Roman; Tinos
has its measures, is under the SIL Open Font License 1.1 and reserves no name. Kept is every Latin letter it
has, with the marks that are put above and below one: names of all peoples of the country are written so.
"""

import shutil
import sys
import unicodedata
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parent.parent / "dossiers" / "papers" / "fonts"
FACES = {
    "400Regular/Tinos_400Regular.ttf": "tinos-400.ttf",
    "400Regular_Italic/Tinos_400Regular_Italic.ttf": "tinos-400-italic.ttf",
    "700Bold/Tinos_700Bold.ttf": "tinos-700.ttf",
}
LICENCE = "LICENSE_FONT"
# Latin with its two supplements, what phonetics lends to alphabets, single signs, combining marks,
# Latin Extended Additional with Vietnamese in it, and the signs of a printed page.
BLOCKS = ((0x20, 0x7E), (0xA0, 0x2AF), (0x2B0, 0x2DF), (0x300, 0x36F), (0x1E00, 0x1EFF), (0x2010, 0x203A))
SIGNS = "₫×−→°′″□"
FEATURES = ["ccmp", "kern", "mark", "mkmk"]


def make(source: Path, path: Path) -> set[str]:
    """Write the font with these letters only, without hints for screens of the past; give those it has."""
    font = TTFont(source, recalcTimestamp=False)
    options = Options(layout_features=FEATURES, hinting=False, notdef_outline=True)
    subsetter = Subsetter(options)
    letters = [code for first, last in BLOCKS for code in range(first, last + 1)]
    subsetter.populate(unicodes=[*letters, *map(ord, SIGNS)])
    subsetter.subset(font)
    font.save(path)
    print(f"{path.name}  {path.stat().st_size:,} bytes")
    return set(map(chr, font.getBestCmap()))


def main(folder: str) -> None:
    package = Path(folder)
    TARGET.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(package / LICENCE, TARGET / "OFL.txt")
    shared = None
    for source, name in FACES.items():
        letters = make(package / source, TARGET / name)
        shared = letters if shared is None else shared & letters
    # What the portal may draw: nothing invisible among it, which would only turn words around.
    shown = {sign for sign in shared or () if unicodedata.category(sign)[0] not in "CZ"}
    printed = sorted(shown | set(" \u00a0"))
    (TARGET / "letters.txt").write_text("".join(printed), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
