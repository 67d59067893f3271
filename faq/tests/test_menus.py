"""The lists of a chat, as people type: the first one, by topic, and questions in own words."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import transaction

from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from booking.tests.factories import NOW, SiteFactory
from faq.models import Conversation, Miss, Question
from faq.services import pause
from faq.services.chatting.lists import MENUS
from faq.services.chatting.menus import named
from faq.services.chatting.paging import page_of
from faq.services.editions import content_changed
from faq.services.loading import load_faq
from faq.tests.talking import Writer, mother_of, somebody
from notifications.models import ChatReply

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wire", "_shipped")]
OA = "3674338702778449999"
FIRST_LIST = """Công an phường Bàn Thạch, trả lời tự động.
1. Lấy số, đặt lịch
2. Lịch hẹn của tôi
3. Hỏi đáp
4. Lịch cấp căn cước, thông báo
5. Gặp cán bộ
Nhắn một số, hoặc gõ câu hỏi."""


@pytest.fixture(scope="module")
def _shipped(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The shipped answers, loaded once; the database is left as it was."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_faq(now=NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def office() -> Agency:
    agency = AgencyFactory(name="Công an phường Bàn Thạch", oa_id=OA)
    SiteFactory(agency=agency)
    return agency


@pytest.fixture
def neighbour(office) -> Writer:
    """Somebody with a new phone, whom the portal does not know."""
    return somebody(oa_id=office.oa_id, citizen=None)


def an_officer_writes_to(writer: Writer) -> None:
    at = writer.clock
    pause(oa_id=OA, uid=writer.contact.uid, by="84901", occurred_at=at, now=at)


def asked_for(writer: Writer, fork: str, keys: list[str]) -> None:
    """The writer has just read the question by which these questions differ."""
    writer.types("alo")
    Conversation.objects.update(
        question_kind="choices",
        question_about={"keys": keys, "fork": fork},
        asked_at=writer.clock,
        question_expires_at=writer.clock + timedelta(minutes=30),
    )


def first_lines(texts: list[str]) -> list[str]:
    return [text.splitlines()[0] for text in texts]


class TestFirstList:
    @pytest.mark.parametrize("text", ["menu", "#MENU", "Danh mục", "bắt đầu"])
    def test_is_shown_to_whoever_asks_for_it(self, neighbour, text):
        assert neighbour.types(text) == [FIRST_LIST]

    @pytest.mark.parametrize("text", ["alo", "Xin chào ạ", "chào ad", "hi"])
    def test_answers_a_greeting(self, neighbour, text):
        assert neighbour.types(text) == [f"Chào ông/bà. Đây là {FIRST_LIST}"]

    def test_answers_what_only_another_list_would_hear(self, neighbour):
        assert neighbour.types("tất cả") == [f"Chào ông/bà. Đây là {FIRST_LIST}"]

    def test_answers_one_greeting_and_no_more_while_it_stands_there(self, neighbour):
        assert [len(neighbour.types(text)) for text in ("alo", "alo", "ad ơi")] == [1, 0, 0]

    def test_takes_no_word_from_the_question_behind_a_greeting(self, neighbour):
        neighbour.types("chào ad")

        assert neighbour.types("asdf qwer zxcv")[0].startswith("Chưa rõ câu hỏi.")

    def test_leaves_out_what_the_office_has_not(self):
        office = AgencyFactory(oa_id=OA, law_date=date(2015, 1, 1))

        (said,) = somebody(oa_id=office.oa_id).types("menu")

        assert "Lấy số" not in said
        assert "1. Lịch hẹn của tôi\n2. Lịch cấp" in said

    def test_says_which_numbers_there_are(self, neighbour):
        neighbour.types("menu")

        assert neighbour.types("8") == ["Danh sách có số 1 đến 5. Nhắn lại một số, hoặc 0 để quay lại."]
        assert neighbour.types("3")[0].startswith("Hỏi về việc gì?")

    def test_is_shown_once_more_by_0_and_its_numbers_go_on(self, neighbour):
        shown = neighbour.types("menu")

        assert neighbour.types("0") == shown
        assert neighbour.types("cảm ơn") == ['Không có gì ạ. Cần thêm, gõ "menu".']
        assert neighbour.types("3")[0].startswith("Hỏi về việc gì?")

    @pytest.mark.parametrize("before", [(), ("3",), ("3", "1")])
    def test_stays_open_to_who_wants_all_of_a_list_of_which_one_is_picked(self, neighbour, before):
        for text in ("menu", *before):
            neighbour.types(text)

        assert neighbour.types("tất cả") == ["Nhắn lại một số, hoặc 0 để quay lại."]
        assert neighbour.types("1") != []

    def test_that_is_too_old_is_shown_again(self, neighbour):
        neighbour.types("menu")
        neighbour.clock += timedelta(minutes=31)

        said = neighbour.types("3")

        assert said == ["Danh sách trước đã quá 30 phút. Xin chọn lại:", FIRST_LIST]
        assert neighbour.types("3")[0].startswith("Hỏi về việc gì?")

    def test_is_shown_for_a_number_that_answers_nothing(self, neighbour):
        assert neighbour.types("2") == ["Số này chưa ứng với danh sách nào. Xin chọn:", FIRST_LIST]

    def test_takes_no_number_away_from_a_reminder(self):
        mother = mother_of(1)

        assert "Trả lời 1 để báo sẽ đến" in mother.types("alo")[0]
        assert mother.types("1")[0].startswith("Đã ghi nhận sẽ đến")


class TestNewcomer:
    def test_is_greeted_with_the_first_list(self, neighbour):
        assert neighbour.follows() == [f"Chào ông/bà. Đây là {FIRST_LIST}"]

        assert neighbour.types("3")[0].startswith("Hỏi về việc gì?")

    def test_is_greeted_once_however_often_it_is_told(self, neighbour):
        for _ in range(3):
            neighbour.follows(key="follow:1")

        assert ChatReply.objects.count() == 1

    def test_who_comes_and_goes_is_not_greeted_again_and_again(self, neighbour):
        assert [len(neighbour.follows()) for _ in range(3)] == [1, 0, 0]

    def test_is_not_greeted_long_after(self, neighbour):
        assert neighbour.follows(at=neighbour.clock - timedelta(hours=1)) == []

    def test_is_not_greeted_where_a_human_talks(self, neighbour):
        an_officer_writes_to(neighbour)

        assert neighbour.follows() == []


class TestNames:
    """The buttons below the chats of offices send their names."""

    @pytest.mark.parametrize(
        ("typed", "kind"),
        [
            ("Bấm số tự động", "take"),
            ("#bamsotudonglamcccd", "take"),
            ("dat lich", "take"),
            ("cho tôi lấy số với ạ", "take"),
            ("lịch hẹn của tôi", "mine"),
            ("Số thứ tự của tôi", "mine"),
            ("#HoiDapCCCD", "topics"),
            ("Giải đáp về CCCD", "topics"),
            ("Thủ tục", "topics"),
            ("thong bao cap cccd", "news"),
            ("#LichCapCanCuoc", "schedule"),
            ("gap can bo", "human"),
        ],
    )
    def test_lead_to_their_lists(self, typed, kind):
        assert named(typed) == kind
        assert kind in MENUS

    @pytest.mark.parametrize(
        "typed",
        ["chưa lấy số được", "lấy số ở đâu vậy", "không đặt lịch nữa", "lịch", "", "ạ " * 900 + "menu"],
    )
    def test_are_not_found_within_other_words(self, typed):
        assert named(typed) == ""

    def test_are_heard_whatever_list_is_open(self, neighbour):
        neighbour.types("menu")

        assert neighbour.types("#hoidap")[0].startswith("Hỏi về việc gì?")

    def test_may_stand_beside_what_does_not_belong_here(self, neighbour):
        assert neighbour.types("049185012345 hỏi đáp")[1].startswith("Hỏi về việc gì?")


class TestTopics:
    def test_lead_to_their_questions_and_these_to_answers(self, neighbour):
        topics = neighbour.types("hỏi đáp")[0].splitlines()
        questions = neighbour.types("4")[0].splitlines()
        (answer,) = neighbour.types("1")

        assert topics[4] == "4. Lệ phí"
        assert questions[:2] == ["Lệ phí:", "1. Lệ phí làm thẻ bao nhiêu?"]
        assert answer.startswith("Lệ phí làm thẻ bao nhiêu?\n")
        assert answer.endswith("\nNhắn số khác để xem tiếp, 0 để quay lại.")

    def test_stay_open_for_another_number(self, neighbour):
        neighbour.types("hỏi đáp")
        questions = neighbour.types("4")[0].splitlines()

        said = [neighbour.types(number)[0] for number in ("1", "2")]

        assert first_lines(said) == [line[3:] for line in questions[1:3]]

    def test_stay_open_as_long_as_somebody_reads(self, neighbour):
        neighbour.types("hỏi đáp")
        neighbour.types("4")
        for _ in range(3):
            neighbour.clock += timedelta(minutes=20)
            (said,) = neighbour.types("1")

        assert said.startswith("Lệ phí làm thẻ")

    def test_are_read_several_at_once(self, neighbour):
        neighbour.types("hỏi đáp")
        neighbour.types("4")

        assert len(neighbour.types("1 và 2")) == 2

    def test_go_on_behind_the_ninth_line(self, neighbour):
        first = neighbour.types("hỏi đáp")[0].splitlines()
        second = neighbour.types("9")[0].splitlines()

        assert first[9] == "9. Xem thêm"
        assert second[1].startswith("1. ")
        assert not set(first[1:9]) & set(second[1:])

    def test_lead_back_one_list_at_a_time(self, neighbour):
        shown = [neighbour.types(text)[0] for text in ("menu", "3", "9", "1", "0", "0", "0")]

        assert shown[4:] == [shown[2], shown[1], shown[0]]

    @pytest.mark.parametrize("typed", ["Lệ phí", "le phi", "LE PHI"])
    def test_are_found_by_their_names(self, neighbour, typed):
        neighbour.types("hỏi đáp")

        assert neighbour.types(typed)[0].startswith("Lệ phí:\n")

    def test_that_are_gone_lead_to_those_that_are_left(self, neighbour):
        neighbour.types("hỏi đáp")
        Question.objects.filter(topic__key="fees").update(agency=AgencyFactory())
        content_changed()

        said = neighbour.types("4")

        assert first_lines(said) == [
            "Mục này vừa được thay đổi, không còn ở đây. Xin chọn mục khác.",
            "Hỏi về việc gì?",
        ]
        assert "Lệ phí" not in said[1]


class TestOwnWords:
    def test_are_answered_at_once_where_it_is_clear_what_is_meant(self, neighbour):
        (said,) = neighbour.types("le phi lam cccd bao nhieu z")

        assert said.startswith("Lệ phí làm thẻ bao nhiêu?\n")
        assert "Căn cứ: " in said

    def test_are_offered_choices_where_it_is_not(self, neighbour):
        (said,) = neighbour.types("mất thẻ. bao lâu thì có thẻ? lệ phí bao nhiêu")
        (answer,) = neighbour.types("2")

        assert said.startswith("Có phải ông/bà muốn hỏi:\n1. ")
        assert said.endswith('hoặc gõ "gặp cán bộ".')
        assert answer.startswith(said.splitlines()[2][3:])

    def test_are_asked_for_the_one_fact_that_is_open(self, neighbour):
        (said,) = neighbour.types("lam can cuoc cho con")

        assert said.startswith("Làm thẻ cho người mấy tuổi?\n1. ")
        assert "Từ 6 đến 13 tuổi" in said
        (answer,) = neighbour.types("dạ bé 7 tuổi")
        assert answer.startswith("Đưa con 6–13 tuổi đi làm cần gì?")
        assert neighbour.types("bé mới sinh")[0].startswith("Làm thẻ cho trẻ dưới 6 tuổi thế nào?")

    def test_are_no_answer_to_the_fact_if_they_ask_something_new(self, neighbour):
        neighbour.types("làm căn cước cho con")

        assert neighbour.types("lệ phí làm cccd bao nhiêu")[0].startswith("Lệ phí làm thẻ bao nhiêu?")

    @pytest.mark.parametrize("typed", ["2", "8", "cháu 8 tuổi ạ", "tiểu học"])
    def test_tell_the_one_fact_that_was_asked_for(self, neighbour, typed):
        asked_for(neighbour, "age", ["duoi_6", "tu_6_den_14", "hoc_sinh_14"])

        assert neighbour.types(typed)[0].startswith("Đưa con 6–13 tuổi đi làm cần gì?\n")

    def test_tell_it_by_a_word_that_else_asks_nothing(self, neighbour):
        asked_for(neighbour, "fourteen", ["duoi_14", "hoc_sinh_14"])

        assert neighbour.types("rồi")[0].startswith("Học sinh vừa đủ 14 tuổi")

    def test_are_answered_while_a_list_is_open_and_leave_it_so(self, neighbour):
        neighbour.types("menu")

        assert neighbour.types("lệ phí làm cccd bao nhiêu")[0].startswith("Lệ phí làm thẻ bao nhiêu?")
        assert neighbour.types("3")[0].startswith("Hỏi về việc gì?")

    def test_lead_from_choices_back_to_the_list_that_was_open(self, neighbour):
        (topics,) = neighbour.types("hỏi đáp")
        for _ in range(2):
            neighbour.types("mất thẻ. bao lâu thì có thẻ? lệ phí bao nhiêu")

        assert neighbour.types("0") == [topics]

    def test_that_nobody_understands_are_told_so_once(self, neighbour):
        said = [neighbour.types(text) for text in ("asdf qwer zxcv", "poiu lkjh", "mnbv")]

        assert first_lines(said[0]) == [
            'Chưa rõ câu hỏi. Xin viết ngắn lại, thí dụ "mất thẻ làm lại sao", hoặc gõ "gặp cán bộ".',
            "Công an phường Bàn Thạch, trả lời tự động.",
        ]
        assert said[1:] == [[], []]

    def test_that_nobody_understands_leave_an_open_list_open(self, neighbour):
        neighbour.types("hỏi đáp")

        assert len(neighbour.types("asdf qwer zxcv")) == 1
        assert neighbour.types("4")[0].startswith("Lệ phí:")

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("cứu tôi với có cướp", "113"),
            ("tôi muốn tố cáo cán bộ vòi tiền", "Nội dung vừa nhắn không được lưu ở đây."),
        ],
    )
    def test_of_danger_and_complaints_lead_elsewhere_and_are_not_kept(self, neighbour, typed, said):
        neighbour.types("hỏi đáp")

        assert said in neighbour.types(typed)[0]

        assert not Miss.objects.exists()

    def test_of_thanks_need_few_words_and_of_assent_none(self, neighbour):
        assert neighbour.types("Cảm ơn nhiều ạ") == ['Không có gì ạ. Cần thêm, gõ "menu".']
        assert neighbour.types("ok") == []

    def test_are_left_to_the_human_who_talks_there(self, neighbour):
        an_officer_writes_to(neighbour)

        said = [neighbour.types(text) for text in ("menu", "lệ phí bao nhiêu", "049185012345", "3")]

        assert said == [[]] * 4


class TestWhatItCosts:
    @pytest.mark.parametrize(
        ("typed", "statements"),
        [("menu", 14), ("ok", 11), ("lệ phí làm cccd bao nhiêu", 16), ("hỏi đáp", 23), ("049185012345", 12)],
    )
    def test_is_a_handful_of_statements_for_each_text(
        self, neighbour, django_assert_max_num_queries, typed, statements
    ):
        neighbour.types("lệ phí làm cccd bao nhiêu")

        with django_assert_max_num_queries(statements):
            neighbour.types(typed)


class TestPaging:
    def test_shows_nine_or_eight_and_the_way_to_more(self):
        assert page_of(range(9)).numbers == 9
        assert page_of(range(9)).more_from is None
        assert (len(page_of(range(10)).shown), page_of(range(10)).more_from) == (8, 8)
        assert list(page_of(range(10), start=8).shown) == [8, 9]
