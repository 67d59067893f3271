"""Papers as PDF, drawn by Typst. Nothing of them is kept on disk; the same papers give the same bytes."""

import io
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path

import typst
from pypdf import PdfWriter
from pypdf.generic import NameObject, TextStringObject

from core.drawing import as_json
from dossiers.services.papers.shapes import Paper

FOLDER = Path(__file__).resolve().parents[2] / "papers"
# Typst keeps what it worked out for the last ten files: 300 papers in one of them would cost gigabytes.
PAPERS_AT_A_TIME = 5


@cache
def fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER / "fonts")]
    )


@cache
def _layout() -> bytes:
    return (FOLDER / "papers.typ").read_bytes()


@cache
def letters() -> frozenset[str]:
    """What the font has a shape for."""
    return frozenset((FOLDER / "fonts" / "letters.txt").read_text("utf-8"))


def contents_of(papers: Sequence[Paper], *, title: str) -> str:
    """The papers as the layout reads them; for a letter without a shape there is a box."""
    return as_json({"title": title, "papers": [asdict(paper) for paper in papers]}, letters=letters())


def pdf(papers: Sequence[Paper], *, title: str, at: datetime) -> bytes:
    """One file with each paper on pages of its own; `at` is the date of the file.

    A few papers can be read aloud by their tags; many, which are for a printer, have none.
    """
    if len(papers) <= PAPERS_AT_A_TIME:
        return _drawn(papers, title=title, at=at, tagged=True)
    whole = PdfWriter()
    for first in range(0, len(papers), PAPERS_AT_A_TIME):
        part = _drawn(papers[first : first + PAPERS_AT_A_TIME], title=title, at=at, tagged=False)
        whole.append(io.BytesIO(part), import_outline=False)
    whole.add_metadata({"/Title": title})
    whole.root_object[NameObject("/Lang")] = TextStringObject("vi")
    joined = io.BytesIO()
    whole.write(joined)
    return joined.getvalue()


def _drawn(papers: Sequence[Paper], *, title: str, at: datetime, tagged: bool) -> bytes:
    # A compiler serves one thread at a time; a new one costs little, and the fonts are shared.
    compiler = typst.Compiler(root=FOLDER, font_paths=fonts())
    drawn = compiler.compile(
        _layout(),
        format="pdf",
        sys_inputs={"papers": contents_of(papers, title=title)},
        timestamp=int(at.timestamp()),
        pdf_tags=tagged,
    )
    if not isinstance(drawn, bytes):
        raise TypeError("A PDF is one file")
    return drawn
