"""The first list of a chat, and what leads to it: what an office does here, by numbers."""

from collections.abc import Callable, Sequence

from faq import words
from faq.services.listening import About, Answer, Heard, Menu, NewQuestion
from faq.typed import Word

MAIN = "main"
# What stands in the first list, in its order: the words, and the list that each leads to.
ENTRIES: tuple[tuple[str, str], ...] = (
    ("Lấy số, đặt lịch", "take"),
    ("Lịch hẹn của tôi", "mine"),
    ("Hỏi đáp", "topics"),
    ("Lịch cấp căn cước, thông báo", "news"),
    ("Gặp cán bộ", "human"),
)


def show(heard: Heard, _about: About) -> Answer:
    return Answer(
        texts=[words.main_menu(heard.agency, [name for name, _ in ENTRIES])], asks=NewQuestion(kind=MAIN)
    )


def pick(_heard: Heard, numbers: Sequence[int], _about: About) -> Answer:
    number = numbers[0]
    if len(numbers) > 1 or not 1 <= number <= len(ENTRIES):
        return Answer(texts=[words.not_in_menu(len(ENTRIES))], keeps_menu=True)
    return Answer(goes_to=NewQuestion(kind=ENTRIES[number - 1][1], back=NewQuestion(kind=MAIN)))


def entry_named(heard: Heard) -> Answer | None:
    """The list that was asked for by its name, as the buttons below the chat send it."""
    if heard.typed is Word.MENU:
        return Answer(goes_to=NewQuestion(kind=MAIN))
    return None


MENUS: dict[str, Menu] = {MAIN: Menu(show, pick)}
SPEAKERS: tuple[Callable[[Heard], Answer | None], ...] = (entry_named,)
