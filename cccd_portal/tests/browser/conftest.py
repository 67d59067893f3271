"""A real browser, the portal as a server on loopback, and a stand-in Zalo that sends the codes."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Playwright, sync_playwright

from accounts.roles import Role
from accounts.tests.factories import OfficerFactory
from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from booking.tests.factories import SiteFactory, SiteWardFactory
from cccd_portal.tests.browser.officer import PASSWORD, AtTheDesk
from cccd_portal.tests.browser.offices import open_days
from cccd_portal.tests.browser.visitor import PHONE, Visitor
from tools.chrome import find_chrome
from tools.errors import ToolFailed
from zalo.sandbox.testing import Sandbox, running_sandbox
from zalo.services import seed_tokens

OA = "2718281828459045235"
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


@pytest.fixture(scope="package", autouse=True)
def _queries_beside_playwright() -> Iterator[None]:
    """Playwright keeps an event loop in this thread, which Django takes for asynchronous code of ours."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright) -> Iterator[Browser]:
    try:
        program = find_chrome()
    except ToolFailed as error:
        pytest.fail(str(error), pytrace=False)
    chrome = playwright.chromium.launch(executable_path=program, args=QUIET)
    yield chrome
    chrome.close()


@pytest.fixture(scope="package")
def running() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running, settings, transactional_db) -> Sandbox:
    """A Zalo that knows the owner of `PHONE`, and sends codes as often as it is asked."""
    running.start_anew()
    for name, value in running.settings.items():
        setattr(settings, name, value)
    settings.ZALO_OTP_OA_ID = OA
    settings.ZALO_OTP_TEMPLATE_ID = "otp"
    settings.OTP_PAUSE = timedelta(0)
    oa = running.oa(OA)
    running.template("otp", "Mã xác nhận: <otp>")
    running.citizen("Trần Văn An", PHONE)
    seed_tokens(
        oa_id=OA,
        access_token=oa["access_token"],
        refresh_token=oa["refresh_token"],
        expires_in=int(oa["expires_in"]),
        now=timezone.now(),
    )
    return running


@pytest.fixture
def arrive(browser, live_server, sandbox) -> Iterator[Callable[..., Visitor]]:
    """Open a browser of its own cookies at the portal: `arrive(script=False)`, `arrive(width=1280)`."""
    visitors: list[Visitor] = []

    def _arrive(*, script: bool = True, width: int = 390) -> Visitor:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 844 if width < 800 else 900},
            java_script_enabled=script,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            service_workers="block",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        visitors.append(Visitor(context, sandbox, screens=_folder_for_screens()))
        return visitors[-1]

    yield _arrive
    for visitor in visitors:
        visitor.context.close()
    assert not [complaint for visitor in visitors for complaint in visitor.complaints]


@pytest.fixture
def officer(browser, live_server, sandbox, picks, settings, _as_served) -> Iterator[AtTheDesk]:
    """The head of an office, signed in by password alone, on a screen of 1280 px."""
    settings.OTP_REQUIRED = False  # the second factor has tests of its own
    head = OfficerFactory(username="head.tan-phu", agency=picks, roles=[Role.HEAD])
    head.set_password(PASSWORD)
    head.save(update_fields=["password"])
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 1280, "height": 900},
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        service_workers="block",
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    desk = AtTheDesk(context, sandbox, head, screens=_folder_for_screens())
    desk.arrive()
    yield desk
    context.close()
    assert desk.complaints == []


def _folder_for_screens() -> Path | None:
    folder = os.environ.get("SCREENS_DIR")
    return Path(folder) if folder else None


@pytest.fixture
def picks(transactional_db) -> Agency:
    """An office where one picks the hour and gets the number at once: four slots a half day, for ten days."""
    office = AgencyFactory(
        name="Công an quận Tân Phú",
        slug="cong-an-quan-tan-phu",
        address="55 Thống Nhất, quận Tân Phú, TP Hồ Chí Minh",
        hotline="02838100088",
        code_prefix="TP",
        oa_id=OA,
        of_2021=True,
        papers_to_bring="sổ hộ khẩu bản chính, CMND hoặc CCCD đang có",
    )
    open_days(SiteFactory(agency=office, name="Trụ sở Công an quận Tân Phú", address=office.address))
    return office


@pytest.fixture
def assigns(transactional_db) -> Agency:
    """An office that assigns place and hour, with a mobile team that comes to the ward of Hòa Hương."""
    office = AgencyFactory(
        name="Công an TP Tam Kỳ",
        slug="cong-an-tp-tam-ky",
        address="70 Phan Bội Châu, TP Tam Kỳ, Quảng Nam",
        hotline="02353851234",
        code_prefix="TK",
        office_assigns=True,
        of_2021=True,
    )
    open_days(SiteFactory(agency=office, name="Trụ sở Công an TP Tam Kỳ", address=office.address))
    stop = SiteFactory(
        agency=office, mobile=True, name="Công an phường Hòa Hương", address="Hòa Hương, Tam Kỳ"
    )
    SiteWardFactory(site=stop)
    open_days(stop, days=2)
    return office


@pytest.fixture
def numbers_later(transactional_db) -> Agency:
    """An office of today that gives numbers on the afternoon before."""
    office = AgencyFactory(
        name="Công an phường Bàn Thạch",
        slug="cong-an-phuong-ban-thach",
        address="Phường Bàn Thạch, TP Đà Nẵng",
        hotline="02353811113",
        code_prefix="BT",
        evening_numbers=True,
    )
    open_days(SiteFactory(agency=office, name="Trụ sở Công an phường Bàn Thạch", address=office.address))
    return office
