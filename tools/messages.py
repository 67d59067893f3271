"""Compile `locale/*/LC_MESSAGES/*.po` into the `.mo` files that Django reads: `python -m tools.messages`.

Both are kept in the repository, so that no machine needs the gettext programs.
"""

import ast
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools import environment

FOLDER = environment.ROOT / "locale"
MAGIC = 0x950412DE
CONTEXT_ENDS = "\x04"


def messages(text: str) -> dict[str, str]:
    """What a `.po` file says, as the keys and values of a `.mo` file."""
    found = {}
    for entry in _entries(text):
        key = entry["msgid"]
        if "msgctxt" in entry:
            key = f"{entry['msgctxt']}{CONTEXT_ENDS}{key}"
        if "msgid_plural" in entry:
            key = f"{key}\0{entry['msgid_plural']}"
        found[key] = entry.get("msgstr") or entry["msgstr[0]"]
    return found


def _entries(text: str) -> Iterator[dict[str, str]]:
    entry: dict[str, str] = {}
    word = ""
    for line in (*text.splitlines(), ""):
        if line.startswith('"'):
            entry[word] += ast.literal_eval(line)
        elif line and not line.startswith("#"):
            word, _, value = line.partition(" ")
            entry[word] = ast.literal_eval(value)
        elif entry:
            yield entry
            entry = {}


def compiled(said: Mapping[str, str]) -> bytes:
    """A catalogue in the format of GNU gettext: two tables of lengths and offsets, then the texts."""
    pairs = sorted((key.encode(), value.encode()) for key, value in said.items())
    begin = 28 + 16 * len(pairs)
    tables, texts = [], b""
    for column in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<2I", len(pair[column]), begin + len(texts)))
            texts += pair[column] + b"\0"
    header = struct.pack("<7I", MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return header + b"".join(tables) + texts


def sources() -> list[Path]:
    return sorted(FOLDER.glob("*/LC_MESSAGES/*.po"))


def main() -> None:
    for path in sources():
        said = messages(path.read_text(encoding="utf-8"))
        path.with_suffix(".mo").write_bytes(compiled(said))
        print(f"{path.relative_to(environment.ROOT)}: {len(said)} messages")


if __name__ == "__main__":
    main()
