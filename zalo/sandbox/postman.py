"""Carries events to the portal: in the background, tried again on Zalo's ladder, never waited for."""

import asyncio
import heapq
import itertools
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import httpx

from zalo.sandbox.config import Config
from zalo.sandbox.faults import Faults, draw
from zalo.sandbox.letters import Letter, seal

log = logging.getLogger(__name__)

CARRIERS = 4
# How long after the first try, and after each further one, a letter is carried again; by the sandbox's clock.
LADDER = tuple(timedelta(minutes=minutes) for minutes in (0.5, 5, 15, 30, 60))
# Who waits longer than Zalo says does not count as having taken it.
PATIENCE_SECONDS = 2
LOOK_EVERY_SECONDS = 0.1
MOST_WAITING = 50_000
MOST_KEPT = 100_000
MOST_LOGGED = 300
# How far a letter that is to come in the wrong order is moved: seconds on the way, places among those kept.
MOVED_SECONDS = 2.0
MOVED_PLACES = 20

Sealed = tuple[bytes, dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class Try:
    """One try to hand a letter over. `status` is what the portal answered, None where it did not."""

    at: datetime
    name: str
    retries: int
    status: int | None


class Postman:
    """Carries letters to the portal; where no portal listens, keeps them in `kept`, sealed.

    After the last try of a letter failed Zalo cuts the app off from all events, until somebody switches them
    on again in the console: `is_cut_off`.
    """

    def __init__(self, config: Config, *, now: Callable[[], datetime], faults: Callable[[], Faults]) -> None:
        self._config, self._now, self._faults = config, now, faults
        self._numbers = itertools.count()
        self.start_anew()

    def start_anew(self) -> None:
        self.kept: deque[Sealed] = deque(maxlen=MOST_KEPT)
        self.log: deque[Try] = deque(maxlen=MOST_LOGGED)
        self.is_cut_off = False
        self.lost = 0
        self._waiting: list[tuple[datetime, int, Letter]] = []

    @property
    def waiting(self) -> int:
        """How many letters wait for another try."""
        return len(self._waiting)

    async def open(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Letter] = asyncio.Queue()
        # The portal is on this machine: no proxy of the environment leads there.
        self._client = httpx.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False)
        self._tasks = [asyncio.create_task(self._carry_on()) for _ in range(CARRIERS)]
        self._tasks.append(asyncio.create_task(self._climb()))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.aclose()

    def post(self, letter: Letter, *, after: float = 0) -> None:
        """Take a letter, to be carried after so many seconds. Returns at once."""
        faults = self._faults()
        if faults.drop_receipts and letter.is_receipt:
            return
        letter = replace(letter, is_forged=letter.is_forged or draw(faults.corrupt_rate))
        copies = 2 if draw(faults.duplicate_rate) else 1
        for _ in range(copies):
            delay = after + faults.event_delay_ms / 1000
            self._hand_over(letter, after=delay, is_moved=draw(faults.reorder_rate))

    def _hand_over(self, letter: Letter, *, after: float, is_moved: bool) -> None:
        if self._address(letter) is None:
            place = max(0, len(self.kept) - MOVED_PLACES) if is_moved else len(self.kept)
            self._keep(seal(letter, self._config), place)
        else:
            later = after + (MOVED_SECONDS if is_moved else 0)
            self._loop.call_soon_threadsafe(self._loop.call_later, later, self._queue.put_nowait, letter)

    def _keep(self, sealed: Sealed, place: int) -> None:
        if len(self.kept) == self.kept.maxlen:
            self.kept.popleft()
        self.kept.insert(min(place, len(self.kept)), sealed)

    def _address(self, letter: Letter) -> str | None:
        config = self._config
        return config.miniapp_webhook_url if letter.is_of_miniapp else config.portal_webhook_url

    async def _carry_on(self) -> None:
        while True:
            letter = await self._queue.get()
            if self.is_cut_off:
                self.lost += 1
                continue
            status = await self._carry(letter)
            self.log.append(Try(at=self._now(), name=letter.name, retries=letter.retries, status=status))
            if status != httpx.codes.OK:
                self._wait_or_give_up(letter)

    async def _carry(self, letter: Letter) -> int | None:
        raw, headers = seal(letter, self._config)
        try:
            answer = await self._client.post(str(self._address(letter)), content=raw, headers=headers)
        except httpx.HTTPError:
            return None
        return answer.status_code

    def _wait_or_give_up(self, letter: Letter) -> None:
        if letter.retries == len(LADDER):
            self.is_cut_off = True
            log.warning("The portal did not take an event: %s. No more are sent.", letter.name)
        elif len(self._waiting) < MOST_WAITING:
            due_at = self._now() + LADDER[letter.retries] * self._config.ladder_scale
            again = replace(letter, retries=letter.retries + 1)
            heapq.heappush(self._waiting, (due_at, next(self._numbers), again))
        else:
            self.lost += 1

    async def _climb(self) -> None:
        """Carry again what is due; the clock may have been moved."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            while self._waiting and self._waiting[0][0] <= self._now():
                self._queue.put_nowait(heapq.heappop(self._waiting)[2])
