from faq.models.announcements import (
    Announcement,
    AnnouncementQuerySet,
    AnnouncementWard,
    Delivery,
    DeliveryQuerySet,
    Subscription,
    same_ward,
)
from faq.models.chat import Conversation, ConversationQuerySet, OpenQuestion, Turn
from faq.models.content import Answer, ContentEdition, LoadedItem, OfficeWord, Question, Topic, Wording
from faq.models.fakes import FakeReport
from faq.models.hearing import Feedback, Miss

__all__ = [
    "Announcement",
    "AnnouncementQuerySet",
    "AnnouncementWard",
    "Answer",
    "ContentEdition",
    "Conversation",
    "ConversationQuerySet",
    "Delivery",
    "DeliveryQuerySet",
    "FakeReport",
    "Feedback",
    "LoadedItem",
    "Miss",
    "OfficeWord",
    "OpenQuestion",
    "Question",
    "Subscription",
    "Topic",
    "Turn",
    "Wording",
    "same_ward",
]
