"""Clients that ask one thing after the other, each on a connection of its own, and how long it took them."""

import http.client
import itertools
import statistics
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

# What one request is: method, path, headers, body.
Request = tuple[str, str, dict[str, str], bytes | None]
# Connections on which requests are carried that are due at even distances.
CARRIERS = 8


@dataclass(frozen=True)
class Measured:
    """What so many clients found out about one call. Times are in milliseconds."""

    name: str
    clients: int
    times: Sequence[float]
    seconds: float

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    def percentile(self, percent: int) -> float:
        return statistics.quantiles(self.times, n=100, method="inclusive")[percent - 1]


class Client:
    """One connection that is kept open."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, request: Request, *, expected: int) -> float:
        """How long the answer took."""
        method, path, headers, body = request
        began = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        took = time.perf_counter() - began
        assert answer.status == expected, (answer.status, content[:500])
        return took * 1000

    def close(self) -> None:
        self._connection.close()


def measure(
    name: str, requests: Sequence[Request], *, port: int, clients: int, expected: int, seconds: float
) -> Measured:
    """Let the clients share the requests; ends when they are used up or the seconds are over."""
    left, lock = iter(requests), threading.Lock()
    began = time.perf_counter()

    def work(_: int) -> list[float]:
        times = []
        client = Client(port)
        while time.perf_counter() < began + seconds:
            with lock:
                request = next(left, None)
            if request is None:
                break
            times.append(client.ask(request, expected=expected))
        client.close()
        return times

    with ThreadPoolExecutor(clients) as pool:
        times = list(itertools.chain(*pool.map(work, range(clients))))
    return Measured(name, clients, times, time.perf_counter() - began)


def paced(
    name: str, requests: Sequence[Request], *, port: int, seconds: float, begins_at: float | None = None
) -> Measured:
    """Let requests be due at even distances; a time begins when its request is due.

    The first is due now, or at `begins_at` (as `time.time()` tells it).
    """
    due, lock = iter(enumerate(requests)), threading.Lock()
    began = time.perf_counter() + (begins_at - time.time() if begins_at else 0)

    def carry(_: int) -> list[float]:
        times, client = [], Client(port)
        while True:
            with lock:
                index, request = next(due, (0, None))
            if request is None:
                break
            due_at = began + index * seconds / len(requests)
            time.sleep(max(0.0, due_at - time.perf_counter()))
            client.ask(request, expected=200)
            times.append((time.perf_counter() - due_at) * 1000)
        client.close()
        return times

    with ThreadPoolExecutor(CARRIERS) as pool:
        times = [took for each in pool.map(carry, range(CARRIERS)) for took in each]
    return Measured(name, CARRIERS, times, time.perf_counter() - began)


def in_turn(calls: dict[str, tuple[Sequence[Request], int]], *, port: int) -> list[Measured]:
    """One client that makes each kind of call in turn, so that what else the machine does slows all alike."""
    client = Client(port)
    times: dict[str, list[float]] = {name: [] for name in calls}
    for group in zip(*(requests for requests, _ in calls.values()), strict=False):
        for (name, (_, expected)), request in zip(calls.items(), group, strict=True):
            times[name].append(client.ask(request, expected=expected))
    client.close()
    return [Measured(name, 1, each, sum(each) / 1000) for name, each in times.items()]


def table(rows: Sequence[Measured]) -> str:
    head = f"{'call':<24}{'clients':>8}{'requests':>10}{'per s':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}"
    lines = [
        f"{row.name:<24}{row.clients:>8}{len(row.times):>10}{row.rate:>9.1f}"
        f"{row.median:>9.1f}{row.percentile(95):>9.1f}{row.percentile(99):>9.1f}"
        for row in rows
    ]
    return "\n".join([head, *lines])
