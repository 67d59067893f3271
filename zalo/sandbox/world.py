"""All that the sandbox remembers, in memory. Whoever touches it holds `World.lock` and waits for nothing."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import RLock
from typing import Any
from zoneinfo import ZoneInfo

from zalo.sandbox.clock import Clock
from zalo.sandbox.config import Config
from zalo.sandbox.faults import Faults
from zalo.sandbox.identifiers import new_message_id, new_token, new_user_id, uid_of
from zalo.sandbox.mailbox import Mailbox, Message
from zalo.sandbox.memory import Bounded
from zalo.sandbox.registry import Template

VN = ZoneInfo("Asia/Ho_Chi_Minh")
DEFAULT_QUOTA = 20_000
CITIZEN_TOKEN_LIVES = timedelta(hours=1)
LOGIN_LIVES = timedelta(days=30)
OA_TOKEN_LIVES = timedelta(hours=25)
GRANT_LIVES = timedelta(days=90)
PHONE_TOKEN_LIVES = timedelta(minutes=2)
MOST_TOKENS = 50_000
MOST_MESSAGES = 100_000
MOST_CITIZENS = 50_000


@dataclass(kw_only=True)
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
    # Whether the Mini App may send notifications.
    takes_notifications: bool = True


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
class PhoneToken:
    """What the Mini App gets for the citizen's number: works once and for 2 minutes."""

    citizen: Citizen
    ends_at: datetime
    is_used: bool = False


@dataclass(kw_only=True)
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
    sent_today: int = 0
    counted_on: date = date.min
    quality: str = "HIGH"


@dataclass(frozen=True, kw_only=True)
class Code:
    """A consent that waits to be redeemed, for 10 minutes: a citizen's, or that of an OA's administrator."""

    challenge: str
    ends_at: datetime
    citizen: Citizen | None = None
    oa: Oa | None = None


class World:
    """Citizens, Official Accounts, what was sent, and what is to go wrong."""

    def __init__(self, config: Config) -> None:
        self.lock = RLock()
        self.config = config
        self.start_anew()

    def start_anew(self) -> None:
        """Forget everything but the OAs of the configuration."""
        self.clock = Clock()
        self.citizens: dict[str, Citizen] = {}
        self.by_phone: dict[str, Citizen] = {}
        self.by_uid: dict[tuple[str, str], Citizen] = {}
        self.sessions: Bounded[str, Session] = Bounded(most=MOST_TOKENS)
        self.logins: Bounded[str, Login] = Bounded(most=MOST_TOKENS)
        self.phone_tokens: Bounded[str, PhoneToken] = Bounded(most=MOST_TOKENS)
        self.codes: Bounded[str, Code] = Bounded(most=MOST_TOKENS)
        self.oas: dict[str, Oa] = {}
        self.oas_by_token: dict[str, Oa] = {}
        self.oas_by_refresh_token: dict[str, Oa] = {}
        self.callbacks: set[str] = set(self.config.callbacks)
        self.mailbox = Mailbox(most=MOST_MESSAGES)
        self.templates: dict[str, Template] = {}
        self.faults = Faults()
        self.quota = DEFAULT_QUOTA
        for oa_id, oa in self.config.oas.items():
            tokens = (oa.get("access_token") or new_token(), oa.get("refresh_token") or new_token())
            self.add_oa(oa_id, oa.get("name", oa_id), tokens)

    def now(self) -> datetime:
        return self.clock.now()

    def add_citizen(self, *, name: str, phone: str | None, follow: bool) -> Citizen:
        """Add a person. A number that somebody else had is theirs from now on: a SIM changes hands."""
        citizen = Citizen(user_id=new_user_id(), name=name, phone=phone)
        self.new_session(citizen)
        self.citizens[citizen.user_id] = citizen
        if phone:
            self.by_phone[phone] = citizen
        for oa_id in self.oas:
            self.by_uid[oa_id, uid_of(citizen.user_id, oa_id)] = citizen
            if follow:
                citizen.follows.add(oa_id)
                citizen.interacted_at[oa_id] = self.now()
        if len(self.citizens) > MOST_CITIZENS:
            self._forget(next(iter(self.citizens.values())))
        return citizen

    def _forget(self, citizen: Citizen) -> None:
        del self.citizens[citizen.user_id]
        if citizen.phone and self.by_phone.get(citizen.phone) is citizen:
            del self.by_phone[citizen.phone]
        for oa_id in self.oas:
            self.by_uid.pop((oa_id, uid_of(citizen.user_id, oa_id)), None)

    def new_session(self, citizen: Citizen) -> str:
        """Return a fresh access token of a citizen, good for an hour."""
        citizen.access_token = new_token()
        ends_at = self.now() + CITIZEN_TOKEN_LIVES
        self.sessions[citizen.access_token] = Session(citizen=citizen, ends_at=ends_at)
        return citizen.access_token

    def new_phone_token(self, citizen: Citizen) -> str | None:
        """Return a token for the citizen's number; None for a citizen without one."""
        if citizen.phone is None:
            return None
        token = new_token()
        self.phone_tokens[token] = PhoneToken(citizen=citizen, ends_at=self.now() + PHONE_TOKEN_LIVES)
        return token

    def add_oa(self, oa_id: str, name: str, tokens: tuple[str, str] | None = None) -> Oa:
        """Add an OA, or give one that is known a new name and a new pair of tokens."""
        known = self.oas.get(oa_id)
        oa = known or Oa(oa_id=oa_id, name=name, token_ends_at=self.now(), grant_ends_at=self.now())
        oa.name = name
        self.oas[oa_id] = oa
        self.give_tokens(oa, tokens or (new_token(), new_token()))
        if known is None:
            for citizen in self.citizens.values():
                self.by_uid[oa_id, uid_of(citizen.user_id, oa_id)] = citizen
        return oa

    def give_tokens(self, oa: Oa, tokens: tuple[str, str], *, ends_at: datetime | None = None) -> None:
        """Replace the OA's pair; the old one is dead at once. `ends_at` is of the consent, else a new one."""
        self.oas_by_token.pop(oa.access_token, None)
        self.oas_by_refresh_token.pop(oa.refresh_token, None)
        oa.access_token, oa.refresh_token = tokens
        oa.token_ends_at = self.now() + OA_TOKEN_LIVES
        oa.grant_ends_at = ends_at or self.now() + GRANT_LIVES
        self.oas_by_token[oa.access_token] = oa
        self.oas_by_refresh_token[oa.refresh_token] = oa

    def play(self, faults: Faults) -> None:
        """Let these faults happen from now on."""
        self.faults = faults
        if faults.expire_oa_token:
            self.oas_by_token.clear()
        self.quota = DEFAULT_QUOTA if faults.quota is None else faults.quota
        if faults.quota is not None:
            for oa in self.oas.values():
                oa.sent_today = 0

    def quota_left(self, oa: Oa) -> int:
        """Return how many template messages the OA may still send today."""
        today = self.now().astimezone(VN).date()
        if oa.counted_on != today:
            oa.counted_on, oa.sent_today = today, 0
        return max(0, self.quota - oa.sent_today)

    def accept(self, *, oa_id: str, citizen: Citizen, channel: str, **content: Any) -> Message:
        """Take a message in. `content` are the other fields of `Message`."""
        message = Message(
            id=new_message_id(),
            oa_id=oa_id,
            channel=channel,
            citizen=citizen,
            accepted_at=self.now(),
            is_delivered=not self.faults.drop_receipts,
            **{"phone": citizen.phone, **content},
        )
        self.mailbox.add(message)
        return message

    def render(self, template_id: str, data: dict[str, Any]) -> str:
        """Return what the citizen reads: the registered text, or the parameters as they are."""
        if template := self.templates.get(template_id):
            return template.filled(data)
        return " · ".join([template_id, *(f"{name}: {value}" for name, value in data.items())])
