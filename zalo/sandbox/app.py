"""The sandbox as one web application: Zalo's four hosts under one address, and the control calls."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from zalo.sandbox import catalogue, consent, control, graph, miniapp, sending, tokens
from zalo.sandbox.config import Config
from zalo.sandbox.control import Done, Newcomers, Order, Unclear
from zalo.sandbox.postman import Postman
from zalo.sandbox.protocol import Answer, Asked, Refused
from zalo.sandbox.sending import Counter
from zalo.sandbox.world import World

PAGE = Path(__file__).with_name("page.html")
STATIC = Path(__file__).with_name("static")


def build(config: Config) -> Starlette:
    """Return the application; its `state` holds the `world` and the `postman`."""
    world, postman = World(config), Postman(config)
    counter, newcomers = Counter(postman), Newcomers(postman)

    def provider(path: str, method: str, handle: Callable[[World, Asked], Answer]) -> Route:
        return Route(path, _provider(world, handle), methods=[method])

    def controlled(path: str, method: str, handle: Callable[[World, Order], Done]) -> Route:
        return Route(f"/_sandbox{path}", _controlled(world, handle), methods=[method])

    @asynccontextmanager
    async def while_running(_: Starlette) -> AsyncIterator[None]:
        await postman.open()
        yield
        await postman.close()

    app = Starlette(
        lifespan=while_running,
        routes=[
            provider("/v4/permission", "GET", consent.ask_citizen),
            provider("/v4/permission", "POST", consent.answer_of_citizen),
            provider("/v4/oa/permission", "GET", consent.ask_administrator),
            provider("/v4/oa/permission", "POST", consent.answer_of_administrator),
            provider("/v4/access_token", "POST", tokens.citizen_access_token),
            provider("/v4/oa/access_token", "POST", tokens.oa_access_token),
            provider("/v2.0/me", "GET", graph.me),
            provider("/v2.0/me/info", "GET", graph.me_info),
            provider("/v3.0/oa/message/cs", "POST", counter.consultation),
            provider("/v3.0/oa/message/template", "POST", counter.template_by_uid),
            provider("/v2.0/oa/getoa", "GET", sending.oa_profile),
            provider("/message/template", "POST", counter.template_by_phone),
            provider("/message/quota", "GET", catalogue.quota),
            provider("/message/status", "GET", catalogue.message_status),
            provider("/message/template-tag", "GET", catalogue.template_tags),
            provider("/template/info/v2", "GET", catalogue.template_info),
            provider("/template/all", "GET", catalogue.all_templates),
            provider("/template/sample-data", "GET", catalogue.sample_data),
            provider("/quality", "GET", catalogue.quality),
            provider("/notification/template", "POST", miniapp.notification),
            controlled("/citizens", "POST", newcomers.add_citizen),
            controlled("/citizens", "GET", control.list_citizens),
            controlled("/citizens/{user_id}/phone-token", "POST", control.new_phone_token),
            controlled("/messages", "GET", control.list_messages),
            controlled("/messages", "DELETE", control.forget_messages),
            controlled("/faults", "PUT", control.set_faults),
            controlled("/faults", "DELETE", control.clear_faults),
            controlled("/oas", "POST", control.add_oa),
            controlled("/oas", "GET", control.list_oas),
            controlled("/templates", "POST", control.add_template),
            controlled("/callbacks", "POST", control.add_callback),
            Route("/", _page, methods=["GET"]),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
    )
    app.state.world, app.state.postman = world, postman
    return app


def _provider(world: World, handle: Callable[[World, Asked], Answer]) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        raw = await request.body()
        asked = Asked(headers=request.headers, query=request.query_params, raw=raw)
        await asyncio.sleep(world.faults.latency_ms / 1000)
        try:
            with world.lock:
                answered = handle(world, asked)
        except Refused as refused:
            return JSONResponse(refused.body)
        if answered.is_held:
            await asyncio.sleep(world.config.hold)
        if answered.location is not None:
            return RedirectResponse(answered.location, status_code=302)
        return HTMLResponse(answered.html) if answered.html is not None else JSONResponse(answered.body)

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


async def _page(_: Request) -> Response:
    return HTMLResponse(PAGE.read_text(encoding="utf-8"))
