"""Somebody of the office, where a program does not do."""

from collections.abc import Sequence

from faq import words
from faq.services.listening import About, Answer, Heard, Menu

HUMAN = "human"


def show(heard: Heard, _about: About) -> Answer:
    return Answer(texts=[words.where_a_human_is(heard.agency)], keeps_menu=True)


def pick(heard: Heard, _numbers: Sequence[int], about: About) -> Answer:
    return show(heard, about)


MENUS: dict[str, Menu] = {HUMAN: Menu(show, pick)}
