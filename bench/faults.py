"""Does everybody hear of their appointment, whatever happens to Zalo? `make faults`.

Two thousand reminders in each scenario, sent by the portal's own sender to a Zalo that answers over HTTP on
loopback and is made to fail; receipts come through the portal's webhook. Time is the scenario's own: a night
takes no longer than its work. Fails when a promise is broken, and when a broken promise is not noticed.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.portal import prepared

MESSAGES = 2_000
HEAD = "| scenario | messages | delivered | to be called | unanswered tries | came twice | seconds |"


@contextmanager
def away_from_zalo() -> Iterator[Any]:
    """A Zalo on loopback that is the portal's, and holds answers back for longer than the portal waits."""
    from django.test import override_settings

    from zalo.sandbox.testing import running_sandbox

    with running_sandbox(hold=0.9, echoes=False) as sandbox:
        ours = {"ZALO_TIMEOUT_SECONDS": 0.6, "QUIET_HOURS": True, "MESSAGE_SENDERS": 4}
        with override_settings(**sandbox.settings, **ours, ALLOWED_HOSTS=["testserver"]):
            yield sandbox


def unnoticed(sandbox: Any) -> list[str]:
    """Break promises on purpose; gives those that were not noticed as such."""
    from bench.fault_scenarios import CONTROLS

    seen = [(control(sandbox), complaint) for control, complaint in CONTROLS]
    return [f"{row.name}: {row.broken}" for row, complaint in seen if row.broken != [complaint]]


def main() -> int:
    with prepared(), away_from_zalo() as sandbox:
        from bench.fault_scenarios import SCENARIOS

        broken = unnoticed(sandbox)
        print(HEAD, "|---|---:|---:|---:|---:|---:|---:|", sep="\n", flush=True)
        for scenario in SCENARIOS:
            began = time.monotonic()
            row = scenario(sandbox, MESSAGES)
            seconds = time.monotonic() - began
            numbers = (row.messages, row.delivered, row.to_be_called, row.unanswered, row.repeated)
            print(f"| {row.name} |", *(f"{n:,} |" for n in numbers), f"{seconds:.0f} |", flush=True)
            broken += [f"{row.name}: {promise}" for promise in row.broken]
    print("", *(broken[:20] or ["No promise was broken."]), sep="\n")
    return 1 if broken else 0
