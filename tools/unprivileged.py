"""Where private servers live, and as whom they run.

PostgreSQL refuses to run as root, and a checkout under /root cannot be reached by anyone else. Instead of
opening folders that are closed for a reason, root's servers run as a system user of their own, from copies
of their programs and with their data under /var/lib/cccd-portal. An ordinary user's servers are their own
and live in LOCAL_DIR.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.errors import ToolFailed

SYSTEM_USER = "cccd-portal"
SYSTEM_ROOT = Path("/var/lib/cccd-portal")


@dataclass(frozen=True)
class Home:
    """A folder for servers, and the user they run as (None: whoever started us)."""

    path: Path
    user: str | None = None

    def run(self, command: Sequence[str | Path], *, timeout: float) -> "subprocess.CompletedProcess[str]":
        """Run `command` as the servers' user, with nothing of our environment; `timeout` in seconds."""
        # Output goes to a file, not a pipe: a server that inherited a pipe would keep us waiting for its end.
        with (self.path / "last-command.log").open("w+", encoding="utf-8") as output:
            done = subprocess.run(
                [str(part) for part in command],
                cwd=self.path,
                env={"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=timeout,
                check=False,
                start_new_session=True,  # a Ctrl-C in the terminal is for us to handle
                user=self.user,
                group=self.user and pwd.getpwnam(self.user).pw_gid,
                extra_groups=self.user and [],
            )
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, output.read(), "")

    def write(self, name: str, text: str) -> Path:
        """Write a file that only the servers' user can read."""
        path = self.path / name
        path.unlink(missing_ok=True)
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
        self.give(path)
        return path

    def give(self, path: Path) -> None:
        """Make the servers' user the owner of `path`."""
        if self.user is not None:
            shutil.chown(path, self.user, pwd.getpwnam(self.user).pw_gid)


def home_of(local_dir: Path) -> Home:
    """The home of the servers that belong to `local_dir`, made if need be."""
    if os.geteuid() != 0:
        return Home(local_dir)
    _ensure_system_user()
    _ensure_system_root()
    mark = hashlib.sha256(str(local_dir).encode()).hexdigest()[:12]
    home = Home(SYSTEM_ROOT / mark, SYSTEM_USER)
    home.path.mkdir(mode=0o700, exist_ok=True)
    home.give(home.path)
    home.write("belongs-to", str(local_dir))
    return home


def deserted_homes() -> list[Home]:
    """Root's homes whose LOCAL_DIR, and with it the key to their data, is gone for good.

    One started within the hour is left alone: its LOCAL_DIR may be on the way back.
    """
    if os.geteuid() != 0:
        return []
    notes = SYSTEM_ROOT.glob("*/belongs-to")
    return [Home(note.parent, SYSTEM_USER) for note in notes if is_deserted(note, now=time.time())]


def is_deserted(note: Path, *, now: float) -> bool:
    """Whether the folder named in `note` is gone, and `note` an hour old; `now` in seconds of the epoch."""
    try:
        return note.stat().st_mtime < now - 3600 and not Path(note.read_text(encoding="utf-8")).exists()
    except FileNotFoundError:  # another clears up just now
        return False


def reachable_copy(folder: Path, *, name: str, parts: Sequence[str]) -> Path:
    """`folder`, or as root a copy of its `parts` that the servers' user can reach, one for each `name`."""
    if os.geteuid() != 0:
        return folder
    _ensure_system_root()
    copy = SYSTEM_ROOT / "programs" / name
    if not copy.exists():
        half = copy.with_name(f"{name}.{os.getpid()}")
        shutil.rmtree(half, ignore_errors=True)
        for part in parts:
            if (folder / part).is_dir():
                shutil.copytree(folder / part, half / part, symlinks=True)
            else:
                half.mkdir(parents=True, exist_ok=True)
                shutil.copy2(folder / part, half / part)
        _open_for_reading(half)
        try:
            half.rename(copy)
        except OSError:  # somebody else was faster
            shutil.rmtree(half)
    return copy


def _open_for_reading(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)


def _ensure_system_root() -> None:
    for folder in (SYSTEM_ROOT, SYSTEM_ROOT / "programs"):
        folder.mkdir(mode=0o755, exist_ok=True)
        folder.chmod(0o755)


def _ensure_system_user() -> None:
    if _exists(SYSTEM_USER):
        return
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        subprocess.run(
            [*command, "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except FileNotFoundError as error:
        raise ToolFailed(f"PostgreSQL cannot run as root: make a system user named {SYSTEM_USER}") from error
    if not _exists(SYSTEM_USER):
        raise ToolFailed(f"PostgreSQL cannot run as root, and useradd could not make the user {SYSTEM_USER}")


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
