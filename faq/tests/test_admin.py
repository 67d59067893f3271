import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import EIGHT, OfficerFactory
from agencies.tests.factories import AgencyFactory
from faq.models import Conversation
from faq.tests.factories import ConversationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_as_served")]
LIST = reverse("admin:faq_conversation_changelist")


@pytest.fixture
def agency():
    return AgencyFactory()


@pytest.fixture
def desk(client, agency):
    with time_machine.travel(EIGHT, tick=False):
        client.force_login(OfficerFactory(agency=agency, roles=[Role.RECEPTIONIST]))
        yield client


class TestConversationAdmin:
    def test_lists_where_a_human_answers_now(self, desk, agency):
        here = ConversationFactory(oa_id=agency.oa_id)
        ConversationFactory(oa_id=agency.oa_id, paused_until=EIGHT)
        ConversationFactory(oa_id=agency.oa_id, paused_until=None, pause="")

        shown = desk.get(LIST).context["cl"].result_list

        assert list(shown) == [here]

    def test_lets_the_portal_answer_again(self, desk, agency):
        row = ConversationFactory(oa_id=agency.oa_id)

        page = desk.post(LIST, {"action": "resume_selected", "_selected_action": [row.pk]}, follow=True)

        assert "Đã thực hiện với 1 dòng." in page.content.decode()
        assert Conversation.objects.get().paused_until is None
