"""Scripted faults: what goes wrong on purpose. The shape of `PUT /_sandbox/faults`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import SystemRandom
from typing import Any

from zalo.sandbox.identifiers import digits

QUOTA_KINDS = ("absent", "reply", "sub_quota", "purchase_quota", "reward_quota")
_random = SystemRandom()


class BadFaults(Exception):
    """A fault that does not exist or makes no sense; the message says which."""


@dataclass(frozen=True, kw_only=True)
class Faults:
    """Rates are shares between 0 and 1. `latency_ms` is added to every call of Zalo's hosts."""

    fail_rate: float = 0.0
    error: int = -32
    latency_ms: float = 0.0
    timeout_rate: float = 0.0
    drop_receipts: bool = False
    # It is night now; or, with `clock`, when the sandbox's clock says so.
    night: bool | str = False
    # Codes for one number, and for one citizen when an OA writes by UID.
    per_phone: dict[str, int] = field(default_factory=dict)
    per_user: dict[str, int] = field(default_factory=dict)
    # The answer to a refresh names no new refresh token and the old one goes on; or it comes too late.
    no_refresh_token: bool = False
    refresh_timeout: bool = False
    # The consent page of an Official Account does not bring `state` back: Zalo's papers disagree.
    no_oa_state: bool = False
    # A template that nobody registered is refused, as Zalo does.
    strict_templates: bool = False
    # Graph takes the portal for a computer abroad.
    foreign_address: bool = False
    # Consultation messages may carry buttons; without it they are no kind that there is.
    oa_buttons: bool = False
    # Which quota the answers of consultation messages name, whatever is right.
    cs_quota: str = ""
    # An echo bears another id than the answer bore.
    echo_other_id: bool = False
    # Events: signed wrongly, told twice, told after later ones, told late.
    corrupt_rate: float = 0.0
    duplicate_rate: float = 0.0
    reorder_rate: float = 0.0
    event_delay_ms: float = 0.0
    # Every notification of the Mini App is refused with this.
    miniapp_error: int = 0
    # These two happen at once: the OAs' access tokens die, and the day's quota counts anew.
    expire_oa_token: bool = False
    quota: int | None = None

    def fails(self) -> bool:
        """Draw whether this send is refused."""
        return draw(self.fail_rate)

    def holds(self) -> bool:
        """Draw whether this send is accepted without its sender learning it in time."""
        return draw(self.timeout_rate)


def draw(share: float) -> bool:
    """Draw with a chance."""
    return share > 0 and _random.random() < share


def read_faults(script: dict[str, Any]) -> Faults:
    """Read a script; what it does not name is off.

    :raises BadFaults: a name is unknown or a value makes no sense
    """
    if unknown := script.keys() - _READERS.keys():
        raise BadFaults(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(_READERS)}")
    faults: dict[str, Any] = {}
    for name, value in script.items():
        try:
            faults[name] = _READERS[name](value)
        except (TypeError, ValueError) as error:
            raise BadFaults(f"{name}: {error}") from error
    return Faults(**faults)


def _share(value: Any) -> float:
    share = float(value)
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    return share


def _amount(value: Any) -> float:
    amount = float(value)
    if not 0 <= amount <= 600_000:
        raise ValueError("between 0 and 600000")
    return amount


def _count(value: Any) -> int | None:
    count = None if value is None else int(value)
    if count is not None and count < 0:
        raise ValueError("not below 0")
    return count


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("true or false")
    return value


def _night(value: Any) -> bool | str:
    return value if value == "clock" else _flag(value)


def _quota_kind(value: Any) -> str:
    if value not in QUOTA_KINDS:
        raise ValueError(f"one of {', '.join(QUOTA_KINDS)}")
    return str(value)


def _codes_of_users(value: Any) -> dict[str, int]:
    return {str(user_id): int(code) for user_id, code in dict(value).items()}


def _codes(value: Any) -> dict[str, int]:
    codes = {digits(phone): int(code) for phone, code in dict(value).items()}
    if None in codes:
        raise ValueError("{phone: code}")
    return {phone: code for phone, code in codes.items() if phone}


_READERS: dict[str, Callable[[Any], Any]] = {
    "fail_rate": _share,
    "error": int,
    "latency_ms": _amount,
    "timeout_rate": _share,
    "drop_receipts": _flag,
    "night": _night,
    "per_phone": _codes,
    "per_user": _codes_of_users,
    "foreign_address": _flag,
    "oa_buttons": _flag,
    "cs_quota": _quota_kind,
    "echo_other_id": _flag,
    "corrupt_rate": _share,
    "duplicate_rate": _share,
    "reorder_rate": _share,
    "event_delay_ms": _amount,
    "no_refresh_token": _flag,
    "refresh_timeout": _flag,
    "no_oa_state": _flag,
    "strict_templates": _flag,
    "miniapp_error": int,
    "expire_oa_token": _flag,
    "quota": _count,
}
