"""One text as it was heard, and the answer to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import Citizen
from faq.models import OpenQuestion
from faq.typed import Typed


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What somebody wrote, and who wrote it where. `menu` is the latest list that a number may answer."""

    oa_id: str
    citizen: Citizen | None
    typed: Typed
    menu: OpenQuestion | None
    occurred_at: datetime
    now: datetime

    @property
    def owner(self) -> Citizen:
        """On whose behalf something is changed. Never nobody's: to booking that would be an officer's.

        :raises RuntimeError: the person has not signed in (a bug of the speaker)
        """
        if self.citizen is None:
            raise RuntimeError("Nothing is changed for somebody who is not known.")
        return self.citizen


@dataclass(frozen=True, kw_only=True)
class NewQuestion:
    """A list that the answer shows: the next number answers it. `about` holds nothing personal."""

    kind: str
    about: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is said, and what is asked from now on: nothing, a new list, or (`keeps_menu`) what was before."""

    texts: Sequence[str] = field(repr=False)
    asks: NewQuestion | None = None
    keeps_menu: bool = False
