from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Officer
from accounts.roles import Role
from accounts.tests.factories import EIGHT, OfficerFactory, PostingFactory
from agencies.tests.factories import AgencyFactory
from booking.tests.factories import SiteFactory
from faq.models import Announcement, Answer, Conversation
from faq.services.broadcasting import send_due_announcements
from faq.tests.factories import (
    AnnouncementFactory,
    AnswerFactory,
    ConversationFactory,
    QuestionFactory,
    subscriber_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_as_served")]
LIST = reverse("admin:faq_conversation_changelist")
NEW_ANNOUNCEMENT = reverse("admin:faq_announcement_new")
SAID = {
    "title": "Tăng ca tối nay",
    "says": "Đến **21:00**.",
    "wards": "",
    "starts_at": "2026-11-23T08:00",
    "ends_at": "",
}
ANSWERS, ANSWERS_ADD = reverse("admin:faq_answer_changelist"), reverse("admin:faq_answer_add")


def of(row: Announcement, page: str) -> str:
    return reverse(f"admin:faq_announcement_{page}", args=[row.pk])


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

    def test_lists_who_waits_for_a_human_first_the_longest_wait_before_all(self, desk, agency):
        talked_to = ConversationFactory(oa_id=agency.oa_id)
        unpaused = {"oa_id": agency.oa_id, "paused_until": None, "pause": ""}
        just_now = ConversationFactory(**unpaused, human_wanted_at=EIGHT - timedelta(minutes=5))
        long_ago = ConversationFactory(**unpaused, human_wanted_at=EIGHT - timedelta(minutes=65))
        last_night = ConversationFactory(**unpaused, human_wanted_at=EIGHT - timedelta(hours=12))

        page = desk.get(LIST)

        assert list(page.context["cl"].result_list) == [last_night, long_ago, just_now, talked_to]
        said = page.content.decode()
        for waits in ("từ 20:00 22/11/2026", "1 giờ 5 phút, từ 06:55", "5 phút, từ 07:55"):
            assert waits in said

    def test_notes_that_somebody_was_helped(self, desk, agency):
        asked = {"pause": Conversation.Pause.ASKED, "human_wanted_at": EIGHT}
        row = ConversationFactory(oa_id=agency.oa_id, **asked)

        desk.post(LIST, {"action": "end_wait_selected", "_selected_action": [row.pk]})

        row.refresh_from_db()
        assert (row.pause, row.human_wanted_at) == ("", None)

    def test_lets_the_portal_answer_again(self, desk, agency):
        row = ConversationFactory(oa_id=agency.oa_id)

        page = desk.post(LIST, {"action": "resume_selected", "_selected_action": [row.pk]}, follow=True)

        assert "Đã thực hiện với 1 dòng." in page.content.decode()
        assert Conversation.objects.get().paused_until is None


class TestAnswerAdmin:
    @pytest.fixture
    def signed_in(self, client, agency):
        def sign_in(role: Role):
            client.force_login(OfficerFactory(agency=agency, roles=[role]))
            return client

        with time_machine.travel(EIGHT, tick=False):
            yield sign_in

    def said(self, agency, **other):
        facts = {
            "question": QuestionFactory().pk,
            "agency": agency.pk,
            "valid_from": "01/01/2026",
            "basis": "",
        }
        return {**facts, "confidence": "HIGH", "says": "Gửi xe **trong sân**. Hỏi: {{hotline}}.", **other}

    def test_an_answer_is_written_reviewed_and_published_by_two(self, signed_in, agency):
        signed_in(Role.CONTENT).post(ANSWERS_ADD, self.said(agency))
        answer = Answer.objects.get()
        assert (answer.state, answer.agency) == ("DRAFT", agency)

        head = signed_in(Role.HEAD)
        for action, state in (("review_selected", "REVIEWED"), ("publish_selected", "PUBLISHED")):
            head.post(ANSWERS, {"action": action, "_selected_action": [answer.pk]})
            answer.refresh_from_db()
            assert answer.state == state

    def test_whoever_wrote_it_is_told_to_ask_somebody_else(self, signed_in, agency):
        head = signed_in(Role.HEAD)
        head.post(ANSWERS_ADD, self.said(agency))

        chosen = {"action": "review_selected", "_selected_action": [Answer.objects.get().pk]}
        page = head.post(ANSWERS, chosen, follow=True)

        assert "Người viết không tự soát" in page.content.decode()
        assert Answer.objects.get().state == "DRAFT"

    def test_a_place_that_nothing_fills_is_named(self, signed_in, agency):
        page = signed_in(Role.CONTENT).post(ANSWERS_ADD, self.said(agency, says="Gọi {{hotlin}}."))

        assert "Không có chỗ điền: {{hotlin}}." in page.content.decode()
        assert not Answer.objects.exists()

    def test_an_office_writes_for_itself_only(self, signed_in, agency):
        for other in ("", AgencyFactory().pk):
            page = signed_in(Role.CONTENT).post(ANSWERS_ADD, {**self.said(agency), "agency": other})
            assert "agency" in page.context["adminform"].form.errors

        assert not Answer.objects.exists()

    def test_shows_what_citizens_will_read(self, signed_in, agency):
        answer = AnswerFactory(agency=agency, says="Gửi xe **trong sân**. Hỏi: {{hotline}}.")

        page = (
            signed_in(Role.CONTENT).get(reverse("admin:faq_answer_change", args=[answer.pk])).content.decode()
        )

        assert "<strong>trong sân</strong>" in page

    def test_what_is_published_is_read_only(self, signed_in, agency):
        answer = AnswerFactory(agency=agency, published=True)
        address = reverse("admin:faq_answer_change", args=[answer.pk])

        page = signed_in(Role.CONTENT).post(address, self.said(agency, says="Khác."))

        assert page.status_code == 403
        assert Answer.objects.get().says == answer.says

    def test_a_rewritten_answer_is_a_draft_again(self, signed_in, agency):
        answer = AnswerFactory(agency=agency, state="REVIEWED", reviewed_at=EIGHT)
        address = reverse("admin:faq_answer_change", args=[answer.pk])

        signed_in(Role.CONTENT).post(address, self.said(agency, says="Ở cổng sau."))

        answer.refresh_from_db()
        assert (answer.state, answer.says) == ("DRAFT", "Ở cổng sau.")


class TestAnnouncementAdmin:
    @pytest.fixture
    def as_a(self, client, agency):
        def sign_in(role: Role):
            client.force_login(OfficerFactory(agency=agency, roles=[role]))
            return client

        with time_machine.travel(EIGHT, tick=False):
            yield sign_in

    def test_is_written_by_one_published_and_sent_by_another(self, as_a, agency, wire):
        subscriber_of(agency)
        page = as_a(Role.CONTENT).post(NEW_ANNOUNCEMENT, SAID, follow=True).content.decode()
        row = Announcement.objects.get()
        assert "<strong>21:00</strong>" in page
        assert "Gửi tới người đăng ký" not in page

        head = as_a(Role.HEAD)
        head.post(of(row, "publish"))
        before = head.get(of(row, "send")).content.decode()
        page = head.post(of(row, "send"), follow=True).content.decode()

        assert "Gửi cho 1 người" in before
        assert "Công an" in before
        assert "Chờ gửi" in page
        send_due_announcements(now=EIGHT)
        assert "Đã gửi</td>" in head.get(of(row, "change")).content.decode()
        assert "gửi một lần" in head.get(of(row, "send"), follow=True).content.decode()

    def test_is_stopped_in_the_middle(self, as_a, agency, wire):
        row = AnnouncementFactory(agency=agency)
        subscriber_of(agency)
        head = as_a(Role.HEAD)
        head.post(of(row, "send"))
        assert "Còn 1 người" in head.get(of(row, "stop")).content.decode()

        head.post(of(row, "stop"))

        assert send_due_announcements(now=EIGHT) == 0
        assert Announcement.objects.get().sending == "STOPPED"

    def test_is_previewed_before_it_is_saved(self, as_a, agency):
        page = as_a(Role.CONTENT).post(NEW_ANNOUNCEMENT, {**SAID, "preview": "1"}).content.decode()

        assert "Người dân sẽ đọc" in page
        assert not Announcement.objects.exists()

    def test_says_beside_the_field_what_is_wrong(self, as_a, agency):
        wrong = {**SAID, "ends_at": "2026-11-23T07:00", "wards": "phường Không Có"}

        page = as_a(Role.CONTENT).post(NEW_ANNOUNCEMENT, wrong)

        assert "wards" in page.context["form"].errors
        page = as_a(Role.CONTENT).post(NEW_ANNOUNCEMENT, {**wrong, "wards": ""})
        assert "ends_at" in page.context["form"].errors

    def test_what_citizens_read_is_corrected_by_who_may_publish(self, as_a, agency):
        row = AnnouncementFactory(agency=agency)

        page = as_a(Role.CONTENT).post(of(row, "edit"), SAID, follow=True).content.decode()
        assert "người có quyền đăng mới sửa được" in page

        as_a(Role.HEAD).post(of(row, "edit"), SAID)
        assert Announcement.objects.get().title == "Tăng ca tối nay"

    def test_is_of_the_own_office_only(self, as_a, agency):
        elsewhere = f"{NEW_ANNOUNCEMENT}?agency={AgencyFactory().pk}"

        as_a(Role.CONTENT).post(elsewhere, SAID)

        assert Announcement.objects.get().agency == agency

    def test_of_one_of_several_offices_offers_what_is_there(self, as_a, agency):
        here, there = SiteFactory(agency=agency), SiteFactory()
        client = as_a(Role.CONTENT)
        PostingFactory(officer=Officer.objects.get(), agency=there.agency)
        assert client.get(NEW_ANNOUNCEMENT).context["form"].fields["agency"].queryset.count() == 2

        page = client.get(f"{NEW_ANNOUNCEMENT}?agency={agency.pk}")

        assert list(page.context["form"].fields["sites"].queryset) == [here]

    def test_tells_what_holds_from_what_is_to_come_or_over(self, as_a, agency):
        hour = timedelta(hours=1)
        over = AnnouncementFactory(agency=agency, starts_at=EIGHT - 2 * hour, ends_at=EIGHT - hour)
        AnnouncementFactory(agency=agency)
        AnnouncementFactory(agency=agency, starts_at=EIGHT + hour)
        head = as_a(Role.HEAD)

        shown = head.get(reverse("admin:faq_announcement_changelist")).context["cl"].result_list

        assert [row.stands for row in shown] == ["chờ đến giờ đăng", "đang đăng", "đã hết hạn"]
        assert of(over, "send") not in head.get(of(over, "change")).content.decode()
