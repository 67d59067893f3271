"""The officers' side of questions: what was missed, ways of asking, the office's own words, opinions."""

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.tests.factories import EIGHT, OfficerFactory
from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from core.officers import Deed
from faq.models import Answer, Miss, OfficeWord, Question, Wording
from faq.services import writing
from faq.services.editions import content_changed
from faq.services.reading import Book
from faq.tests.factories import (
    AnswerFactory,
    FeedbackFactory,
    MissFactory,
    OfficeWordFactory,
    QuestionFactory,
    TopicFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_as_served")]


def page(name: str, *args: object) -> str:
    return reverse(f"admin:faq_{name}", args=args)


@pytest.fixture
def agency() -> Agency:
    return AgencyFactory()


@pytest.fixture
def desk(client, agency):
    """Who writes the contents of an office."""
    with time_machine.travel(EIGHT, tick=False):
        client.force_login(OfficerFactory(agency=agency, roles=[Role.CONTENT]))
        yield client


@pytest.fixture
def portal(client):
    """Who writes the contents of the house."""
    with time_machine.travel(EIGHT, tick=False):
        client.force_login(OfficerFactory(portal_wide=True, roles=[Role.CONTENT]))
        yield client


@pytest.fixture
def parking() -> Question:
    return asked("Gửi xe máy ở đâu?")


def asked(asks: str, agency: Agency | None = None) -> Question:
    return writing.new_question(agency=agency, topic=TopicFactory(), asks=asks)


class TestMisses:
    def test_stand_most_asked_first_with_what_they_are_near_to(self, desk, agency, parking):
        seldom = MissFactory(agency=agency, text="chỗ gửi xe máy ở đâu")
        often = MissFactory(agency=agency, text="làm hộ chiếu ở đâu", times=5)
        MissFactory(agency=agency, is_dismissed=True)

        shown = desk.get(page("miss_changelist")).context["cl"].result_list

        assert shown == [often, seldom]
        assert [miss.nearest for miss in shown] == [[], [parking.asks]]

    def test_are_noted_when_read(self, desk, agency):
        miss = MissFactory(agency=agency)

        desk.get(page("miss_changelist"))
        desk.get(page("miss_change", miss.pk))

        assert {entry.deed for entry in AuditEntry.objects.about(str(miss))} == {Deed.LISTED, Deed.VIEWED}

    def test_become_a_way_of_asking_with_one_press(self, desk, agency, parking):
        """The house's question as well: ways of asking are common to all offices."""
        miss = MissFactory(agency=agency, text="tôi là An, gửi xe máy ở đâu")
        shown = desk.get(page("miss_change", miss.pk)).context["questions"]
        assert shown == [parking]

        said = {"question": parking.key, "wording": "xe để đâu"}
        answer = desk.post(page("miss_answer", miss.pk), said, follow=True)

        assert "cách hỏi của: Gửi xe máy ở đâu?" in answer.content.decode()
        assert parking.wordings.get().text == "xe để đâu"
        assert not Miss.objects.exists()
        assert AuditEntry.objects.about(str(miss)).filter(words=f"cách hỏi của {parking.key}").exists()

    def test_are_looked_for_among_all_questions_without_losing_what_was_typed(self, desk, agency, parking):
        other = asked("Nhận thẻ thay được không?")
        miss = MissFactory(agency=agency)

        answer = desk.post(page("miss_answer", miss.pk), {"sought": "nhan the thay", "wording": "lấy hộ thẻ"})

        assert answer.context["questions"][0] == other
        assert "lấy hộ thẻ</textarea>" in answer.content.decode()
        assert Miss.objects.exists()

    def test_several_become_ways_of_asking_one_question(self, desk, agency, parking):
        misses = [
            MissFactory(agency=agency, text=text) for text in ("gửi xe máy chỗ nào", "xe máy gửi ở đâu")
        ]
        chosen = [miss.pk for miss in misses]
        shown = desk.post(page("miss_changelist"), {"action": "gather_selected", "_selected_action": chosen})
        assert parking in shown.context["questions"]

        desk.post(page("miss_gather"), {"miss": chosen, "question": parking.key})

        assert parking.wordings.count() == 2
        assert not Miss.objects.exists()

    def test_become_no_way_of_asking_another_offices_question(self, desk, agency):
        foreign = asked("Gửi xe ở đâu?", AgencyFactory())
        miss = MissFactory(agency=agency, text=foreign.asks)
        assert desk.get(page("miss_change", miss.pk)).context["questions"] == []

        answer = desk.post(page("miss_answer", miss.pk), {"question": foreign.key})

        assert answer.status_code == 404
        assert Miss.objects.exists()

    def test_become_a_new_question_with_a_draft(self, desk, agency, parking):
        miss = MissFactory(agency=agency, text="gửi xe ở đâu")
        form = desk.get(page("miss_question", miss.pk)).context["form"]
        assert (form.initial["asks"], form.initial["topic"]) == ("gửi xe ở đâu", parking.topic_id)

        said = {
            "agency": agency.pk,
            "topic": TopicFactory().pk,
            "asks": "Gửi xe ở đâu?",
            "wording": "xe để đâu",
        }
        said |= {"says": "Trong sân.", "confidence": "HIGH", "valid_from": "01/01/2026"}
        desk.post(page("miss_question", miss.pk), said)

        question = Question.objects.get(agency=agency)
        assert (question.agency, question.wordings.get().text) == (agency, "xe để đâu")
        assert question.answers.get().state == "DRAFT"
        assert not Miss.objects.exists()

    def test_are_dismissed_and_not_listed_again(self, desk, agency):
        miss = MissFactory(agency=agency)

        desk.post(page("miss_dismiss", miss.pk))

        assert desk.get(page("miss_change", miss.pk)).status_code == 404
        assert list(desk.get(page("miss_changelist")).context["cl"].result_list) == []


class TestQuestions:
    def test_are_the_own_those_of_offices_above_and_the_houses(self, client):
        province = AgencyFactory()
        ward = AgencyFactory(parent=province)
        house, above, own = (QuestionFactory(agency=agency) for agency in (None, province, ward))
        QuestionFactory(agency=AgencyFactory(parent=province))
        client.force_login(OfficerFactory(agency=ward, roles=[Role.CONTENT]))

        shown = client.get(page("question_changelist")).context["cl"].result_list

        assert set(shown) == {house, above, own}

    def test_are_found_as_citizens_find_them(self, desk, parking):
        asked("Nhận thẻ thay được không?")
        for typed in ("gui xe", "Gửi xe", parking.key):
            shown = desk.get(page("question_changelist"), {"q": typed}).context["cl"].result_list
            assert list(shown) == [parking], typed

    def test_show_their_answers_and_what_people_thought(self, desk, agency, parking):
        AnswerFactory(question=parking, published=True)
        FeedbackFactory(question=parking, agency=agency)
        FeedbackFactory(question=parking, agency=agency, is_helpful=True, comment="")
        FeedbackFactory(question=parking, comment="của nơi khác")

        shown = desk.get(page("question_changelist")).content.decode()
        one = desk.get(page("question_change", parking.pk)).content.decode()

        assert "1 có ích, 1 chưa" in shown
        assert "đang dùng" in one
        assert "chưa nói rõ cổng nào" in one
        assert "của nơi khác" not in one

    def test_get_a_way_of_asking_from_any_office_and_lose_it_by_their_own(self, desk, agency, parking):
        desk.post(page("question_wordings", parking.pk), {"text": "xe để đâu"})
        wording = parking.wordings.get()
        assert desk.post(page("question_wordings", parking.pk), {"remove": wording.pk}).status_code == 403

        parking.agency = agency
        parking.save()
        desk.post(page("question_wordings", parking.pk), {"remove": wording.pk})

        assert not Wording.objects.exists()

    def test_of_the_house_are_rewritten_by_the_house_only(self, desk, parking):
        assert desk.get(page("question_rewrite", parking.pk)).status_code == 403

    def test_of_the_house_are_rewritten_by_the_house(self, portal, parking):
        said = {"topic": parking.topic_id, "asks": "Để xe ở đâu?"}

        portal.post(page("question_rewrite", parking.pk), said)

        parking.refresh_from_db()
        assert parking.asks == "Để xe ở đâu?"

    def test_are_added_for_the_own_office_only_and_answered_next(self, desk, agency):
        said = {"topic": TopicFactory().pk, "asks": "Gửi xe ở đâu?"}
        for office in ("", AgencyFactory().pk):
            desk.post(page("question_new"), {**said, "agency": office})
        assert not Question.objects.exists()

        answer = desk.post(page("question_new"), {**said, "agency": agency.pk}, follow=True)

        question = Question.objects.get()
        assert question.agency == agency
        assert answer.context["adminform"].form.initial["question"] == str(question.pk)

    def test_of_the_house_are_added_by_the_house(self, portal):
        portal.post(page("question_new"), {"agency": "", "topic": TopicFactory().pk, "asks": "Gửi xe ở đâu?"})

        assert Question.objects.get().agency is None


class TestTopics:
    def test_are_written_by_the_house(self, portal):
        portal.post(page("topic_add"), {"name": "Gửi xe", "key": "gui-xe", "position": "3"})

        assert "Gửi xe" in portal.get(page("topic_changelist")).content.decode()

    def test_are_read_by_an_office(self, desk):
        topic = TopicFactory()

        assert topic.name in desk.get(page("topic_changelist")).content.decode()
        assert desk.get(page("topic_add")).status_code == 403
        assert desk.post(page("topic_change", topic.pk), {"name": "Khác"}).status_code == 403

    def test_that_are_renamed_are_so_for_citizens_at_once(self, portal, agency):
        topic = AnswerFactory(published=True, question__topic__name="Gửi xe").question.topic
        content_changed()
        assert [one.name for one in Book(agency, now=EIGHT).topics()] == ["Gửi xe"]

        portal.post(page("topic_change", topic.pk), {"name": "Giữ xe", "position": "3"})

        assert [one.name for one in Book(agency, now=EIGHT).topics()] == ["Giữ xe"]


class TestOfficeWords:
    def test_are_explained_by_where_they_show(self, desk, agency):
        AnswerFactory(question__asks="Trả thẻ ở đâu?", says="Tại {{pickup_place}}.", published=True)
        AnswerFactory(
            question__asks="Trả hộ?", says="{{pickup_place}}.", published=True, agency=AgencyFactory()
        )
        OfficeWordFactory(agency=agency)

        places = {place.name: place for place in desk.get(page("officeword_changelist")).context["places"]}

        assert places["pickup_place"].shown_in == ["Trả thẻ ở đâu?"]
        assert [name for name, place in places.items() if place.is_said] == ["pickup_place"]

    def test_stand_within_a_sentence(self, desk, agency):
        said = {"agency": agency.pk, "name": "pickup_place"}
        refused = desk.post(page("officeword_add"), {**said, "text": "gọi {{hotline}}"})
        assert "Không dùng {{chỗ điền}} ở đây" in refused.content.decode()

        desk.post(page("officeword_add"), {**said, "text": "quầy  số 3."})

        assert OfficeWord.objects.get().text == "quầy số 3"


class TestFeedback:
    def test_begins_with_who_was_not_helped(self, desk, agency):
        helped = FeedbackFactory(agency=agency, is_helpful=True)
        failed = FeedbackFactory(agency=agency)

        assert list(desk.get(page("feedback_changelist")).context["cl"].result_list) == [failed, helped]
        assert AuditEntry.objects.about(str(failed)).exists()


class TestAnswers:
    def test_are_tried_out_without_being_saved(self, desk, agency, parking):
        said = {"question": parking.pk, "agency": agency.pk, "confidence": "HIGH", "basis": ""}
        says = "- trong sân\n- cổng sau\n\nTrả thẻ tại {{pickup_place}}. Gọi {{hotlin}}."

        shown = desk.post(page("answer_preview"), {**said, "says": says}).content.decode()

        assert "<li>trong sân</li>" in shown
        assert "Trả thẻ tại {{pickup_place}}." in shown
        assert "Không có chỗ điền: {{hotlin}}" in shown
        assert '{{hotline}}</span></th><td data-label="Đọc">0235 385 1234' in shown
        assert not Answer.objects.exists()

    def test_are_reviewed_and_published_on_their_page(self, client, agency):
        answer = AnswerFactory(agency=agency, written_by=OfficerFactory())
        client.force_login(OfficerFactory(agency=agency, roles=[Role.REVIEWER]))
        for step, state in (("review", "REVIEWED"), ("publish", "PUBLISHED")):
            offered = client.get(page("answer_change", answer.pk)).content.decode()
            assert page(f"answer_{step}", answer.pk) in offered
            assert answer.says in client.get(page(f"answer_{step}", answer.pk)).content.decode()

            client.post(page(f"answer_{step}", answer.pk))

            answer.refresh_from_db()
            assert answer.state == state
        assert "/publish" not in client.get(page("answer_change", answer.pk)).content.decode()

    def test_are_not_reviewed_by_who_wrote_them(self, client, agency):
        head = OfficerFactory(agency=agency, roles=[Role.HEAD])
        answer = AnswerFactory(agency=agency, written_by=head)
        client.force_login(head)

        shown = client.post(page("answer_review", answer.pk), follow=True)

        assert "Người viết không tự soát" in shown.content.decode()
        assert Answer.objects.get().state == "DRAFT"

    def test_that_were_published_are_edited_through_no_door(self, client, parking):
        """By an officer with every right there is, on every page; the database has tests of its own."""
        answer = AnswerFactory(question=parking, published=True)
        before = Answer.objects.values().get()
        client.force_login(OfficerFactory(admin=True))
        said = {"says": "Khác.", "basis": "", "confidence": "HIGH", "valid_from": "01/01/2020"}
        said |= {"valid_to": "", "question": parking.pk, "agency": ""}
        doors = [page(f"answer_{name}", answer.pk) for name in ("change", "delete", "review", "publish")]
        doors += [f"{page('answer_preview')}?cau={answer.pk}"]

        for door in doors:
            client.post(door, {**said, "post": "yes"})
        for action in ("review_selected", "publish_selected", "delete_selected"):
            chosen = {"action": action, "_selected_action": [answer.pk], "post": "yes"}
            client.post(page("answer_changelist"), chosen)
        client.post(page("answer_add"), said)

        assert Answer.objects.filter(pk=answer.pk).values().get() == before

    def test_of_another_office_are_not_tried_out(self, desk):
        foreign = AnswerFactory(agency=AgencyFactory())

        assert desk.post(f"{page('answer_preview')}?cau={foreign.pk}", {"says": "x"}).status_code == 404

    def test_may_be_to_a_question_of_the_office_above(self, client, agency):
        question = QuestionFactory(agency=agency)
        client.force_login(OfficerFactory(agency=AgencyFactory(parent=agency), roles=[Role.CONTENT]))

        form = client.get(page("answer_add")).context["adminform"].form

        assert question in form.fields["question"].queryset

    def test_are_found_by_what_they_answer_and_so_is_the_question_of_a_new_one(self, desk, agency, parking):
        answer = AnswerFactory(question=parking, agency=agency)
        AnswerFactory(question=asked("Nhận thẻ thay được không?"), agency=agency)
        of_question = {"app_label": "faq", "model_name": "answer", "field_name": "question"}

        listed = desk.get(page("answer_changelist"), {"q": "gui xe"}).context["cl"].result_list
        offered = desk.get(reverse("admin:autocomplete"), of_question | {"term": "gui xe"}).json()

        assert list(listed) == [answer]
        assert [one["text"] for one in offered["results"]] == [parking.asks]

    def test_tell_who_wrote_reviewed_and_published_them(self, desk, agency, parking):
        people = {name: OfficerFactory(username=name) for name in ("viet", "soat", "dang", "sau")}
        steps = {"written_by": people["viet"], "reviewed_by": people["soat"], "reviewed_at": EIGHT}
        old = AnswerFactory(
            question=parking, agency=agency, published_by=people["dang"], **steps, published=True
        )
        Answer.objects.filter(pk=old.pk).update(state="REPLACED")
        new = AnswerFactory(question=parking, agency=agency, published=True, published_by=people["sau"])

        shown = desk.get(page("answer_change", old.pk)).content.decode()

        for step in ("Viết: viet", "Soát: soat", "Đăng: dang", "sau đăng"):
            assert step in shown
        assert page("answer_change", new.pk) in shown
