"""Somebody of the office is asked for in the chat."""

from datetime import time, timedelta

import pytest

from agencies.tests.factories import AgencyFactory, CalendarDayFactory
from booking.tests.factories import EIGHT, MONDAY, OpeningRuleFactory, SiteFactory
from faq.models import Conversation
from faq.services import end_wait, pause
from faq.services.chatting.humans import waiting_long
from faq.tests.factories import ConversationFactory
from faq.tests.talking import Writer, somebody
from faq.typed import Word, understand

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wire")]
ASKED, OFFICER = Conversation.Pause.ASKED, Conversation.Pause.OFFICER
MINUTE = timedelta(minutes=1)


@pytest.fixture
def agency():
    """At work on Mondays, 07:30 to 11:30 and 13:30 to 17:00."""
    site = SiteFactory(agency__name="Công an phường Bàn Thạch")
    for hours in ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0))):
        OpeningRuleFactory(site=site, starts_at=hours[0], ends_at=hours[1])
    return site.agency


def writer_at(agency, moment) -> Writer:
    writer = somebody(oa_id=agency.oa_id)
    writer.clock = moment
    return writer


@pytest.fixture
def writer(agency) -> Writer:
    return writer_at(agency, EIGHT)


def officer_writes(writer, *, at=None) -> None:
    whom = {"oa_id": writer.contact.oa_id, "uid": writer.contact.uid}
    pause(**whom, by="84901", occurred_at=at or writer.clock, now=writer.clock)


def state() -> tuple[str, bool]:
    """Why the portal is quiet, and whether a human is waited for."""
    row = Conversation.objects.get()
    return row.pause, row.human_wanted_at is not None


class TestUnderstand:
    @pytest.mark.parametrize(
        "text",
        [
            *("gặp cán bộ", "Gặp cán bộ!", "gap can bo", "GẶP CB", "gapcanbo", "5. Gặp cán bộ", "cán bộ"),
            *("cho tôi gặp cán bộ với ạ", "cho gặp nhân viên", "cho e gặp nv dc k", "gặp người thật"),
            *("tôi cần gặp cán bộ gấp", "muốn nói chuyện với người thật", "cho bà gặp cô cán bộ"),
            *("gặp tư vấn viên", "cho gặp ai đó đi", "chuyển máy cho cán bộ", "ko muốn nc với bot"),
            *("có cán bộ nào trực không ạ", "làm ơn cho gặp cán bộ", "lien he nhan vien"),
        ],
    )
    def test_hears_that_a_human_is_wanted(self, text):
        assert understand(text) is Word.HUMAN

    @pytest.mark.parametrize(
        "text",
        [
            *("gặp cán bộ cần mang gì", "gặp cán bộ ở đâu", "cán bộ ơi cho hỏi", "không cần gặp cán bộ"),
            *("đừng gặp cán bộ", "gặp ai để nộp hồ sơ", "cán bộ làm việc mấy giờ", "số điện thoại cán bộ"),
            *("cho người khác lấy hộ thẻ", "có cán bộ đến nhà làm không", "hẹn gặp lại", "gặp sự cố"),
            *("làm căn cước cho người già", "công an", "cho tôi gặp con tôi", "tư vấn giúp tôi"),
        ],
    )
    def test_hears_none_where_more_is_said_or_another_thing(self, text):
        assert understand(text) is not Word.HUMAN


class TestInWorkingHours:
    def test_says_who_comes_until_when_and_how_to_go_back(self, writer):
        (said,) = writer.types("cho gặp nhân viên")

        assert said == (
            "Cán bộ Công an phường Bàn Thạch trả lời ông/bà tại đây, dự kiến trước 08:30. "
            "Cần gấp: gọi 0235 385 1234.\n"
            "Trong lúc chờ, máy không trả lời. Gõ 0 để quay lại trả lời tự động."
        )
        assert state() == (ASKED, True)

    def test_is_offered_in_the_first_list(self, writer):
        number = writer.types("menu")[0].split(". Gặp cán bộ")[0][-1]

        writer.types(number)

        assert state() == (ASKED, True)

    def test_keeps_quiet_until_then(self, writer):
        writer.types("gặp cán bộ")

        assert [writer.types(text) for text in ("alo", "1", "gặp cán bộ", "mất thẻ làm lại sao")] == [[]] * 4

    def test_does_not_keep_quiet_to_somebody_in_danger(self, writer):
        writer.types("gặp cán bộ")

        assert "gọi ngay 113" in writer.types("cứu tôi với có người đánh tôi")[0]
        assert state() == (ASKED, True)

    @pytest.mark.parametrize("text", ["0", "menu", "quay lại"])
    def test_ends_at_once_for_who_waits_no_more(self, writer, text):
        writer.types("gặp cán bộ")

        sorry, menu = writer.types(text)

        assert sorry == "Đã thôi chờ cán bộ."
        assert "1. Lấy số, đặt lịch" in menu
        assert state() == ("", False)

    def test_is_not_ended_by_what_was_typed_before(self, writer):
        before = writer.clock
        writer.types("gặp cán bộ")

        assert writer.types("0", at=before) == []

        assert state() == (ASKED, True)

    def test_promises_no_minute_after_closing_time(self, agency):
        writer = writer_at(agency, EIGHT + timedelta(hours=3, minutes=10))

        assert "dự kiến trước 11:30" in writer.types("gặp cán bộ")[0]

    def test_begins_nothing_in_the_last_minutes(self, agency):
        writer = writer_at(agency, EIGHT + timedelta(hours=3, minutes=25))

        assert "từ 13:30 hôm nay" in writer.types("gặp cán bộ")[0]

    def test_lasts_as_long_as_is_set(self, writer, settings):
        settings.CHAT_HAND_OVER_MINUTES = 5

        assert "dự kiến trước 08:05" in writer.types("gặp cán bộ")[0]


class TestNobodyCame:
    @pytest.fixture
    def left_alone(self, writer):
        writer.types("gặp cán bộ")
        writer.clock += 30 * MINUTE
        return writer

    def test_is_said_once_with_the_next_answer(self, left_alone):
        sorry, menu = left_alone.types("menu")

        assert sorry == (
            "Xin lỗi, chưa có cán bộ nào trả lời được. Lời nhờ của ông/bà vẫn được giữ lại. "
            "Cần gấp: gọi 0235 385 1234. Từ đây máy trả lời lại."
        )
        assert "1. Lấy số, đặt lịch" in menu
        assert len(left_alone.types("menu")) == 1
        assert state() == ("", True)

    def test_may_be_asked_for_again_and_has_waited_since_the_first_time(self, left_alone):
        assert len(left_alone.types("gặp cán bộ")) == 2

        assert state() == (ASKED, True)
        assert Conversation.objects.get().human_wanted_at < EIGHT + MINUTE

    def test_is_not_said_if_somebody_did(self, left_alone):
        officer_writes(left_alone, at=EIGHT + 20 * MINUTE)
        left_alone.clock += 30 * MINUTE

        assert len(left_alone.types("menu")) == 1


class TestOutOfHours:
    @pytest.mark.parametrize(
        ("moment", "when"),
        [
            (EIGHT - timedelta(days=1), "từ 07:30 thứ Hai 23/11"),
            (EIGHT + timedelta(hours=4), "từ 13:30 hôm nay"),
            (EIGHT + timedelta(hours=10), "từ 07:30 thứ Hai 30/11"),
        ],
    )
    def test_says_when_somebody_answers_and_goes_on_answering(self, agency, moment, when):
        writer = writer_at(agency, moment)

        (said,) = writer.types("gặp cán bộ")

        assert when in said
        assert state() == ("", True)
        assert len(writer.types("menu")) == 1

    def test_is_a_holiday(self, writer):
        CalendarDayFactory(date=MONDAY)

        assert "từ 07:30 thứ Hai 30/11" in writer.types("gặp cán bộ")[0]

    def test_makes_nothing_up_for_an_office_without_hours_and_phone(self):
        (said,) = writer_at(AgencyFactory(name="Công an xã X", hotline=""), EIGHT).types("gặp cán bộ")

        assert said == (
            "Đã ghi để cán bộ Công an xã X biết. Chưa rõ khi nào có người trả lời.\n"
            "Ông/bà vẫn hỏi tiếp được, máy trả lời ngay."
        )
        assert state() == ("", True)

    def test_has_nobody_to_tell_at_an_account_of_no_agency(self):
        assert "đến trụ sở" in somebody(oa_id="1").types("gặp cán bộ")[0]
        assert state() == ("", False)


class TestAnOfficerWrites:
    def test_and_nobody_is_waited_for_any_more(self, writer):
        writer.types("gặp cán bộ")

        officer_writes(writer)

        assert state() == (OFFICER, False)
        assert writer.types("0") == []

    def test_before_the_human_was_asked_for_and_it_is_told_late(self, writer):
        writer.types("gặp cán bộ")

        officer_writes(writer, at=EIGHT - MINUTE)

        assert state() == (ASKED, True)

    def test_and_the_pause_is_theirs_even_where_it_is_the_shorter_one(self, writer, settings):
        settings.CHAT_PAUSE_MINUTES = 5
        writer.types("gặp cán bộ")
        until = Conversation.objects.get().paused_until

        officer_writes(writer)

        assert state() == (OFFICER, False)
        assert Conversation.objects.get().paused_until == until

    def test_elsewhere_and_says_so(self, writer):
        writer.types("gặp cán bộ")

        end_wait(conversation=Conversation.objects.get())

        assert state() == ("", False)
        assert len(writer.types("menu")) == 1


class TestWaitingLong:
    def waiting(self, *, now):
        return [(one.people, one.since) for one in waiting_long(Conversation.objects.all(), now=now)]

    @pytest.fixture
    def at_once(self, agency):
        """Somebody who asked at 08:00, and somebody who asked last night."""
        for wanted in (EIGHT, EIGHT - timedelta(hours=12)):
            ConversationFactory(oa_id=agency.oa_id, human_wanted_at=wanted, paused_until=None, pause="")

    @pytest.mark.usefixtures("at_once")
    def test_counts_from_a_quarter_of_an_hour_on(self):
        assert self.waiting(now=EIGHT + 14 * MINUTE) == [(1, EIGHT - timedelta(hours=12))]
        assert self.waiting(now=EIGHT + 15 * MINUTE) == [(2, EIGHT - timedelta(hours=12))]

    @pytest.mark.usefixtures("at_once")
    @pytest.mark.parametrize(
        "moment", [EIGHT - 16 * MINUTE, EIGHT + timedelta(hours=4), EIGHT + timedelta(hours=10)]
    )
    def test_counts_nobody_before_the_officers_are_in_or_when_they_are_out(self, moment):
        assert self.waiting(now=moment) == []
