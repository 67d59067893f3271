"""A thousand chat messages in a minute: is everybody answered, how soon, and how soon by an echo beside it?

Some hundred people write to the Official Account as people do: questions in their own words, "menu" and the
numbers of lists, a code that is none. Zalo tells each text by a signed webhook, one in twenty once more; the
portal runs as in production (gunicorn, a worker, a worker of events, the clock, commits that wait for the
disk), and the sandbox is its Zalo, whose echoes and receipts come back as webhooks too.

What each person must read is known before: the same texts are answered in this process one after the other,
and that is taken back. So whatever is lost, comes twice or in the wrong order is seen word by word. A time
goes from when a text was due at the portal's door to when Zalo took the last part of its answer.

The echo (`bench.echo`) says one sentence to everything, on the same stack in the same run.
"""

import itertools
import json
import os
import platform
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from bench.load import Measured, Request, paced, table
from bench.portal import prepared, served, with_zalo, working_apart
from tools.processes import free_port

MESSAGES, SECONDS, TWICE = 1_000, 60.0, 0.05
WARMING, WARMING_SECONDS = 60, 4.0
P95_MS = 2_000
PATIENCE_SECONDS = 120.0
# How many texts people write, and how many seconds apart.
LENGTHS, PAUSES = (3, 3, 4), (0.4, 3.0, 12.0)
OA = "3674338702778449434"
PATH = "/webhooks/zalo/"
ECHO = "Đã nhận tin nhắn."
RESULTS = Path(__file__).parent / "results"
SCRIPTS = 40
Script = tuple[str, ...]
# What a third of the people type; the others ask in their own words. Nobody asks for a human, or for what is
# said only once.
BY_NUMBERS: Sequence[Script] = (
    ("menu", "3", "2", "1"),
    ("Hỏi đáp CCCD", "2", "0", "3"),
    ("bắt đầu", "9", "4", "menu"),
    ("HUY TK7F3KQ", "thông báo", "menu", "2"),
)


@dataclass
class Person:
    """Who writes what, when each text is due, and what is to be read for each."""

    user_id: str
    uid: str
    texts: Sequence[str]
    expects: Sequence[Sequence[str]]
    due: list[float] = field(default_factory=list)

    def owed(self) -> list[str]:
        return [reply for each in self.expects for reply in each]


@dataclass(frozen=True)
class Outcome:
    """What became of the texts with one bot. A time is there only for who read all and nothing else."""

    webhooks: Measured
    answers: Measured
    people: int
    faults: Counter[str]

    def __str__(self) -> str:
        found = ", ".join(f"{count} {what}" for what, count in self.faults.items())
        return (
            f"{self.answers.name}: {len(self.answers.times)} texts of {self.people} people,"
            f" the longest after {max(self.answers.times):.0f} ms;"
            f" {found or 'none lost, none twice, all in order'}."
        )


class Town:
    """An office, its Official Account at the sandbox, and people who write to it."""

    def __init__(self, zalo: str) -> None:
        # There are no settings before the servers are lent.
        from django.conf import settings

        self._http = httpx.Client(base_url=zalo, timeout=30, trust_env=False)
        self._app_id, self._secret = settings.ZALO_APP_ID, settings.ZALO_OA_WEBHOOK_SECRET
        self._chance, self._serials = random.Random(7), itertools.count(1)
        self._answers: dict[tuple[Script, bool], Sequence[Sequence[str]]] = {}
        self._open_office()
        self._scripts = list(self._of_questions())

    def _open_office(self) -> None:
        from agencies.tests.factories import AgencyFactory
        from booking.services.calendar import open_calendar
        from booking.tests.factories import OpeningRuleFactory, SiteFactory
        from faq.services.loading import load_faq
        from zalo.services import seed_tokens

        now = datetime.now(UTC)
        pair = self._ask("POST", "/oas", {"oa_id": OA, "name": "Công an phường Thử"})
        tokens = {name: pair[name] for name in ("access_token", "refresh_token")}
        seed_tokens(oa_id=OA, expires_in=90_000, now=now, **tokens)
        site = SiteFactory(agency=AgencyFactory(oa_id=OA, name="Công an phường Thử"))
        for weekday in range(5):
            OpeningRuleFactory(site=site, weekday=weekday)
        open_calendar(now=now)
        load_faq(now=now)

    def people(self, texts: int, *, echo: bool) -> list[Person]:
        """As many people as write so many texts. Every other one has an account."""
        from accounts.models import Citizen

        people: list[Person] = []
        for number, length in enumerate(itertools.cycle(LENGTHS)):
            if texts <= 0:
                break
            known = self._ask("POST", "/citizens", {"name": "Trần Văn An", "phone": None, "follow": False})
            lately = {"oa_id": OA, "last_interaction": datetime.now(UTC).isoformat()}
            self._ask("PUT", f"/citizens/{known['user_id']}", lately)
            has_account = self._chance.random() < 0.5
            if has_account:
                Citizen.objects.create(zalo_id=known["user_id"], created_at=datetime.now(UTC))
            script = self._chance.choice(BY_NUMBERS if number % 3 == 0 else self._scripts)
            typed = script[: min(length, texts)]
            expects = [(ECHO,)] * len(typed) if echo else self._answered(typed, has_account=has_account)
            assert all(expects), f"not all of this is answered: {typed}"
            people.append(Person(known["user_id"], known["oa_users"][OA], typed, expects))
            texts -= len(typed)
        return people

    def _of_questions(self) -> Iterator[Script]:
        """Some scripts in which everything is answered: who is twice not understood hears that once."""
        from faq.tests.measuring import unseen

        asked, found = [text for text, _ in unseen()], 0
        while found < SCRIPTS:
            script = tuple(self._chance.sample(asked, max(LENGTHS)))
            if all(self._answered(script, has_account=False)):
                found += 1
                yield script

    def _answered(self, script: Script, *, has_account: bool) -> Sequence[Sequence[str]]:
        if (script, has_account) not in self._answers:
            self._answers[script, has_account] = _answered_here(script, has_account=has_account)
        return self._answers[script, has_account]

    def told(self, people: Sequence[Person], *, begins_at: float, seconds: float) -> list[Request]:
        """The webhooks of all these texts, in the order and for the times at which they are due."""
        nominal = []
        for person in people:
            pause = self._chance.choice(PAUSES)
            first = self._chance.uniform(0, max(0.0, SECONDS - pause * len(person.texts)))
            nominal += [(first + pause * n, person, n) for n in range(len(person.texts))]
        in_turn = [(person, n) for _, person, n in sorted(nominal, key=lambda each: each[0])]
        tellings = list(in_turn)
        for place in sorted(
            self._chance.sample(range(len(in_turn)), round(len(in_turn) * TWICE)), reverse=True
        ):
            tellings.insert(place + self._chance.randint(1, 40), in_turn[place])
        told: dict[tuple[str, int], Request] = {}
        for place, (person, n) in enumerate(tellings):
            if (person.uid, n) not in told:
                due = begins_at + place * seconds / len(tellings)
                person.due.append(due)
                told[person.uid, n] = self._webhook(person, person.texts[n], at=due)
        return [told[person.uid, n] for person, n in tellings]

    def _webhook(self, person: Person, text: str, *, at: float) -> Request:
        from zalo.signing import oa_mac

        timestamp = str(int(at * 1000))
        raw = json.dumps(
            {
                "app_id": self._app_id,
                "timestamp": timestamp,
                "event_name": "user_send_text",
                "user_id_by_app": person.user_id,
                "sender": {"id": person.uid},
                "recipient": {"id": OA},
                "message": {"msg_id": f"bench-{next(self._serials)}", "text": text},
            },
            ensure_ascii=False,
        ).encode()
        mac = oa_mac(app_id=self._app_id, raw=raw, timestamp=timestamp, secret=self._secret)
        return "POST", PATH, {"Content-Type": "application/json", "X-ZEvent-Signature": f"mac={mac}"}, raw

    def read(self) -> dict[str, list[tuple[str, float]]]:
        """What everybody has read, and when Zalo took it."""
        read: dict[str, list[tuple[str, float]]] = {}
        for message in self._ask("GET", "/messages")["messages"]:
            taken_at = datetime.fromisoformat(message["accepted_at"]).timestamp()
            read.setdefault(message["uid"], []).append((message["text"], taken_at))
        return read

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self._http.request(method, f"/_sandbox{path}", json=body)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


def _answered_here(script: Script, *, has_account: bool) -> list[list[str]]:
    """What somebody is answered who types this, one after the other; nothing of it stays."""
    from django.db import transaction

    from accounts.models import Citizen
    from accounts.services import record_interaction
    from faq.services import answer
    from notifications.models import ChatReply

    now = datetime.now(UTC)
    with transaction.atomic():
        if has_account:
            Citizen.objects.create(zalo_id="1", created_at=now)
        record_interaction(oa_id=OA, uid="1", app_user_id="1", now=now)
        for n, text in enumerate(script):
            at = now + timedelta(seconds=n)
            answer(oa_id=OA, uid="1", event_key=str(n), text=text, occurred_at=at, now=at)
        said = ChatReply.objects.filter(oa_id=OA, uid="1").order_by("pk").values_list("event_key", "text")
        answers = [[reply or "" for key, reply in said if key == str(n)] for n in range(len(script))]
        transaction.set_rollback(True)
    return answers


def until_still() -> None:
    """Wait until no event is to be handled and no reply to be sent."""
    from notifications.models import ChatReply, State
    from zalo.models import StoredEvent

    deadline = time.monotonic() + PATIENCE_SECONDS
    while (
        StoredEvent.objects.unfinished().exists()
        or ChatReply.objects.filter(state__in=(State.OWED, State.SENDING)).exists()
    ):
        if time.monotonic() > deadline:
            raise TimeoutError("There are still events to be handled, or replies to be sent")
        time.sleep(0.2)
    time.sleep(1)  # the receipts of what was sent last


def minute(name: str, town: Town, *, port: int, echo: bool) -> Outcome:
    """Let the minute pass with the workers that run."""
    people, early = town.people(MESSAGES, echo=echo), town.people(WARMING, echo=echo)
    until_still()
    for some, seconds in ((early, WARMING_SECONDS), (people, SECONDS)):
        begins_at = time.time() + 1
        requests = town.told(some, begins_at=begins_at, seconds=seconds)
        webhooks = paced(f"webhooks, {name}", requests, port=port, seconds=seconds, begins_at=begins_at)
        until_still()
    return _outcome(name, people, town.read(), webhooks)


def _outcome(
    name: str, people: Sequence[Person], read: dict[str, list[tuple[str, float]]], webhooks: Measured
) -> Outcome:
    times, faults = list[float](), Counter[str]()
    for person in people:
        got = read.get(person.uid, [])
        said, owed = [text for text, _ in got], person.owed()
        if said != owed:
            lost, more = Counter(owed) - Counter(said), Counter(said) - Counter(owed)
            faults["lost"] += lost.total()
            faults["twice"] += sum(count for text, count in more.items() if text in owed)
            faults["never owed"] += sum(count for text, count in more.items() if text not in owed)
            faults["people who read them in another order"] += not (lost or more)
            continue
        taken = iter(at for _, at in got)
        for due, replies in zip(person.due, person.expects, strict=True):
            times.append((max(next(taken) for _ in replies) - due) * 1000)
    answers = Measured(f"answered, {name}", webhooks.clients, times, webhooks.seconds)
    return Outcome(webhooks, answers, len(people), +faults)


def run() -> Iterator[Outcome]:
    zalo_port, port = free_port(), free_port()
    zalo = f"http://127.0.0.1:{zalo_port}"
    hosts = ("OAUTH", "GRAPH", "OPENAPI", "BUSINESS", "MINIAPP_OPENAPI")
    settings = {f"ZALO_{host}_BASE": zalo for host in hosts}
    settings |= {"SANDBOX_PORT": str(zalo_port), "PORTAL_WEBHOOK_URL": f"http://127.0.0.1:{port}{PATH}"}
    with prepared(settings), with_zalo(zalo_port), served(port):
        town = Town(zalo)
        with working_apart("bench.echo"):
            yield minute("the echo", town, port=port, echo=True)
        with working_apart():
            yield minute("the bot", town, port=port, echo=False)


def main() -> int:
    """Print and keep the table; 1 when something is lost, twice or in disorder, or the bot is too slow."""
    echo, bot = run()
    slow = bot.answers.percentile(95) > P95_MS
    dearer = (
        bot.answers.median / echo.answers.median,
        bot.answers.percentile(95) / echo.answers.percentile(95),
    )
    text = "\n\n".join(
        [
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} processors,"
            f" load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}",
            table([echo.webhooks, bot.webhooks, echo.answers, bot.answers]),
            f"{echo}\n{bot}",
            f"The bot takes {dearer[0]:.1f} times as long as the echo at the median,"
            f" {dearer[1]:.1f} times at the 95th percentile"
            f" ({'over' if slow else 'within'} {P95_MS} ms).",
        ]
    )
    print(text)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"chat-{datetime.now(UTC):%Y%m%d-%H%M%S}.txt").write_text(f"{text}\n", encoding="utf-8")
    return int(slow or bool(bot.faults or echo.faults))
