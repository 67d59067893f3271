"""Taking a place in the chat."""

from collections.abc import Sequence

from faq import words
from faq.services.listening import About, Answer, Heard, Menu

TAKE = "take"


def show(heard: Heard, _about: About) -> Answer:
    return Answer(texts=[words.where_to_book(heard.agency)], keeps_menu=True)


def pick(heard: Heard, _numbers: Sequence[int], about: About) -> Answer:
    return show(heard, about)


MENUS: dict[str, Menu] = {TAKE: Menu(show, pick)}
