"""Control calls of who runs the sandbox: accounts, templates, callbacks, faults, the clock, the events."""

from typing import Any

from zalo.sandbox.faults import BadFaults, Faults, read_faults
from zalo.sandbox.identifiers import digits
from zalo.sandbox.orders import Done, Order, Unclear, flag, local, moment, text
from zalo.sandbox.people import Oa
from zalo.sandbox.postman import Postman
from zalo.sandbox.registry import BadTemplate, read_template
from zalo.sandbox.world import OA_TOKEN_LIVES, World

ZCA = ("linked", "missing", "empty")


def set_faults(world: World, order: Order) -> Done:
    """`PUT /_sandbox/faults`: these and no others."""
    try:
        faults = read_faults(order.body)
    except BadFaults as error:
        raise Unclear(str(error)) from error
    world.play(faults)
    return Done(body={"faults": order.body})


def clear_faults(world: World, _: Order) -> Done:
    """`DELETE /_sandbox/faults`."""
    world.play(Faults())
    return Done(status=204)


def list_faults(world: World, _: Order) -> Done:
    """`GET /_sandbox/faults`: what is to go wrong now."""
    quiet = vars(Faults())
    return Done(body={"faults": {name: v for name, v in vars(world.faults).items() if v != quiet[name]}})


def set_clock(world: World, order: Order) -> Done:
    """`PUT /_sandbox/clock` `{now, stands, with_events}`, see `zalo.sandbox.clock`."""
    stands = flag(order.body, "stands", otherwise=False)
    with_events = flag(order.body, "with_events", otherwise=False)
    world.clock.set(moment(order.body, "now"), stands=stands, with_events=with_events)
    return show_clock(world, order)


def reset_clock(world: World, _: Order) -> Done:
    """`DELETE /_sandbox/clock`."""
    world.clock.set_right()
    return Done(status=204)


def show_clock(world: World, _: Order) -> Done:
    """`GET /_sandbox/clock`."""
    return Done(
        body={"now": local(world.now()), "is_moved": world.clock.is_moved, "stands": world.clock.stands}
    )


def add_oa(world: World, order: Order) -> Done:
    """`POST /_sandbox/oas`: a pair for the portal to seed. For an OA that is known, a new pair."""
    oa_id, name = text(order.body, "oa_id"), text(order.body, "name")
    admins = order.body.get("admins", [])
    numbers = [digits(one) for one in admins] if isinstance(admins, list) else [None]
    zca = order.body.get("zca", "linked")
    if None in numbers or zca not in ZCA:
        raise Unclear(f"admins: a list of Vietnamese numbers; zca: one of {', '.join(ZCA)}")
    oa = world.add_oa(oa_id, name)
    oa.admins, oa.zca = {one for one in numbers if one}, zca
    oa.quality = str(order.body.get("quality", oa.quality))
    pair = {"access_token": oa.access_token, "refresh_token": oa.refresh_token}
    lifetime = int(OA_TOKEN_LIVES.total_seconds())
    return Done(body={**_oa(oa), **pair, "expires_in": lifetime}, status=201)


def list_oas(world: World, _: Order) -> Done:
    """`GET /_sandbox/oas`: and how often each was refreshed."""
    return Done(body={"oas": [_oa(oa) for oa in world.oas.values()]})


def add_template(world: World, order: Order) -> Done:
    """`POST /_sandbox/templates`: as in Zalo's console, see `read_template`; a known one is replaced."""
    known = world.templates.get(str(order.body.get("template_id")))
    created_ms = known.created_ms if known else int(world.now().timestamp() * 1000)
    try:
        template = read_template(order.body, created_ms=created_ms)
    except BadTemplate as error:
        raise Unclear(str(error)) from error
    world.templates[template.template_id] = template
    return Done(body={"template_id": template.template_id, **template.in_full()}, status=201)


def add_callback(world: World, order: Order) -> Done:
    """`POST /_sandbox/callbacks`: where consent may lead back to."""
    world.callbacks.add(text(order.body, "url"))
    return Done(body={"callbacks": sorted(world.callbacks)}, status=201)


class Webhooks:
    """The page of the console where events are watched, and switched on again after Zalo cut the app off."""

    def __init__(self, postman: Postman) -> None:
        self.postman = postman

    def show(self, _: World, __: Order) -> Done:
        """`GET /_sandbox/events`: the newest tries first."""
        return Done(body={**self._state(), "events": [_try(one) for one in reversed(self.postman.log)]})

    def switch(self, _: World, order: Order) -> Done:
        """`PUT /_sandbox/webhooks` `{enabled}`."""
        self.postman.is_cut_off = not flag(order.body, "enabled", otherwise=True)
        return Done(body=self._state())

    def _state(self) -> dict[str, Any]:
        postman = self.postman
        return {"enabled": not postman.is_cut_off, "waiting": postman.waiting, "lost": postman.lost}


def _try(one: Any) -> dict[str, Any]:
    return {"at": local(one.at), "event_name": one.name, "num_retry": one.retries, "status": one.status}


def _oa(oa: Oa) -> dict[str, Any]:
    return {"oa_id": oa.oa_id, "name": oa.name, "refreshes": oa.refreshes, "followers": len(oa.followers)}
