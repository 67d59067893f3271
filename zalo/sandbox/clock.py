"""The sandbox's own clock, which tests and people can move."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Goes right, or shifted, or stands still where it was set.

    The portal keeps its own time and refuses events that are two hours off. So events carry the right time
    whatever this clock shows, unless it was set `with_events`: for tests that hand the portal the same time.
    """

    def __init__(self) -> None:
        self.set_right()

    def set_right(self) -> None:
        self._shift = timedelta()
        self._stands_at: datetime | None = None
        self._with_events = False

    def now(self) -> datetime:
        return self._stands_at or datetime.now(UTC) + self._shift

    def event_time(self) -> datetime:
        """Return the time that an event carries which happens now."""
        return self.now() if self._with_events else datetime.now(UTC)

    def set(self, now: datetime, *, stands: bool = False, with_events: bool = False) -> None:
        self._shift = now - datetime.now(UTC)
        self._stands_at = now if stands else None
        self._with_events = with_events

    @property
    def is_moved(self) -> bool:
        return self._stands_at is not None or bool(self._shift)

    @property
    def stands(self) -> bool:
        return self._stands_at is not None
