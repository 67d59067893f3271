"""The own appointments, and what can be done with them."""

from collections.abc import Sequence

from booking.services.chat import coming
from faq import words
from faq.services import proving
from faq.services.listening import About, Answer, Heard, Menu

MINE = "mine"


def show(heard: Heard, _about: About) -> Answer:
    if heard.citizen is None:
        return proving.ask(heard)
    rows = coming(citizen=heard.owner, now=heard.now)
    said = words.these_are_coming(rows) if rows else words.none_coming()
    return Answer(texts=[said], keeps_menu=True)


def pick(heard: Heard, _numbers: Sequence[int], about: About) -> Answer:
    return show(heard, about)


MENUS: dict[str, Menu] = {MINE: Menu(show, pick)}
