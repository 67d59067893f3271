"""The host `oauth.zaloapp.com`, for people: the page that asks whether the portal may.

Without scripts, and the form can be sent by a test as well as by a browser.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlencode, urlsplit

from zalo.sandbox.identifiers import new_token
from zalo.sandbox.people import Citizen, Code, Oa
from zalo.sandbox.protocol import Answer, Asked, Refused
from zalo.sandbox.world import World

CODE_LIVES = timedelta(minutes=10)
# More are not offered on one page; the newest are what a tester has just made.
MOST_CHOICES = 50
PAGE = Template(Path(__file__).with_name("consent.html").read_text(encoding="utf-8"))
CARRIED = ("app_id", "redirect_uri", "code_challenge", "state")


def ask_citizen(world: World, asked: Asked) -> Answer:
    """`GET /v4/permission`: who signs in to the portal with their Zalo?"""
    _refuse_strangers(world, asked.query)
    newest = list(reversed(world.citizens.values()))[:MOST_CHOICES]
    people = [(one.user_id, one.name, f"+{one.phone}" if one.phone else "") for one in newest]
    return _page(
        asked,
        title="Đăng nhập bằng Zalo",
        question="Cổng Công an muốn biết tên và ảnh đại diện Zalo. Đăng nhập với tư cách:",
        field="user_id",
        choices=people,
        nobody="Máy giả lập chưa có người dân nào. Thêm một người ở trang điện thoại thử.",
    )


def ask_administrator(world: World, asked: Asked) -> Answer:
    """`GET /v4/oa/permission`: which Official Account does its administrator connect?"""
    _refuse_strangers(world, asked.query)
    return _page(
        asked,
        title="Cấp quyền Official Account",
        question="Cổng Công an muốn gửi tin và nhận sự kiện thay Official Account:",
        field="oa_id",
        choices=[(oa.oa_id, oa.name, oa.oa_id) for oa in world.oas.values()],
        nobody="Máy giả lập chưa có Official Account nào.",
    )


def answer_of_citizen(world: World, asked: Asked) -> Answer:
    """`POST /v4/permission`: back to the portal, with a code or with an error."""
    form = asked.form()
    _refuse_strangers(world, form)
    citizen = world.citizens.get(form.get("user_id", ""))
    if form.get("decision") != "allow":
        return _denied(form)
    if citizen is None:
        raise Refused(-14001, "Nobody was chosen", name="Invalid user")
    code = _new_code(world, form, citizen=citizen)
    return _back(form, {"code": code, **_echoed(form, "state", "code_challenge")})


def answer_of_administrator(world: World, asked: Asked) -> Answer:
    """`POST /v4/oa/permission`: back to the portal, with a code and the id of the OA, or with an error."""
    form = asked.form()
    _refuse_strangers(world, form)
    oa = world.oas.get(form.get("oa_id", ""))
    if form.get("decision") != "allow":
        return _denied(form)
    if oa is None:
        raise Refused(-14001, "No Official Account was chosen", name="Invalid Official Account")
    code = _new_code(world, form, oa=oa)
    echoed = () if world.faults.no_oa_state else ("state",)
    return _back(form, {"code": code, "oa_id": oa.oa_id, **_echoed(form, *echoed, "code_challenge")})


def _refuse_strangers(world: World, asked: Mapping[str, str]) -> None:
    """Refuse another app, and a way back that the console does not know.

    :raises Refused: with the code that Zalo gives
    """
    if asked.get("app_id") != world.config.app_id:
        raise Refused(-14002, "App does not exist", name="Invalid appId")
    if asked.get("redirect_uri") not in world.callbacks:
        raise Refused(-14003, "The callback is not registered for this app", name="Invalid redirect uri")


def _page(
    asked: Asked,
    *,
    title: str,
    question: str,
    field: str,
    choices: Iterable[tuple[str, str, str]],
    nobody: str,
) -> Answer:
    carried = [
        f'<input type="hidden" name="{name}" value="{escape(asked.query[name])}">'
        for name in CARRIED
        if name in asked.query
    ]
    offered = [
        f'<label><input type="radio" name="{field}" value="{escape(value)}"{" checked" if first else ""}>'
        f"<span>{escape(words)}<small>{escape(more)}</small></span></label>"
        for first, (value, words, more) in _with_first(choices)
    ]
    html = PAGE.substitute(
        title=title,
        question=question,
        carried="".join(carried),
        choices="".join(offered) or f"<p>{nobody}</p>",
        disabled="" if offered else " disabled",
    )
    return Answer(html=html)


def _with_first(
    choices: Iterable[tuple[str, str, str]],
) -> Iterable[tuple[bool, tuple[str, str, str]]]:
    return ((position == 0, choice) for position, choice in enumerate(choices))


def _new_code(
    world: World, form: dict[str, str], *, citizen: Citizen | None = None, oa: Oa | None = None
) -> str:
    token = new_token()
    challenge, ends_at = form.get("code_challenge", ""), world.now() + CODE_LIVES
    world.codes[token] = Code(challenge=challenge, ends_at=ends_at, citizen=citizen, oa=oa)
    return token


def _echoed(form: dict[str, str], *names: str) -> dict[str, str]:
    return {name: form[name] for name in names if name in form}


def _denied(form: dict[str, str]) -> Answer:
    return _back(
        form, {"error": "access_denied", "error_description": "User cancelled", **_echoed(form, "state")}
    )


def _back(form: dict[str, str], told: dict[str, str]) -> Answer:
    callback = form["redirect_uri"]
    joint = "&" if urlsplit(callback).query else "?"
    return Answer(location=f"{callback}{joint}{urlencode(told)}")
