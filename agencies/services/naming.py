"""What a new agency is called in addresses, codes and the files of the ministry."""

import re
from collections.abc import Iterable, Iterator
from string import ascii_uppercase

from django.utils.text import slugify

from agencies.models import Agency
from core.text import search_key

LONGEST_SLUG = 60
# Thông tư 58/2025/TT-BCA: `G01`, the province's police, the commune's police; longer before 2025.
_UNIT_CODE = re.compile(r"[A-Z0-9]{3}(\.[0-9]{2,3}){1,3}")


def is_unit_code(text: str) -> bool:
    """Whether this looks like a code of the ministry: `G01.899.909`."""
    return bool(_UNIT_CODE.fullmatch(text))


def suggest_slug(name: str) -> str:
    """A free address for an agency of this name: `cong-an-phuong-ban-thach`, or the same with a number."""
    base = slugify(search_key(name))[: LONGEST_SLUG - 3] or "don-vi"
    taken = set(Agency.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in _numbered(base) if slug not in taken)


def _numbered(base: str) -> Iterator[str]:
    yield base
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1


def suggest_prefix(name: str) -> str:
    """Two letters for the codes of an agency of this name: `BT` for Bàn Thạch, other ones if those are used.

    There are 676 pairs and thousands of communes, so two agencies may share one; codes never collide.
    """
    taken = set(Agency.objects.values_list("code_prefix", flat=True))
    wanted = list(_prefixes(re.findall(r"[A-Z]+", search_key(name).upper())))
    return next((prefix for prefix in wanted if prefix not in taken), wanted[0])


def _prefixes(words: list[str]) -> Iterable[str]:
    """Pairs of letters that a reader would take for this name, the best first."""
    last = words[-1] if words else "CA"
    if len(words) > 1:
        yield words[-2][0] + last[0]
    for second in (*last[1:], *ascii_uppercase):
        yield last[0] + second
