"""Questions typed in one's own words, and the office's answers by topic."""

from collections.abc import Sequence

from faq import words
from faq.matching.judging import Kind
from faq.services.asking import Reply, ask, notice_for, offer_again, pick
from faq.services.chatting import menus
from faq.services.chatting.listening import About, Answer, Heard, Menu, NewQuestion, question
from faq.services.chatting.paging import page_of
from faq.services.reading import Book, Said
from faq.typed import Word, plain_words

TOPICS = "topics"
QUESTIONS = "questions"
CHOICES = "choices"
# Whoever types several numbers reads so many answers.
MOST_PICKED = 3
# A text of fewer words may be said to nobody in particular.
ASKS_IN_EARNEST = 3


def urgent(heard: Heard) -> Answer | None:
    """What is said first to somebody in danger or with a complaint, whatever list is open."""
    if heard.agency is None or heard.typed is not None:
        return None
    notice = notice_for(heard.agency, heard.text)
    return Answer(texts=[notice], keeps_menu=True) if notice else None


def reply_to(heard: Heard) -> Answer | None:
    """Answer a text, or say that it was not understood; None where no office answers, and for commands."""
    if heard.agency is None or heard.typed is not None:
        return None
    # Around the number of a card stand names; who typed it is told that nothing is kept (`warning`).
    reply = ask(agency=heard.agency, text=heard.text, may_keep=not heard.secrets, now=heard.now)
    if reply.answer is not None:
        return Answer(texts=[words.answer_in_chat(reply.answer)], keeps_menu=True)
    if reply.choices:
        return _offer(reply, back=_list_behind(heard))
    if reply.kind == Kind.GREETING:
        return menus.greeting()
    again = words.still_unclear() if len(heard.text.split()) >= ASKS_IN_EARNEST else ""
    first_list = NewQuestion(kind=menus.MAIN) if heard.menu is None else None
    return Answer(texts=[words.unclear()], goes_to=first_list, keeps_menu=True, is_hint=True, again=again)


def _offer(reply: Reply, *, back: NewQuestion | None) -> Answer:
    about = {"keys": [said.key for said in reply.choices], "fork": reply.fork}
    asks = NewQuestion(kind=CHOICES, about=about, back=back)
    return Answer(texts=[words.choices(reply.labels, asks=reply.clarifies)], asks=asks)


def _list_behind(heard: Heard) -> NewQuestion | None:
    """The list that "0" leads to from choices: the one that was open, or what was behind other choices."""
    if heard.menu is None:
        return None
    here = question(kind=heard.menu.kind, about=heard.menu.about)
    return here.back if here.kind == CHOICES else here


def show_choices(heard: Heard, about: About) -> Answer:
    said = _said(heard, about["keys"])
    if not said:
        return Answer(goes_to=NewQuestion(kind=TOPICS))
    return _offer(offer_again(said, fork=about.get("fork", "")), back=None)


def pick_choice(heard: Heard, numbers: Sequence[int], about: About) -> Answer:
    """By its number; where an age was asked for, a number that is none of the list may be that."""
    if len(numbers) == 1 and not _is_on_page(numbers, about):
        told = _told(heard, about, f"{numbers[0]} tuổi")
        if told is not None:
            return told
    return pick_question(heard, numbers, about)


def hear_choice(heard: Heard, about: About) -> Answer | None:
    """The choice that a text names, by the fact that was asked for ("rồi") or by a part of the question."""
    return _told(heard, about, heard.text) if heard.typed in (None, Word.OK) else None


def _told(heard: Heard, about: About, text: str) -> Answer | None:
    said = pick(choices=_said(heard, about["keys"]), fork=about.get("fork", ""), text=text)
    return Answer(texts=[words.answer_of_list(said)], keeps_menu=True) if said else None


def show_topics(heard: Heard, about: About) -> Answer:
    topics = Book(heard.agency, now=heard.now).topics() if heard.agency else []
    page = page_of(topics, start=about.get("start", 0))
    if not page.shown:
        return Answer(texts=[words.nothing_to_ask()], keeps_menu=True)
    kept = {"keys": [topic.key for topic in page.shown], "more_from": page.more_from}
    said = words.topics([topic.name for topic in page.shown], is_more=page.more_from is not None)
    return Answer(texts=[said], asks=NewQuestion(kind=TOPICS, about={**_start(about), **kept}))


def show_questions(heard: Heard, about: About) -> Answer:
    answers = Book(heard.agency, now=heard.now).all(topic=about["topic"]) if heard.agency else []
    page = page_of(answers, start=about.get("start", 0))
    if not page.shown:
        return Answer(texts=[words.gone()], goes_to=NewQuestion(kind=TOPICS))
    kept = {"keys": [said.key for said in page.shown], "more_from": page.more_from, "topic": about["topic"]}
    topic, asked = page.shown[0].topic, [said.asks for said in page.shown]
    said = words.questions(topic, asked, is_more=page.more_from is not None)
    return Answer(texts=[said], asks=NewQuestion(kind=QUESTIONS, about={**_start(about), **kept}))


def pick_topic(_heard: Heard, numbers: Sequence[int], about: About) -> Answer:
    keys: Sequence[str] = about["keys"]
    here = question(kind=TOPICS, about=about)
    if len(numbers) > 1 or not _is_on_page(numbers, about):
        return _no_such_number(about)
    if numbers[0] > len(keys):
        return Answer(goes_to=NewQuestion(kind=TOPICS, about={"start": about["more_from"]}, back=here))
    return Answer(goes_to=NewQuestion(kind=QUESTIONS, about={"topic": keys[numbers[0] - 1]}, back=here))


def pick_question(heard: Heard, numbers: Sequence[int], about: About) -> Answer:
    keys: Sequence[str] = about["keys"]
    if len(numbers) > MOST_PICKED or not _is_on_page(numbers, about):
        return _no_such_number(about)
    if numbers[0] > len(keys):
        further = {"topic": about["topic"], "start": about["more_from"]}
        here = question(kind=QUESTIONS, about=about)
        return Answer(goes_to=NewQuestion(kind=QUESTIONS, about=further, back=here))
    said = _said(heard, [keys[number - 1] for number in numbers if number <= len(keys)])
    if not said:
        return Answer(texts=[words.gone()], keeps_menu=True)
    return Answer(
        texts=[*map(words.answer_in_chat, said[:-1]), words.answer_of_list(said[-1])], keeps_menu=True
    )


def hear_topic(heard: Heard, about: About) -> Answer | None:
    """A topic by its name, or by a part of it: "giấy tờ" of "Hồ sơ, giấy tờ"."""
    typed = plain_words(heard.text)
    if heard.agency is None or heard.typed is not None or not typed:
        return None
    for key, name in Book(heard.agency, now=heard.now).topic_names.items():
        if typed in {plain_words(said) for said in (name, *name.split(","))}:
            here = question(kind=TOPICS, about=about)
            return Answer(goes_to=NewQuestion(kind=QUESTIONS, about={"topic": key}, back=here))
    return None


def _said(heard: Heard, keys: Sequence[str]) -> list[Said]:
    """What the office answers to these questions today; those that it no longer answers are left out."""
    return Book(heard.agency, now=heard.now).of(keys) if heard.agency else []


def _start(about: About) -> dict[str, int]:
    return {"start": about["start"]} if "start" in about else {}


def _is_on_page(numbers: Sequence[int], about: About) -> bool:
    return all(1 <= number <= _numbers_of(about) for number in numbers)


def _numbers_of(about: About) -> int:
    return len(about["keys"]) + (about.get("more_from") is not None)


def _no_such_number(about: About) -> Answer:
    return Answer(texts=[words.not_in_menu(_numbers_of(about))], keeps_menu=True)


MENUS: dict[str, Menu] = {
    TOPICS: Menu(show_topics, pick_topic, hear_topic),
    QUESTIONS: Menu(show_questions, pick_question),
    CHOICES: Menu(show_choices, pick_choice, hear_choice),
}
