"""What people type in the chat, as far as it is a command: with or without marks, dots, and politeness.

A command is understood only if every word of it is: "hủy giúp tôi TK7F3KQ" is one, "đừng hủy TK7F3KQ" is
none. Nothing here is kept.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

from core.text import search_key
from faq.typed_human import wants_human

# Nobody types a command longer than this.
LONGEST_COMMAND = 120
# A code as the portal makes them (`booking.services.places`): the agency's two letters, then five of these.
_CODE = re.compile(r"[a-z]{2}[2-9a-hjkmnp-z]{5}")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_NUMBER = re.compile(r"[0-9]{1,2}")
# What is done something with, and what else people say around it and around commands.
_THINGS = frozenset(["lich", "hen", "cuoc", "gio", "ngay"])
POLITE = _THINGS | frozenset(
    [
        "a",
        "anh",
        "ba",
        "bac",
        "cac",
        "can",
        "chau",
        "chi",
        "cho",
        "chu",
        "co",
        "con",
        "cua",
        "da",
        "di",
        "dum",
        "em",
        "giup",
        "ho",
        "la",
        "ma",
        "minh",
        "muon",
        "nay",
        "nha",
        "nhe",
        "oi",
        "ong",
        "so",
        "toi",
        "vang",
        "voi",
        "vui",
        "long",
        "xin",
    ]
)
# "1 giờ" and "3 ngày" are no numbers of a menu.
_ABOUT_NUMBERS = (frozenset(["so", "chon", "bam", "phim", "nhan", "muc", "tra", "loi", "va"]) | POLITE) - {
    "gio",
    "ngay",
}
_ALL = ("tat ca", "tatca", "het", "ca nha", "ca gia dinh")
_MENU = ("menu", "bat dau", "chuc nang", "danh muc")
# Taking a registration back: it has no code, so that all three words are needed, and the list about it.
_WITHDRAW = ("huy dang ky", "rut dang ky")
# What the office announces, and the ward that somebody wants it of.
_NEWS = re.compile(
    r"\b(?:dang k[iy] )?nhan (?:tin(?: tuc| thong bao)?|thong bao)\b"
    r"(?: (?:cua |o |tai )?(?P<ward>(?:phuong|xa|thi tran|p|x|tt) .+))?"
)
_NO_MORE = frozenset(["thoi", "huy", "ngung", "dung", "bo", "tat", "khoi", "nua"])
_NOT = frozenset(["khong", "ko"])
# What people say around it. "Da" may be "đã": who has got a message asks for none.
_AROUND_NEWS = (POLITE - _THINGS - {"da", "la", "so"}) | {"dang", "ky", "ki", "nhan", "moi"}
_LEAVING = re.compile(r"(?: (?:nhe|a|voi))+$")
_BACK = ("0", "so 0", "huy lenh", "quay lai", "thoat", "thoi")
# Said when all is said. Zalo writes its own small pictures as `/-strong`, `/-heart`.
_OK = re.compile("ok|oke|okay|okie|oki|okla|uh|uhm|um|u|dc|duoc|roi|hieu|biet|hay|tot|strong|heart|rose")
_YES = frozenset(["da", "vang", "a"])
_THANKS = re.compile(r"\b(?:cam on|camon|cam un|thanks?|tks)\b")
_AROUND_THANKS = re.compile(
    f"{_OK.pattern}|nhieu|nhiu|nhiug|rat|lam|lun|luon|qua|ad|admin|ban|cong|an|bo|thoi|quy|don|vi|chuc|suc|khoe|you"
)


class Act(Enum):
    """What may be done with an appointment; the value is its number in a reminder."""

    CONFIRM = 1
    MOVE = 2
    CANCEL = 3


# The words of an act, the longest first: what is left must be politeness, and a code or what it is done to.
_VERBS: tuple[tuple[str, Act], ...] = (
    ("toi se den", Act.CONFIRM),
    ("se den", Act.CONFIRM),
    ("xac nhan", Act.CONFIRM),
    ("xacnhan", Act.CONFIRM),
    ("chuyen", Act.MOVE),
    ("doi", Act.MOVE),
    ("huy bo", Act.CANCEL),
    ("huy", Act.CANCEL),
)
# These say enough alone. "Đổi" without marks may be "đợi" as well, and "Huy" among other words is a name.
_ENOUGH = frozenset({"toi se den", "se den", "xac nhan", "xacnhan", "huy bo", "huy"})


class Word(Enum):
    ALL = auto()
    BACK = auto()
    MENU = auto()
    HUMAN = auto()
    THANKS = auto()
    OK = auto()
    WITHDRAW = auto()


@dataclass(frozen=True)
class Numbers:
    """One number of a menu, or several."""

    values: tuple[int, ...]


@dataclass(frozen=True)
class Command:
    """Something to be done with the appointment of a code; None where the person names none."""

    act: Act
    code: str | None


@dataclass(frozen=True)
class Code:
    """A code and nothing else."""

    code: str


@dataclass(frozen=True)
class News:
    """To be told of what the office announces, or not any more; of one ward, without marks, or of all."""

    is_wanted: bool
    ward: str = ""


Typed = Numbers | Command | Code | Word | News | None


def understand(text: str) -> Typed:
    """Give the command that somebody typed; None if it is something else."""
    if len(text) > LONGEST_COMMAND:
        return None
    plain = plain_words(text)
    if plain in _BACK:
        return Word.BACK
    if plain in _ALL:
        return Word.ALL
    if plain in _MENU:
        return Word.MENU
    if any(plain.startswith(said) and not set(plain.split()[3:]) - POLITE for said in _WITHDRAW):
        return Word.WITHDRAW
    if wants_human(plain):
        return Word.HUMAN
    if not plain:
        return None if "?" in text else Word.OK
    return _news(text, plain) or _numbers(plain) or _command(plain) or _code(plain) or _manners(plain)


def plain_words(text: str) -> str:
    """The words of a text without marks and signs: `menu` for "#MENU", `gap can bo` for "Gặp cán bộ!"."""
    return " ".join(_NOT_A_WORD.sub(" ", search_key(unicodedata.normalize("NFKC", text))).split())


def _manners(plain: str) -> Word | None:
    said = set(plain.split()) - POLITE
    if _THANKS.search(plain):
        around = set(_THANKS.sub(" ", plain).split()) - POLITE
        return Word.THANKS if all(map(_AROUND_THANKS.fullmatch, around)) else None
    is_yes = set(plain.split()) <= _YES if not said else all(map(_OK.fullmatch, said))
    return Word.OK if is_yes else None


def _news(text: str, plain: str) -> News | None:
    """`nhận tin phường Tân Lợi`, `thôi nhận thông báo`. Who "nhắn tin" only writes."""
    plain = plain.replace("tu choi", "thoi")
    found = _NEWS.search(plain)
    if not found or "nhắn tin" in unicodedata.normalize("NFC", text).lower():
        return None
    before, after = set(plain[: found.start()].split()), set(plain[found.end() :].split())
    if (before | after) - _NO_MORE - _NOT - _AROUND_NEWS:
        return None
    # "Không nhận tin" may be a complaint that none came.
    if before & _NO_MORE or (before & _NOT and {"nua", "muon"} & (before | after)):
        return News(is_wanted=False)
    if (before | after) & (_NO_MORE | _NOT):
        return None
    return News(is_wanted=True, ward=_LEAVING.sub("", found["ward"] or ""))


def _numbers(plain: str) -> Numbers | None:
    tokens = [token for token in plain.split() if token not in _ABOUT_NUMBERS]
    if not tokens or not all(_NUMBER.fullmatch(token) for token in tokens):
        return None
    return Numbers(tuple(dict.fromkeys(int(token) for token in tokens)))


def _code(plain: str) -> Code | None:
    code, _ = _split_code(plain.split())
    # Without a command, words that happen to make up a code are words: most codes have a digit.
    is_meant = code and (code.lower() in plain or re.search("[0-9]", code))
    return Code(code) if code and is_meant else None


def _command(plain: str) -> Command | Numbers | None:
    for verb, act in _VERBS:
        before, found, after = f" {plain} ".partition(f" {verb} ")
        if not found and plain.startswith(verb):  # "huytk7f3kq"
            before, found, after = "", verb, plain.removeprefix(verb)
        if found:
            words = f"{before} {after}".split()
            code, rest = _split_code(words)
            if not code and str(act.value) in rest:
                return _numbered_act(act, words)
            is_enough = code or rest & _THINGS or plain in _ENOUGH
            return Command(act, code) if is_enough and not rest - POLITE else None
    return _numbered_command(plain.split())


def _numbered_act(act: Act, words: list[str]) -> Command | Numbers | None:
    """`3. Hủy`: an act with the number that a reminder gives it. A list of names has other numbers: there the
    first one may confirm what it stands for, and no number of a list ever cancels.
    """
    code, rest = _split_code([word for word in words if word != str(act.value)])
    if rest - POLITE:
        return None
    return Numbers((act.value,)) if act == Act.CONFIRM and not code else Command(act, code)


def _numbered_command(words: list[str]) -> Command | None:
    """`1 TK7F3KQ`: the number as a reminder has it, and the code."""
    if not words or words[0] not in ("1", "2", "3"):
        return None
    code, _ = _split_code(words[1:])
    return Command(Act(int(words[0])), code) if code else None


def _split_code(words: list[str]) -> tuple[str | None, set[str]]:
    """Take the code, however it was spaced, out of words that are polite but for it; else leave them."""
    if not set(words) - POLITE:
        return None, set(words)
    for length in range(1, 8):
        for start in range(len(words) - length + 1):
            joined = "".join(words[start : start + length])
            rest = {*words[:start], *words[start + length :]}
            if _CODE.fullmatch(joined) and not rest - POLITE:
                return joined.upper(), rest
    return None, set(words)
