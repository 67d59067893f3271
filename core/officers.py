"""Who is at work on the officers' side: what they may see, and the log of what they do.

`core` knows neither officers nor agencies: the top room puts an `AtWork` on every request.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, cast

from django.db import models
from django.http import HttpRequest


class Deed(models.TextChoices):
    """What an officer did, as the audit log files it."""

    SIGNED_IN = "SIGNED_IN", "đăng nhập"
    SIGNED_OUT = "SIGNED_OUT", "đăng xuất"
    LISTED = "LISTED", "xem danh sách"
    VIEWED = "VIEWED", "xem"
    REVEALED = "REVEALED", "xem đủ số"
    EXPORTED = "EXPORTED", "in, xuất"
    ADDED = "ADDED", "thêm"
    CHANGED = "CHANGED", "sửa"
    DELETED = "DELETED", "xóa"
    DID = "DID", "thực hiện"


@dataclass(frozen=True)
class Scope:
    """What an officer may see today: everything, whole agencies, or single sites. Empty is nothing."""

    everything: bool = False
    # With all their sites.
    agencies: frozenset[int] = frozenset()
    # Of agencies of which the officer sees no more than these.
    sites: frozenset[int] = frozenset()
    agencies_of_sites: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return self.everything or bool(self.agencies or self.sites)

    @property
    def agencies_in_part(self) -> frozenset[int]:
        """The agencies whose name, policy and texts the officer may read."""
        return self.agencies | self.agencies_of_sites


# Agencies, or None for those the officer works for, and what was done to there.
Part = tuple[Iterable[int] | None, Iterable[object]]


class AtWork(Protocol):
    """An officer at one request."""

    @property
    def scope(self) -> Scope: ...

    def note(
        self,
        deed: Deed,
        what: str,
        subjects: Iterable[object] = (),
        words: str = "",
        *,
        agencies: Iterable[int] | None = None,
    ) -> None:
        """Write into the audit log what was done to which things, for the auditors of these agencies; if
        none are named, of those the officer works for.

        `what` names a table (`booking.Appointment`), `subjects` the rows as officers call them (codes, never
        names or numbers), `words` what was done, without personal data.
        """

    def note_parts(self, deed: Deed, what: str, parts: Iterable[Part], words: str = "") -> None:
        """The same about rows of several agencies: what is one agency's is not read at another."""


def at_work(request: HttpRequest) -> AtWork:
    return cast("AtWork", request.at_work)  # type: ignore[attr-defined]
