"""What the office announces, and when and where it works out of doors."""

from collections.abc import Sequence

from faq import words
from faq.services.listening import About, Answer, Heard, Menu

NEWS = "news"


def show(_heard: Heard, _about: About) -> Answer:
    return Answer(texts=[words.no_news()], keeps_menu=True)


def pick(heard: Heard, _numbers: Sequence[int], about: About) -> Answer:
    return show(heard, about)


MENUS: dict[str, Menu] = {NEWS: Menu(show, pick)}
