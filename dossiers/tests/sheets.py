"""Papers read again: their words, letters, printed area. And data as long as forms let it be."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import typst
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ContentStream

from dossiers.form_definitions.shape import LONGEST, Form, Group, Kind
from dossiers.services.papers import press
from dossiers.services.papers.shapes import Paper

LONG_NAME = ("Nguyễn Thị Hoàng Phương " * 5)[:100].strip()
_ADDRESS = "Số 123/45/6 đường Nguyễn Thị Minh Khai, tổ dân phố 7, khu phố Phước Thạnh, "
LONG_TEXT = (_ADDRESS * 3)[:LONGEST].strip()
DOTS_PER_INCH = 50
MM = DOTS_PER_INCH / 25.4
INK = 200  # what is darker is printed


def pages_of(drawn: bytes) -> list[str]:
    """The words of each page, with single spaces; where a long word may break, nothing is seen."""
    pages = PdfReader(io.BytesIO(drawn)).pages
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in pages]


def words_of(drawn: bytes) -> str:
    return " ".join(pages_of(drawn))


def unspaced(text: str) -> str:
    return "".join(text.split())


def letters_without_shape(drawn: bytes) -> int:
    """How often a page shows the shape that a font keeps for letters it does not have."""
    return sum(glyph == b"\0\0" for page in PdfReader(io.BytesIO(drawn)).pages for glyph in _glyphs(page))


def _glyphs(page: Any) -> Iterator[bytes]:
    for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
        if operator in (b"Tj", b"TJ"):
            pieces = operands[0] if operator == b"TJ" else operands
            for piece in pieces:
                code = getattr(piece, "original_bytes", b"")
                yield from (code[at : at + 2] for at in range(0, len(code), 2))


def pictures_of(papers: Sequence[Paper]) -> list[Image.Image]:
    """Each page as it comes out of a printer, in grey."""
    compiler = typst.Compiler(str(press.FOLDER / "papers.typ"), root=press.FOLDER, font_paths=press.fonts())
    contents = press.contents_of(papers, title="")
    drawn = compiler.compile(format="png", ppi=DOTS_PER_INCH, sys_inputs={"papers": contents})
    pages = drawn if isinstance(drawn, list) else [drawn]
    return [Image.open(io.BytesIO(page)).convert("L") for page in pages]


def printed_area(picture: Image.Image) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is printed on a page, in mm from the upper left corner."""
    box = picture.point(lambda grey: 255 if grey < INK else 0).getbbox()
    assert box is not None
    left, top, right, bottom = box
    return left / MM, top / MM, right / MM, bottom / MM


def whole_data(form: Form, *, name: str = LONG_NAME, text: str = LONG_TEXT) -> dict[str, Any]:
    """Every field of the form; without more said, each as long as it may be."""
    return {part.key: _value(part, name, text) for part in form.parts}


def _value(part: Any, name: str, text: str) -> Any:
    if isinstance(part, Group):
        return {field.key: _value(field, name, text) for field in part.fields}
    fixed = {
        Kind.NAME: name,
        Kind.BIRTH_DATE: "1985-04-12",
        Kind.PERSONAL_ID: "049085000123",
        Kind.ANY_ID: "049085000123",
        Kind.PHONE: "+84905123456",
        Kind.YES_NO: True,
        Kind.CHOICES: [value for value, _ in part.choices],
    }
    if part.kind == Kind.CHOICE:
        return max(part.choices, key=lambda choice: len(choice[1]))[0]
    return fixed.get(part.kind, text)
