"""What officers make of questions and of what was missed."""

from copy import copy
from datetime import date, timedelta

import pytest

from accounts.tests.factories import EIGHT, OfficerFactory
from agencies.tests.factories import AgencyFactory
from booking.tests.factories import NOW
from core.testing import run_together
from faq.errors import AlreadyAsked, MissIsGone, NothingAsked, UnknownPlaces
from faq.models import Answer, ContentEdition, Miss, Question, Wording
from faq.services import asking, forget_old_questions, publishing, writing
from faq.services.editions import content_changed
from faq.services.filling import lineages
from faq.services.misses import remember_miss
from faq.tests.factories import AnswerFactory, MissFactory, QuestionFactory, TopicFactory

pytestmark = pytest.mark.django_db


def stamp():
    return ContentEdition.objects.values_list("stamp", flat=True).first()


class TestQuestions:
    def test_have_a_key_of_their_words_for_ever(self):
        question = writing.new_question(agency=None, topic=TopicFactory(), asks="  Gửi xe  máy ở đâu? ")
        assert (question.key, question.asks) == ("gui-xe-may-o-dau", "Gửi xe máy ở đâu?")

        writing.rewrite_question(question=question, topic=TopicFactory(), asks="Để xe ở đâu?")

        question.refresh_from_db()
        assert (question.key, question.asks) == ("gui-xe-may-o-dau", "Để xe ở đâu?")

    def test_of_two_offices_in_the_same_words_have_keys_of_their_own(self):
        topic = TopicFactory()
        made = [
            writing.new_question(agency=agency, topic=topic, asks="Gửi xe ở đâu?")
            for agency in (None, AgencyFactory(), AgencyFactory())
        ]

        assert [question.key for question in made] == ["gui-xe-o-dau", "gui-xe-o-dau-2", "gui-xe-o-dau-3"]
        assert [question.position for question in made] == [0, 1, 2]

    def test_are_not_asked_twice_by_one_office(self):
        agency = AgencyFactory()
        writing.new_question(agency=agency, topic=TopicFactory(), asks="Gửi xe ở đâu?")

        with pytest.raises(AlreadyAsked):
            writing.new_question(agency=agency, topic=TopicFactory(), asks="gui xe o dau?")

    def test_ask_something(self):
        with pytest.raises(NothingAsked):
            writing.new_question(agency=None, topic=TopicFactory(), asks=" ?! ")

    def test_with_long_words_have_a_short_key_of_whole_words(self):
        question = writing.new_question(agency=None, topic=TopicFactory(), asks="làm sao để biết " * 12)

        assert question.key == "lam-sao-de-biet-lam-sao-de-biet-lam-sao-de-biet"

    def test_are_understood_anew_after_each_change(self):
        question = QuestionFactory()
        seen = [stamp()]
        wording = writing.add_wording(question=question, text="xe để đâu")
        seen.append(stamp())
        writing.rewrite_question(question=question, topic=question.topic, asks="Bãi xe ở đâu?")
        seen.append(stamp())
        writing.remove_wording(wording=wording)
        seen.append(stamp())

        assert len(set(seen)) == 4
        assert not Wording.objects.exists()


class TestMisses:
    def asked(self, miss: Miss, **other) -> Question:
        said = {
            "agency": miss.agency,
            "topic": TopicFactory(),
            "asks": "Gửi xe ở đâu?",
            "wording": "xe để đâu",
            "says": "Trong sân.",
            "basis": "",
            "confidence": "HIGH",
            "valid_from": date(2026, 1, 1),
        }
        return writing.ask_what_was_missed(miss=miss, **{**said, **other}, by=OfficerFactory(), now=NOW)

    def test_become_a_question_with_a_draft_in_one_step(self):
        miss = MissFactory()

        question = self.asked(miss)

        assert question.agency == miss.agency
        assert question.wordings.get().text == "xe để đâu"
        answer = question.answers.get()
        assert (answer.state, answer.says, answer.agency) == ("DRAFT", "Trong sân.", miss.agency)
        assert not Miss.objects.exists()

    def test_stay_where_the_question_is_refused(self):
        miss = MissFactory()

        with pytest.raises(UnknownPlaces):
            self.asked(miss, says="Gọi {{hotlin}}.")

        assert Miss.objects.get() == miss
        assert not Question.objects.exists()

    def test_become_a_wording_without_the_name_in_it(self):
        miss, question = MissFactory(text="tôi tên An hỏi xe để đâu"), QuestionFactory()

        writing.answer_miss(miss=miss, question=question, text="xe để đâu")

        assert question.wordings.get().text == "xe để đâu"

    def test_that_are_none_of_the_offices_business_are_forgotten_and_listed_no_more(self):
        agency = AgencyFactory()
        for _ in range(2):
            remember_miss(agency=agency, text="làm hộ chiếu", was_offered=False, now=NOW)
            writing.dismiss_miss(miss=Miss.objects.get()) if Miss.objects.open().exists() else None

        miss = Miss.objects.get()
        assert (miss.text, miss.times, miss.is_dismissed) == ("", 2, True)
        forget_old_questions(now=NOW + timedelta(days=90))
        assert not Miss.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_are_dealt_with_by_one_officer(self):
        miss = MissFactory()
        questions = [QuestionFactory(), QuestionFactory()]

        outcomes = run_together(
            [lambda each=each: writing.answer_miss(miss=miss, question=each) for each in questions]
        )

        assert sorted(type(outcome) for outcome in outcomes if isinstance(outcome, Exception)) == [MissIsGone]
        assert Wording.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_without_the_lock_would_be_dealt_with_by_both(self, monkeypatch):
        """Keeps the test above honest."""
        miss = MissFactory()
        questions = [QuestionFactory(), QuestionFactory()]
        monkeypatch.setattr(writing, "_take", copy)

        run_together([lambda each=each: writing.answer_miss(miss=miss, question=each) for each in questions])

        assert Wording.objects.count() == 2


class TestFind:
    def test_knows_what_is_near_and_leaves_to_others_what_is_theirs(self):
        parking = QuestionFactory(asks="Gửi xe máy ở đâu?")
        lift = QuestionFactory(asks="Có thang máy không?")
        content_changed()
        ours = {parking.key, lift.key}

        near, theirs, far = (
            asking.find(text, among=ours)
            for text in ("chỗ gửi xe máy ở đâu", "làm hộ chiếu ở đâu", "ngựa sắt buộc cột nào")
        )

        assert (near[0], theirs, far) == (parking.key, [], [])


class TestNextAfter:
    def published(self, **said) -> Answer:
        return AnswerFactory(published=True, **said)

    def test_is_what_took_its_place(self):
        question = QuestionFactory()
        old = self.published(question=question)
        old.state = "REPLACED"
        old.save(update_fields=["state"])
        new = self.published(question=question, published_at=EIGHT + timedelta(days=1))

        assert publishing.next_after(old) == new
        assert publishing.next_after(new) is None

    def test_is_what_follows_on_its_last_day(self):
        question = QuestionFactory()
        old = self.published(question=question, valid_to=date(2025, 12, 31))
        new = self.published(question=question, valid_from=date(2026, 1, 1))
        AnswerFactory(question=question, valid_from=date(2026, 1, 1))

        assert publishing.next_after(old) == new


def test_lineages_are_of_an_office_and_all_above_it():
    province = AgencyFactory()
    district = AgencyFactory(parent=province)
    ward, stranger = AgencyFactory(parent=district), AgencyFactory()

    found = lineages([ward.pk, stranger.pk])

    assert found == {ward.pk: {ward.pk, district.pk, province.pk}, stranger.pk: {stranger.pk}}
