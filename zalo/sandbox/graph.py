"""The host `graph.zalo.me`: who a citizen is, as far as they let the app know."""

import hmac

from zalo.sandbox.identifiers import uid_of
from zalo.sandbox.protocol import Answer, Asked, Refused, citizen_of, need_secret, success
from zalo.sandbox.world import Citizen, World
from zalo.signing import appsecret_proof


def me(world: World, asked: Asked) -> Answer:
    """`GET /v2.0/me`: flat, and only with the proof that the token is held by our app."""
    citizen = citizen_of(world, asked)
    token = asked.headers["access_token"]
    proof = appsecret_proof(access_token=token, app_secret=world.config.app_secret)
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


def _seen_by_first_oa(world: World, citizen: Citizen) -> dict[str, object]:
    """The Mini App belongs to one OA, here the first; its id of the citizen is told once they follow."""
    first = next(iter(world.oas), None)
    if first is None or first not in citizen.follows:
        return {"is_follower": False}
    return {"is_follower": True, "user_id_by_oa": uid_of(citizen.user_id, first)}
