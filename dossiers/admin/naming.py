"""Finding a dossier by a name as well. A name is somebody's: in an address it stands encrypted."""

from django.db.models import Q

from core.codes import tidy_code
from core.crypto import InvalidToken, decrypt, encrypt
from core.pages import UNKNOWN
from core.text import search_key
from dossiers.admin.finding import SEARCH_HELP, FindDossiers

NAME = "tên:"


class FindByName(FindDossiers):
    """Found by either code, by the person's number, or by words of the name, with or without marks."""

    search_help_text = f"{SEARCH_HELP}, họ tên"

    def hidden(self, typed: str) -> str:
        if typed.startswith(NAME):
            return typed if _words(typed) else UNKNOWN
        words = search_key(typed)
        if words and all(mark.isalpha() or mark in " '-" for mark in words):
            return f"{NAME}{encrypt(words)}"
        return super().hidden(typed)

    def meant(self, term: str) -> Q:
        words = _words(term)
        if not words:
            return super().meant(term)
        named = Q()
        for word in words.split():
            named &= Q(search_name__contains=word)
        # A code may happen to be of letters only.
        return named | Q(code=tidy_code(words))


def _words(term: str) -> str:
    """What was typed; empty if the term is no name of ours."""
    if not term.startswith(NAME):
        return ""
    try:
        return decrypt(term.removeprefix(NAME))
    except InvalidToken:
        return ""
