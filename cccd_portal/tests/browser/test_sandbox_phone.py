"""The phone of the stand-in Zalo: a person is made, reads what the portal sent, taps, writes, refuses."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from booking.tests.factories import NOW, SlotFactory
from cccd_portal.tests.browser.looking import (
    NARROWEST,
    SMALLEST_TARGET,
    TARGETS,
    axe_faults,
    photograph,
    set_width,
    too_wide,
)
from cccd_portal.tests.browser.ways import DESKTOP, PHONE
from faq.services.loading import load_faq
from faq.tests.talking import regular

OA = "2718281828459045235"
TICKET = "http://127.0.0.1/lich-hen/TP8F2YC/"
TEXT = "Nhắc lịch hẹn của <name>\nThời gian: <time>"


@pytest.fixture
def zalo(running):
    """A Zalo with one office, whose tokens the test holds, and nobody else yet."""
    running.start_anew()
    running.oa(OA, "Công an quận Tân Phú")
    button = {"title": "Xem, đổi hoặc hủy", "content": TICKET}
    running.template("nhac", TEXT, name="Nhắc hẹn", buttons=[button])
    return running


@pytest.fixture
def page(browser, zalo) -> Iterator[Page]:
    context = browser.new_context(
        base_url=zalo.base_url,
        viewport={"width": PHONE, "height": 844},
        locale="vi-VN",
        reduced_motion="reduce",
    )
    page, complaints = context.new_page(), []
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request", lambda request: complaints.append(request.url) if is_abroad(request.url, zalo) else None
    )
    page.goto("/")
    yield page
    context.close()
    assert complaints == []


def is_abroad(address: str, zalo) -> bool:
    return not address.startswith((zalo.base_url, "data:"))


def faults_of(page: Page) -> list[str]:
    """What is wrong with the page as it stands: for axe, for a finger, and too wide."""
    faults = []
    for width in (DESKTOP, NARROWEST, PHONE):
        set_width(page, width)
        found = [*too_wide(page, width), *page.evaluate(TARGETS, SMALLEST_TARGET)]
        found += axe_faults(page) if width != NARROWEST else []
        faults += [f"at {width} px: {one}" for one in found]
    return faults


def make_person(page: Page) -> None:
    page.get_by_label("Họ và tên").fill("Trần Văn An")
    page.get_by_label("Số điện thoại").fill("0905 123 456")
    page.get_by_role("button", name="Thêm và mở điện thoại").click()
    expect(page.get_by_role("heading", name="Trần Văn An")).to_be_visible()


def send(zalo, path: str, **body) -> None:
    headers = {"access_token": zalo.world.oas[OA].access_token}
    assert zalo.http.post(path, headers=headers, json=body).json()["error"] == 0


def test_a_person_reads_taps_writes_and_leaves(page, zalo, screens):
    looks = faults_of(page)
    make_person(page)
    data = {"name": "An", "time": "08:30 23/11/2026"}
    send(
        zalo,
        "/message/template",
        phone="84905123456",
        template_id="nhac",
        template_data=data,
        tracking_id="m-1",
    )

    page.get_by_role("button", name="Công an quận Tân Phú").click()
    card = page.get_by_role("article")
    expect(card).to_contain_text("Nhắc lịch hẹn của An")
    expect(card.get_by_role("definition")).to_have_text("08:30 23/11/2026")
    expect(card.get_by_role("link", name="Xem, đổi hoặc hủy")).to_have_attribute("href", TICKET)
    page.get_by_label("Nhắn tin").fill("Đổi giờ được không?")
    page.get_by_role("button", name="Gửi").click()
    expect(page.get_by_role("article").last).to_contain_text("Đổi giờ được không?")
    (citizen,) = zalo.world.citizens.values()
    send(
        zalo,
        "/v3.0/oa/message/cs",
        recipient={"user_id": zalo.world.uid(citizen, OA)},
        message={"text": "Được, từ 8 giờ."},
    )
    expect(page.get_by_role("article").last).to_contain_text("Được, từ 8 giờ.")
    looks += faults_of(page)
    for width in (DESKTOP, PHONE):
        set_width(page, width)
        if screens:
            photograph(page, screens, f"phone-{width}")
    page.get_by_role("button", name="Bỏ quan tâm").click()
    expect(page.get_by_role("button", name="Quan tâm", exact=True)).to_be_visible()

    assert citizen.follows == set()
    assert looks == []


def test_a_person_refuses_and_the_tester_moves_the_clock_and_breaks_things(page, zalo):
    make_person(page)
    page.get_by_role("button", name="Quyền").click()
    page.get_by_label("Tên và ảnh đại diện").uncheck()
    page.get_by_label("Chặn tin của trang này").check()
    looks = faults_of(page)
    page.get_by_role("button", name="Quay lại").click()
    page.get_by_role("button", name="Đồng hồ, sự cố, nhật ký").click()
    page.get_by_role("button", name="+1 ngày").click()
    expect(page.get_by_text("đã chỉnh khác giờ thật")).to_be_visible()
    page.get_by_label("% tin bị từ chối").fill("20")
    page.get_by_label("Đang là ban đêm").check()
    page.get_by_role("button", name="Áp dụng").click()
    expect(page.get_by_text("Đang bật:")).to_contain_text("20%")
    looks += faults_of(page)

    (citizen,) = zalo.world.citizens.values()
    assert (citizen.shares_name, citizen.restricts) == (False, {OA})
    assert zalo.world.clock.is_moved
    assert (zalo.world.faults.fail_rate, zalo.world.faults.night) == (0.2, True)
    page.get_by_role("button", name="Bỏ hết").click()
    expect(page.get_by_text("Mọi việc đang bình thường.")).to_be_visible()
    assert looks == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "typed", "last"),
    [
        ("chat", ("menu", "le phi lam cccd bao nhieu"), "Lệ phí"),
        ("chat-taken", ("Bấm số tự động", "1", "1"), "Phiếu của An:"),
    ],
)
def test_what_an_office_answers_is_read_on_it(page, zalo, screens, name, typed, last):
    """Said by the portal's services; that it gets here has tests of its own."""
    load_faq(now=NOW)
    office = {"name": "Công an quận Tân Phú", "oa_id": OA, "hotline": "+842838100088"}
    slot = SlotFactory(**{f"day__site__agency__{field}": value for field, value in office.items()})
    an = regular(slot, "Trần Văn An")
    make_person(page)
    page.get_by_role("button", name="Công an quận Tân Phú").click()
    (citizen,) = zalo.world.citizens.values()
    for text in typed:
        page.get_by_label("Nhắn tin").fill(text)
        page.get_by_role("button", name="Gửi").click()
        expect(page.get_by_role("article").last).to_contain_text(text)
        for said in an.types(text):
            recipient = {"user_id": zalo.world.uid(citizen, OA)}
            send(zalo, "/v3.0/oa/message/cs", recipient=recipient, message={"text": said})
            expect(page.get_by_role("article").last).to_contain_text(said.splitlines()[0])

    expect(page.get_by_role("article").last).to_contain_text(last)
    assert faults_of(page) == []
    for width in (DESKTOP, PHONE):
        set_width(page, width)
        if screens:
            photograph(page, screens, f"{name}-{width}")
