"""The chat of an Official Account: what is answered, and when nobody but a human answers."""

from faq.services.chatting.chat import answer, greet
from faq.services.chatting.pausing import end_wait, pause, resume
from faq.services.chatting.proving import send_wanted_code, try_code
from faq.services.misses import forget_old_questions
from faq.services.subscribing import forget_old_subscriptions, unsubscribe
from faq.services.upkeep import forget_old_chats

__all__ = [
    "answer",
    "end_wait",
    "forget_old_chats",
    "forget_old_questions",
    "forget_old_subscriptions",
    "greet",
    "pause",
    "resume",
    "send_wanted_code",
    "try_code",
    "unsubscribe",
]
