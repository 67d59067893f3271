"""The host `graph.zalo.me`: who a citizen is, as far as they let the app know."""

import hmac
from typing import Any

from zalo.sandbox.identifiers import uid_of
from zalo.sandbox.people import Citizen
from zalo.sandbox.protocol import Answer, Asked, Refused, citizen_of, need_secret, success
from zalo.sandbox.world import World
from zalo.signing import appsecret_proof

PICTURE = "/static/face.svg"


def me(world: World, asked: Asked) -> Answer:
    """`GET /v2.0/me`: flat, and only with the proof that the token is held by our app."""
    _refuse_foreign_address(world)
    citizen = citizen_of(world, asked)
    token = asked.headers["access_token"]
    proof = appsecret_proof(access_token=token, app_secret=world.config.app_secret)
    if not hmac.compare_digest(asked.headers.get("appsecret_proof", "").encode(), proof.encode()):
        raise Refused(-242, "Invalid appsecret_proof")
    asked_for = asked.query.get("fields", "id").split(",")
    known = {"id": citizen.user_id, **_profile(world, citizen)}
    shared = {name: value for name, value in known.items() if name in asked_for or name == "id"}
    return Answer(body={"error": 0, "message": "Success", **shared})


def me_info(world: World, asked: Asked) -> Answer:
    """`GET /v2.0/me/info`: a token of the Mini App becomes a number or a place, once and for 2 minutes."""
    _refuse_foreign_address(world)
    citizen = citizen_of(world, asked)
    if not (code := asked.headers.get("code")):
        raise Refused(114, "code is empty")
    need_secret(
        world,
        asked,
        missing=Refused(116, "secret_key is empty"),
        wrong=Refused(117, "secret_key is invalid"),
    )
    secret = world.secrets.get(code)
    if secret is None or secret.citizen is not citizen:
        raise Refused(115, "code is invalid")
    if secret.is_foreign:
        raise Refused(118, "code is invalid")
    if secret.is_used:
        raise Refused(119, "code has already been used")
    if secret.ends_at <= world.now():
        raise Refused(115, "code is invalid")
    secret.is_used = True
    return success(secret.told)


def _refuse_foreign_address(world: World) -> None:
    if world.faults.foreign_address:
        raise Refused(-501, "Personal information is limited due to user access from outside Vietnam")


def _profile(world: World, citizen: Citizen) -> dict[str, Any]:
    """Return what a citizen who shares their profile is known by; one who does not, by the id alone."""
    if not citizen.shares_name:
        return {}
    profile = {"name": citizen.name, "picture": {"data": {"url": PICTURE}}, "is_sensitive": False}
    return {**profile, **_seen_by_first_oa(world, citizen)}


def _seen_by_first_oa(world: World, citizen: Citizen) -> dict[str, object]:
    """The Mini App belongs to one OA, here the first; its id of the citizen is told once they follow."""
    first = next(iter(world.oas), None)
    if first is None or first not in citizen.follows:
        return {"is_follower": False}
    return {"is_follower": True, "user_id_by_oa": uid_of(citizen.user_id, first)}
