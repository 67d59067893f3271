"""Who is there: citizens, Official Accounts, and what their tokens stand for."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

# Who is away for longer is reached by no Official Account.
ASLEEP_AFTER = timedelta(days=45)


@dataclass(kw_only=True, eq=False)
class Citizen:
    """A person with Zalo on their phone. `phone` is `84…`."""

    user_id: str
    name: str
    phone: str | None
    # The newest one; those before it go on until their hour is over.
    access_token: str = field(default="", repr=False)
    follows: set[str] = field(default_factory=set)
    # Per OA, when the citizen last did something there: it opens the window for consultation messages.
    interacted_at: dict[str, datetime] = field(default_factory=dict)
    # Official Accounts whose messages they do not want.
    restricts: set[str] = field(default_factory=set)
    # How many welcome messages each OA sent to them, who follows and never did anything.
    welcomed: dict[str, int] = field(default_factory=dict)
    # What they let the Mini App know, and whether it may send notifications.
    shares_name: bool = True
    shares_phone: bool = True
    takes_notifications: bool = True
    is_banned: bool = False
    # Zalo was not opened on their phone since then; None: it is open.
    away_since: datetime | None = None

    def is_out_of_reach(self, now: datetime) -> bool:
        return self.is_banned or (self.away_since is not None and now - self.away_since > ASLEEP_AFTER)


@dataclass(frozen=True, kw_only=True)
class Session:
    """What an access token of a citizen stands for."""

    citizen: Citizen
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Login:
    """What a refresh token of a citizen stands for: a sign-in by browser, and when it is over for good."""

    citizen: Citizen
    ends_at: datetime


@dataclass(kw_only=True)
class Secret:
    """What the Mini App gets for a number or a place: works once and for 2 minutes."""

    citizen: Citizen
    ends_at: datetime
    told: dict[str, Any] = field(repr=False)
    is_used: bool = False
    # Another app asked for it.
    is_foreign: bool = False


@dataclass(kw_only=True, eq=False)
class Oa:
    """An Official Account and the one pair of tokens that works for it."""

    oa_id: str
    name: str
    access_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    token_ends_at: datetime
    # The three months of a consent; a refresh does not make them longer.
    grant_ends_at: datetime
    refreshes: int = 0
    followers: dict[str, Citizen] = field(default_factory=dict, repr=False)
    # Numbers of its administrators: only they get what is sent in the mode `development`.
    admins: set[str] = field(default_factory=set, repr=False)
    # Its account of money: linked, missing or empty.
    zca: str = "linked"
    quality: str = "HIGH"
    sent_today: int = 0
    tried_today: int = 0
    counted_on: date = date.min


@dataclass(frozen=True, kw_only=True)
class Code:
    """A consent that waits to be redeemed, for 10 minutes: a citizen's, or that of an OA's administrator."""

    challenge: str
    ends_at: datetime
    citizen: Citizen | None = None
    oa: Oa | None = None


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A picture or file that an OA may attach for 7 days."""

    oa_id: str
    kind: str
    name: str
    media_type: str
    content: bytes = field(repr=False)
    ends_at: datetime
