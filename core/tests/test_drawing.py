"""Words that Typst can draw; what panicked is drawn here."""

import json
from pathlib import Path

import pytest
import typst

from core.drawing import as_json

# Each made Typst 0.15.1 panic, in another font each; all but the first may be somebody's name.
PANICKED = (
    "\u202e\ufb01\u0301\u202e",
    "\u0628  \u1ab0  \u1ab0\u0627\u0628 \u07ca  \u1ab0\u1ab0\u08a0\u1ab0",
    "  \u1ab0\u0628  \u0345 \u1ab0  \u1ab0\u0627\u0345\u0628\u0628\u0345\u07ca  \u1ab0\u1ab0\u08a0\u1ab0",
)
ROOT = Path(__file__).resolve().parents[2]
FONTS = {"Be Vietnam Pro": ROOT / "booking/tickets/fonts", "Tinos": ROOT / "dossiers/papers/fonts"}


def draw(said: str, font: str) -> bytes:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS[font])]
    )
    layout = f"""
        #set page(width: 60mm, height: auto)
        #set text(font: "{font}", fallback: false)
        #json(bytes(sys.inputs.said))
    """
    return typst.Compiler(font_paths=fonts).compile(layout.encode(), format="pdf", sys_inputs={"said": said})


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("words", PANICKED)
def test_draws_what_made_typst_panic(font, words):
    assert draw(as_json(words), font).startswith(b"%PDF-")


def test_they_do_panic_when_they_are_handed_over_as_they_are():
    """Keeps the test above honest: once this passes no more, the module is not needed."""
    with pytest.raises(BaseException, match="out of bounds") as panic:
        draw(json.dumps(PANICKED[0]), "Tinos")

    assert not isinstance(panic.value, Exception)


def test_leaves_other_words_as_they_are():
    contents = {"name": "Y Ƀhiăt Ê̆ban", "rows": [("A\nB", 7, True)], "code": "TK7F3KQ"}

    assert json.loads(as_json(contents)) == contents | {"rows": [["A\nB", 7, True]]}


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [("An", "An"), ("Ân\t", "□n "), ("山", "□"), ("n\x01n", "nn"), ("n\u200bn", "nn"), ("\u05d0n", "□n")],
)
def test_puts_a_box_where_there_is_no_letter(typed, drawn):
    assert json.loads(as_json(typed, letters={"A", "n"})) == drawn
