"""Make `.venv` and install what the portal, its checks and its tests need: `python3 -m tools.venv`.

Runs before anything is installed, so it uses the standard library only. A stamp remembers what was
installed for which Python and folder; while it fits, nothing happens.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.environment import ROOT
from tools.errors import ToolFailed

VENV = ROOT / ".venv"
STAMP = VENV / ".installed"


def ensure() -> None:
    """Bring `.venv` up to date, if it is not.

    :raises ToolFailed: Python's venv module is missing, or pip fails
    """
    VENV.mkdir(exist_ok=True)
    wanted = fingerprint(ROOT, sys.version)
    if _is_installed(wanted):
        return
    with (VENV / ".lock").open("a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_installed(wanted):  # by another copy of us, while we waited
            return
        if not _runs():
            _make()
        _install()
        STAMP.write_text(wanted, encoding="utf-8")


def fingerprint(root: Path, python: str) -> str:
    """What an installation depends on: the pinned packages, the Python, and the folder its scripts name."""
    parts = [python, str(root)]
    parts += [
        (root / name).read_text(encoding="utf-8") for name in ("requirements.txt", "requirements-dev.txt")
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _is_installed(wanted: str) -> bool:
    return STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted and (VENV / "bin/python").exists()


def _runs() -> bool:
    """Whether there is an environment of this very Python that works here."""
    python = VENV / "bin/python"
    if not python.exists() or not (VENV / "bin/pip").exists():
        return False
    ask = "import sys, pip; print(sys.version, sys.prefix, sep='|', end='')"
    answer = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False)
    return answer.stdout == f"{sys.version}|{VENV}"


def _make() -> None:
    _clear()
    print("Making .venv …", flush=True)
    if importlib.util.find_spec("ensurepip"):
        _run("venv", VENV)
    elif importlib.util.find_spec("virtualenv"):
        _run("virtualenv", "--quiet", VENV)
    else:
        _install_venv_module()
        _run("venv", VENV)


def _clear() -> None:
    """Empty the folder, but for the lock we hold in it."""
    for path in VENV.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != ".lock":
            path.unlink()


def _install_venv_module() -> None:
    """Debian and Ubuntu keep it in a package apart; root may fetch it, others are told."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise ToolFailed(f"Python's venv module is missing: sudo apt install {package}")
    print(f"Installing {package} …", flush=True)
    for command in (["update"], ["install", "-y", "--no-install-recommends", package]):
        done = subprocess.run(
            ["apt-get", *command],
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            raise ToolFailed(f"Python's venv module is missing, and apt-get cannot install {package}")


def _install() -> None:
    print("Installing the packages of requirements-dev.txt …", flush=True)
    _run(
        "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "-r", "requirements-dev.txt"
    )


def _run(module: str, *arguments: str | Path) -> None:
    python = sys.executable if module in {"venv", "virtualenv"} else VENV / "bin/python"
    done = subprocess.run(
        [python, "-m", module, *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        raise ToolFailed(f"python -m {module} failed; its words are above")


def main() -> int:
    try:
        ensure()
    except (ToolFailed, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
