"""The hosts `oauth.zaloapp.com` and `graph.zalo.me`: who is who, and on whose behalf."""

import hmac

from zalo.sandbox.identifiers import new_token, uid_of
from zalo.sandbox.protocol import Answer, Asked, Refused, citizen_of, need_secret, success
from zalo.sandbox.world import Citizen, World
from zalo.signing import appsecret_proof


def oa_access_token(world: World, asked: Asked) -> Answer:
    """`POST /v4/oa/access_token`: a refresh token works once, and the old access token dies with it."""
    form = _token_form(world, asked)
    if form.get("grant_type") == "authorization_code":
        raise Refused(-14005, "Authorization code is invalid", name="Invalid code")
    used = form.get("refresh_token")
    oa = next((oa for oa in world.oas.values() if oa.refresh_token == used), None)
    if oa is None:
        raise Refused(-14014, "Refresh token was used, expired or revoked", name="Invalid refresh token.")
    world.give_tokens(oa, (new_token(), new_token()))
    oa.refreshes += 1
    pair = {"access_token": oa.access_token, "refresh_token": oa.refresh_token, "expires_in": "90000"}
    return Answer(body=pair)


def citizen_access_token(world: World, asked: Asked) -> Answer:
    """`POST /v4/access_token`: nobody signs in by browser here, so every code and token is unknown."""
    if _token_form(world, asked).get("grant_type") == "authorization_code":
        raise Refused(-14005, "Authorization code is invalid", name="Invalid code")
    raise Refused(-14014, "Refresh token was used, expired or revoked", name="Invalid refresh token.")


def me(world: World, asked: Asked) -> Answer:
    """`GET /v2.0/me`: flat, and only with the proof that the token is held by our app."""
    citizen = citizen_of(world, asked)
    proof = appsecret_proof(access_token=citizen.access_token, app_secret=world.config.app_secret)
    if not hmac.compare_digest(asked.headers.get("appsecret_proof", "").encode(), proof.encode()):
        raise Refused(-242, "Invalid appsecret_proof")
    asked_for = asked.query.get("fields", "id").split(",")
    known = {"id": citizen.user_id, "name": citizen.name, **_seen_by_first_oa(world, citizen)}
    shared = {name: value for name, value in known.items() if name in asked_for or name == "id"}
    return Answer(body={"error": 0, "message": "Success", **shared})


def me_info(world: World, asked: Asked) -> Answer:
    """`GET /v2.0/me/info`: a phone token becomes the number, once and for 2 minutes."""
    citizen = citizen_of(world, asked)
    if not (code := asked.headers.get("code")):
        raise Refused(114, "code is empty")
    need_secret(
        world,
        asked,
        missing=Refused(116, "secret_key is empty"),
        wrong=Refused(117, "secret_key is invalid"),
    )
    token = world.phone_tokens.get(code)
    if token is None or token.citizen is not citizen:
        raise Refused(115, "code is invalid")
    if token.is_used:
        raise Refused(119, "code has already been used")
    if token.ends_at <= world.now():
        raise Refused(115, "code is invalid")
    token.is_used = True
    return success({"number": citizen.phone})


def _token_form(world: World, asked: Asked) -> dict[str, str]:
    form = asked.form()
    if form.get("app_id") != world.config.app_id:
        raise Refused(-14002, "App does not exist", name="Invalid appId")
    wrong = Refused(-14004, "Secret key is invalid", name="Invalid secret key")
    need_secret(world, asked, missing=wrong, wrong=wrong)
    if form.get("grant_type") not in ("authorization_code", "refresh_token"):
        raise Refused(-14018, "Grant type is invalid", name="Invalid grant type")
    return form


def _seen_by_first_oa(world: World, citizen: Citizen) -> dict[str, object]:
    """The Mini App belongs to one OA, here the first; its id of the citizen is told once they follow."""
    first = next(iter(world.oas), None)
    if first is None or first not in citizen.follows:
        return {"is_follower": False}
    return {"is_follower": True, "user_id_by_oa": uid_of(citizen.user_id, first)}
