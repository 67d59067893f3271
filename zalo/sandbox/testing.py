"""A running sandbox for tests: in this process, on a free port of 127.0.0.1."""

import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import uvicorn

from zalo.sandbox.app import build
from zalo.sandbox.config import Config
from zalo.sandbox.faults import read_faults
from zalo.sandbox.postman import Postman
from zalo.sandbox.world import World
from zalo.signing import appsecret_proof

APP_ID = "2334789304983807556"
MINIAPP_ID = "1234567890123456789"


@dataclass(frozen=True, kw_only=True)
class Sandbox:
    """The handle of a test on a sandbox that runs: by HTTP, as people and other programs use it."""

    base_url: str
    http: httpx.Client
    world: World
    postman: Postman

    @property
    def settings(self) -> dict[str, str]:
        """The portal's settings under which this sandbox is its Zalo, for `override_settings`."""
        config = self.world.config
        hosts = ("OAUTH", "GRAPH", "OPENAPI", "BUSINESS", "MINIAPP_OPENAPI")
        return {
            **{f"ZALO_{host}_BASE": self.base_url for host in hosts},
            "ZALO_APP_ID": config.app_id,
            "ZALO_APP_SECRET": config.app_secret,
            "ZALO_OA_WEBHOOK_SECRET": config.webhook_secret,
            "ZALO_MINIAPP_ID": config.miniapp_id,
            "ZALO_MINIAPP_API_KEY": config.miniapp_api_key,
        }

    def citizen(
        self, name: str = "Trần Văn An", phone: str | None = "0905123456", **more: Any
    ) -> dict[str, Any]:
        """Add a citizen; returns `{user_id, access_token, phone_token, oa_users, …}`."""
        return self._call("POST", "/citizens", {"name": name, "phone": phone, **more})

    def phone_token(self, user_id: str) -> str:
        return str(self._call("POST", f"/citizens/{user_id}/phone-token")["phone_token"])

    def messages(self, **wanted: str) -> list[dict[str, Any]]:
        """Return the messages that were accepted, oldest first; filters: `phone`, `user_id`, `oa_id`."""
        found: list[dict[str, Any]] = self._call("GET", "/messages", params=wanted)["messages"]
        return found

    def oa(self, oa_id: str, name: str = "Công an", **more: Any) -> dict[str, Any]:
        """Add an OA; returns `{access_token, refresh_token, expires_in, …}` to seed."""
        return self._call("POST", "/oas", {"oa_id": oa_id, "name": name, **more})

    def proof(self, access_token: str) -> str:
        """Return the proof by which Graph knows that a citizen's token is held by our app."""
        return appsecret_proof(access_token=access_token, app_secret=self.world.config.app_secret)

    def refreshes(self, oa_id: str) -> int:
        """Return how often the OA's pair was refreshed."""
        return self.world.oas[oa_id].refreshes

    def template(self, template_id: str, text: str, **more: Any) -> None:
        """Register a template; `more` are `params`, `status`, `buttons`, …"""
        self._call("POST", "/templates", {"template_id": template_id, "text": text, **more})

    def callback(self, url: str) -> None:
        """Let consent lead back there."""
        self._call("POST", "/callbacks", {"url": url})

    def consent(self, permission_url: str, *, decision: str = "allow", **chosen: str) -> str:
        """Answer a consent page as its reader would; returns the address that the browser is sent to.

        `chosen` is the `user_id` of a citizen or the `oa_id` of an Official Account.
        """
        page = urlsplit(permission_url)
        form = {**dict(parse_qsl(page.query)), **chosen, "decision": decision}
        answer = self.http.post(page.path, data=form)
        return answer.headers["location"]

    def chat(self, oa_id: str, user_id: str, text: str, **more: Any) -> str:
        """Let a citizen write; returns the id of the message."""
        body = {"oa_id": oa_id, "user_id": user_id, "text": text, **more}
        return str(self._call("POST", "/chat", body)["msg_id"])

    def event(self, event_name: str, **told: Any) -> None:
        """Let something happen at Zalo, see `zalo.sandbox.happenings`."""
        self._call("POST", "/events", {"event_name": event_name, **told})

    def change(self, user_id: str, **changes: Any) -> None:
        """Change what a citizen follows, shares or refuses, see `zalo.sandbox.citizens`."""
        self._call("PUT", f"/citizens/{user_id}", changes)

    def faults(self, **script: Any) -> None:
        """Let these go wrong and nothing else; without arguments nothing."""
        with self.world.lock:
            self.world.play(read_faults(script))

    def clock(self, now: datetime | None = None, *, stands: bool = False, with_events: bool = False) -> None:
        """Set the sandbox's clock, see `zalo.sandbox.clock`; without arguments it goes right again."""
        with self.world.lock:
            if now is None:
                self.world.clock.set_right()
            else:
                self.world.clock.set(now, stands=stands, with_events=with_events)

    def events(self) -> list[tuple[bytes, dict[str, str]]]:
        """Return and forget the signed events that nobody fetched: their bytes and headers."""
        with self.world.lock:
            kept = list(self.postman.kept)
            self.postman.kept.clear()
        return kept

    def start_anew(self) -> None:
        """Forget everything; cheaper than another sandbox."""
        with self.world.lock:
            self.world.start_anew()
            self.postman.start_anew()

    def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        params: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        answer = self.http.request(method, f"/_sandbox{path}", json=body, params=params)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


@contextmanager
def running_sandbox(**config: Any) -> Iterator[Sandbox]:
    """Run a sandbox as long as the block lasts. `config` are fields of `Config`; by default no portal."""
    names = ("app_secret", "webhook_secret", "miniapp_api_key")
    known = {"app_id": APP_ID, "miniapp_id": MINIAPP_ID, **{name: secrets.token_hex() for name in names}}
    app = build(Config(**{**known, "receipt_delay": 0.0, "ladder_scale": 0.01, **config}))
    with _listener() as listener:
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                log_level="warning",
                access_log=False,
                ws="none",
                timeout_keep_alive=30,
                timeout_graceful_shutdown=1,
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            _wait_until_started(server, thread)
            base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            with httpx.Client(base_url=base_url, timeout=10, trust_env=False) as http:
                yield Sandbox(base_url=base_url, http=http, world=app.state.world, postman=app.state.postman)
        finally:
            server.should_exit = True
            thread.join(timeout=5)


def _listener() -> socket.socket:
    # asyncio switches Nagle's delay of 40 ms off only where the socket says that it is TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(512)
    return listener


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the sandbox did not start")
        time.sleep(0.01)
