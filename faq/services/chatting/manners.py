"""Thanks, and what asks nothing: a short word at most."""

from faq import words
from faq.services.chatting.listening import Answer, Heard
from faq.typed import Word


def reply_to(heard: Heard) -> Answer | None:
    match heard.typed:
        case Word.THANKS:
            return Answer(texts=[words.welcome()], keeps_menu=True)
        case Word.OK:
            return Answer(keeps_menu=True)
        case _:
            return None
