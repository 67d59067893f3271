"""The sandbox as one web application: Zalo's five hosts under one address, and the control calls."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from zalo.sandbox import accounts, catalogue, chat, citizens, consent, console, graph, miniapp, tokens
from zalo.sandbox.chat import Chat
from zalo.sandbox.citizens import Citizens
from zalo.sandbox.config import Config
from zalo.sandbox.console import Webhooks
from zalo.sandbox.consultation import Consultation
from zalo.sandbox.delivery import Delivery
from zalo.sandbox.happenings import Happenings
from zalo.sandbox.orders import Done, Order, Unclear
from zalo.sandbox.postman import Postman
from zalo.sandbox.protocol import Answer, Asked, Refused
from zalo.sandbox.sending import Counter
from zalo.sandbox.world import World

PAGE = Path(__file__).with_name("page.html")
STATIC = Path(__file__).with_name("static")
# Zalo tells each caller how many calls it has left in this minute; here nobody runs out of them.
LIMITS = {"X-RateLimit-Limit": "4000", "X-RateLimit-Remain": "3999"}


def build(config: Config) -> Starlette:
    """Return the application; its `state` holds the `world` and the `postman`."""
    world = World(config)
    postman = Postman(config, now=world.now, faults=lambda: world.faults)
    delivery = Delivery(postman)

    @asynccontextmanager
    async def while_running(_: Starlette) -> AsyncIterator[None]:
        await postman.open()
        yield
        await postman.close()

    routes = [
        *_hosts_of_zalo(world, delivery),
        *_control_calls(world, delivery),
        Route("/_sandbox/uploads/{upload}", _uploads(world), methods=["GET"]),
        Route("/", _page, methods=["GET"]),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    app = Starlette(lifespan=while_running, routes=routes)
    app.state.world, app.state.postman = world, postman
    return app


def _hosts_of_zalo(world: World, delivery: Delivery) -> Iterable[BaseRoute]:
    counter = Counter(delivery)
    calls: list[tuple[str, str, Callable[[World, Asked], Answer]]] = [
        ("GET", "/v4/permission", consent.ask_citizen),
        ("POST", "/v4/permission", consent.answer_of_citizen),
        ("GET", "/v4/oa/permission", consent.ask_administrator),
        ("POST", "/v4/oa/permission", consent.answer_of_administrator),
        ("POST", "/v4/access_token", tokens.citizen_access_token),
        ("POST", "/v4/oa/access_token", tokens.oa_access_token),
        ("GET", "/v2.0/me", graph.me),
        ("GET", "/v2.0/me/info", graph.me_info),
        ("POST", "/v3.0/oa/message/cs", Consultation(delivery).send),
        ("POST", "/v3.0/oa/message/template", counter.by_uid),
        ("POST", "/v3.0/oa/quota/message", accounts.user_quota),
        ("GET", "/v3.0/oa/user/detail", accounts.user_detail),
        ("GET", "/v3.0/oa/user/getlist", accounts.user_list),
        ("GET", "/v2.0/oa/getoa", accounts.profile),
        ("POST", "/v2.0/oa/upload/image", accounts.upload),
        ("POST", "/v2.0/oa/upload/gif", accounts.upload),
        ("POST", "/v2.0/oa/upload/file", accounts.upload),
        ("POST", "/message/template", counter.by_phone),
        ("POST", "/message/template/hashphone", counter.by_hash),
        ("GET", "/message/quota", catalogue.quota),
        ("GET", "/message/status", catalogue.message_status),
        ("GET", "/message/template-tag", catalogue.template_tags),
        ("GET", "/template/info/v2", catalogue.template_info),
        ("GET", "/template/all", catalogue.all_templates),
        ("GET", "/template/sample-data", catalogue.sample_data),
        ("GET", "/quality", catalogue.quality),
        ("POST", "/notification/template", miniapp.notification),
    ]
    for method, path, handle in calls:
        yield Route(path, _provider(world, handle), methods=[method])


def _control_calls(world: World, delivery: Delivery) -> Iterable[BaseRoute]:
    people, talk, webhooks = Citizens(delivery.postman), Chat(delivery), Webhooks(delivery.postman)
    calls: list[tuple[str, str, Callable[[World, Order], Done]]] = [
        ("POST", "/citizens", people.add),
        ("GET", "/citizens", citizens.list_citizens),
        ("GET", "/citizens/{user_id}", citizens.show_citizen),
        ("PUT", "/citizens/{user_id}", people.change),
        ("POST", "/citizens/{user_id}/access-token", citizens.new_access_token),
        ("POST", "/citizens/{user_id}/phone-token", citizens.new_phone_token),
        ("POST", "/citizens/{user_id}/location-token", citizens.new_location_token),
        ("GET", "/messages", chat.list_messages),
        ("DELETE", "/messages", chat.forget_messages),
        ("GET", "/chats", chat.show_chats),
        ("GET", "/chat", chat.show_chat),
        ("POST", "/chat", talk.write),
        ("POST", "/chat/read", talk.read),
        ("POST", "/events", Happenings(talk, people).happen),
        ("GET", "/events", webhooks.show),
        ("PUT", "/webhooks", webhooks.switch),
        ("GET", "/faults", console.list_faults),
        ("PUT", "/faults", console.set_faults),
        ("DELETE", "/faults", console.clear_faults),
        ("GET", "/clock", console.show_clock),
        ("PUT", "/clock", console.set_clock),
        ("DELETE", "/clock", console.reset_clock),
        ("POST", "/oas", console.add_oa),
        ("GET", "/oas", console.list_oas),
        ("POST", "/templates", console.add_template),
        ("POST", "/callbacks", console.add_callback),
    ]
    for method, path, handle in calls:
        yield Route(f"/_sandbox{path}", _controlled(world, handle), methods=[method])


def _provider(world: World, handle: Callable[[World, Asked], Answer]) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        raw = await request.body()
        asked = Asked(path=request.url.path, headers=request.headers, query=request.query_params, raw=raw)
        await asyncio.sleep(world.faults.latency_ms / 1000)
        try:
            with world.lock:
                answered = handle(world, asked)
        except Refused as refused:
            return JSONResponse(refused.body, headers=LIMITS)
        if answered.is_held:
            await asyncio.sleep(world.config.hold)
        if answered.location is not None:
            return RedirectResponse(answered.location, status_code=302)
        if answered.html is not None:
            return HTMLResponse(answered.html)
        return JSONResponse(answered.body, headers=LIMITS)

    return answer


def _controlled(world: World, handle: Callable[[World, Order], Done]) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        try:
            body = _object(await request.body())
            order = Order(path=request.path_params, query=request.query_params, body=body)
            with world.lock:
                done = handle(world, order)
        except Unclear as unclear:
            return JSONResponse({"error": str(unclear)}, status_code=unclear.status)
        return Response(status_code=204) if done.body is None else JSONResponse(done.body, done.status)

    return answer


def _object(raw: bytes) -> dict[str, object]:
    try:
        body = json.loads(raw or b"{}")
    except (ValueError, RecursionError) as error:
        raise Unclear("the body is not JSON") from error
    if not isinstance(body, dict):
        raise Unclear("the body is not an object")
    return body


def _uploads(world: World) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        upload = world.uploads.get(request.path_params["upload"])
        if upload is None:
            return Response(status_code=404)
        return Response(upload.content, media_type=upload.media_type)

    return answer


async def _page(_: Request) -> Response:
    return FileResponse(PAGE, headers={"Cache-Control": "no-cache"})
