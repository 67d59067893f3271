"""How long Zalo waits for its answer: at 1,000 events a minute, and when 5,000 come at once.

Events are told as Zalo tells them: signed, a tenth of them twice, in no order, texts and receipts of some
hundred citizens. A worker handles them beside, as in production. An event that nobody signed stands beside
them, which passes the same view and is dropped, and `/healthz`, which does nothing.

At 1,000 a minute a time begins when the event was due, whether or not a client was free to carry it; in the
burst when a connection takes it up, which is how Zalo's own two seconds count.
"""

import json
import os
import platform
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench.load import CARRIERS, Measured, Request, measure, paced, table
from bench.portal import prepared, served, working

A_MINUTE, BURST = 1_000, 5_000
PACED_SECONDS = 60.0
BURST_CARRIERS = 16
CITIZENS, TWICE = 300, 0.1
P99_MS = 200
PATIENCE_SECONDS = 300.0
OA = "3674338702778449434"
PATH = "/webhooks/zalo/"
RESULTS = Path(__file__).parent / "results"


class Zalo:
    """Tells the portal of citizens who write and of messages that came."""

    def __init__(self) -> None:
        # There are no settings before the servers are lent.
        from django.conf import settings

        self._app_id, self._secret = settings.ZALO_APP_ID, settings.ZALO_OA_WEBHOOK_SECRET
        self._serial = 0
        self._chance = random.Random(5)

    def events(self, count: int) -> list[Request]:
        """So many, of which some are others told once more."""
        new = [self._event() for _ in range(round(count * (1 - TWICE)))]
        all_of_them = new + self._chance.choices(new, k=count - len(new))
        self._chance.shuffle(all_of_them)
        return all_of_them

    def unsigned(self, count: int) -> list[Request]:
        return [
            (method, path, headers | {"X-ZEvent-Signature": "mac=0"}, body)
            for method, path, headers, body in self.events(count)
        ]

    def _event(self) -> Request:
        from zalo.signing import oa_mac

        self._serial += 1
        citizen = {"id": str(675059164343000000 + self._serial % CITIZENS)}
        message = {"msg_id": f"bench-{self._serial}"}
        timestamp = str(int(time.time() * 1000) + self._serial)
        said = {"app_id": self._app_id, "timestamp": timestamp}
        if self._serial % 2:
            message["text"] = "Tôi muốn đổi giờ hẹn"
            said |= {"event_name": "user_send_text", "sender": citizen, "recipient": {"id": OA}}
        else:
            said |= {"event_name": "user_received_message", "sender": {"id": OA}, "recipient": citizen}
        raw = json.dumps(said | {"message": message}, ensure_ascii=False).encode()
        mac = oa_mac(app_id=self._app_id, raw=raw, timestamp=timestamp, secret=self._secret)
        headers = {"Content-Type": "application/json", "X-ZEvent-Signature": f"mac={mac}"}
        return "POST", PATH, headers, raw


def until_handled() -> float:
    """Wait until nothing waits any more; gives the seconds that took."""
    from zalo.models import StoredEvent

    began = time.perf_counter()
    while StoredEvent.objects.unfinished().exists():
        if time.perf_counter() > began + PATIENCE_SECONDS:
            raise TimeoutError("the events are not handled")
        time.sleep(0.2)
    return time.perf_counter() - began


def run() -> Iterator[Measured | str]:
    with prepared():
        zalo = Zalo()
        with served() as port, working():
            warm = zalo.events(200)
            measure("", warm, port=port, clients=CARRIERS, expected=200, seconds=PACED_SECONDS)
            health: list[Request] = [("GET", "/healthz", {}, None)] * (A_MINUTE // 4)
            yield paced("healthz, paced", health, port=port, seconds=PACED_SECONDS / 4)
            yield paced("dropped, paced", zalo.unsigned(A_MINUTE // 4), port=port, seconds=PACED_SECONDS / 4)
            yield paced("stored, paced", zalo.events(A_MINUTE), port=port, seconds=PACED_SECONDS)
            burst = {"clients": BURST_CARRIERS, "expected": 200, "seconds": PATIENCE_SECONDS, "port": port}
            yield measure("healthz, burst", health * 20, **burst)
            yield measure("dropped, burst", zalo.unsigned(BURST), **burst)
            yield measure("stored, burst", zalo.events(BURST), **burst)
            yield f"After the burst the worker needed {until_handled():.0f} s more to handle what waited."
            yield counted()


def counted() -> str:
    from zalo.models import StoredEvent

    done = StoredEvent.objects.filter(state=StoredEvent.State.DONE).count()
    told = 200 + A_MINUTE + BURST
    return f"Of {told} told, {done} were new and all of these were handled."


def main() -> int:
    """Print and keep the table; 1 when Zalo waits too long at 1,000 a minute or in the burst."""
    found = list(run())
    rows = [one for one in found if isinstance(one, Measured)]
    slow = [row.name for row in rows if row.name.startswith("stored") and row.percentile(99) > P99_MS]
    text = "\n\n".join(
        [
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} processors,"
            f" load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}",
            table(rows),
            *(one for one in found if isinstance(one, str)),
            f"Longer than {P99_MS} ms at the 99th percentile: {', '.join(slow) or 'none'}.",
        ]
    )
    print(text)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"webhooks-{datetime.now(UTC):%Y%m%d-%H%M%S}.txt").write_text(f"{text}\n", encoding="utf-8")
    return 1 if slow else 0
