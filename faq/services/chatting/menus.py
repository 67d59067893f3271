"""The first list of a chat, what an office does here, and what leads there: numbers and names."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.models import Site
from faq import words
from faq.services.chatting.listening import About, Answer, Heard, Menu, NewQuestion
from faq.services.reading import Book
from faq.typed import LONGEST_COMMAND, POLITE, Word, plain_words

MAIN = "main"


@dataclass(frozen=True)
class Entry:
    """A line of the first list: its words, and the list that it leads to."""

    kind: str
    says: str
    is_here: Callable[[Heard], bool] = lambda _: True


def _takes_people(heard: Heard) -> bool:
    return Site.objects.open_to_citizens().filter(agency=heard.agency).exists()


def _has_answers(heard: Heard) -> bool:
    return heard.agency is not None and bool(Book(heard.agency, now=heard.now).keys)


# What stands in the first list, in its order.
ENTRIES: tuple[Entry, ...] = (
    Entry("take", "Lấy số, đặt lịch", _takes_people),
    Entry("mine", "Lịch hẹn của tôi"),
    Entry("topics", "Hỏi đáp", _has_answers),
    Entry("news", "Lịch cấp căn cước, thông báo"),
    Entry("human", "Gặp cán bộ"),
)
# What offices called the buttons below their chats, and what people type for them.
NAMES: Mapping[str, str] = {
    "take": """
        bấm số | bấm số tự động | bấm số tự động làm cccd | bấm số tự động làm căn cước | lấy số
        | lấy số thứ tự | lấy số tự động | lấy số làm cccd | lấy số làm căn cước | bốc số | đặt lịch
        | đặt lịch hẹn | đặt hẹn | đặt lịch làm cccd | đặt lịch làm căn cước | đặt lịch làm thẻ
        | đăng ký lịch hẹn | đặt chỗ
    """,
    "mine": """
        lịch hẹn | lịch của tôi | lịch đã đặt | lịch hẹn đã đặt | xem lịch hẹn | xem lịch đã đặt | số thứ tự
        | số của tôi | số thứ tự của tôi | stt của tôi | xem số thứ tự | mã hẹn của tôi
    """,
    "topics": """
        hỏi đáp cccd | hỏi đáp căn cước | hỏi đáp về cccd | hỏi đáp về căn cước | câu hỏi thường gặp
        | giải đáp | giải đáp cccd | giải đáp về cccd | giải đáp về căn cước | thủ tục | hướng dẫn
    """,
    "news": "thông báo | thông báo cấp cccd | thông báo cấp căn cước | thông báo mới | xem thông báo",
    "schedule": """
        lịch cấp cccd | lịch cấp căn cước | lịch cấp thẻ | lịch làm cccd | lịch làm căn cước | lịch lưu động
        | lịch cấp cccd lưu động | lịch cấp căn cước lưu động | lịch ngoài giờ | lịch tăng ca
    """,
    "human": "hỗ trợ | cần hỗ trợ | cần người hỗ trợ | gặp tư vấn",
}


def _run_together(name: str) -> str:
    return plain_words(name).replace(" ", "")


_BY_NAME = {_run_together(entry.says): entry.kind for entry in ENTRIES} | {
    _run_together(name): kind for kind, names in NAMES.items() for name in names.split("|")
}
# What people say behind the name of what they want, besides being polite.
_BEHIND = POLITE | {"duoc", "dc", "khong", "ko", "ad", "admin"}


def named(text: str) -> str:
    """The kind of list that a text names, run together, with "#" or politely; empty if it names none."""
    typed = plain_words(text).split() if len(text) <= LONGEST_COMMAND else []
    for start in range(len(typed)):
        for end in range(len(typed), start, -1):
            kind = _BY_NAME.get("".join(typed[start:end]))
            if kind and _BEHIND.issuperset(typed[end:]):
                return kind
        if typed[start] not in POLITE:
            break
    return ""


def greeting() -> Answer:
    """The first list, for whoever says no more than that they are there."""
    return Answer(goes_to=NewQuestion(kind=MAIN, about={"greets": True}), is_hint=True)


def shown_at(heard: Heard) -> datetime | None:
    """When the first list was shown, if it is the one that is open."""
    return heard.menu.asked_at if heard.menu and heard.menu.kind == MAIN else None


def of_no_office(heard: Heard) -> Answer:
    """What can be done in the chat of an Official Account that is of no agency."""
    said = words.what_can_be_typed(is_linked=heard.citizen is not None)
    return Answer(texts=[said], keeps_menu=True, is_hint=True)


def entry_named(heard: Heard) -> Answer | None:
    """The list that was asked for by its name, as the buttons below the chat send it."""
    if heard.typed is Word.MENU:
        return Answer(goes_to=NewQuestion(kind=MAIN))
    if heard.typed is not None:
        return None
    kind = named(heard.text)
    return Answer(goes_to=NewQuestion(kind=kind, back=NewQuestion(kind=MAIN))) if kind else None


def show(heard: Heard, about: About) -> Answer:
    if heard.agency is None:
        return of_no_office(heard)
    here = [entry for entry in ENTRIES if entry.is_here(heard)]
    said = words.main_menu(heard.agency, [entry.says for entry in here], greets=bool(about.get("greets")))
    return Answer(texts=[said], asks=NewQuestion(kind=MAIN, about={"kinds": [entry.kind for entry in here]}))


def pick(_heard: Heard, numbers: Sequence[int], about: About) -> Answer:
    kinds: Sequence[str] = about["kinds"]
    number = numbers[0]
    if len(numbers) > 1 or not 1 <= number <= len(kinds):
        return Answer(texts=[words.not_in_menu(len(kinds))], keeps_menu=True)
    return Answer(goes_to=NewQuestion(kind=kinds[number - 1], back=NewQuestion(kind=MAIN)))


MENUS: dict[str, Menu] = {MAIN: Menu(show, pick)}
