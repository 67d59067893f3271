from faq.models.chat import Conversation, ConversationQuerySet, OpenQuestion, Turn
from faq.models.content import Answer, ContentEdition, LoadedItem, OfficeWord, Question, Topic, Wording
from faq.models.hearing import Feedback, Miss

__all__ = [
    "Answer",
    "ContentEdition",
    "Conversation",
    "ConversationQuerySet",
    "Feedback",
    "LoadedItem",
    "Miss",
    "OfficeWord",
    "OpenQuestion",
    "Question",
    "Topic",
    "Turn",
    "Wording",
]
