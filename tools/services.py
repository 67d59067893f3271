"""Private PostgreSQL and Redis of a developer's machine: `python -m tools.services env|start|stop|status`.

A set of servers belongs to a LOCAL_DIR; the tests have a set of their own in its folder `test`, so that they
disturb no running portal. Whoever uses a set borrows it; the last to give it back stops it. What a killed
program left running is found and used by the next. Where DATABASE_URL or REDIS_URL are set in the
environment, those are used and nothing is started in their place.
"""

import argparse
import fcntl
import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from tools import environment
from tools.errors import ToolFailed
from tools.postgres import Postgres
from tools.redis_server import RedisServer
from tools.unprivileged import deserted_homes, home_of


@dataclass(frozen=True)
class ServerSet:
    """The servers of one folder. Those that are not `durable` are quicker and forget in a power cut."""

    folder: Path
    durable: bool
    settings: Mapping[str, str]

    def servers(self) -> tuple[Postgres, RedisServer]:
        home, secrets = home_of(self.folder), environment.keep_secrets(self.folder)
        return (
            Postgres(home, secrets["POSTGRES_PASSWORD"], self.durable),
            RedisServer(home, secrets["REDIS_PASSWORD"]),
        )


def of_the_portal() -> ServerSet:
    return ServerSet(environment.local_dir(), durable=True, settings=environment.demo_settings())


def of_the_tests() -> ServerSet:
    folder = environment.local_dir() / "test"
    return ServerSet(folder, durable=False, settings=environment.test_settings())


@contextmanager
def borrowed(which: ServerSet) -> Iterator[dict[str, str]]:
    """Lend the environment of a set of servers while the block runs; it is written to services.env as well.

    :raises ToolFailed: a server cannot be had
    """
    environment.make_folder(which.folder)
    with _open(which.folder / "users.lock") as users:
        try:
            with _one_at_a_time(which.folder):
                fcntl.flock(users, fcntl.LOCK_SH)
                values = start(which)
            yield values
        finally:
            with _one_at_a_time(which.folder):
                _stop_if_nobody_else(which, users)


def start(which: ServerSet) -> dict[str, str]:
    """Start what is neither configured nor running, and write and give the whole environment.

    :raises ToolFailed: a server cannot be had
    """
    _clear_deserted_homes()
    values = {**environment.keep_secrets(which.folder), **which.settings}
    # Whitenoise warns about a folder that is not there.
    (which.folder / "static").mkdir(exist_ok=True)
    postgres, redis = which.servers()
    if "DATABASE_URL" not in os.environ:
        postgres.start()
        values["DATABASE_URL"] = postgres.url()
    if "REDIS_URL" not in os.environ:
        redis.start()
        values["REDIS_URL"] = redis.url()
    environment.write_env(which.folder, values)
    return values


def stop(which: ServerSet) -> None:
    """Stop the servers of a set.

    :raises ToolFailed: somebody uses them
    """
    with _open(which.folder / "users.lock") as users, _one_at_a_time(which.folder):
        if not _stop_if_nobody_else(which, users):
            raise ToolFailed("The servers are in use: stop `make run` or the tests first")


def _stop_if_nobody_else(which: ServerSet, users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    for server in which.servers():
        server.stop()
    return True


def _clear_deserted_homes() -> None:
    """As root: remove the servers of checkouts that were deleted; nobody has the keys to their data."""
    for home in deserted_homes():
        for server in (RedisServer(home, password=""), Postgres(home, password="", durable=False)):
            server.stop()
        shutil.rmtree(home.path, ignore_errors=True)


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Starting and stopping is for one process at a time; the lock of a killed one goes with it."""
    with _open(folder / "start.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _open(path: Path) -> IO[str]:
    return path.open("a", encoding="utf-8")


def _print_environment(which: ServerSet) -> int:
    for name, value in sorted(environment.read_env(which.folder).items()):
        print(f"export {name}={shlex.quote(value)}")
    return 0


def _print_status(which: ServerSet) -> int:
    servers = which.servers()
    for server in servers:
        state = f"process {server.pid}, port {server.port}" if server.pid else "not running"
        print(f"{type(server).__name__}: {state}")
    return 0 if all(server.pid for server in servers) else 1


def _start_to_stay(which: ServerSet) -> int:
    # The addresses of the last `make run` stay: it may be running, on other ports than we would guess.
    known = environment.read_env(which.folder)
    kept = {name: known.get(name, value) for name, value in which.settings.items()}
    with _one_at_a_time(which.folder):
        start(replace(which, settings=kept))
    return _print_status(which)


def _stop(which: ServerSet) -> int:
    stop(which)
    return 0


COMMANDS = {"env": _print_environment, "start": _start_to_stay, "stop": _stop, "status": _print_status}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.services", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--test", action="store_true", help="the servers of the tests")
    asked = parser.parse_args()
    which = of_the_tests() if asked.test else of_the_portal()
    try:
        environment.make_folder(which.folder)
        return COMMANDS[asked.command](which)
    except ToolFailed as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
