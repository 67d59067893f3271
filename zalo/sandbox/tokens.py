"""The host `oauth.zaloapp.com`, for programs: a code of a consent, or a refresh token, becomes new tokens."""

import hmac
from typing import Any

from zalo.sandbox.identifiers import new_token
from zalo.sandbox.people import Code, Login
from zalo.sandbox.protocol import Answer, Asked, Refused, need_secret
from zalo.sandbox.world import CITIZEN_TOKEN_LIVES, LOGIN_LIVES, OA_TOKEN_LIVES, World
from zalo.signing import code_challenge


def oa_access_token(world: World, asked: Asked) -> Answer:
    """`POST /v4/oa/access_token`: a refresh token works once, and the old access token dies with it."""
    form = _token_form(world, asked)
    if form["grant_type"] == "authorization_code":
        oa = _redeemed(world, form).oa
        if oa is None:
            raise _bad_code()
        world.give_tokens(oa, (new_token(), new_token()))
        return Answer(body=_oa_pair(oa.access_token, oa.refresh_token))
    oa = world.oas_by_refresh_token.get(form.get("refresh_token", ""))
    if oa is None or oa.grant_ends_at <= world.now():
        raise _bad_refresh_token()
    oa.refreshes += 1
    kept = world.faults.no_refresh_token
    world.give_tokens(oa, (new_token(), oa.refresh_token if kept else new_token()), ends_at=oa.grant_ends_at)
    body = _oa_pair(oa.access_token, None if kept else oa.refresh_token)
    return Answer(body=body, is_held=world.faults.refresh_timeout)


def citizen_access_token(world: World, asked: Asked) -> Answer:
    """`POST /v4/access_token`: a sign-in by browser, good for 30 days that no refresh makes longer."""
    form = _token_form(world, asked)
    if form["grant_type"] == "authorization_code":
        citizen = _redeemed(world, form).citizen
        if citizen is None:
            raise _bad_code()
        login = Login(citizen=citizen, ends_at=world.now() + LOGIN_LIVES)
    else:
        found = world.logins.pop(form.get("refresh_token", ""), None)
        if found is None or found.ends_at <= world.now():
            raise _bad_refresh_token()
        login = found
    refresh_token = new_token()
    world.logins[refresh_token] = login
    left = int((login.ends_at - world.now()).total_seconds())
    body = {
        "access_token": world.new_session(login.citizen),
        "refresh_token": refresh_token,
        "expires_in": _seconds(CITIZEN_TOKEN_LIVES),
        "refresh_token_expires_in": str(left),
    }
    return Answer(body=body, is_held=world.faults.refresh_timeout and form["grant_type"] == "refresh_token")


def _redeemed(world: World, form: dict[str, str]) -> Code:
    """Return the consent behind a code; whoever presents a code uses it up, with whatever verifier.

    :raises Refused: unknown, used, older than 10 minutes, or the verifier does not fit the challenge
    """
    code = world.codes.pop(form.get("code", ""), None)
    if code is None or code.ends_at <= world.now():
        raise _bad_code()
    verifier = form.get("code_verifier", "")
    if code.challenge and not (verifier.isascii() and _same(code_challenge(verifier), code.challenge)):
        raise _bad_code()
    return code


def _token_form(world: World, asked: Asked) -> dict[str, str]:
    form = asked.form()
    if form.get("app_id") != world.config.app_id:
        raise Refused(-14002, "App does not exist", name="Invalid appId")
    wrong = Refused(-14004, "Secret key is invalid", name="Invalid secret key")
    need_secret(world, asked, missing=wrong, wrong=wrong)
    if form.get("grant_type") not in ("authorization_code", "refresh_token"):
        raise Refused(-14018, "Grant type is invalid", name="Invalid grant type")
    return form


def _oa_pair(access_token: str, refresh_token: str | None) -> dict[str, Any]:
    pair = {"access_token": access_token, "expires_in": _seconds(OA_TOKEN_LIVES)}
    return pair if refresh_token is None else {**pair, "refresh_token": refresh_token}


def _seconds(lifetime: Any) -> str:
    return str(int(lifetime.total_seconds()))


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _bad_code() -> Refused:
    return Refused(-14005, "Authorization code is invalid, expired or used", name="Invalid code")


def _bad_refresh_token() -> Refused:
    return Refused(-14014, "Refresh token was used, expired or revoked", name="Invalid refresh token.")
