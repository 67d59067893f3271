"""The chat of an Official Account: what is answered, and when nobody but a human answers."""

from faq.services.chat import answer
from faq.services.pausing import pause, resume
from faq.services.upkeep import forget_old_chats

__all__ = ["answer", "forget_old_chats", "pause", "resume"]
