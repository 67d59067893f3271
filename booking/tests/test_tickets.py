"""Tickets as they are handed over: drawn, then read again."""

import io
import struct
from collections.abc import Callable
from datetime import timedelta
from xml.etree import ElementTree

import icalendar
import pytest
import time_machine
from pypdf import PageObject, PdfReader

from accounts.models import Citizen
from accounts.services.tokens import open_session
from accounts.tests.factories import EIGHT, CitizenFactory
from booking.models import Appointment
from booking.services.appointments import cancel, reschedule
from booking.services.lookup import LOOKUP
from booking.services.tickets import calendar, render, ticket_url
from booking.tests.factories import NOW, SlotFactory, book_one, following, party, person
from core import proofs
from core.testing import run_together

pytestmark = pytest.mark.django_db

POINTS_PER_MM = 72 / 25.4
NUMBER = "049085001123"
MARKUP = '#panic("x") *b* $x^2$ \\ @r <l> `c` // /* _i_'
LONGEST = {
    "slot__day__site__agency__name": "Công an phường Nguyễn Thị Minh Khai " * 3,
    "slot__day__site__agency__papers_to_bring": "thẻ căn cước hoặc CCCD đang có, giấy khai sinh, " * 4,
    "slot__day__site__name": "Trường Tiểu học Nguyễn Bỉnh Khiêm, cơ sở 2 " * 2,
    "slot__day__site__address": "Nhà văn hóa thôn Phú Thạnh, đường tỉnh 615, xã Tam Thăng " * 3,
}


def booked(full_name: str = "Trần Văn An", *, number: str = "", **fields) -> Appointment:
    """An appointment as readers get it. `number` is the person's own, `fields` are the slot's."""
    slot = SlotFactory(**{name.removeprefix("slot__"): value for name, value in fields.items()})
    numbered = {"personal_id": number} if number else {}
    return fresh(book_one(slot, person(full_name, **numbered)))


def fresh(appointment: Appointment) -> Appointment:
    return Appointment.objects.for_display().get(pk=appointment.pk)


def page_of(pdf: bytes) -> PageObject:
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    return page


def words_on(appointment: Appointment, *, roll: bool = False) -> str:
    """What the ticket says, with the spaces between words only."""
    text = page_of(render(appointment, form="pdf", roll=roll)).extract_text()
    return " ".join(text.replace("\u200b", "").replace("\u00a0", " ").split())


def heights_on(page: PageObject) -> list[tuple[str, float]]:
    """Each piece of text and how far above the page's lower edge it stands, in mm."""
    pieces: list[tuple[str, float]] = []

    def note(text: str, at: list[float], matrix: list[float], *_: object) -> None:
        if text.strip():
            pieces.append((text.strip(), (at[5] + at[3] * matrix[5]) / POINTS_PER_MM))

    page.extract_text(visitor_text=note)
    return pieces


def size_of_png(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def size_in_mm(page: PageObject) -> tuple[int, int]:
    return round(float(page.mediabox.width) / POINTS_PER_MM), round(
        float(page.mediabox.height) / POINTS_PER_MM
    )


class TestRender:
    @pytest.mark.parametrize("roll", [False, True])
    def test_says_number_hour_day_place_and_code(self, roll):
        appointment = booked(
            slot__day__site__name="Công an phường Bàn Thạch",
            slot__day__site__address="12 Trần Hưng Đạo, TP Đà Nẵng",
            slot__day__site__agency__hotline="02353811113",
        )

        words = words_on(appointment, roll=roll)

        for expected in (
            "SỐ THỨ TỰ A001",
            "08:00 thứ Hai, 23/11/2026",
            "Công an phường Bàn Thạch 12 Trần Hưng Đạo, TP Đà Nẵng",
            "Đến lúc 07:55 (trước 5 phút), gọi theo khung giờ",
            "Mang theo thẻ căn cước hoặc CCCD đang có",
            f"Mã hẹn {appointment.code}",
            "Đường dây nóng 0235 381 1113",
            "không phải giấy tiếp nhận hồ sơ",
        ):
            assert expected in words

    def test_shows_of_the_person_the_given_name_and_the_end_of_the_number(self):
        words = words_on(booked("Trần Văn An", number=NUMBER))

        assert "An · *********123" in words
        assert "Trần Văn" not in words
        assert "1123" not in words

    def test_says_when_the_number_comes(self):
        words = words_on(booked(slot__evening_numbers=True))

        assert "SỐ THỨ TỰ Số được gửi qua Zalo khoảng 16:00 ngày 22/11/2026" in words

    def test_promises_no_message_to_whom_an_officer_booked(self):
        appointment = booked(slot__evening_numbers=True)
        appointment.person.citizen_id = None

        assert "Số được phát khoảng 16:00 ngày 22/11/2026" in words_on(appointment)

    def test_says_that_it_is_cancelled(self):
        appointment = booked()
        cancel(code=appointment.code, citizen=None, now=NOW)

        words = words_on(fresh(appointment))

        assert "ĐÃ HỦY" in words

    def test_says_nothing_of_a_number_that_will_never_come(self):
        appointment = booked(slot__evening_numbers=True)
        cancel(code=appointment.code, citizen=None, now=NOW)

        words = words_on(fresh(appointment))

        assert "Số được" not in words
        assert "SỐ THỨ TỰ" not in words

    def test_asks_nobody_to_be_early_where_the_office_does_not(self):
        words = words_on(booked(slot__day__site__agency__arrive_early_minutes=0))

        assert "Đến lúc 08:00, gọi theo khung giờ" in words

    @pytest.mark.parametrize("roll", [False, True])
    def test_takes_names_as_data_never_as_markup(self, roll):
        appointment = booked(
            slot__day__site__name=MARKUP, slot__day__site__address='#image("/etc/passwd") = H'
        )
        appointment.person.full_name = MARKUP.replace(" ", "")

        words = words_on(appointment, roll=roll)

        assert MARKUP in words
        assert '#image("/etc/passwd") = H' in words
        assert MARKUP.replace(" ", "") in words.replace(" ", "")

    def test_draws_letters_of_every_people_of_the_country(self):
        assert "Y Ƀhiăt" in words_on(booked("Y Ƀhiăt Êban"))
        assert "Čŭĭñƀŏ" in words_on(booked("Siu Čŭĭñƀŏ"))

    def test_draws_a_ticket_even_for_letters_it_has_no_shapes_for(self):
        assert render(booked("សុខ 山"), form="png")

    def test_can_be_drawn_for_somebody_who_was_forgotten(self):
        appointment = booked()
        appointment.person.full_name, appointment.person.personal_id = "", None

        assert "Người đến (đã xóa)" in words_on(appointment)
        assert f"SUMMARY:Làm căn cước: {appointment.code}" in calendar(appointment, now=NOW)

    @pytest.mark.parametrize("numbers_later", [False, True])
    def test_keeps_the_longest_texts_on_one_page_and_off_the_code(self, numbers_later):
        appointment = booked("Nguyễn" * 16, number=NUMBER, slot__evening_numbers=numbers_later, **LONGEST)

        page = page_of(render(appointment, form="pdf"))

        body = [height for text, height in heights_on(page) if "*********123" in text]
        code = [height for text, height in heights_on(page) if text == appointment.code]
        assert size_in_mm(page) == (105, 148)
        assert body[0] > 46 > code[0] > 20

    @pytest.mark.parametrize("roll", [False, True])
    def test_loses_no_word_of_the_longest_texts(self, roll):
        appointment = booked(**LONGEST)

        words = words_on(appointment, roll=roll).replace(" ", "")

        for text in LONGEST.values():
            assert text.replace(" ", "") in words

    def test_makes_a_strip_as_wide_as_the_roll_and_as_long_as_need_be(self):
        brief = page_of(render(booked(), form="pdf", roll=True))
        longest = page_of(render(booked(**LONGEST), form="pdf", roll=True))

        assert size_in_mm(brief)[0] == size_in_mm(longest)[0] == 80
        assert size_in_mm(brief)[1] < size_in_mm(longest)[1]

    def test_makes_a_picture_for_phones(self):
        assert size_of_png(render(booked(), form="png")) == (1080, 1522)

    def test_makes_a_picture_with_the_dots_of_a_thermal_head(self):
        width, _ = size_of_png(render(booked(), form="png", roll=True))

        assert width == 640

    def test_makes_a_drawing_that_loads_and_runs_nothing(self):
        drawing = ElementTree.fromstring(render(booked(), form="svg"))  # noqa: S314 - our own drawing

        tags = {element.tag.rpartition("}")[2] for element in drawing.iter()}
        links = {
            value
            for element in drawing.iter()
            for name, value in element.attrib.items()
            if name.endswith("href")
        }
        assert not tags & {"script", "style", "image", "foreignObject", "a"}
        assert all(link.startswith("#") for link in links)

    def test_can_be_read_aloud(self):
        document = PdfReader(io.BytesIO(render(booked(), form="pdf")))

        catalog = document.root_object
        assert catalog["/MarkInfo"]["/Marked"]
        assert catalog["/Lang"].startswith("vi")
        assert document.metadata.title.startswith("Phiếu hẹn")

    def test_is_the_same_each_time(self):
        appointment = booked()

        assert render(appointment, form="pdf") == render(appointment, form="pdf")

    def test_keeps_apart_what_is_drawn_at_the_same_moment(self):
        appointments = [booked() for _ in range(8)]

        tickets = run_together([lambda each=each: render(each, form="pdf") for each in appointments])

        for appointment, ticket in zip(appointments, tickets, strict=True):
            assert f"Mã hẹn {appointment.code}" in " ".join(page_of(ticket).extract_text().split())


class TestCalendar:
    def event_of(self, appointment: Appointment, *, now=NOW) -> icalendar.Event:
        whole = icalendar.Calendar.from_ical(calendar(appointment, now=now))
        assert whole["METHOD"] == "PUBLISH"
        (event,) = whole.walk("VEVENT")
        return event

    def test_says_when_where_and_with_what(self):
        appointment = booked(
            slot__day__site__name="Công an phường Bàn Thạch",
            slot__day__site__address="Đường A; số 1\\2, TP B",
        )

        event = self.event_of(appointment)

        assert event.decoded("DTSTART") == EIGHT
        assert event.decoded("DTEND") == EIGHT + timedelta(minutes=30)
        assert event["SUMMARY"] == "Làm căn cước: An, số A001"
        assert event["LOCATION"] == "Công an phường Bàn Thạch, Đường A; số 1\\2, TP B"
        assert event["STATUS"] == "CONFIRMED"
        assert event["DESCRIPTION"].splitlines()[:3] == [
            f"Mã hẹn {appointment.code}.",
            "Đến lúc 07:55 (trước 5 phút), gọi theo khung giờ.",
            "Mang theo: thẻ căn cước hoặc CCCD đang có.",
        ]

    def test_rings_two_hours_before(self):
        (alarm,) = self.event_of(booked()).walk("VALARM")

        assert alarm.decoded("TRIGGER") == timedelta(hours=-2)

    def test_brings_the_time_zone_along(self):
        whole = icalendar.Calendar.from_ical(calendar(booked(), now=NOW))

        (zone,) = whole.walk("VTIMEZONE")
        assert zone["TZID"] == "Asia/Ho_Chi_Minh"
        assert zone.to_tz().utcoffset(EIGHT.replace(tzinfo=None)) == timedelta(hours=7)

    def test_keeps_its_name_and_counts_its_changes(self):
        appointment = booked()
        before = self.event_of(appointment)
        later = following(appointment.slot)
        reschedule(code=appointment.code, slot_id=later.public_id, citizen=None, now=NOW)

        moved = self.event_of(fresh(appointment), now=NOW + timedelta(minutes=1))

        assert moved["UID"] == before["UID"] == f"{appointment.code}@127.0.0.1"
        assert (before["SEQUENCE"], moved["SEQUENCE"]) == (0, 1)
        assert moved.decoded("DTSTART") == later.starts_at
        assert moved.decoded("DTSTAMP") == NOW + timedelta(minutes=1)

    def test_takes_a_cancelled_one_back_and_rings_no_more(self):
        appointment = booked()
        cancel(code=appointment.code, citizen=None, now=NOW)

        event = self.event_of(fresh(appointment))

        assert event["STATUS"] == "CANCELLED"
        assert event["SEQUENCE"] == 1
        assert not event.walk("VALARM")

    def test_says_when_the_number_comes(self):
        event = self.event_of(booked(slot__evening_numbers=True))

        assert event["SUMMARY"] == "Làm căn cước: An"
        assert "Số được gửi qua Zalo khoảng 16:00 ngày 22/11/2026." in event["DESCRIPTION"]

    def test_breaks_long_lines_as_the_format_wants(self):
        text = calendar(booked(**LONGEST), now=NOW)

        lines = text.encode().split(b"\r\n")
        assert all(len(line) <= 75 for line in lines)
        assert all(line.decode() for line in lines[:-1])
        assert "\n" not in text.replace("\r\n", "")


@pytest.fixture
def owner() -> Citizen:
    return CitizenFactory()


@pytest.fixture
def appointment(owner) -> Appointment:
    return fresh(book_one(SlotFactory(), citizen=owner))


@pytest.fixture
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


FILES = {
    "ticket.pdf": ("application/pdf", b"%PDF-"),
    "ticket.svg": ("image/svg+xml", b"<svg"),
    "ticket.png": ("image/png", b"\x89PNG"),
    "calendar.ics": ("text/calendar; charset=utf-8", b"BEGIN:VCALENDAR"),
}


@pytest.mark.usefixtures("_at_now")
class TestTicketFiles:
    @pytest.fixture
    def get(self, client, appointment) -> Callable:
        def get(name: str = "ticket.pdf", *, citizen: Citizen | None = None, **query: str):
            token = open_session(citizen=citizen, now=NOW).access if citizen else ""
            headers = {"Authorization": f"Bearer {token}"} if citizen else {}
            return client.get(f"/api/v1/appointments/{appointment.code}/{name}", query, headers=headers)

        return get

    def key_of(self, appointment: Appointment) -> str:
        return ticket_url(appointment, now=NOW).partition("?key=")[2]

    @pytest.mark.parametrize("name", FILES)
    def test_gives_the_owner_each_file(self, get, owner, name):
        response = get(name, citizen=owner)

        content_type, beginning = FILES[name]
        assert response.status_code == 200
        assert response["Content-Type"] == content_type
        assert response.content.startswith(beginning)

    @pytest.mark.parametrize("name", FILES)
    def test_gives_each_file_to_whoever_has_the_signed_address(self, get, appointment, name):
        assert get(name, key=self.key_of(appointment)).status_code == 200

    def test_lets_nobody_keep_a_file(self, get, owner, appointment):
        response = get(citizen=owner)

        assert response["Cache-Control"] == "private, no-store"
        assert response["Content-Disposition"] == f'inline; filename="phieu-hen-{appointment.code}.pdf"'

    def test_gives_the_strip_for_the_roll(self, get, owner):
        response = get(citizen=owner, roll="1")

        assert size_in_mm(page_of(response.content))[0] == 80

    def test_asks_a_stranger_to_sign_in(self, get):
        response = get()

        assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")

    def test_hides_the_appointments_of_others(self, get):
        response = get(citizen=CitizenFactory())

        assert (response.status_code, response.json()["code"]) == (404, "not_found")

    def test_opens_for_ten_minutes(self, get, appointment):
        key = self.key_of(appointment)

        with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
            assert get(key=key).status_code == 200
        with time_machine.travel(NOW + timedelta(minutes=10, seconds=1), tick=False):
            assert get(key=key).status_code == 404

    def test_refuses_an_address_that_was_not_signed_for_it(self, get, appointment):
        other = book_one(SlotFactory(), *party().people)
        of_a_lookup = proofs.sign(LOOKUP, appointment.code, lifetime=timedelta(minutes=30), now=NOW)
        key = self.key_of(appointment)
        longer = key.replace(key.split(".")[1], str(int(key.split(".")[1]) + 3600))

        for wrong in ("", "x", self.key_of(other), of_a_lookup, longer, f"{key}x"):
            response = get(key=wrong)
            assert (response.status_code, response.json()["code"]) == (404, "not_found")

    def test_answers_whatever_the_caller_says_to_accept(self, client, appointment):
        address = f"/api/v1/appointments/{appointment.code}/ticket.pdf"

        found = client.get(address, {"key": self.key_of(appointment)}, headers={"Accept": "application/pdf"})
        refused = client.get(address, {"key": "x"}, headers={"Accept": "application/pdf"})

        assert found["Content-Type"] == "application/pdf"
        assert refused["Content-Type"] == "application/problem+json"


@pytest.mark.usefixtures("_at_now")
def test_an_answer_carries_a_whole_address_of_the_ticket(client, owner, appointment):
    token = open_session(citizen=owner, now=NOW).access
    headers = {"Authorization": f"Bearer {token}"}

    listed = client.get("/api/v1/appointments/", headers=headers).json()["results"]

    assert listed[0]["ticket_url"].startswith(
        f"http://127.0.0.1:8000/api/v1/appointments/{appointment.code}/"
    )
    assert client.get(listed[0]["ticket_url"].removeprefix("http://127.0.0.1:8000")).status_code == 200
