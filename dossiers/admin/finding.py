"""Finding a dossier by what an officer has at hand. Whole numbers never stand in an address or a log: what
was typed is sent in the body, and becomes a keyed hash before it becomes part of an address.
"""

import re

from django.db.models import Q

from accounts.identity import key_of_number, tidy_number
from core import pages
from core.pages import UNKNOWN
from dossiers.models import Dossier

PERSON = "số định danh"
SEARCH_HELP = "Mã tờ khai, mã hồ sơ, số định danh"
_HASHED = re.compile(rf"{PERSON}:([0-9a-f]{{64}})")
# A code of ours, or one of the state's systems: what is written so names nobody.
_SAYABLE = re.compile(r"[A-Z]{2}[0-9A-Z]{7}|[A-Z0-9]{3}(\.[0-9]{2,3}){1,3}-[0-9]{6}-[0-9]{4,6}")


class FindDossiers(pages.HiddenSearch):
    """Lists of dossiers: found by either code, or by the person's number."""

    search_help_text = SEARCH_HELP

    def hidden(self, typed: str) -> str:
        if _HASHED.fullmatch(typed.strip()):
            return typed.strip()
        number = key_of_number(tidy_number(typed) or "")
        if number is not None:
            return f"{PERSON}:{number}"
        code = "".join(typed.split()).upper()
        return code if _SAYABLE.fullmatch(code) else UNKNOWN

    def meant(self, term: str) -> Q:
        if hashed := _HASHED.fullmatch(term):
            return Q(person_key=hashed[1])
        # Two branches, each with an index of its own.
        ours = Dossier.objects.filter(code=term).values("pk")
        return Q(
            pk__in=ours.union(
                Dossier.objects.filter(official_code=term).exclude(official_code="").values("pk")
            )
        )
