"""The questions and answers of the house, as `faq/data/` has them."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True)
class ShippedAnswer:
    valid_from: date
    valid_to: date | None
    confidence: str
    basis: str
    says: str


@dataclass(frozen=True)
class ShippedQuestion:
    """`heard` are ways in which people asked, as they typed; `also` are further ones, thought of here."""

    key: str
    asks: str
    heard: tuple[str, ...]
    also: tuple[str, ...]
    answers: tuple[ShippedAnswer, ...]


@dataclass(frozen=True)
class ShippedTopic:
    key: str
    name: str
    position: int
    questions: tuple[ShippedQuestion, ...]


def shipped_topics(folder: Path = DATA) -> Iterator[ShippedTopic]:
    """All topics in their order."""
    for path in sorted(folder.glob("*.toml")):
        said = tomllib.loads(path.read_text("utf-8"))
        questions = tuple(_question(entry) for entry in said["question"])
        yield ShippedTopic(said["key"], said["name"], said["position"], questions)


def _question(entry: Mapping[str, Any]) -> ShippedQuestion:
    answers = tuple(
        ShippedAnswer(
            valid_from=answer["valid_from"],
            valid_to=answer.get("valid_to"),
            confidence=answer["confidence"].upper(),
            basis=answer["basis"],
            says=answer["says"].strip(),
        )
        for answer in entry["answer"]
    )
    return ShippedQuestion(
        key=entry["key"],
        asks=entry["asks"],
        heard=tuple(entry["heard"]),
        also=tuple(entry["also"]),
        answers=answers,
    )
