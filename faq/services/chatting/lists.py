"""Lists in a chat: what a number, "0" or a text says to the one that is open, and where an answer leads.

"0" at the first list shows it once more. A number without a list is shown the first one.
"""

from collections.abc import Mapping
from dataclasses import replace

from faq import words
from faq.services.chatting import humans, menus, mine, news, proving, questions, schedules, taking
from faq.services.chatting.listening import Answer, Heard, Menu, NewQuestion, way_back_of
from faq.typed import Numbers, Word

# Every kind of list that a number may answer, but that of reminders (`own_appointments`).
MENUS: Mapping[str, Menu] = {
    **menus.MENUS,
    **taking.MENUS,
    **mine.MENUS,
    **questions.MENUS,
    **news.MENUS,
    **schedules.MENUS,
    **humans.MENUS,
    **proving.MENUS,
}
# A list may lead to a list; more of them in a row are a mistake of ours.
MOST_STEPS = 4


def reply_to(heard: Heard) -> Answer | None:
    """What the open list makes of a number, of "0", or of a text."""
    menu = heard.menu
    if menu is None or menu.kind not in MENUS:
        return _without_a_list(heard)
    match heard.typed:
        case Numbers(values=values):
            return MENUS[menu.kind].pick(heard, values, menu.about)
        case Word.BACK:
            return Answer(goes_to=way_back_of(menu.about) or NewQuestion(kind=menus.MAIN))
        case _:
            hear = MENUS[menu.kind].hear
            said = hear(heard, menu.about) if hear else None
            return _a_number_please() if said is None and heard.typed is Word.ALL else said


def _a_number_please() -> Answer:
    return Answer(texts=[words.a_number_please()], keeps_menu=True)


def _without_a_list(heard: Heard) -> Answer | None:
    first_list = NewQuestion(kind=menus.MAIN)
    if heard.typed is Word.BACK:
        return Answer(goes_to=first_list, is_hint=True)
    if heard.agency is None or not isinstance(heard.typed, Numbers):
        return None
    said = words.list_is_over() if heard.menu_is_over else words.no_list()
    return Answer(texts=[said], goes_to=first_list, is_hint=True)


def followed(reply: Answer, heard: Heard) -> Answer:
    """The answer with the lists that it leads to."""
    texts, changes = list(reply.texts), dict(reply.changes)
    for _ in range(MOST_STEPS):
        there = reply.goes_to
        if there is None:
            return replace(reply, texts=texts, changes=changes)
        reply = MENUS[there.kind].show(heard, there.stored())
        if reply.asks is not None and reply.asks.back is None:
            reply = replace(reply, asks=replace(reply.asks, back=there.back))
        texts += reply.texts
        changes |= reply.changes
    raise RuntimeError(f"Lists lead round and round: {heard.menu}")
