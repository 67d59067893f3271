"""All that the sandbox remembers, in memory. Whoever touches it holds `World.lock` and waits for nothing."""

from datetime import datetime, timedelta
from threading import RLock
from typing import Any
from zoneinfo import ZoneInfo

from zalo.sandbox.clock import Clock
from zalo.sandbox.config import Config
from zalo.sandbox.faults import Faults
from zalo.sandbox.identifiers import new_message_id, new_token, new_user_id, uid_of
from zalo.sandbox.mailbox import Mailbox, Message
from zalo.sandbox.memory import Bounded
from zalo.sandbox.people import Citizen, Code, Login, Oa, Secret, Session, Upload
from zalo.sandbox.registry import Template
from zalo.signing import hash_phone

VN = ZoneInfo("Asia/Ho_Chi_Minh")
DEFAULT_QUOTA = 20_000
DEVELOPMENT_QUOTA = 100
CITIZEN_TOKEN_LIVES = timedelta(hours=1)
LOGIN_LIVES = timedelta(days=30)
OA_TOKEN_LIVES = timedelta(hours=25)
GRANT_LIVES = timedelta(days=90)
SECRET_LIVES = timedelta(minutes=2)
UPLOAD_LIVES = timedelta(days=7)
MOST_TOKENS = 50_000
MOST_MESSAGES = 100_000
MOST_CITIZENS = 50_000
# Their bytes are kept, to be seen on the phone.
MOST_UPLOADS = 60


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
        self.by_phone_hash: dict[str, Citizen] = {}
        self.by_uid: dict[tuple[str, str], Citizen] = {}
        self.sessions: Bounded[str, Session] = Bounded(most=MOST_TOKENS)
        self.logins: Bounded[str, Login] = Bounded(most=MOST_TOKENS)
        self.secrets: Bounded[str, Secret] = Bounded(most=MOST_TOKENS)
        self.codes: Bounded[str, Code] = Bounded(most=MOST_TOKENS)
        self.oas: dict[str, Oa] = {}
        self.oas_by_token: dict[str, Oa] = {}
        self.oas_by_refresh_token: dict[str, Oa] = {}
        self.uploads: Bounded[str, Upload] = Bounded(most=MOST_UPLOADS)
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
            self.by_phone[phone] = self.by_phone_hash[hash_phone(phone)] = citizen
        for oa_id in self.oas:
            self.by_uid[oa_id, uid_of(citizen.user_id, oa_id)] = citizen
            if follow:
                self.follow(citizen, oa_id)
        if len(self.citizens) > MOST_CITIZENS:
            self._forget(next(iter(self.citizens.values())))
        return citizen

    def _forget(self, citizen: Citizen) -> None:
        del self.citizens[citizen.user_id]
        if citizen.phone and self.by_phone.get(citizen.phone) is citizen:
            del self.by_phone[citizen.phone], self.by_phone_hash[hash_phone(citizen.phone)]
        for oa_id, oa in self.oas.items():
            self.by_uid.pop((oa_id, uid_of(citizen.user_id, oa_id)), None)
            oa.followers.pop(citizen.user_id, None)

    def uid(self, citizen: Citizen, oa_id: str) -> str:
        """Return the id under which an OA knows a citizen."""
        return uid_of(citizen.user_id, oa_id)

    def follow(self, citizen: Citizen, oa_id: str) -> None:
        """Let a citizen follow an OA, which counts as an interaction."""
        citizen.follows.add(oa_id)
        self.oas[oa_id].followers[citizen.user_id] = citizen
        citizen.interacted_at[oa_id] = self.now()

    def unfollow(self, citizen: Citizen, oa_id: str) -> None:
        citizen.follows.discard(oa_id)
        self.oas[oa_id].followers.pop(citizen.user_id, None)

    def new_session(self, citizen: Citizen) -> str:
        """Return a fresh access token of a citizen, good for an hour."""
        citizen.access_token = new_token()
        ends_at = self.now() + CITIZEN_TOKEN_LIVES
        self.sessions[citizen.access_token] = Session(citizen=citizen, ends_at=ends_at)
        return citizen.access_token

    def new_secret(self, citizen: Citizen, told: dict[str, Any], *, is_foreign: bool = False) -> str:
        """Return a token that the Mini App exchanges for what is `told`."""
        token, ends_at = new_token(), self.now() + SECRET_LIVES
        self.secrets[token] = Secret(citizen=citizen, ends_at=ends_at, told=told, is_foreign=is_foreign)
        return token

    def new_phone_token(self, citizen: Citizen, *, is_foreign: bool = False) -> str | None:
        """Return a token for the citizen's number; None where there is none or they do not share it."""
        if citizen.phone is None or not citizen.shares_phone:
            return None
        return self.new_secret(citizen, {"number": citizen.phone}, is_foreign=is_foreign)

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

    def revoke(self, oa: Oa) -> None:
        """Take the app's rights on an OA away: both tokens are dead until somebody consents again."""
        self.oas_by_token.pop(oa.access_token, None)
        self.oas_by_refresh_token.pop(oa.refresh_token, None)

    def quota_left(self, oa: Oa) -> int:
        """Return how many template messages the OA may still send today."""
        self._count_anew_on_a_new_day(oa)
        return max(0, self.quota - oa.sent_today)

    def tries_left(self, oa: Oa) -> int:
        """Return how many messages in the mode `development` the OA may still send today."""
        self._count_anew_on_a_new_day(oa)
        return max(0, DEVELOPMENT_QUOTA - oa.tried_today)

    def _count_anew_on_a_new_day(self, oa: Oa) -> None:
        today = self.now().astimezone(VN).date()
        if oa.counted_on != today:
            oa.counted_on, oa.sent_today, oa.tried_today = today, 0, 0

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
