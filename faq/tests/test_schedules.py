"""The schedule in the chat, as people ask for it; it says what the page and the API say."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from agencies.tests.factories import AgencyFactory
from agencies.tests.few_units import load_few_units
from booking.services import schedule
from booking.services.sessions import cancel_session
from booking.tests.factories import (
    AN_MY,
    FOUR,
    HOA_HUONG,
    MONDAY,
    NOW,
    OpeningRuleFactory,
    SiteFactory,
    evening,
)
from faq.services.chatting import schedules
from faq.services.chatting.listening import Heard
from faq.services.filling import Facts
from faq.services.loading import load_faq
from faq.tests.talking import somebody
from faq.typed import understand

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def office(tmp_path):
    load_few_units(tmp_path)
    return AgencyFactory(name="Công an TP Tam Kỳ")


@pytest.fixture
def hall(office):
    """Hòa Hương's evening on Monday; An Mỹ's on Tuesday, at another place."""
    site = SiteFactory(agency=office, mobile=True, name="Nhà văn hóa Hòa Hương", address="5 Duy Tân")
    evening(site, HOA_HUONG)
    evening(SiteFactory(agency=office, mobile=True, name="Trường An Mỹ"), AN_MY, on=TUESDAY)
    return site


def citizen(office):
    return somebody(oa_id=office.oa_id, citizen=None)


def is_for_the_schedule(office, text) -> bool:
    """Whether a text is answered with the schedule, and not by whoever knows the answers of the office."""
    said = {"oa_id": office.oa_id, "agency": office, "citizen": None, "menu": None}
    heard = Heard(**said, text=text, typed=understand(text), occurred_at=FOUR, now=FOUR)
    return schedules.reply_to(heard) is not None


FOR_THE_SCHEDULE = [
    "bao giờ phường an mỹ làm căn cước lưu động",
    "lich luu dong p. hoa huong",
    "khi nào công an về phường Hương Trà làm cccd vậy",
    "tối nay có tăng ca không",
    "thứ bảy có làm ngoài giờ ko",
]
FOR_OTHERS = [
    "khi nào công an về phường tôi làm lưu động",
    "đợt lưu động lỡ rồi thì sao",
    "tôi ở phường hòa hương bao giờ có thẻ",
    "mẹ tôi ở phường an mỹ già yếu, có làm lưu động tại nhà không",
    "đi lưu động ở hòa hương mang theo giấy tờ gì",
    "tôi ở an mỹ làm cccd bao giờ có thẻ",
    "hôm nay về phường an mỹ làm cccd bao lâu xong",
    "tối nay có làm không",
    "đổi lịch hẹn",
    "1",
]


def test_who_asks_for_it_is_shown_it_and_nobody_else(hall):
    assert [text for text in FOR_THE_SCHEDULE if not is_for_the_schedule(hall.agency, text)] == []
    assert [text for text in FOR_OTHERS if is_for_the_schedule(hall.agency, text)] == []


class TestAnswer:
    def test_is_the_next_sessions_by_day_and_the_question_for_the_ward(self, hall):
        (said,) = citizen(hall.agency).types("lịch cấp căn cước")

        assert said.splitlines() == [
            "Lịch cấp căn cước lưu động, ngoài giờ của Công an TP Tam Kỳ:",
            "Thứ Hai, 23/11/2026:",
            "- 18:00–20:00, Nhà văn hóa Hòa Hương, 5 Duy Tân (ngoài giờ, chỉ nhận người ở Phường Hòa Hương): "
            "còn 16 chỗ.",
            "Thứ Ba, 24/11/2026:",
            *[line for line in said.splitlines() if "Trường An Mỹ" in line],
            f"Xem đủ, đặt lịch: {schedule.page_of_schedule(hall.agency)}",
            "Lịch có thể thay đổi, xem lại trước khi đi.",
            "Phường, xã nào? Gõ tên, hoặc 0 để quay lại.",
        ]

    @pytest.mark.parametrize("named", ["p. hòa hương", "HUONG TRA", "tôi ở phường hòa hương ạ"])
    def test_for_a_ward_that_is_typed_then(self, hall, named):
        person = citizen(hall.agency)
        person.types("lịch lưu động")

        (said,) = person.types(named)

        assert "Nhà văn hóa Hòa Hương, 5 Duy Tân (ngoài giờ): còn 16 chỗ." in said
        assert "Trường An Mỹ" not in said

    def test_asks_again_for_a_ward_that_nobody_has_and_lets_other_questions_through(self, hall):
        load_faq(now=NOW)
        person = citizen(hall.agency)
        person.types("lịch lưu động")

        assert person.types("phường không có")[0].startswith("Chưa rõ là phường, xã nào.")
        assert person.types("lệ phí làm căn cước bao nhiêu")[0].startswith("Lệ phí")
        assert "Trường An Mỹ" in person.types("an mỹ")[0]

    def test_leads_back_by_0(self, hall):
        person = citizen(hall.agency)
        person.types("lịch lưu động")

        assert "1. Lấy số, đặt lịch" in person.types("0")[0]

    def test_of_a_day(self, hall):
        (said,) = citizen(hall.agency).types("thứ ba có làm ngoài giờ không")

        assert "Trường An Mỹ" in said
        assert "Hòa Hương" not in said

    def test_of_a_day_without_any_names_the_next(self, hall):
        (said,) = citizen(hall.agency).types("tối nay có tăng ca không")

        assert said.startswith("Chủ nhật, 22/11/2026 không có buổi lưu động, ngoài giờ nào.\nBuổi gần nhất:")
        assert "Nhà văn hóa Hòa Hương" in said

    def test_for_a_ward_without_any_names_those_that_take_everybody(self, hall):
        evening(SiteFactory(agency=hall.agency, name="Trụ sở"), on=TUESDAY)

        (said,) = citizen(hall.agency).types("lịch lưu động phường An Xuân")

        assert said.startswith("Chưa có buổi nào riêng cho Phường An Xuân. Các buổi nhận mọi người:")
        assert "Trụ sở" in said
        assert "Trường An Mỹ" not in said

    def test_for_a_ward_without_any_names_the_office(self, hall):
        OpeningRuleFactory(site=SiteFactory(agency=hall.agency, name="Trụ sở", address="70 Hùng Vương"))

        (said,) = citizen(hall.agency).types("lịch lưu động phường An Xuân")

        assert said.splitlines()[:2] == [
            "30 ngày tới chưa có buổi lưu động, ngoài giờ nào cho Phường An Xuân.",
            "Làm tại: Trụ sở, 70 Hùng Vương. Giờ tiếp nhận: thứ Hai 08:00–10:00.",
        ]

    def test_for_a_ward_are_its_own_however_many_take_everybody(self, office):
        for days in range(10):
            evening(SiteFactory(agency=office, name=f"Trụ sở {days}"), on=MONDAY + timedelta(days=days))
        evening(SiteFactory(agency=office, name="Đình làng"), HOA_HUONG, on=MONDAY + timedelta(days=9))

        (said,) = citizen(office).types("lịch lưu động hòa hương")

        assert "Đình làng" in said
        assert "Trụ sở" not in said

    def test_is_short_however_much_is_planned(self, office):
        site = SiteFactory(agency=office)
        for days in range(10):
            evening(site, on=MONDAY + timedelta(days=days))

        (said,) = citizen(office).types("lịch lưu động")

        assert said.count("\n- ") == schedules.MOST_SHOWN
        assert said.count(site.address) == said.count("18:00–20:00") == 1

    def test_says_a_place_once_whose_address_begins_with_its_name(self, office):
        evening(SiteFactory(agency=office, name="Công an xã A", address="Công an Xã A, Tam Kỳ"))

        (said,) = citizen(office).types("lịch lưu động")

        assert "18:00–20:00, Công an Xã A, Tam Kỳ (" in said


def test_page_api_chat_and_answers_change_at_once_and_show_no_other_office(hall, client):
    person = citizen(hall.agency)
    foreign = evening(SiteFactory(name="Nơi Khác"))
    said = f"/api/v1/schedule/?agency={hall.agency.slug}"

    def everywhere() -> list[str]:
        with time_machine.travel(FOUR, tick=False):
            shown = client.get(reverse("schedule", args=[hall.agency.slug])).content.decode()
            told = client.get(said).content.decode()
        filled = Facts(hall.agency, now=FOUR).value("mobile_schedule")
        return [shown, told, *person.types("lịch lưu động"), filled]

    added = evening(
        SiteFactory(agency=hall.agency, name="Chợ Tam Kỳ", mobile=True), on=TUESDAY, kind="MOBILE"
    )
    assert all("Chợ Tam Kỳ" in where for where in everywhere())
    cancel_session(session=added, now=NOW)
    assert not any("Chợ Tam Kỳ" in where for where in everywhere())
    assert not any(foreign.site.name in where for where in everywhere())
