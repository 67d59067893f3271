from datetime import timedelta

import factory

from accounts.tests.factories import EIGHT
from faq.models import Conversation


class ConversationFactory(factory.django.DjangoModelFactory):
    """A chat in which an administrator of the Official Account has just written."""

    class Meta:
        model = Conversation

    oa_id = "3674338702778449434"
    uid = factory.Sequence(lambda n: str(675059164343092000 + n))
    pause = Conversation.Pause.OFFICER
    paused_until = EIGHT + timedelta(minutes=30)
    paused_by = "84901"
    heard_at = EIGHT
