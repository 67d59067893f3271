"""The notice on personal data that a citizen reads before giving any. Old versions stay as they were."""

from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent / "notices"


@dataclass(frozen=True)
class Notice:
    """One version of the notice: `version` is the day it came into force, `text` is Vietnamese Markdown."""

    version: str
    text: str


# Oldest first. A file that was published is never changed: consents refer to it.
NOTICES: tuple[Notice, ...] = tuple(
    Notice(version=path.stem, text=path.read_text(encoding="utf-8").strip())
    for path in sorted(_FOLDER.glob("*.md"))
)
CURRENT_NOTICE: Notice = NOTICES[-1]
