"""One text as it was heard, and the answer to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import Citizen
from agencies.models import Agency
from faq.models import OpenQuestion
from faq.private import Secret
from faq.typed import Typed

About = Mapping[str, Any]
# The kind of list that is open while six digits are awaited, whether they were sent to anybody or not.
SIX_DIGITS = "six_digits"


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What somebody wrote, and who wrote it where. `menu` is the latest list that a number may answer.

    `agency` is the office of the Official Account; None for an account that is of none. `text` is without the
    `secrets` that were found in it. `menu_is_over` says that there was a list, which nobody answered in time;
    `awaits_code` that somebody was told to type a one-time code here. `waits_since` is when the person asked
    for a human who has not written yet.
    """

    oa_id: str
    uid: str = ""
    agency: Agency | None = None
    citizen: Citizen | None
    text: str = field(default="", repr=False)
    secrets: frozenset[Secret] = frozenset()
    typed: Typed
    menu: OpenQuestion | None
    menu_is_over: bool = False
    awaits_code: bool = False
    waits_since: datetime | None = None
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
    """A list that the answer shows: the next number answers it. `about` holds nothing personal.

    `back` is the list that "0" leads to; where there is none, that is the first one.
    """

    kind: str
    about: About = field(default_factory=dict)
    back: "NewQuestion | None" = None

    def stored(self) -> dict[str, Any]:
        """`about` with the way back in it, as the conversation keeps it."""
        if self.back is None:
            return dict(self.about)
        return {**self.about, "back": {"kind": self.back.kind, "about": self.back.stored()}}


def way_back_of(about: About) -> NewQuestion | None:
    """The list that "0" leads to from the one that is about this."""
    back = about.get("back")
    return question(kind=back["kind"], about=back["about"]) if back else None


def question(*, kind: str, about: About) -> NewQuestion:
    """A list as a conversation kept it, to be shown once more."""
    itself = {name: value for name, value in about.items() if name != "back"}
    return NewQuestion(kind=kind, about=itself, back=way_back_of(about))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is said, and what is asked from now on: nothing, a new list, or (`keeps_menu`) what was before.

    `goes_to` is a list that is shown behind the texts. `changes` are fields of the conversation. `is_hint`
    marks what is said once in ten minutes: people talk to humans here as well. One without texts shows a
    list, and only if that does not stand there already. `again` is said in its stead within that time; empty
    for nothing.
    """

    texts: Sequence[str] = field(repr=False, default=())
    asks: NewQuestion | None = None
    keeps_menu: bool = False
    goes_to: NewQuestion | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    is_hint: bool = False
    again: str = ""


# Nothing is said, and nothing changes.
SILENCE = Answer(keeps_menu=True)


@dataclass(frozen=True)
class Menu:
    """A kind of list: how it is shown, what its numbers mean, and what a text answers while it is open.

    `hear` gives None for a text that has nothing to do with the list.
    """

    show: Callable[[Heard, About], Answer]
    pick: Callable[[Heard, Sequence[int], About], Answer]
    hear: Callable[[Heard, About], Answer | None] | None = None
