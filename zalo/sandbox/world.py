"""All that the sandbox remembers, in memory. Whoever touches it holds `World.lock` and waits for nothing."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from threading import RLock
from typing import Any
from zoneinfo import ZoneInfo

from zalo.sandbox.config import Config
from zalo.sandbox.faults import Faults
from zalo.sandbox.identifiers import new_message_id, new_token, new_user_id, uid_of

VN = ZoneInfo("Asia/Ho_Chi_Minh")
DEFAULT_QUOTA = 20_000
CITIZEN_TOKEN_LIVES = timedelta(hours=1)
OA_TOKEN_LIVES = timedelta(hours=25)
PHONE_TOKEN_LIVES = timedelta(minutes=2)


@dataclass(kw_only=True)
class Citizen:
    """A person with Zalo on their phone. `phone` is `84…`."""

    user_id: str
    name: str
    phone: str | None
    access_token: str
    token_ends_at: datetime
    follows: set[str] = field(default_factory=set)
    # Per OA, when the citizen last did something there: it opens the window for consultation messages.
    interacted_at: dict[str, datetime] = field(default_factory=dict)


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
    access_token: str
    refresh_token: str
    token_ends_at: datetime
    refreshes: int = 0
    sent_today: int = 0
    counted_on: date = date.min


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message that was accepted. `phone` is `84…`; `uid` is the citizen as the OA knows them."""

    id: str
    oa_id: str
    channel: str
    citizen: Citizen
    phone: str | None
    uid: str | None
    template_id: str | None
    template_data: dict[str, str] | None
    text: str | None
    rendered: str
    tracking_id: str | None
    accepted_at: datetime
    is_delivered: bool


class World:
    """Citizens, Official Accounts, what was sent, and what is to go wrong."""

    def __init__(self, config: Config) -> None:
        self.lock = RLock()
        self.config = config
        self.start_anew()

    def start_anew(self) -> None:
        """Forget everything but the OAs of the configuration."""
        self.citizens: dict[str, Citizen] = {}
        self.by_access_token: dict[str, Citizen] = {}
        self.by_phone: dict[str, Citizen] = {}
        self.by_uid: dict[tuple[str, str], Citizen] = {}
        self.phone_tokens: dict[str, PhoneToken] = {}
        self.oas: dict[str, Oa] = {}
        self.oas_by_token: dict[str, Oa] = {}
        self.messages: list[Message] = []
        self.templates: dict[str, str] = {}
        self.faults = Faults()
        self.quota = DEFAULT_QUOTA
        for oa_id, oa in self.config.oas.items():
            tokens = (oa.get("access_token") or new_token(), oa.get("refresh_token") or new_token())
            self.add_oa(oa_id, oa.get("name", oa_id), tokens)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def add_citizen(self, *, name: str, phone: str | None, follow: bool) -> Citizen:
        """Add a person. A number that somebody else had is theirs from now on: a SIM changes hands."""
        citizen = Citizen(
            user_id=new_user_id(),
            name=name,
            phone=phone,
            access_token=new_token(),
            token_ends_at=self.now() + CITIZEN_TOKEN_LIVES,
        )
        self.citizens[citizen.user_id] = citizen
        self.by_access_token[citizen.access_token] = citizen
        if phone:
            self.by_phone[phone] = citizen
        for oa_id in self.oas:
            self.by_uid[oa_id, uid_of(citizen.user_id, oa_id)] = citizen
            if follow:
                citizen.follows.add(oa_id)
                citizen.interacted_at[oa_id] = self.now()
        return citizen

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
        oa = known or Oa(oa_id=oa_id, name=name, access_token="", refresh_token="", token_ends_at=self.now())
        oa.name = name
        self.oas[oa_id] = oa
        self.give_tokens(oa, tokens or (new_token(), new_token()))
        if known is None:
            for citizen in self.citizens.values():
                self.by_uid[oa_id, uid_of(citizen.user_id, oa_id)] = citizen
        return oa

    def give_tokens(self, oa: Oa, tokens: tuple[str, str]) -> None:
        """Replace the OA's pair; the old one is dead at once."""
        self.oas_by_token.pop(oa.access_token, None)
        oa.access_token, oa.refresh_token = tokens
        oa.token_ends_at = self.now() + OA_TOKEN_LIVES
        self.oas_by_token[oa.access_token] = oa

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

    def accept(self, *, oa: Oa, citizen: Citizen, channel: str, **content: Any) -> Message:
        """Take a message in. `content` are the other fields of `Message`."""
        message = Message(
            id=new_message_id(),
            oa_id=oa.oa_id,
            channel=channel,
            citizen=citizen,
            accepted_at=self.now(),
            is_delivered=not self.faults.drop_receipts,
            **{"phone": citizen.phone, "uid": None, "template_id": None, "template_data": None}
            | {"text": None, "tracking_id": None}
            | content,
        )
        self.messages.append(message)
        return message

    def render(self, template_id: str, data: dict[str, str]) -> str:
        """Return what the citizen reads: the registered text, or the parameters as they are."""
        text = self.templates.get(template_id)
        if text is None:
            return " · ".join([template_id, *(f"{name}: {value}" for name, value in data.items())])
        for name, value in data.items():
            text = text.replace(f"<{name}>", value)
        return text
