"""Looking at processes and ports of this machine."""

import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path


def command_line(pid: int) -> str:
    """The command line of process `pid`, or nothing when there is no such process."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        pass
    if Path("/proc/self").exists():
        return ""
    shown = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()


def is_running(pid: int | None, *marks: str) -> bool:
    """Whether `pid` lives and its command line holds every mark: after a reboot it may be anybody's."""
    line = command_line(pid) if pid else ""
    return bool(line) and all(mark in line for mark in marks)


def first_number(path: Path, *, line: int = 0) -> int | None:
    """The number on a line of a pid file, or None."""
    try:
        return int(path.read_text(encoding="utf-8").splitlines()[line])
    except (OSError, ValueError, IndexError):
        return None


def answers(address: str) -> bool:
    """Whether a GET of `address` succeeds."""
    try:
        with urllib.request.urlopen(address, timeout=2) as response:  # noqa: S310 - our own http address
            return bool(response.status == 200)
    except OSError:  # refused, too slow, or answered with an error
        return False


def is_port_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ports_to_try(preferred: int | None, *, patience: float = 2) -> list[int]:
    """The port of last time when it is free, so that addresses stay; then some that nobody uses now.

    The orphans of a killed server may hold it for a moment: for `patience` seconds they are waited for.
    """
    again = [preferred] if preferred and wait_until(lambda: is_port_free(preferred), seconds=patience) else []
    return again + [free_port() for _ in range(5)]


def wait_until(happened: Callable[[], bool], *, seconds: float) -> bool:
    """Wait for something; whether it happened in time."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
