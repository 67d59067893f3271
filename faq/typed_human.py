"""Whether somebody asks for a human, in whatever words: "gặp cán bộ", "cho e nc với người", "gap nv dc k".

Understood only if every word is part of asking: "gặp cán bộ cần mang gì" is a question.
"""

import re

# Longest first: "nguoi tu van" is one thing.
_HUMANS = (
    *("can bo phu trach", "can bo truc", "nhan vien ho tro", "nhan vien tu van", "nhan vien truc"),
    *("nguoi phu trach", "nguoi tu van", "nguoi ho tro", "nguoi truc may", "nguoi truc", "nguoi that"),
    *("tong dai vien", "tu van vien", "truc tong dai", "truc ban", "dong chi", "con nguoi", "can bo"),
    *("nhan vien", "cong an", "canbo", "nhanvien", "nguoi", "ai do", "admin", "cb", "nv", "ad"),
)
# Who is called by one of these alone is asked for; "công an" alone is a word like any other.
_ENOUGH = frozenset({"can bo", "nhan vien", "nguoi that", "tu van vien", "tong dai vien", "canbo", "admin"})
_ASKS = (
    *("noi chuyen truc tiep", "gap truc tiep", "noi chuyen", "tro chuyen", "trao doi", "lien he", "lien lac"),
    *("ket noi", "noi may", "chuyen may", "tu van", "ho tro", "gap", "chat", "nc", "chuyen", "goi"),
)
_AROUND = frozenset(
    [
        *("1", "5", "a", "ah", "anh", "ba", "bac", "ban", "c", "can", "cau", "chau", "chi", "cho"),
        *("chu", "co", "con", "cua", "da", "dc", "de", "di", "dum", "duoc", "e", "em", "giup", "ha"),
        *("ho", "hoi", "ik", "it", "khac", "la", "lam", "len", "lien", "long", "luon", "m", "mik", "minh"),
        *("mk", "mot", "mun", "muon", "nao", "nay", "ngay", "nha", "nhe", "nhen", "nua", "o", "oi", "on"),
        *("ong", "phai", "qua", "r", "roi", "so", "tai", "thi", "thoi", "tiep", "toi", "truc", "tui", "v"),
        *("vang", "voi", "vs", "vui", "xin", "yeu"),
    ]
)
_END = re.compile(r" (?:duoc|dc|dk)(?: (?:khong|ko|k|kh|hong|hk|hem))?(?: (?:a|vay|nhe|z|ha))*$")
_IS_THERE = re.compile(
    r"(?:co|con) (?P<who>.+?) (?:nao|truc|tra loi|ho tro|tu van|o day|online|onl|dang lam viec| )*"
    r"(?:khong|ko|k|kh|hong|hk)(?: (?:a|vay|nhe|ha|oi))*"
)
_NO_MACHINE = re.compile(
    r"(?:(?:toi|em|e|minh|mk) )?(?:khong|ko|k|kh|dung) (?:(?:muon|thich|can) )?"
    r"(?:(?:noi chuyen|noi|chat|nc|tro chuyen|tra loi) )?(?:(?:voi|vs|bang) )?"
    r"(?:may|bot|robot|chatbot|tu dong|tra loi tu dong)(?: (?:nua|dau|a))*"
)


def wants_human(plain: str) -> bool:
    """Whether a text, without marks and signs, asks for a human and for nothing else."""
    if plain in _ENOUGH or _NO_MACHINE.fullmatch(plain):
        return True
    there = _IS_THERE.fullmatch(plain)
    if there:
        return there["who"] in _HUMANS
    text = f" {_END.sub('', plain)} "
    for joined in ("gapcanbo", "gapcb", "gapnhanvien"):
        text = text.replace(f" {joined} ", " gap can bo ")
    text = _marked(text, _HUMANS, "#")
    text = _marked(text, _ASKS, ">")
    words = text.split()
    if "#" not in words or ">" not in words[: len(words) - 1 - words[::-1].index("#")]:
        return False
    return set(words) <= _AROUND | {"#", ">"}


def _marked(text: str, phrases: tuple[str, ...], mark: str) -> str:
    for phrase in phrases:
        text = text.replace(f" {phrase} ", f" {mark} ")
    return text
