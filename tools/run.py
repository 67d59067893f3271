"""The whole portal in one terminal, with demo data: `make run`. Ctrl-C stops everything."""

import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType
from typing import IO

from tools import environment
from tools.errors import ToolFailed
from tools.processes import answers, is_port_free
from tools.services import ServerSet, borrowed, of_the_portal
from tools.supervisor import Supervisor

CELERY = ("celery", "--app", "cccd_portal", "--quiet")
WORKER = (*CELERY, "worker", "--loglevel", "WARNING", "--without-gossip", "--without-mingle")
READY_SECONDS = 60
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
OURS = {
    "PYTHONUNBUFFERED": "1",
    # A demo on a container's only user is no news worth eight lines.
    "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
}


def run(which: ServerSet) -> None:
    """Start everything, say where it is, and stay until a signal or the end of a process.

    :raises ToolFailed: something is missing, in the way, or ended by itself
    :raises KeyboardInterrupt: asked to stop
    """
    started = time.monotonic()
    with ExitStack() as things:
        _refuse_taken_ports()
        environment.make_folder(which.folder)
        _hold_alone(things.enter_context((which.folder / "run.lock").open("a", encoding="utf-8")))
        with _interrupted_later():
            lent = things.enter_context(borrowed(which))
        supervisor = Supervisor(lent | os.environ | OURS | {"LOCAL_DIR": str(which.folder)})
        things.callback(_stop_quietly, supervisor)
        _start(supervisor)
        _announce(lent | os.environ, seconds=time.monotonic() - started)
        supervisor.wait_until(lambda: False)


def _start(supervisor: Supervisor) -> None:
    supervisor.start("sandbox", ["zalo.sandbox"])
    # The demo data register their Official Accounts at the sandbox, so that must listen first.
    supervisor.finish("prepare", ["tools.prepare"])
    supervisor.start("web", ["gunicorn", "--bind", f"127.0.0.1:{environment.port()}", "cccd_portal.wsgi"])
    supervisor.start("worker", [*WORKER, "--concurrency", "2"])
    supervisor.start(
        "events", [*WORKER, "--queues", "events", "--concurrency", "1", "--hostname", "events@%h"]
    )
    supervisor.start("beat", [*CELERY, "beat", "--loglevel", "WARNING"])
    ready = f"http://127.0.0.1:{environment.port()}/readyz"
    if not supervisor.wait_until(lambda: answers(ready), seconds=READY_SECONDS):
        raise ToolFailed(f"{ready} does not say that the portal is ready")


def _refuse_taken_ports() -> None:
    for name, port in (("PORT", environment.port()), ("SANDBOX_PORT", environment.sandbox_port())):
        if not is_port_free(port):
            raise ToolFailed(
                f"Port {port} is in use: set {name} to another one, e.g. `make run {name}={port + 10}`"
            )


def _hold_alone(lock: IO[str]) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ToolFailed(
            "`make run` runs here already: set LOCAL_DIR, PORT and SANDBOX_PORT for a second one"
        ) from error


def _announce(values: Mapping[str, str], *, seconds: float) -> None:
    portal = values["PUBLIC_BASE_URL"]
    print(
        f"\nReady after {seconds:.1f} s. Ctrl-C stops all.\n"
        f"  Portal        {portal}\n"
        f"  API docs      {portal}/api/v1/docs/\n"
        f"  Officers      {portal}/admin/\n"
        f"  Zalo sandbox  http://127.0.0.1:{environment.sandbox_port()}/\n"
        f"  Sign in as head.<slug>, desk.<slug> (e.g. head.cong-an-tp-tam-ky), auditor or admin,"
        f" password {values['DEMO_PASSWORD']}\n",
        flush=True,
    )


def _stop_quietly(supervisor: Supervisor) -> None:
    """Stop the processes; who presses Ctrl-C again must not tear that."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    with suppress(OSError):  # the terminal may be gone
        print("\nStopping …", flush=True)
    supervisor.stop()


@contextmanager
def _interrupted_later() -> Iterator[None]:
    """Hold a signal back until the block is done: a server interrupted half way up would be left behind."""
    came: list[int] = []
    handlers = {number: signal.signal(number, lambda number, _: came.append(number)) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    if came:
        raise KeyboardInterrupt


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a handler
    raise KeyboardInterrupt


def main() -> int:
    for number in SIGNALS:
        signal.signal(number, _interrupt)
    try:
        run(of_the_portal())
    except KeyboardInterrupt:
        return 0
    except ToolFailed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
