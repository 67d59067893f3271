"""Numbers and tokens of the shapes that Zalo's have."""

import hashlib
import re
import secrets

_PHONE = re.compile(r"84[0-9]{8,10}")


def digits(phone: object) -> str | None:
    """Return a Vietnamese phone number, in whatever form it comes, as `84…`; None where it is none."""
    found = re.sub(r"[^0-9]", "", phone) if isinstance(phone, str) else ""
    if found.startswith("0"):
        found = "84" + found[1:]
    return found if _PHONE.fullmatch(found) else None


def new_user_id() -> str:
    """Return an id of 19 digits: too large for a JavaScript number, as Zalo's are."""
    return str(10**18 + secrets.randbelow(9 * 10**18))


def uid_of(user_id: str, oa_id: str) -> str:
    """Return the id under which one OA knows a citizen: always the same one, and another for every OA."""
    digest = hashlib.sha256(f"{user_id}@{oa_id}".encode()).digest()
    return str(10**18 + int.from_bytes(digest[:8], "big") % (9 * 10**18))


def new_token() -> str:
    return secrets.token_urlsafe(48)


def new_message_id() -> str:
    return secrets.token_hex(10)
