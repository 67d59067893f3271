"""Templates as Zalo's console holds them, and whether values fit into one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STATUSES = ("ENABLE", "PENDING_REVIEW", "REJECT", "DISABLE", "DELETE")
# The numbers by which `/template/all` is asked for a status.
STATUS_NUMBERS = {"1": "ENABLE", "2": "PENDING_REVIEW", "3": "REJECT", "4": "DISABLE"}
DEFAULT_MAX_LENGTH = 200
_PARAMETER = re.compile(r"<([a-z0-9_]+)>")


class BadTemplate(Exception):
    """A template that cannot be registered; the message says what is wrong with it."""


class Misfit(Exception):
    """Values that a template does not take. `code` is Zalo's."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One thing that is filled in. Lengths are in characters."""

    name: str
    require: bool = True
    type: str = "STRING"
    max_length: int = DEFAULT_MAX_LENGTH
    min_length: int = 0
    accept_null: bool = False

    def check(self, value: object) -> None:
        """:raises Misfit: too long, too short, empty where it must not be, or no text"""
        if not isinstance(value, str) or (not value and not self.accept_null):
            raise Misfit(-1124, f"Parameter {self.name} has a bad format")
        if len(value) > self.max_length:
            raise Misfit(-1121, f"Parameter {self.name} is too long")
        if value and len(value) < self.min_length:
            raise Misfit(-1124, f"Parameter {self.name} is too short")

    def as_told(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "require": self.require,
            "type": self.type,
            "maxLength": self.max_length,
            "minLength": self.min_length,
            "acceptNull": self.accept_null,
        }


@dataclass(frozen=True, kw_only=True)
class Template:
    """A text with `<parameters>`. Without an `oa_id` every Official Account may use it."""

    template_id: str
    name: str
    text: str
    parameters: tuple[Parameter, ...]
    status: str = "ENABLE"
    reason: str = ""
    tag: str = "TRANSACTION"
    quality: str = "HIGH"
    buttons: tuple[Mapping[str, str], ...] = ()
    timeout: int = 7_200_000
    preview_url: str = ""
    price_phone: str = "200"
    price_uid: str = "120"
    # Templates from before 10/12/2025 and those with one-time codes go to numbers only.
    goes_by_uid: bool = True
    oa_id: str | None = None
    created_ms: int = 0

    def check(self, data: Mapping[str, object]) -> None:
        """:raises Misfit: a value is missing or does not fit"""
        for parameter in self.parameters:
            if parameter.name in data:
                parameter.check(data[parameter.name])
            elif parameter.require:
                raise Misfit(-1122, f"Parameter {parameter.name} is missing")

    def filled(self, data: Mapping[str, object]) -> str:
        """Return what a citizen reads; a line falls away whose parameter may be missing and is."""
        missing = {one.name for one in self.parameters if not one.require and not data.get(one.name)}
        lines = (line for line in self.text.split("\n") if missing.isdisjoint(_PARAMETER.findall(line)))
        return "\n".join(fill(line, data) for line in lines)

    def buttons_for(self, data: Mapping[str, object]) -> list[dict[str, str]]:
        """Return the buttons as a citizen sees them, with the parameters filled in."""
        return [{**button, "content": fill(button["content"], data)} for button in self.buttons]

    def is_for(self, oa_id: str) -> bool:
        return self.oa_id in (None, oa_id)

    def in_list(self) -> dict[str, Any]:
        return {
            "templateId": self.template_id,
            "templateName": self.name,
            "createdTime": self.created_ms,
            "status": self.status,
            "templateQuality": self.quality,
        }

    def in_full(self) -> dict[str, Any]:
        return {
            "templateId": self.template_id,
            "templateName": self.name,
            "status": self.status,
            "reason": self.reason,
            "listParams": [parameter.as_told() for parameter in self.parameters],
            "listButtons": [dict(button) for button in self.buttons],
            "timeout": self.timeout,
            "previewUrl": self.preview_url,
            "templateQuality": self.quality,
            "templateTag": self.tag,
            "price": self.price_phone,
            "price_sdt": self.price_phone,
            "price_uid": self.price_uid,
        }

    def sample(self) -> dict[str, str]:
        return {
            parameter.name: f"Mẫu {parameter.name}"[: parameter.max_length] for parameter in self.parameters
        }


def fill(text: str, data: Mapping[str, object]) -> str:
    return _PARAMETER.sub(lambda found: str(data.get(found[1], found[0])), text)


def read_template(script: Mapping[str, Any], *, created_ms: int) -> Template:
    """Read a template of the console. Without `params` those of the text are required, of any short length.

    :raises BadTemplate: something is missing or makes no sense
    """
    text = _words(script, "text")
    template_id = _words(script, "template_id")
    params = script.get("params")
    if params is None:
        params = [{"name": name} for name in dict.fromkeys(_PARAMETER.findall(text))]
    if (status := script.get("status", "ENABLE")) not in STATUSES:
        raise BadTemplate(f"status: one of {', '.join(STATUSES)}")
    plain = ("name", "reason", "tag", "quality", "preview_url", "oa_id")
    numbers = {"price": "price_phone", "price_phone": "price_phone", "price_uid": "price_uid"}
    chosen: dict[str, Any] = {name: str(script[name]) for name in plain if script.get(name) is not None}
    chosen |= {field: str(script[name]) for name, field in numbers.items() if script.get(name) is not None}
    return Template(
        **{"name": template_id, **chosen},
        template_id=template_id,
        text=text,
        parameters=tuple(_parameter(one) for one in _objects(params, "params")),
        status=status,
        buttons=tuple(_button(one) for one in _objects(script.get("buttons") or [], "buttons")),
        timeout=_whole(script, "timeout", otherwise=7_200_000),
        goes_by_uid=script.get("goes_by_uid", True) is not False,
        created_ms=created_ms,
    )


def _parameter(script: Mapping[str, Any]) -> Parameter:
    """Read a parameter, in the spelling of Zalo's answers or in ours."""
    known = Parameter(name=_words(script, "name"))
    return Parameter(
        name=known.name,
        require=script.get("require", True) is not False,
        type=str(script.get("type", known.type)),
        max_length=_whole(script, "maxLength", "max_length", otherwise=known.max_length),
        min_length=_whole(script, "minLength", "min_length", otherwise=known.min_length),
        accept_null=script.get("acceptNull", script.get("accept_null", False)) is True,
    )


def _button(script: Mapping[str, Any]) -> dict[str, str]:
    words = {name: _words(script, name) for name in ("title", "content")}
    return {"type": str(script.get("type", 1)), **words}


def _objects(value: Any, name: str) -> list[Mapping[str, Any]]:
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return value
    raise BadTemplate(f"{name}: a list of objects")


def _whole(script: Mapping[str, Any], *names: str, otherwise: int) -> int:
    value = next((script[name] for name in names if script.get(name) is not None), otherwise)
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise BadTemplate(f"{names[0]}: a number") from error


def _words(script: Mapping[str, Any], name: str) -> str:
    value = script.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadTemplate(f"{name}: a text that is not empty")
    return value
