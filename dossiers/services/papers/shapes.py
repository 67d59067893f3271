"""What stands on a paper, in words. The layouts in `dossiers/papers/` draw it and decide nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Entry:
    """A label and what is said behind it: words, letters in boxes, or boxes to tick."""

    label: str
    value: str = ""
    boxes: tuple[str, ...] = ()
    ticks: tuple[tuple[str, bool], ...] = ()
    stacked: bool = False  # the boxes to tick one below the other


Row = tuple[Entry, ...]


@dataclass(frozen=True)
class Part:
    """A section of a form; a row of several entries is one line where they have room."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class FormPaper:
    """`state` is how far the declaration is; `qr` are the modules of its code."""

    code: str
    state: str
    qr: Mapping[str, Any]
    reference: str
    title: str
    note: str
    size: float  # of the letters, in points
    parts: tuple[Part, ...]
    oath: str
    signer: str
    verified: bool  # with a frame in which the police write what they found
    footer: str
    kind: str = "form"


@dataclass(frozen=True)
class LetterPaper:
    """A paper of the office about a dossier.

    `lines` is a table; before each of its rows goes a number. `qr` are the modules of a QR code, if there is
    one, and `beside` what is said beside it. `closing` has at least one paragraph.
    """

    reference: str
    above: str
    office: str
    number: str
    date: str
    title: str
    subject: str
    opening: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    signer: str
    footer: str
    closing: tuple[str, ...]
    before: str = ""
    columns: tuple[str, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    qr: Mapping[str, Any] = field(default_factory=dict)
    beside: str = ""
    receiver: str = ""
    signed_by: str = ""
    kind: str = "letter"


@dataclass(frozen=True)
class ListPaper:
    """A table of an office with its sums, to be signed."""

    office: str
    title: str
    subject: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    sums: tuple[tuple[str, str], ...]
    signers: tuple[str, ...]
    footer: str
    kind: str = "list"


Paper = FormPaper | LetterPaper | ListPaper
