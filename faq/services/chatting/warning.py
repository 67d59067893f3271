"""What somebody is told who sent something that does not belong in a chat."""

from faq import words
from faq.private import Secret
from faq.services.chatting.listening import Heard

# A photo of a card may come as any of these.
_MAY_BE_PAPERS = frozenset({"image", "gif", "file", "video"})


def of(heard: Heard, *, sent: str) -> str:
    """The warning, by what was taken out of the text or what came beside it; empty if nothing is amiss."""
    if Secret.NUMBER in heard.secrets:
        return words.keep_numbers(heard.agency)
    if Secret.CODE in heard.secrets:
        return words.keep_codes()
    if sent in _MAY_BE_PAPERS:
        return words.keep_papers(heard.agency)
    return words.cannot_listen() if sent == "audio" else ""
