"""A portal as it is served, on loopback only, with a database of its own that is thrown away."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from tools import environment
from tools.processes import answers, free_port
from tools.services import ServerSet, borrowed

DATABASE = "portal_bench"
START_SECONDS = 60
# A worker of a container's only user is no news.
QUIET = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}


def of_the_bench() -> ServerSet:
    """Servers that keep what they are told, as in production: a commit waits for the disk."""
    # Throttles count as ever, and let everything pass.
    settings = environment.test_settings() | {
        "THROTTLE_FACTOR": "1000000",
        "LOG_LEVEL": "ERROR",
        "EVENT_HANDLERS": "2",
    }
    return ServerSet(environment.local_dir() / "bench", durable=True, settings=settings)


@contextmanager
def prepared(settings: Mapping[str, str] | None = None) -> Iterator[None]:
    """Lend the servers, and make Django ready on an empty database, as long as the block lasts."""
    which = of_the_bench()
    with borrowed(which) as lent:
        os.environ.update(lent | os.environ | {"LOCAL_DIR": str(which.folder)} | (settings or {}))
        os.environ["DJANGO_SETTINGS_MODULE"] = "cccd_portal.settings"
        # There are no settings before this.
        import django
        from django.db import connection

        django.setup()
        connection.settings_dict["TEST"]["NAME"] = DATABASE
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


@contextmanager
def served(port: int | None = None) -> Iterator[int]:
    """Serve the portal by gunicorn with its own settings, as long as the block lasts; gives the port."""
    port = port or free_port()
    with _running("gunicorn", "--bind", f"127.0.0.1:{port}", "cccd_portal.wsgi") as process:
        _wait_until_answered(f"http://127.0.0.1:{port}/readyz", process)
        yield port


@contextmanager
def with_zalo(port: int) -> Iterator[str]:
    """Run the sandbox beside, as long as the block lasts, for `prepared` with its address; gives that."""
    address = f"http://127.0.0.1:{port}"
    with _running("zalo.sandbox") as process:
        _wait_until_answered(f"{address}/_sandbox/oas", process)
        yield address


@contextmanager
def working() -> Iterator[None]:
    """Let a worker and its clock do what they do beside the portal, as long as the block lasts."""
    queues = ("--queues", "celery,events")
    with _running(
        "celery", "--app", "cccd_portal", "--quiet", "worker", "--beat", "--concurrency", "2", *queues
    ):
        yield


@contextmanager
def working_apart(app: str = "cccd_portal") -> Iterator[None]:
    """Let the workers and the clock do what they do in production, each for itself."""
    celery = ("celery", "--app", app, "--quiet")
    worker = (*celery, "worker", "--loglevel", "ERROR", "--without-gossip", "--without-mingle")
    events = ("--queues", "events", "--concurrency", "2", "--hostname", "events@%h")
    beat = (*celery, "beat", "--loglevel", "ERROR")
    with _running(*worker, "--concurrency", "2"), _running(*worker, *events), _running(*beat):
        yield


@contextmanager
def _running(*program: str) -> Iterator["subprocess.Popen[bytes]"]:
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{DATABASE}").geturl()
    process = subprocess.Popen(  # noqa: S603 - it is our own Python
        [sys.executable, "-m", "tools.tied", str(os.getpid()), *program],
        cwd=environment.ROOT,
        stdout=subprocess.DEVNULL,
        env=os.environ | QUIET | {"DATABASE_URL": database},
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_answered(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers(address):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args} does not start")
        time.sleep(0.1)
