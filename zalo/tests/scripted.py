"""A Zalo that says what it is told to say: for answers that a well-behaved sandbox never gives."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl


@dataclass
class Say:
    """One answer: after `delay` seconds, this status and body. `hang_up` closes the connection instead."""

    body: Any = None
    status: int = 200
    delay: float = 0
    hang_up: bool = False


@dataclass
class Scripted:
    """Answers in turn, the last one again and again; remembers what it was asked."""

    answers: list[Say]
    base_url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_answer(self, asked: dict[str, Any]) -> Say:
        with self.lock:
            self.asked.append(asked)
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


@contextmanager
def scripted(*answers: Say) -> Iterator[Scripted]:
    script = Scripted(list(answers))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode(errors="replace")
            asked = {
                "path": self.path,
                "headers": dict(self.headers),
                "raw": raw,
                "form": dict(parse_qsl(raw)),
            }
            say = script.next_answer(asked)
            time.sleep(say.delay)
            if say.hang_up:
                self.close_connection = True
                return
            body = say.body if isinstance(say.body, bytes) else json.dumps(say.body).encode()
            self.send_response(say.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_):
            pass

        def handle_one_request(self):
            try:
                super().handle_one_request()
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the asker had no more patience

    server = Server(("127.0.0.1", 0), Handler)
    script.base_url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def refreshed(number: int = 1) -> Say:
    """A refresh that went well."""
    pair = {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}", "expires_in": "90000"}
    return Say(pair)
