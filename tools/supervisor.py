"""Several processes in one terminal: their lines side by side, and all of them end together.

Each child leads a process group of its own, so a Ctrl-C reaches only us and we stop them in order; and each
is tied to us (`tools.tied`), so that none outlives even a `kill -9`.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import IO

from tools.environment import ROOT
from tools.errors import ToolFailed

COLOURS = (36, 33, 32, 35, 34, 31)
WIDTH = 8


class Supervisor:
    """Owns the processes it starts, in the order it started them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._children: dict[str, subprocess.Popen[str]] = {}
        self._readers: list[threading.Thread] = []
        self._printing = threading.Lock()

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start `command`, a Python module and its arguments, and print its lines under `name`."""
        child = subprocess.Popen(
            [sys.executable, "-m", "tools.tied", str(os.getpid()), *command],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._children[name] = child
        reader = threading.Thread(target=self._print_lines, args=(name, child.stdout), daemon=True)
        reader.start()
        self._readers.append(reader)

    def finish(self, name: str, command: Sequence[str]) -> None:
        """Run `command` to its end.

        :raises ToolFailed: it failed, or another process died meanwhile
        """
        self.start(name, command)
        child = self._children[name]
        self.wait_until(lambda: child.poll() is not None, apart_from=name)
        if child.returncode:
            raise ToolFailed(f"{name} failed with exit code {child.returncode}; its words are above")
        del self._children[name]

    def wait_until(
        self, happened: Callable[[], bool], *, seconds: float | None = None, apart_from: str = ""
    ) -> bool:
        """Wait for something; whether it happened in time.

        :raises ToolFailed: a process died meanwhile
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        while not happened():
            for name, child in self._children.items():
                if name != apart_from and child.poll() is not None:
                    raise ToolFailed(f"{name} ended with exit code {child.returncode}, so everything stops")
            if deadline and time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True

    def stop(self, *, seconds: float = 10) -> None:
        """Ask all processes to end, the last started first; end by force what does not in time."""
        for child in reversed(self._children.values()):
            child.terminate()  # the leader only: it ends its workers in its own way
        deadline = time.monotonic() + seconds
        for child in self._children.values():
            try:
                child.wait(max(0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                continue
        for child in self._children.values():
            _kill_group(child)
            child.wait()
        for reader in self._readers:
            reader.join(1)

    def _print_lines(self, name: str, lines: IO[str]) -> None:
        colour = COLOURS[len(self._readers) % len(COLOURS)]
        label = f"{name:<{WIDTH}}|"
        if sys.stdout.isatty():
            label = f"\033[{colour}m{label}\033[0m"
        with lines:
            for line in lines:
                with self._printing:
                    print(label, line.rstrip(), flush=True)


def _kill_group(child: "subprocess.Popen[str]") -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # macOS says the latter of a group of zombies
        return
