"""QR codes for what is drawn: their dark modules, as runs."""

import itertools
from typing import Any

import segno


def modules(text: str) -> dict[str, Any]:
    """How many modules wide the code is, and which runs of them are dark: column, row, length."""
    rows = [bytes(row) for row in segno.make_qr(text, error="H", boost_error=False).matrix]
    runs = []
    for y, row in enumerate(rows):
        x = 0
        for dark, run in itertools.groupby(row):
            length = len(list(run))
            if dark:
                runs.append((x, y, length))
            x += length
    return {"modules": len(rows), "runs": runs}
