"""Whether values fit a template, before Zalo is asked: what it would refuse is not sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import normalize

from zalo.models import Template


class Flaw(StrEnum):
    """What is wrong. The value goes into rows and logs."""

    NOT_ENABLED = "template_not_enabled"
    UNKNOWN = "param_unknown"
    MISSING = "param_missing"
    EMPTY = "param_empty"
    TOO_SHORT = "param_too_short"
    TOO_LONG = "param_too_long"


@dataclass(frozen=True, kw_only=True)
class Misfit:
    """The first flaw of some values; `param` is its parameter, empty where it is the template's own.

    Names the parameter and never the value, which may be personal.
    """

    flaw: Flaw
    param: str = ""

    def __str__(self) -> str:
        return f"{self.flaw}: {self.param}" if self.param else str(self.flaw)


def misfit(template: Template, data: Mapping[str, str]) -> Misfit | None:
    """Return what Zalo would refuse `data` for, None if it fits. Lengths are those of composed characters."""
    if not template.is_enabled:
        return Misfit(flaw=Flaw.NOT_ENABLED)
    if foreign := sorted(data.keys() - template.param_names):
        return Misfit(flaw=Flaw.UNKNOWN, param=foreign[0])
    for param in template.params:
        if flaw := _flaw_of(param, data.get(param["name"])):
            return Misfit(flaw=flaw, param=param["name"])
    return None


def _flaw_of(param: Mapping[str, object], value: str | None) -> Flaw | None:
    if value is None:
        return Flaw.MISSING if param["require"] else None
    length, longest = len(normalize("NFC", value)), param["max_length"]
    if not value.strip():
        return None if param["accept_null"] else Flaw.EMPTY
    if isinstance(longest, int) and length > longest:
        return Flaw.TOO_LONG
    shortest = param["min_length"]
    return Flaw.TOO_SHORT if isinstance(shortest, int) and length < shortest else None
