"""Taking a place in the chat, typed as people type."""

from datetime import timedelta

import pytest

from accounts.notice import CURRENT_NOTICE
from accounts.relations import Relation
from accounts.services import takes_messages
from agencies.models import Agency
from booking.models import Appointment, Booking, Person, Registration, Slot
from booking.services.invariants import broken_invariants
from booking.services.people import NewPerson, details_of
from booking.tests.factories import (
    MONDAY,
    NOW,
    SlotFactory,
    book_one,
    declared,
    following,
    later_day,
    person,
    register,
)
from faq.models import Conversation
from faq.tests.talking import Writer, regular, somebody
from notifications.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wire")]


@pytest.fixture
def slot():
    return SlotFactory()


def taken() -> list[tuple[str, str]]:
    rows = Appointment.objects.select_related("person", "slot").order_by("pk")
    return [(row.person.full_name, row.queue_number) for row in rows]


def details(writer: Writer) -> NewPerson:
    """The writer, written down once more, as on the web."""
    row = Person.objects.filter(citizen=writer.citizen, position=0).earliest("pk")
    return NewPerson(details=details_of(row), relation=Relation.SELF)


def last(said: list[str]) -> list[str]:
    return said[-1].splitlines()


class TestWho:
    def test_is_chosen_among_those_who_came_before(self, slot):
        mother = regular(slot, "Trần Văn An", "Lê Thị Bình")

        (said,) = mother.begins()

        assert said.splitlines() == [
            "Lấy số cho ai?",
            "1. An",
            "2. Bình",
            'Trả lời số (thí dụ 1, hoặc 1 và 2), "tất cả", hoặc 0 để quay lại.',
            f"Người khác: http://127.0.0.1:8000/don-vi/{slot.day.site.agency.slug}/",
        ]

    def test_is_told_apart_by_relation_where_names_are_one(self, slot):
        mother = regular(slot, "Trần Văn An", "Lê Thị An")

        assert last(mother.begins())[1:3] == ["1. An (bản thân)", "2. An (con)"]

    def test_who_is_alone_is_asked_for_an_hour_at_once(self, slot):
        father = regular(slot, "Trần Văn An")

        (hours,) = father.begins()

        assert hours.splitlines() == [
            "Lấy số cho An.",
            "Giờ còn chỗ gần nhất:",
            "1. 08:00 thứ Hai, 23/11/2026",
            "2. Ngày khác",
            "Trả lời số, hoặc 0 để quay lại.",
            f"Người khác: http://127.0.0.1:8000/don-vi/{slot.day.site.agency.slug}/",
        ]
        assert "Người khác" not in father.types("2")[0]

    def test_is_told_that_all_have_a_place_already(self, slot):
        father = regular(slot, "Trần Văn An")
        for text in ("bấm số tự động", "1", "1"):
            father.types(text)

        assert father.says("bấm số tự động") == [
            'Những người đã ghi đều có lịch hẹn rồi. Xem: gõ "lịch hẹn của tôi".',
            f"Người khác: http://127.0.0.1:8000/don-vi/{slot.day.site.agency.slug}/",
        ]

    @pytest.mark.parametrize("wrong", ["3", "1 và 3", "0 1"])
    def test_is_asked_again_after_a_number_that_is_none(self, slot, wrong):
        mother = regular(slot, "Trần Văn An", "Lê Thị Bình")
        mother.begins()

        (said,) = mother.types(wrong)

        assert said.startswith("Danh sách chỉ có số 1 đến 2.")
        assert last(mother.types("2"))[0] == "Lấy số cho Bình."

    def test_are_no_more_than_the_office_takes_at_once(self, slot):
        slot.day.site.agency.people_per_booking = 1
        slot.day.site.agency.save()
        mother = regular(slot, "Trần Văn An", "Lê Thị Bình")
        mother.begins()

        assert mother.types("tất cả") == ["Mỗi lượt đặt tối đa 1 người."]
        assert last(mother.types("1"))[0] == "Lấy số cho An."

    @pytest.mark.parametrize("citizen", [{}, {"citizen": None}])
    def test_who_is_not_known_hears_the_nearest_hour_and_one_way(self, slot, citizen):
        stranger = somebody(oa_id=slot.day.site.agency.oa_id, clock=NOW, **citizen)

        (said,) = stranger.begins()

        assert said.startswith("Giờ còn chỗ gần nhất: 08:00 thứ Hai, 23/11/2026, Điểm tiếp nhận")
        assert said.count("http") == 1
        assert f"/don-vi/{slot.day.site.agency.slug}/" in said
        assert "Lần sau lấy số được ngay tại đây" in said

    def test_of_an_account_without_an_office_is_sent_to_the_first_page(self):
        assert somebody(oa_id="77").begins() == ["Lấy số, đặt lịch tại http://127.0.0.1:8000/"]


class TestHour:
    @pytest.fixture
    def mother(self, slot) -> Writer:
        for _ in range(3):
            slot = following(slot)
        later_day(slot, starts_at=slot.starts_at + timedelta(days=1))
        mother = regular(slot, "Trần Văn An", "Lê Thị Bình")
        mother.begins()
        return mother

    def test_the_three_nearest_are_offered(self, mother):
        assert last(mother.types("tất cả")) == [
            "Lấy số cho An, Bình.",
            "Giờ còn chỗ gần nhất:",
            "1. 08:00 thứ Hai, 23/11/2026",
            "2. 08:30 thứ Hai, 23/11/2026",
            "3. 09:00 thứ Hai, 23/11/2026",
            "4. Ngày khác",
            "Trả lời số, hoặc 0 để quay lại.",
        ]

    def test_on_another_day_is_found_in_two_steps_and_back_in_as_many(self, mother):
        steps = ["1", "4", "2", "0", "1", "4", "0", "0", "0"]

        said = [last(mother.types(step))[:3] for step in steps]

        days = ["Lấy số cho An.", "Ngày còn chỗ:", "1. Thứ Hai, 23/11/2026"]
        monday = ["Lấy số cho An.", "Thứ Hai, 23/11/2026 còn chỗ lúc:", "1. 08:00"]
        nearest = ["Lấy số cho An.", "Giờ còn chỗ gần nhất:", "1. 08:00 thứ Hai, 23/11/2026"]
        sure = ["Lấy số cho An:", "09:30 thứ Hai, 23/11/2026"]
        who = ["Lấy số cho ai?", "1. An", "2. Bình"]
        assert said[:4] == [
            nearest,
            days,
            ["Lấy số cho An.", "Thứ Ba, 24/11/2026 còn chỗ lúc:", "1. 09:30"],
            days,
        ]
        assert said[4] == monday
        assert said[5][:2] == sure
        assert said[6:] == [monday, days, nearest]
        assert last(mother.types("0"))[:3] == who

    def test_has_room_for_all_of_them_together(self, mother):
        Slot.objects.filter(day__date=MONDAY).update(capacity=1)

        assert last(mother.types("1 và 2"))[2] == "1. 09:30 thứ Ba, 24/11/2026"

    def test_is_one_in_a_row_where_none_is_large_enough(self, mother):
        Slot.objects.update(capacity=1)
        mother.types("1 2")

        assert last(mother.types("3"))[1] == "09:00 thứ Hai, 23/11/2026 (chia vào các khung giờ liền nhau)"
        mother.types("1")

        assert [row.slot.starts_at.hour for row in Appointment.objects.order_by("pk")] == [2, 2]
        assert Slot.objects.filter(taken=1).count() == 2

    def test_says_where_if_there_are_several_places(self, mother, slot):
        other = SlotFactory(day__site__agency=slot.day.site.agency, day__site__name="Nhà văn hóa An Mỹ")

        hours = last(mother.types("1"))[2:5]

        assert [line for line in hours if line.endswith(f", {other.day.site.name}")]

    def test_none_is_said_and_the_people_may_be_chosen_anew(self, mother):
        Slot.objects.filter(capacity=10).update(capacity=1)
        Slot.objects.filter(day__date=MONDAY).update(taken=1)

        (said,) = mother.types("1 và 2")

        assert said.startswith("Hiện không còn giờ nào đủ chỗ. Xem lại tại http")
        assert last(mother.types("2"))[0] == "Lấy số cho Bình."

    def test_of_a_long_day_is_found_on_a_second_list(self, mother, slot):
        for half_hour in range(8, 18):
            SlotFactory(day=slot.day, starts_at=slot.starts_at + half_hour * timedelta(minutes=30))
        monday = mother.says("1", "4", "1")

        later = mother.says("9")

        assert monday[9:11] == ["8. 13:30", "9. Giờ muộn hơn"]
        assert later[2:4] == ["1. 14:00", "2. 14:30"]
        assert mother.says("0") == monday
        assert mother.says("9", "2")[1] == "14:30 thứ Hai, 23/11/2026"


class TestAgreement:
    def test_names_who_when_where_what_to_bring_and_what_is_agreed_to(self, slot):
        mother = regular(slot, "Trần Văn An", "Lê Thị Bình")
        mother.begins()

        site = slot.day.site
        assert mother.says("1 2", "1") == [
            "Lấy số cho An, Bình:",
            "08:00 thứ Hai, 23/11/2026",
            f"{site.name}, {site.address}",
            "Mang theo: thẻ căn cước hoặc CCCD đang có.",
            "Đồng ý nghĩa là: thông tin đã ghi lần trước được dùng để giữ chỗ, cấp số và gọi đúng người, "
            f"theo thông báo bản {CURRENT_NOTICE.version}: http://127.0.0.1:8000/thong-bao-du-lieu/",
            "Và đã được Bình nhờ, hoặc là người đại diện theo pháp luật.",
            "1. Đồng ý, lấy số",
            "Trả lời số, hoặc 0 để quay lại.",
        ]
        assert not taken()

    @pytest.mark.parametrize("text", ["1", "Đồng ý", "ok"])
    def test_takes_the_number_and_says_all_of_it(self, slot, text):
        father = regular(slot, "Trần Văn An")
        father.begins()

        said = father.says("1", text)

        (appointment,) = Appointment.objects.all()
        site = slot.day.site
        assert said == [
            "Đã lấy số.",
            "Số thứ tự: A001",
            f"An: 08:00 thứ Hai, 23/11/2026. Mã hẹn {appointment.code}.",
            f"Nơi đến: {site.name}, {site.address}.",
            "Đến trước 5 phút, gọi theo khung giờ.",
            f"Phiếu của An: http://127.0.0.1:8000/lich-hen/{appointment.code}/",
        ]
        assert appointment.person.citizen == father.citizen
        assert not broken_invariants(now=NOW)

    def test_notes_what_was_agreed_to(self, slot):
        mother = regular(slot, "Trần Văn An", "Lê Thị Bình")
        mother.begins()

        mother.says("tất cả", "1", "1")

        booking = Booking.objects.latest("pk")
        assert (booking.notice_version, booking.on_behalf) == (CURRENT_NOTICE.version, True)
        assert taken() == [("Trần Văn An", "A001"), ("Lê Thị Bình", "A002")]

    def test_owes_the_reminder_and_no_word_besides(self, slot):
        father = regular(slot, "Trần Văn An")
        father.begins()

        father.says("1", "1")

        assert [message.kind for message in Message.objects.all()] == ["REMINDER"]

    def test_is_not_given_twice_by_a_number_that_was_typed_twice(self, slot):
        father = regular(slot, "Trần Văn An")
        father.begins()
        father.says("1", "1")

        father.types("1")

        assert len(taken()) == 1

    def test_is_not_given_by_a_number_that_comes_too_late(self, slot):
        father = regular(slot, "Trần Văn An")
        father.begins()
        father.types("1")
        father.clock += timedelta(minutes=31)

        father.types("1")

        assert not taken()

    def test_is_asked_anew_where_the_notice_has_changed_meanwhile(self, slot):
        father = regular(slot, "Trần Văn An")
        father.begins()
        father.types("1")
        conversation = Conversation.objects.get()
        conversation.question_about["notice"] = "2026-11-01"
        conversation.save()

        assert father.types("1")[0].startswith("Thông báo về dữ liệu cá nhân vừa có bản mới.")
        assert not taken()
        assert father.says("1")[0] == "Đã lấy số."

    @pytest.mark.parametrize(("number", "wanted"), [("1", True), ("2", False)])
    def test_asks_whether_messages_are_wanted_by_who_was_never_asked(self, slot, number, wanted):
        father = regular(slot, "Trần Văn An", takes_messages=False)
        father.begins()

        asked = father.says("1")
        assert father.says("đồng ý")[0].startswith("Danh sách có số 1 đến 2.")
        father.says(number)

        assert asked[-3:-1] == [
            "1. Đồng ý, lấy số và nhận số, nhắc hẹn qua Zalo",
            "2. Đồng ý, lấy số, không nhận tin",
        ]
        assert takes_messages(citizen=father.citizen) is wanted
        assert len(taken()) == 1

    @pytest.mark.parametrize(
        ("number", "said"),
        [
            ("1", "Số thứ tự được gửi qua Zalo khoảng 16:00 ngày 22/11."),
            ("2", "Số thứ tự có trên phiếu hẹn khoảng 16:00 ngày 22/11."),
        ],
    )
    def test_says_when_a_number_comes_that_is_given_later(self, number, said):
        father = regular(SlotFactory(evening_numbers=True), "Trần Văn An", takes_messages=False)
        father.begins()

        assert father.says("1", number)[1] == said

    def test_says_neither_whole_names_nor_numbers(self, slot):
        mother = regular(slot, "Trần Văn An", "Lê Thị Bình")
        said = "\n".join(
            [*mother.begins(), *(text for typed in ("1 2", "1", "1") for text in mother.types(typed))]
        )

        assert "An" in said
        assert not any(secret in said for secret in ("Trần Văn", "Lê Thị", "1985", "0490"))


class TestRefusal:
    def test_of_a_full_hour_names_others_and_shows_them(self, slot):
        following(slot)
        father = regular(slot, "Trần Văn An")
        father.begins()
        father.types("1")
        Slot.objects.filter(pk=slot.pk).update(taken=10)

        full, hours = father.types("1")

        assert full == "Khung giờ này vừa hết chỗ. Còn chỗ gần nhất: 08:30 (10 chỗ)."
        assert hours.splitlines()[2] == "1. 08:30 thứ Hai, 23/11/2026"
        assert not Booking.objects.filter(people__is_live=True).exists()
        assert father.says("1", "1")[0] == "Đã lấy số."

    def test_of_who_was_booked_meanwhile_leads_to_that_place(self, slot):
        father = regular(slot, "Trần Văn An")
        father.begins()
        father.types("1")
        held = book_one(following(slot), details(father), citizen=father.citizen)

        refused, mine = father.types("1")

        assert refused == (
            f"Có người trong số này đã có lịch hẹn: 08:30 23/11/2026, {slot.day.site.name}, mã {held.code}. "
            "Đổi giờ hoặc hủy lịch đó trước."
        )
        assert mine.splitlines()[1] == f"1. An, 08:30 23/11/2026, số A001, mã {held.code}"

    def test_of_who_was_booked_by_a_stranger_tells_nothing_of_it(self, slot):
        father = regular(slot, "Trần Văn An")
        held = book_one(following(slot), details(father))
        father.begins()

        refused = father.types("1") and father.types("1")[0]

        assert refused.startswith("An đã được một tài khoản khác đăng ký.")
        assert held.code not in refused

    def test_of_an_office_that_wants_dossiers_by_now_leads_to_declaring(self, slot):
        father = regular(slot, "Trần Văn An")
        father.begins()
        father.types("1")
        Agency.objects.update(dossier_required=True)

        (refused,) = father.types("1")

        assert refused.startswith("Đơn vị này yêu cầu khai hồ sơ trước khi đặt lịch.\nKhai tại: http")

    def test_of_somebody_forgotten_meanwhile_asks_anew(self, slot):
        father = regular(slot, "Trần Văn An")
        father.begins()
        father.types("1")
        Person.objects.update(full_name="", birth_date=None)

        changed, nobody = father.types("1")

        assert changed.startswith("Danh sách người vừa thay đổi.")
        assert "Lần đầu lấy số tại: http" in nobody


class TestWithDossiers:
    @pytest.fixture
    def slot(self):
        return SlotFactory(day__site__agency__dossier_required=True, capacity=2)

    def test_places_are_as_many_as_the_procedure_takes(self, slot):
        mother = regular(slot)
        agency = slot.day.site.agency
        for name in ("Trần Văn An", "Lê Thị Bình"):
            declared(person(name), agency=agency, citizen=mother.citizen, places=1 if "An" in name else 2)

        hours = mother.begins()

        assert hours[0].splitlines()[1:3] == ["1. An", "2. Bình"]
        assert mother.types("1 2")[0].startswith("Hiện không còn giờ nào đủ chỗ.")

    def test_who_has_none_is_led_to_declaring(self, slot):
        father = regular(slot, "Trần Văn An")

        (said,) = father.begins()

        assert "cần khai hồ sơ trước" in said
        assert said.endswith(f"/don-vi/{slot.day.site.agency.slug}/khai-ho-so/")

    def test_the_place_is_for_the_dossier(self, slot):
        father = regular(slot)
        declared(person("Lê Thị Bình"), agency=slot.day.site.agency, citizen=father.citizen)
        father.begins()

        father.says("1", "1")

        assert Person.objects.get(is_live=True).dossier.full_name == "Lê Thị Bình"


class TestWhereTheOfficeAssigns:
    @pytest.fixture
    def slot(self):
        slot = SlotFactory(office_assigns=True)
        for days in range(1, 7):
            later_day(slot, days=days)
        return slot

    @pytest.fixture
    def mother(self, slot) -> Writer:
        mother = regular(slot, "Trần Văn An", "Lê Thị Bình")
        mother.begins()
        return mother

    def test_days_are_asked_for(self, mother):
        assert mother.says("1 2") == [
            "Đăng ký cho An, Bình. Đơn vị xếp nơi làm, giờ và số. Đến được ngày nào?",
            "1. Thứ Hai, 23/11/2026",
            "2. Thứ Ba, 24/11/2026",
            "3. Thứ Tư, 25/11/2026",
            "4. Thứ Năm, 26/11/2026",
            "5. Thứ Sáu, 27/11/2026",
            "6. Cả tuần sau, từ thứ Hai, 23/11/2026 đến Chủ nhật, 29/11/2026",
            "Trả lời số (các ngày liền nhau thì ghi cả, thí dụ 1 và 2), hoặc 0 để quay lại.",
        ]

    @pytest.mark.parametrize(("numbers", "days"), [("2", (24, 24)), ("2 và 3", (24, 25)), ("6", (23, 29))])
    def test_the_wish_is_noted_and_it_is_said_when_the_rest_comes(self, mother, numbers, days):
        mother.types("1 2")
        mother.types(numbers)

        said = mother.says("1")

        (wish,) = Registration.objects.all()
        assert (wish.from_date.day, wish.to_date.day) == days
        assert said[0] == "Đã ghi nhận đăng ký cho An, Bình."
        told = f"{days[0] - 1}/11"
        assert said[2] == (f"Nơi làm, giờ và số thứ tự được gửi qua Zalo, sớm nhất khoảng 16:00 ngày {told}.")
        assert not Message.objects.exists()

    def test_days_apart_are_no_wish(self, mother):
        mother.types("1")

        assert mother.types("1 và 3")[0].startswith("Chọn một số, hoặc các ngày liền nhau")

    def test_who_waits_already_is_not_offered(self, slot):
        mother = regular(slot, "Trần Văn An", "Lê Thị Bình")
        register(slot, details(mother), citizen=mother.citizen)

        assert mother.begins()[0].startswith("Đăng ký cho Bình.")
