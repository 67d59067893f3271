"""Every log line of a request carries the request's id, so that a citizen's error can be found."""

import logging
import time
from contextvars import ContextVar

MINUTE = 60.0
request_id: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class OnceAMinute(logging.Filter):
    """Let the same words of one logger through once a minute: beat says them each second without its
    broker.
    """

    def __init__(self) -> None:
        super().__init__()
        self.last: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        key, now = (record.name, str(record.msg)), time.monotonic()
        if now - self.last.get(key, -MINUTE) < MINUTE:
            return False
        self.last[key] = now
        return True
