"""Control calls about citizens: who there is, what they follow and share, when they last did something."""

from datetime import timedelta
from typing import Any

from zalo.sandbox.identifiers import digits
from zalo.sandbox.letters import follow
from zalo.sandbox.orders import (
    Done,
    Order,
    Unclear,
    flag,
    known_citizen,
    known_oa,
    local,
    moment,
    plus,
    text,
)
from zalo.sandbox.people import Citizen
from zalo.sandbox.postman import Postman
from zalo.sandbox.world import World

# What a citizen's phone lets be switched on and off.
SWITCHES = ("shares_name", "shares_phone", "takes_notifications", "is_banned")
MOST_LISTED = 500


class Citizens:
    """New citizens, and what known ones do. Whoever follows or leaves an OA tells the portal so."""

    def __init__(self, postman: Postman) -> None:
        self.postman = postman

    def add(self, world: World, order: Order) -> Done:
        """`POST /_sandbox/citizens` `{name, phone, follow, notifications}`."""
        name, phone = text(order.body, "name"), order.body.get("phone")
        number = digits(phone)
        if phone and number is None:
            raise Unclear("phone: a Vietnamese number, or null")
        follows = flag(order.body, "follow", otherwise=True)
        citizen = world.add_citizen(name=name, phone=number, follow=follows)
        citizen.takes_notifications = flag(order.body, "notifications", otherwise=True)
        for oa_id in sorted(citizen.follows):
            self.postman.post(follow(citizen, oa_id=oa_id, at=world.clock.event_time()))
        given = {"access_token": citizen.access_token, "phone_token": world.new_phone_token(citizen)}
        return Done(body={**_summary(citizen), **given, "oa_users": _uids(world, citizen)}, status=201)

    def change(self, world: World, order: Order) -> Done:
        """`PUT /_sandbox/citizens/{user_id}`: what is named changes, the rest stays.

        Switches as in `SWITCHES`; `away_days`, since when Zalo was not opened; and for one `oa_id`:
        `follows`, `restricts`, `last_interaction` (a time, or null for never).
        """
        citizen, body = known_citizen(world, order.path["user_id"]), order.body
        for name in SWITCHES:
            setattr(citizen, name, flag(body, name, otherwise=getattr(citizen, name)))
        if "away_days" in body:
            days = body["away_days"]
            if not isinstance(days, int | float) or not 0 <= days <= 10_000:
                raise Unclear("away_days: a number of days")
            citizen.away_since = world.now() - timedelta(days=days) if days else None
        if {"follows", "restricts", "last_interaction"} & body.keys():
            self._change_towards_oa(world, citizen, body)
        return Done(body=_in_full(world, citizen))

    def _change_towards_oa(self, world: World, citizen: Citizen, body: dict[str, Any]) -> None:
        oa_id = known_oa(world, body).oa_id
        if "follows" in body:
            self.follow(world, citizen, oa_id, follows=flag(body, "follows", otherwise=True))
        if "restricts" in body:
            change = (
                citizen.restricts.add
                if flag(body, "restricts", otherwise=True)
                else citizen.restricts.discard
            )
            change(oa_id)
        if body.get("last_interaction", ...) is None:
            citizen.interacted_at.pop(oa_id, None)
        elif "last_interaction" in body:
            citizen.interacted_at[oa_id] = moment(body, "last_interaction")

    def follow(self, world: World, citizen: Citizen, oa_id: str, *, follows: bool) -> None:
        """Let a citizen follow an OA or leave it, and tell the portal."""
        (world.follow if follows else world.unfollow)(citizen, oa_id)
        name = "follow" if follows else "unfollow"
        self.postman.post(follow(citizen, oa_id=oa_id, at=world.clock.event_time(), name=name))


def list_citizens(world: World, order: Order) -> Done:
    """`GET /_sandbox/citizens?q=&limit=`: newest first; `q` is a part of a name or number."""
    wanted = order.query.get("q", "").strip().casefold()
    number = "".join(character for character in wanted if character.isdigit()).lstrip("0")
    limit = order.query.get("limit", str(MOST_LISTED))
    if not (limit.isascii() and limit.isdigit()):
        raise Unclear("limit: a number")
    found: list[dict[str, Any]] = []
    for citizen in reversed(world.citizens.values()):
        if len(found) == int(limit):
            break
        if not wanted or wanted in citizen.name.casefold() or (number and number in (citizen.phone or "")):
            found.append(_summary(citizen))
    return Done(body={"citizens": found, "total": len(world.citizens)})


def show_citizen(world: World, order: Order) -> Done:
    """`GET /_sandbox/citizens/{user_id}`: with what they follow, share and refuse."""
    return Done(body=_in_full(world, known_citizen(world, order.path["user_id"])))


def new_access_token(world: World, order: Order) -> Done:
    """`POST /_sandbox/citizens/{user_id}/access-token`: as the Mini App gets one when it opens."""
    return Done(body={"access_token": world.new_session(known_citizen(world, order.path["user_id"]))})


def new_phone_token(world: World, order: Order) -> Done:
    """`POST /_sandbox/citizens/{user_id}/phone-token`; `{"foreign": true}` makes one of another app."""
    citizen = known_citizen(world, order.path["user_id"])
    is_foreign = flag(order.body, "foreign", otherwise=False)
    return Done(body={"phone_token": world.new_phone_token(citizen, is_foreign=is_foreign)})


def new_location_token(world: World, order: Order) -> Done:
    """`POST /_sandbox/citizens/{user_id}/location-token` `{latitude, longitude}`."""
    citizen = known_citizen(world, order.path["user_id"])
    place = {name: str(order.body.get(name, "")) for name in ("latitude", "longitude")}
    stamp = str(int(world.now().timestamp() * 1000))
    return Done(
        body={"location_token": world.new_secret(citizen, {"provider": "gps", **place, "timestamp": stamp})}
    )


def _summary(citizen: Citizen) -> dict[str, Any]:
    return {"user_id": citizen.user_id, "name": citizen.name, "phone": plus(citizen.phone)}


def _in_full(world: World, citizen: Citizen) -> dict[str, Any]:
    switches = {name: getattr(citizen, name) for name in SWITCHES}
    away = citizen.away_since
    oas = [
        {
            "oa_id": oa.oa_id,
            "name": oa.name,
            "uid": world.uid(citizen, oa.oa_id),
            "follows": oa.oa_id in citizen.follows,
            "restricts": oa.oa_id in citizen.restricts,
            "last_interaction": local(at) if (at := citizen.interacted_at.get(oa.oa_id)) else None,
        }
        for oa in world.oas.values()
    ]
    return {**_summary(citizen), **switches, "away_since": local(away) if away else None, "oas": oas}


def _uids(world: World, citizen: Citizen) -> dict[str, str]:
    return {oa_id: world.uid(citizen, oa_id) for oa_id in world.oas}
