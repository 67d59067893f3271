"""Questions typed in one's own words, and the office's answers by topic."""

from collections.abc import Sequence

from faq import words
from faq.matching.judging import Kind
from faq.services.asking import ask
from faq.services.listening import About, Answer, Heard, Menu, NewQuestion, way_back_of
from faq.services.reading import Book

TOPICS = "topics"
CHOICES = "choices"


def reply_to(heard: Heard) -> Answer | None:
    """Answer a question of the office's business; None for what is not understood."""
    if heard.agency is None or heard.typed is not None:
        return None
    reply = ask(agency=heard.agency, text=heard.text, now=heard.now)
    if reply.answer is not None:
        return Answer(texts=[words.answer_in_chat(reply.answer)], keeps_menu=True)
    if reply.choices:
        asks = NewQuestion(kind=CHOICES, about={"keys": [said.key for said in reply.choices]})
        return Answer(texts=[words.choices([said.asks for said in reply.choices])], asks=asks)
    if reply.kind in (Kind.UNKNOWN, Kind.GREETING):
        return None
    return Answer(texts=[reply.notice], keeps_menu=True)


def show_choices(heard: Heard, about: About) -> Answer:
    said = Book(heard.agency, now=heard.now).of(about["keys"]) if heard.agency else []
    asks = NewQuestion(kind=CHOICES, about={"keys": [one.key for one in said]})
    return Answer(texts=[words.choices([one.asks for one in said])], asks=asks)


def pick_choice(heard: Heard, numbers: Sequence[int], about: About) -> Answer:
    keys: Sequence[str] = about["keys"]
    if heard.agency is None or len(numbers) > 1 or not 1 <= numbers[0] <= len(keys):
        return Answer(texts=[words.not_in_menu(len(keys))], keeps_menu=True)
    said = Book(heard.agency, now=heard.now).one(keys[numbers[0] - 1])
    return Answer(texts=[words.answer_in_chat(said)], keeps_menu=True)


def show_topics(heard: Heard, _about: About) -> Answer:
    topics = Book(heard.agency, now=heard.now).topics() if heard.agency else []
    asks = NewQuestion(kind=TOPICS, about={"topics": [topic.key for topic in topics]})
    return Answer(texts=[words.topics([topic.name for topic in topics])], asks=asks)


def pick_topic(heard: Heard, numbers: Sequence[int], about: About) -> Answer:
    keys: Sequence[str] = about["topics"]
    if heard.agency is None or len(numbers) > 1 or not 1 <= numbers[0] <= len(keys):
        return Answer(texts=[words.not_in_menu(len(keys))], keeps_menu=True)
    said = Book(heard.agency, now=heard.now).all(topic=keys[numbers[0] - 1])
    back = NewQuestion(kind=TOPICS, about={"topics": list(keys)}, back=way_back_of(about))
    return Answer(goes_to=NewQuestion(kind=CHOICES, about={"keys": [one.key for one in said]}, back=back))


MENUS: dict[str, Menu] = {
    TOPICS: Menu(show_topics, pick_topic),
    CHOICES: Menu(show_choices, pick_choice),
}
