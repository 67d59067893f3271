"""Questions and answers as they are loaded, written, published and read."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Officer
from accounts.tests.factories import EIGHT, OfficerFactory
from agencies.models import CalendarDay
from agencies.tests.factories import AgencyFactory
from booking.tests.factories import NOW, OpeningRuleFactory, SiteFactory
from core.errors import Invalid, NotFound
from dossiers.services.loading import load_procedures
from faq.errors import (
    AlreadyPublished,
    NothingToReview,
    NotReviewed,
    OwnWriting,
    UnknownPlaces,
    WouldLeaveAGap,
)
from faq.matching.judging import Kind
from faq.models import Answer, ContentEdition, Miss, OfficeWord, Question, Topic, Wording
from faq.services import asking, publishing, writing
from faq.services.editions import content_changed
from faq.services.filling import Facts, fill, unknown_places
from faq.services.loading import load_faq
from faq.services.misses import forget_old_questions, without_figures
from faq.services.reading import Book
from faq.tests.factories import AnswerFactory, QuestionFactory, TopicFactory
from faq.tests.measuring import shipped_questions

pytestmark = pytest.mark.django_db
SMALL = """key = "parking"
name = "Gửi xe"
position = 1

[[question]]
key = "gui_xe"
asks = "Gửi xe ở đâu?"
heard = ["gui xe cho nao"]
also = ["có bãi xe không"]

[[question.answer]]
valid_from = 2021-01-01
confidence = "high"
basis = ""
says = "Trong sân."
"""
LATER = """
[[question.answer]]
valid_from = 2026-12-01
confidence = "medium"
basis = ""
says = "Bên kia đường."
"""


def folder_with(tmp_path: Path, text: str) -> Path:
    (tmp_path / "parking.toml").write_text(text, "utf-8")
    return tmp_path


class TestLoadFaq:
    def test_brings_in_all_that_is_shipped_once(self):
        loaded = load_faq(now=NOW)

        assert loaded
        assert load_faq(now=NOW) == []
        shipped = shipped_questions()
        assert Question.objects.count() == len(shipped) >= 89
        answers = sum(len(one.answers) for one in shipped)
        assert Answer.objects.filter(state="PUBLISHED").count() == answers

    def test_leaves_alone_what_officers_made_of_it(self, tmp_path):
        folder = folder_with(tmp_path, SMALL)
        load_faq(now=NOW, folder=folder)
        Question.objects.update(asks="Để xe ở đâu?")
        Wording.objects.filter(text="có bãi xe không").delete()

        load_faq(now=NOW, folder=folder)

        assert Question.objects.get().asks == "Để xe ở đâu?"
        assert [wording.text for wording in Wording.objects.all()] == ["gui xe cho nao"]

    def test_a_later_answer_ends_the_one_before(self, tmp_path):
        load_faq(now=NOW, folder=folder_with(tmp_path, SMALL))
        load_faq(now=NOW, folder=folder_with(tmp_path, SMALL + LATER))

        spans = Answer.objects.order_by("valid_from").values_list("valid_from", "valid_to")
        assert list(spans) == [
            (date(2021, 1, 1), date(2026, 11, 30)),
            (date(2026, 12, 1), None),
        ]

    def test_an_answer_that_officers_published_for_those_days_stands(self, tmp_path):
        load_faq(now=NOW, folder=folder_with(tmp_path, SMALL))
        Answer.objects.update(state="REPLACED")
        AnswerFactory(question=Question.objects.get(), published=True, published_by=OfficerFactory())

        load_faq(now=NOW, folder=folder_with(tmp_path, SMALL + LATER))

        assert Answer.objects.filter(state="PUBLISHED").get().says == "Gửi xe trong sân của đơn vị."


class TestPublishing:
    @pytest.fixture
    def writer(self) -> Officer:
        return OfficerFactory()

    @pytest.fixture
    def head(self) -> Officer:
        return OfficerFactory()

    def published(self, writer: Officer, head: Officer, **said) -> Answer:
        answer = self.written(writer, **said)
        publishing.review_answer(answer=answer, by=head, now=NOW)
        return publishing.publish_answer(answer=answer, by=head, now=NOW)

    def written(self, writer: Officer, *, question: Question, **said) -> Answer:
        facts = {"agency": None, "says": "Trong sân.", "basis": "", "confidence": "HIGH", "valid_to": None}
        return publishing.write_answer(
            question=question, valid_from=date(2026, 1, 1), by=writer, now=NOW, **{**facts, **said}
        )

    def test_nobody_sees_what_is_not_published(self, writer, head):
        agency, question = AgencyFactory(), QuestionFactory()

        answer = self.written(writer, question=question)
        assert Book(agency, now=NOW).keys == frozenset()
        publishing.review_answer(answer=answer, by=head, now=NOW)
        assert Book(agency, now=NOW).keys == frozenset()
        publishing.publish_answer(answer=answer, by=head, now=NOW)
        assert Book(agency, now=NOW).keys == {question.key}

    def test_whoever_wrote_it_does_not_review_it(self, writer):
        answer = self.written(writer, question=QuestionFactory())

        with pytest.raises(OwnWriting):
            publishing.review_answer(answer=answer, by=writer, now=NOW)

    def test_steps_are_taken_in_their_order(self, writer, head):
        answer = self.written(writer, question=QuestionFactory())

        with pytest.raises(NotReviewed):
            publishing.publish_answer(answer=answer, by=head, now=NOW)
        publishing.review_answer(answer=answer, by=head, now=NOW)
        with pytest.raises(NothingToReview):
            publishing.review_answer(answer=answer, by=head, now=NOW)

    def test_a_new_answer_ends_the_one_before(self, writer, head):
        question = QuestionFactory()
        before = self.published(writer, head, question=question)
        self.published(writer, head, question=question, says="Ở cổng sau.", valid_to=None)
        before.refresh_from_db()
        assert before.state == "REPLACED"

        AnswerFactory._meta.model.objects.filter(state="PUBLISHED").get(says="Ở cổng sau.")

    def test_an_answer_from_a_later_day_shortens_the_one_before(self, writer, head):
        question = QuestionFactory()
        before = AnswerFactory(question=question, published=True)

        self.published(writer, head, question=question)

        before.refresh_from_db()
        assert (before.state, before.valid_to) == ("PUBLISHED", date(2025, 12, 31))

    def test_an_answer_that_would_cut_another_in_two_is_refused(self, writer, head):
        question = QuestionFactory()
        AnswerFactory(question=question, published=True)
        answer = self.written(writer, question=question, valid_to=date(2026, 2, 1))
        publishing.review_answer(answer=answer, by=head, now=NOW)

        with pytest.raises(WouldLeaveAGap):
            publishing.publish_answer(answer=answer, by=head, now=NOW)

        assert Answer.objects.get(pk=answer.pk).state == "REVIEWED"

    def test_a_published_answer_is_not_rewritten(self, writer, head):
        answer = self.published(writer, head, question=QuestionFactory())

        with pytest.raises(AlreadyPublished):
            self.rewritten(answer, writer)

    def test_what_was_reviewed_and_rewritten_is_a_draft_again(self, writer, head):
        answer = self.written(writer, question=QuestionFactory())
        publishing.review_answer(answer=answer, by=head, now=NOW)

        assert self.rewritten(answer, writer).state == "DRAFT"

    def rewritten(self, answer: Answer, by: Officer) -> Answer:
        return publishing.rewrite_answer(
            answer=answer,
            says="Khác.",
            basis="",
            confidence="HIGH",
            valid_from=date(2026, 1, 1),
            valid_to=None,
            by=by,
            now=NOW,
        )

    @pytest.mark.parametrize("place", ["{{hotlin}}", "{{Hotline}}", "{{hot line}}", "{{}}", "{{hotline}"])
    def test_a_place_that_nothing_fills_is_refused(self, writer, place):
        with pytest.raises(UnknownPlaces):
            self.written(writer, question=QuestionFactory(), says=f"Gọi {place} nhé.\nĐến sớm.")

    def test_days_come_in_their_order(self, writer):
        with pytest.raises(Invalid):
            self.written(writer, question=QuestionFactory(), valid_to=date(2025, 1, 1))

    def test_every_change_gives_the_content_a_new_stamp(self, writer, head):
        question = QuestionFactory()
        self.published(writer, head, question=question)
        first = ContentEdition.objects.get().stamp

        writing.add_wording(question=question, text="xe để đâu")

        assert ContentEdition.objects.get().stamp != first


class TestWhatTheDatabaseRefuses:
    def test_an_edited_published_answer(self):
        answer = AnswerFactory(published=True)

        for change in ({"says": "Khác."}, {"valid_from": date(2020, 1, 1)}, {"state": "DRAFT"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Answer.objects.filter(pk=answer.pk).update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            answer.delete()

    def test_two_published_answers_on_one_day(self):
        answer = AnswerFactory(published=True)

        with pytest.raises(IntegrityError), transaction.atomic():
            AnswerFactory(question=answer.question, published=True, valid_from=date(2026, 1, 1))
        AnswerFactory(question=answer.question, published=True, agency=AgencyFactory())

    def test_a_published_answer_without_its_time(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            AnswerFactory(state="PUBLISHED")

    def test_the_guard_is_what_refuses(self):
        """A control: without the trigger the edit passes."""
        answer = AnswerFactory(published=True)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE faq_answer DISABLE TRIGGER nobody_edits_a_published_answer")

        Answer.objects.filter(pk=answer.pk).update(says="Khác.")


class TestBook:
    def test_the_nearest_office_is_heard(self):
        province = AgencyFactory()
        ward, stranger = AgencyFactory(parent=province), AgencyFactory()
        of_all = AnswerFactory(published=True, says="Của chung.")
        AnswerFactory(question=of_all.question, agency=province, published=True, says="Của tỉnh.")

        assert Book(ward, now=NOW).one(of_all.question.key).says == "Của tỉnh."
        assert Book(stranger, now=NOW).one(of_all.question.key).says == "Của chung."
        AnswerFactory(question=of_all.question, agency=ward, published=True, says="Của phường.")
        assert Book(ward, now=NOW).one(of_all.question.key).says == "Của phường."

    def test_a_question_of_one_office_is_for_it_and_those_below(self):
        province = AgencyFactory()
        question = QuestionFactory(agency=province)
        AnswerFactory(question=question, published=True)

        assert Book(AgencyFactory(parent=province), now=NOW).keys == {question.key}
        assert Book(AgencyFactory(), now=NOW).keys == frozenset()

    def test_the_law_of_the_offices_day_decides(self):
        question = QuestionFactory()
        AnswerFactory(question=question, published=True, says="Trước.", valid_to=date(2024, 6, 30))
        AnswerFactory(question=question, published=True, says="Sau.", valid_from=date(2024, 7, 1))

        said = {
            day: Book(AgencyFactory(law_date=day), now=NOW).one(question.key).says
            for day in (date(2021, 4, 20), date(2024, 6, 30), date(2024, 7, 1))
        }

        assert list(said.values()) == ["Trước.", "Trước.", "Sau."]

    def test_what_is_not_answered_here_is_not_found(self):
        with pytest.raises(NotFound):
            Book(AgencyFactory(), now=NOW).one("khong-co")

    def test_is_read_in_few_statements(self, django_assert_num_queries):
        agency = AgencyFactory()
        for _ in range(5):
            AnswerFactory(published=True)

        with django_assert_num_queries(2):
            assert len(Book(agency, now=NOW).all()) == 5

    def test_is_read_again_when_the_content_has_changed_and_not_before(self, django_assert_num_queries):
        agency, answer = AgencyFactory(), AnswerFactory(published=True)
        content_changed()
        Book(agency, now=NOW)

        with django_assert_num_queries(1):
            assert Book(agency, now=NOW).keys == {answer.question.key}

        another = AnswerFactory(published=True)
        content_changed()
        assert Book(agency, now=NOW).keys == {answer.question.key, another.question.key}

    def test_holds_nothing_of_what_fills_it(self):
        agency = AgencyFactory(hotline="02353851234")
        answer = AnswerFactory(published=True, says="Gọi {{hotline}}.")
        content_changed()
        Book(agency, now=NOW).one(answer.question.key)

        agency.hotline = "02353859999"

        assert "9999" in Book(agency, now=NOW).one(answer.question.key).says


class TestFill:
    def test_a_sentence_without_its_value_is_left_out(self):
        facts = Facts(AgencyFactory(hotline=""), now=NOW)

        assert (
            fill("Mang thẻ cũ. Hỏi thêm: {{hotline}}. Đến đúng giờ.", facts) == "Mang thẻ cũ. Đến đúng giờ."
        )

    def test_points_inside_numbers_and_names_end_no_sentence(self):
        facts = Facts(AgencyFactory(hotline=""), now=NOW)
        text = "Ở TP.HCM thu 15.000đ. Gọi {{hotline}}."

        assert fill(text, facts) == "Ở TP.HCM thu 15.000đ."

    @pytest.mark.parametrize("place", ["{{Hotline}}", "{{ hotline_2 }}", "{{hotline}"])
    def test_nobody_reads_a_place_that_is_written_wrongly(self, place):
        facts = Facts(AgencyFactory(), now=NOW)

        assert fill(f"Mang thẻ cũ. Hỏi {place}.\nĐến đúng giờ.", facts) == "Mang thẻ cũ.\nĐến đúng giờ."

    def test_a_place_may_stand_apart_from_its_braces(self):
        assert fill("Đến trước {{  arrive_early_minutes }} phút.", Facts(AgencyFactory(), now=NOW)) == (
            "Đến trước 5 phút."
        )

    def test_an_answer_of_holes_only_is_not_shown(self):
        agency = AgencyFactory(hotline="")
        answer = AnswerFactory(published=True, says="Gọi {{hotline}}.")

        assert Book(agency, now=NOW).read(answer.question.key) is None

    def test_hours_are_those_of_the_office(self):
        site = SiteFactory()
        OpeningRuleFactory(site=site)
        OpeningRuleFactory(site__agency=AgencyFactory(), weekday=6)

        assert fill("Giờ: {{site_hours}}.", Facts(site.agency, now=NOW)) == "Giờ: thứ Hai 08:00–10:00."
        assert "Chủ nhật" in fill("Tuần này {{weekend_rule}}.", Facts(site.agency, now=NOW))

    def test_holidays_to_come_are_named(self):
        CalendarDay.objects.create(date=date(2026, 12, 24), note="Nghỉ bù")

        assert fill("{{holiday_notice}}.", Facts(AgencyFactory(), now=NOW)) == "24/12 Nghỉ bù."

    def test_what_only_the_office_knows_is_its_own_word_or_its_parents(self):
        province = AgencyFactory()
        ward = AgencyFactory(parent=province)
        OfficeWord.objects.create(agency=province, name="walkin_rule", text="từ 7 giờ")

        assert fill("Số: {{walkin_rule}}.", Facts(ward, now=NOW)) == "Số: từ 7 giờ."
        OfficeWord.objects.create(agency=ward, name="walkin_rule", text="từ 8 giờ")
        assert fill("Số: {{walkin_rule}}.", Facts(ward, now=NOW)) == "Số: từ 8 giờ."

    @pytest.mark.parametrize(
        ("day", "amounts"),
        [
            (date(2021, 4, 20), "15.000đ, cấp đổi 25.000đ, cấp lại 35.000đ"),
            (date(2023, 3, 1), "30.000đ, cấp đổi 50.000đ, cấp lại 70.000đ"),
            (date(2026, 11, 23), "15.000đ, cấp đổi 25.000đ, cấp lại 35.000đ"),
            (date(2027, 1, 1), "30.000đ, cấp đổi 50.000đ, cấp lại 70.000đ"),
        ],
    )
    def test_fees_are_those_of_the_law_of_the_day(self, day, amounts):
        load_procedures(now=NOW)

        said = fill("{{fees}}", Facts(AgencyFactory(law_date=day), now=NOW))

        assert said == f"chuyển sang loại thẻ mới {amounts}"

    def test_all_shipped_places_are_known(self):
        for question in shipped_questions():
            for answer in question.answers:
                assert unknown_places(answer.says) == [], question.key


class TestAsk:
    @pytest.fixture
    def parking(self) -> Question:
        answer = AnswerFactory(published=True, question__asks="Gửi xe máy ở đâu?")
        writing.add_wording(question=answer.question, text="bãi giữ xe chỗ nào")
        for asks in ("Có thang máy không?", "Có nước uống không?", "Mấy tầng?"):
            AnswerFactory(published=True, question=QuestionFactory(topic=TopicFactory(), asks=asks))
        return answer.question

    def test_is_answered_with_what_the_office_says(self, parking):
        reply = asking.ask(agency=AgencyFactory(), text="gui xe may o dau", now=NOW)

        assert reply.answer is not None
        assert reply.answer.says == "Gửi xe trong sân của đơn vị."
        assert not Miss.objects.exists()

    def test_follows_a_change_at_once(self, parking):
        agency = AgencyFactory()
        text = "chiến mã buộc góc nào"
        assert asking.ask(agency=agency, text=text, now=NOW).kind == Kind.UNKNOWN

        writing.add_wording(question=parking, text="chiến mã buộc góc nào")

        assert asking.ask(agency=agency, text=text, now=NOW).choices[0].key == parking.key

    def test_a_miss_is_counted_without_its_figures(self, parking):
        agency = AgencyFactory()
        for _ in range(2):
            asking.ask(agency=agency, text="xyzzy 079085000123 plugh", now=NOW)

        miss = Miss.objects.get()
        assert (miss.text, miss.times) == ("xyzzy … plugh", 2)
        with connection.cursor() as cursor:
            cursor.execute("SELECT text FROM faq_miss")
            assert "xyzzy" not in cursor.fetchone()[0]

    @pytest.mark.parametrize("text", ["tôi tố cáo cán bộ vòi tiền", "cứu tôi với", "xin chào"])
    def test_complaints_emergencies_and_greetings_are_not_kept(self, parking, text):
        asking.ask(agency=AgencyFactory(), text=text, now=NOW)

        assert not Miss.objects.exists()

    def test_a_miss_becomes_a_wording_in_one_step(self, parking):
        agency = AgencyFactory()
        text = "cho em hoi cai con ngua sat cot vao dau"
        asking.ask(agency=agency, text=text, now=NOW)

        writing.answer_miss(miss=Miss.objects.get(), question=parking)

        assert asking.ask(agency=agency, text=text, now=NOW).choices[0].key == parking.key
        assert not Miss.objects.exists()

    def test_misses_are_forgotten_after_ninety_days(self, parking):
        asking.ask(agency=AgencyFactory(), text="xyzzy", now=NOW)

        forget_old_questions(now=NOW + timedelta(days=89))
        assert Miss.objects.exists()
        forget_old_questions(now=NOW + timedelta(days=90))
        assert not Miss.objects.exists()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("số 0905 123 456 của em", "số … của em"),
        ("viết cho an@example.com nhé", "viết cho … nhé"),
        ("em 15 tuổi", "em 15 tuổi"),
    ],
)
def test_without_figures(text: str, kept: str):
    assert without_figures(text) == kept


def test_topics_are_in_their_order():
    load_faq(now=EIGHT)

    assert Topic.objects.order_by("position").first().name == "Đối tượng và độ tuổi"
