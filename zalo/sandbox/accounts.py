"""The host `openapi.zalo.me`, to read: an account, its users, what they may be sent; and uploads."""

import json
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from zalo.sandbox.consultation import FREE_WINDOW
from zalo.sandbox.delivery import recipient
from zalo.sandbox.identifiers import new_token
from zalo.sandbox.letters import milliseconds
from zalo.sandbox.people import Citizen, Oa, Upload
from zalo.sandbox.protocol import Answer, Asked, Refused, oa_of, success
from zalo.sandbox.world import UPLOAD_LIVES, VN, World

MOST_LISTED = 50
MEGABYTE = 2**20
# By the last word of the path: the largest size, and the media types by the first bytes of the content.
UPLOADS: dict[str, tuple[int, dict[bytes, str]]] = {
    "image": (MEGABYTE, {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}),
    "gif": (5 * MEGABYTE, {b"GIF8": "image/gif"}),
    "file": (
        5 * MEGABYTE,
        {
            b"%PDF": "application/pdf",
            b"\xd0\xcf\x11\xe0": "application/msword",
            b"PK\x03\x04": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        },
    ),
}


def profile(world: World, asked: Asked) -> Answer:
    """`GET /v2.0/oa/getoa`."""
    oa = oa_of(world, asked, host="openapi")
    return success(
        {
            "oaid": oa.oa_id,
            "name": oa.name,
            "description": "Official Account giả lập",
            "oa_alias": "",
            "is_verified": True,
            "oa_type": 4,
            "cate_name": "Cơ quan nhà nước",
            "num_follower": len(oa.followers),
            "avatar": "",
            "cover": "",
            "package_name": "Nâng cao",
            "package_valid_through_date": "31/12/2030",
            "package_auto_renew_date": "01/12/2030",
            "linked_ZCA": oa.zca != "missing",
        }
    )


def user_detail(world: World, asked: Asked) -> Answer:
    """`GET /v3.0/oa/user/detail?data={"user_id": …}`."""
    oa = oa_of(world, asked, host="openapi")
    citizen = recipient(world, oa, _data(asked).get("user_id"))
    last = citizen.interacted_at.get(oa.oa_id)
    return success(
        {
            "user_id": world.uid(citizen, oa.oa_id),
            "user_id_by_app": citizen.user_id,
            "user_external_id": "",
            "display_name": citizen.name,
            "user_alias": citizen.name,
            "is_sensitive": False,
            "user_last_interaction_date": f"{last.astimezone(VN):%d/%m/%Y}" if last else "",
            "user_is_follower": oa.oa_id in citizen.follows,
            "avatar": "",
            "avatars": {"120": "", "240": ""},
            "dynamic_param": "",
            "tags_and_notes_info": {"notes": [], "tag_names": []},
            "shared_info": {},
        }
    )


def user_list(world: World, asked: Asked) -> Answer:
    """`GET /v3.0/oa/user/getlist?data={offset, count, is_follower}`: whom the OA knows, 50 at a time."""
    oa = oa_of(world, asked, host="openapi")
    wanted = _data(asked)
    offset, count = wanted.get("offset", 0), wanted.get("count", MOST_LISTED)
    if not isinstance(offset, int) or not 0 <= offset <= 9951:
        raise Refused(-201, "offset is invalid!")
    if not isinstance(count, int) or not 0 < count <= MOST_LISTED:
        raise Refused(-201, "count is invalid!")
    known = _known_to(world, oa, is_follower=wanted.get("is_follower"))
    users = [{"user_id": world.uid(citizen, oa.oa_id)} for citizen in known[offset : offset + count]]
    return success({"total": len(known), "count": len(users), "offset": offset, "users": users})


def _known_to(world: World, oa: Oa, *, is_follower: Any) -> list[Citizen]:
    if is_follower in (True, "true"):
        return list(oa.followers.values())
    known = [one for one in world.citizens.values() if oa.oa_id in one.interacted_at]
    if is_follower in (False, "false"):
        return [one for one in known if oa.oa_id not in one.follows]
    return known


def user_quota(world: World, asked: Asked) -> Answer:
    """`POST /v3.0/oa/quota/message`: what one citizen may be sent, or what the OA has left."""
    oa = oa_of(world, asked, host="openapi")
    body = asked.json(otherwise=-201)
    if "user_id" not in body:
        return success({"quota_type": "purchase_quota", "total": world.quota, "remain": world.quota_left(oa)})
    citizen = recipient(world, oa, body["user_id"])
    last = citizen.interacted_at.get(oa.oa_id)
    is_open = last is not None and world.now() - last <= FREE_WINDOW
    promotion = {"daily_remain": 1, "daily_total": 1, "monthly_remain": 6, "monthly_total": 6}
    reply = {"remain": 8 if is_open else 0, "total": 8}
    told = {"last_interaction": milliseconds(last)} if last else {}
    return success({**told, "cs_reply": reply, "promotion": promotion})


def upload(world: World, asked: Asked) -> Answer:
    """`POST /v2.0/oa/upload/{image,gif,file}`: multipart, in the part `file`."""
    oa = oa_of(world, asked, host="openapi")
    kind = asked.path.rsplit("/", 1)[-1]
    name, content = _file(asked)
    most, types = UPLOADS[kind]
    if len(content) > most:
        raise Refused(-210, "Parameter exceeds allowable limit: file")
    media_type = next((type_ for magic, type_ in types.items() if content.startswith(magic)), None)
    if media_type is None and kind == "file" and name.lower().endswith(".csv"):
        media_type = "text/csv"
    if media_type is None:
        raise Refused(-201, "file is invalid!")
    key, ends_at = new_token(), world.now() + UPLOAD_LIVES
    world.uploads[key] = Upload(
        oa_id=oa.oa_id, kind=kind, name=name, media_type=media_type, content=content, ends_at=ends_at
    )
    return success({"token" if kind == "file" else "attachment_id": key})


def _file(asked: Asked) -> tuple[str, bytes]:
    """Return name and bytes of the part `file`.

    :raises Refused: there is none
    """
    head = f"Content-Type: {asked.headers.get('content-type', '')}\r\n\r\n".encode()
    form = BytesParser(policy=HTTP).parsebytes(head + asked.raw)
    for part in form.iter_parts() if form.is_multipart() else ():
        content = part.get_payload(decode=True)
        if part.get_param("name", header="content-disposition") == "file" and isinstance(content, bytes):
            return part.get_filename() or "", content
    raise Refused(-201, "file is invalid!")


def _data(asked: Asked) -> dict[str, Any]:
    """Return what a GET of this host is asked: one parameter that holds JSON.

    :raises Refused: there is none, or it is no object
    """
    try:
        data = json.loads(asked.query.get("data", ""))
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise Refused(-201, "data is invalid!")
    return data
