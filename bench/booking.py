"""How many bookings a second, and what one costs beside a call that does no work.

Bookings go to a hundred slots and to one; 1, 8 and 50 clients ask. What a booking is measured by is
`GET /api/v1/me/` at the same server in the same run: it passes all that every call of a citizen passes
(socket, middleware, token, throttles, JSON) and then does nothing. `/healthz` stands beside it: it asks
neither the database nor Redis, and no call of a citizen could be as cheap.
"""

import itertools
import json
import os
import platform
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.load import Measured, Request, in_turn, measure, table
from bench.portal import prepared, served

CROWDS = (8, 50)
# Each kind of call, for each crowd: so many at most, and not for longer than this.
MOST, SECONDS = 600, 8.0
# Of each kind of call, by a client that is alone.
ALONE = 200
BOOKINGS_OF_AN_ACCOUNT = 4
NO_OPS_A_BOOKING_MAY_COST = 8
HEALTH, NO_OP, SPREAD, ONE_SLOT = "healthz", "me (no work)", "book, 100 slots", "book, 1 slot"
RESULTS = Path(__file__).parent / "results"


class Office:
    """An office with room for everybody, and accounts that ask it for places."""

    def __init__(self) -> None:
        # There are no models before the servers are lent.
        from accounts.models import Citizen
        from accounts.services.tokens import open_session
        from agencies.models import Agency
        from booking.models import ServiceDay, Site, Slot

        now = datetime.now(UTC)
        agency = Agency.objects.create(
            slug="bench", name="Công an phường Thử", code_prefix="CT", level=Agency.Level.COMMUNE
        )
        site = Site.objects.create(agency=agency, name="Trụ sở", address="1 Phan Bội Châu")
        day = ServiceDay.objects.create(site=site, date=(now + timedelta(days=2)).date())
        starts_at = [
            datetime.combine(day.date, datetime.min.time(), UTC) + timedelta(minutes=m) for m in range(100)
        ]
        self._slots = Slot.objects.bulk_create(
            Slot(day=day, starts_at=start, ends_at=start + timedelta(minutes=1), capacity=10_000)
            for start in starts_at
        )
        bookings = 2 * (ALONE + len(CROWDS) * (MOST + 1))
        accounts = Citizen.objects.bulk_create(
            Citizen(zalo_id=str(serial), created_at=now)
            for serial in range(bookings // BOOKINGS_OF_AN_ACCOUNT + 100)
        )
        self._tokens = itertools.cycle(
            [open_session(citizen=citizen, now=now).access for citizen in accounts]
        )
        self._serials = itertools.count(1)

    def no_ops(self, count: int) -> list[Request]:
        return [("GET", "/api/v1/me/", self._signed_in(), None) for _ in range(count)]

    def spread(self, count: int) -> list[Request]:
        slots = itertools.cycle(self._slots)
        return [self._booking(str(next(slots).public_id)) for _ in range(count)]

    def on_one_slot(self, count: int) -> list[Request]:
        return [self._booking(str(self._slots[0].public_id)) for _ in range(count)]

    def _booking(self, slot: str) -> Request:
        from accounts.notice import CURRENT_NOTICE

        person = {
            "full_name": "Trần Văn An",
            "personal_id": f"049085{next(self._serials):06d}",
            "birth_date": "1985-04-12",
            "sex": "male",
            "relation": "self",
        }
        accept = {"notice": CURRENT_NOTICE.version, "on_behalf": True}
        body = json.dumps({"slot": slot, "people": [person], "phone": "0905123456", "accept": accept})
        headers = {"Content-Type": "application/json", **self._signed_in()}
        return "POST", "/api/v1/appointments/", headers, body.encode()

    def _signed_in(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {next(self._tokens)}"}


def health(count: int) -> list[Request]:
    return [("GET", "/healthz", {}, None)] * count


def run() -> list[Measured]:
    with prepared():
        office = Office()
        kinds: dict[str, tuple[Callable[[int], list[Request]], int]] = {
            HEALTH: (health, 200),
            NO_OP: (office.no_ops, 200),
            SPREAD: (office.spread, 201),
            ONE_SLOT: (office.on_one_slot, 201),
        }
        with served() as port:
            for make, expected in kinds.values():  # to be warm
                measure("", make(40), port=port, clients=8, expected=expected, seconds=SECONDS)
            rows = in_turn(
                {name: (make(ALONE), expected) for name, (make, expected) in kinds.items()}, port=port
            )
            for clients, (name, (make, expected)) in itertools.product(CROWDS, kinds.items()):
                requests = make(MOST)
                rows.append(
                    measure(name, requests, port=port, clients=clients, expected=expected, seconds=SECONDS)
                )
    return rows


def main() -> int:
    """Print and keep the table; 1 when a booking costs more than it may."""
    rows = run()
    alone = {row.name: row.median for row in rows if row.clients == 1}
    cost = alone[SPREAD] / alone[NO_OP]
    text = "\n\n".join(
        [
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} processors,"
            f" load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}",
            table(rows),
            f"Alone, a booking costs {cost:.1f} calls without work ({NO_OPS_A_BOOKING_MAY_COST} at most),"
            f" and {alone[SPREAD] / alone[HEALTH]:.1f} health checks.",
        ]
    )
    print(text)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"booking-{datetime.now(UTC):%Y%m%d-%H%M%S}.txt").write_text(f"{text}\n", encoding="utf-8")
    return 0 if cost <= NO_OPS_A_BOOKING_MAY_COST else 1
