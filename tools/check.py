"""The static checks, two at a time, each with one line: `make check`. No server is needed or started."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools import environment

PYTHON = (sys.executable, "-m")
MANAGE = (sys.executable, "-W", "error", "manage.py")
# It would compare with the history in the database; here is none, and it warns.
MIGRATIONS = (sys.executable, "-W", "ignore::RuntimeWarning", "manage.py", "makemigrations")


@dataclass(frozen=True)
class Check:
    """A command that says nothing of interest while it succeeds."""

    name: str
    commands: tuple[tuple[str, ...], ...]

    def run(self, values: Mapping[str, str]) -> tuple[bool, str, float]:
        """Whether it passed, what it said, and how many seconds it took."""
        started = time.monotonic()
        said = ""
        for command in self.commands:
            done = subprocess.run(
                command,
                cwd=environment.ROOT,
                env=values,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            said += done.stdout
            if done.returncode:
                return False, said, time.monotonic() - started
        return True, said, time.monotonic() - started


def checks(scratch: Path) -> list[Check]:
    """All checks, the longest first; `scratch` is a folder for what they write."""
    schema = str(scratch / "schema.yaml")
    return [
        Check("types (mypy)", ((*PYTHON, "mypy", "."),)),
        Check(
            "API schema (drf-spectacular, openapi-spec-validator)",
            (
                (*MANAGE, "spectacular", "--validate", "--fail-on-warn", "--file", schema),
                (*PYTHON, "openapi_spec_validator", schema),
            ),
        ),
        Check("deployment (check --deploy)", ((*MANAGE, "check", "--deploy", "--fail-level", "WARNING"),)),
        Check("migrations (makemigrations --check)", ((*MIGRATIONS, "--check", "--dry-run"),)),
        Check("rooms (import-linter)", ((str(Path(sys.executable).parent / "lint-imports"),),)),
        Check("format (ruff format)", ((*PYTHON, "ruff", "format", "--check", "."),)),
        Check("lint (ruff check)", ((*PYTHON, "ruff", "check", "."),)),
        Check("shell (.ci/run)", (("bash", "-n", ".ci/run"),)),
    ]


def production_like(scratch: Path) -> dict[str, str]:
    """An environment such as a server has: nothing of the demo, every secret set, nothing to connect to."""
    ours = {"DATABASE_URL", "REDIS_URL", "DEMO", "HTTPS", "DJANGO_SETTINGS_MODULE", "PYTHONWARNINGS"}
    base = {name: value for name, value in os.environ.items() if name not in ours}
    secrets = {name: make() for name, make in environment.SECRETS.items()}
    return (
        base
        | secrets
        | {
            "ALLOWED_HOSTS": "portal.example.vn",
            "ATTACHMENTS_DIR": str(scratch / "attachments"),
            "DATABASE_URL": "postgres://portal@127.0.0.1:1/portal",
            "LOCAL_DIR": str(scratch),
            "PUBLIC_BASE_URL": "https://portal.example.vn",
            "REDIS_URL": "redis://127.0.0.1:1/0",
        }
    )


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        values = production_like(Path(scratch))
        wanted = checks(Path(scratch))
        failed = []
        with ThreadPoolExecutor(max_workers=2) as pool:
            results = pool.map(lambda check: check.run(values), wanted)
            for check, (passed, said, seconds) in zip(wanted, results, strict=True):
                print(f"{'ok    ' if passed else 'FAILED'}  {check.name}  {seconds:.1f} s", flush=True)
                if not passed:
                    failed.append(check.name)
                    print(said, flush=True)
    if failed:
        print(f"{len(failed)} of {len(wanted)} checks failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
