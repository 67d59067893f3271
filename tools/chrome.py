"""Find a browser for the tests that need one."""

import os
import shutil
import subprocess
from pathlib import Path

from tools.errors import ToolFailed

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chrome() -> Path:
    """Give CHROME_BIN, else a Chromium or Chrome of this machine, else, as root on Debian, install one.

    :raises ToolFailed: there is none
    """
    chosen = os.environ.get("CHROME_BIN")
    if chosen:
        if not os.access(chosen, os.X_OK):
            raise ToolFailed(f"CHROME_BIN is {chosen}, which is no program")
        return Path(chosen)
    found = _installed()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
        found = _installed()
    if found is None:
        raise ToolFailed("No browser: install chromium (apt install chromium), or set CHROME_BIN")
    return found


def _installed() -> Path | None:
    paths = (shutil.which(name) for name in NAMES)
    return next((Path(path) for path in paths if path), None)


def _install() -> None:
    print("Installing chromium with apt-get …", flush=True)
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run(
            ["apt-get", *command],
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
