from datetime import date, timedelta

import factory

from accounts.tests.factories import EIGHT, ZaloContactFactory
from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from faq.models import (
    Announcement,
    Answer,
    Conversation,
    FakeReport,
    Feedback,
    Miss,
    OfficeWord,
    Question,
    Subscription,
    Topic,
)


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


class TopicFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Topic

    key = factory.Sequence(lambda n: f"chu-de-{n}")
    name = factory.Sequence(lambda n: f"Chủ đề {n}")


class QuestionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Question

    topic = factory.SubFactory(TopicFactory)
    key = factory.Sequence(lambda n: f"cau_hoi_{n}")
    asks = factory.Sequence(lambda n: f"Gửi xe ở đâu, bãi số {n}?")


class AnswerFactory(factory.django.DjangoModelFactory):
    """A draft of the whole portal, in force since 2021."""

    class Meta:
        model = Answer

    class Params:
        published = factory.Trait(state=Answer.State.PUBLISHED, published_at=EIGHT)

    question = factory.SubFactory(QuestionFactory)
    says = "Gửi xe trong sân của đơn vị."
    valid_from = date(2021, 1, 1)
    written_at = EIGHT
    confidence = Answer.Confidence.HIGH


class FakeReportFactory(factory.django.DjangoModelFactory):
    """Somebody called, and wanted money."""

    class Meta:
        model = FakeReport

    agency = factory.SubFactory(AgencyFactory)
    kind = FakeReport.Kind.CALL
    where = "0905 999 999"
    says = "Xưng công an phường, đòi chuyển tiền để giữ chỗ."
    reported_at = EIGHT


class MissFactory(factory.django.DjangoModelFactory):
    """Asked once, and not understood."""

    class Meta:
        model = Miss

    agency = factory.SubFactory(AgencyFactory)
    text = factory.Sequence(lambda n: f"ngựa sắt buộc cột nào {n}")
    text_hash = factory.Sequence(lambda n: f"{n:064x}")
    first_at = EIGHT
    last_at = EIGHT


class FeedbackFactory(factory.django.DjangoModelFactory):
    """Somebody of an office who was not helped."""

    class Meta:
        model = Feedback

    question = factory.SubFactory(QuestionFactory)
    agency = factory.SubFactory(AgencyFactory)
    is_helpful = False
    comment = "chưa nói rõ cổng nào"
    given_at = EIGHT


class OfficeWordFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OfficeWord

    agency = factory.SubFactory(AgencyFactory)
    name = OfficeWord.Name.PICKUP
    text = "quầy số 3"


class AnnouncementFactory(factory.django.DjangoModelFactory):
    """On show since eight in the morning, until it is withdrawn."""

    class Meta:
        model = Announcement
        skip_postgeneration_save = True

    agency = factory.SubFactory(AgencyFactory)
    title = factory.Sequence(lambda n: f"Làm thêm buổi tối, đợt {n}")
    says = "Thu nhận đến **21:00** các tối trong tuần."
    starts_at = EIGHT
    state = Announcement.State.PUBLISHED
    written_at = EIGHT
    published_at = EIGHT


def subscriber_of(agency: Agency, *, ward: str = "", **contact: object) -> Subscription:
    """Somebody who asked to be told, and has just written."""
    known = {"oa_id": agency.oa_id, "citizen": None, "app_user_id": "", "last_interaction_at": EIGHT}
    person = ZaloContactFactory(**known | contact)
    return Subscription.objects.create(agency=agency, contact=person, ward=ward, asked_at=EIGHT)
