"""`make bench`: every benchmark, one after the other; each in a process of its own, because each wants an
empty database.
"""

import subprocess
import sys

BENCHMARKS = ("booking", "webhooks", "chat", "lists", "dossiers", "faq")


def run(name: str) -> int:
    code = f"import sys; from bench import {name}; sys.exit({name}.main())"
    return subprocess.run([sys.executable, "-c", code], check=False).returncode  # noqa: S603 - our own Python


if __name__ == "__main__":
    sys.exit(max([run(name) for name in sys.argv[1:] or BENCHMARKS]))
