"""A real browser, the portal as a server on loopback, and a stand-in Zalo that sends the codes."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import TransactionTestCase
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from accounts.roles import Role
from accounts.tests.factories import OfficerFactory
from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from booking.tests.factories import SiteFactory, SiteWardFactory
from cccd_portal.tests.browser.looking import WATCH
from cccd_portal.tests.browser.officer import PASSWORD, AtTheDesk
from cccd_portal.tests.browser.offices import open_days
from cccd_portal.tests.browser.visitor import PHONE, Visitor
from cccd_portal.tests.browser.ways import EVERY_WAY, ON_DESKTOP, Way
from tools.chrome import find_chrome
from tools.errors import ToolFailed
from zalo.sandbox.testing import Sandbox, running_sandbox
from zalo.services import seed_tokens

OA = "2718281828459045235"
# What `migrate` puts there, and the tests of citizens' pages do not touch.
LASTING = {
    *("django_migrations", "django_content_type"),
    *("auth_permission", "auth_group", "auth_group_permissions"),
}
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


@pytest.fixture(scope="package", autouse=True)
def _queries_beside_playwright() -> Iterator[None]:
    """Playwright keeps an event loop in this thread, which Django takes for asynchronous code of ours."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package", autouse=True)
def _tables_emptied_by_rows() -> Iterator[None]:
    """After a test, Django truncates all tables and makes the officers' rights anew: 140 ms. Here 15."""
    truncate = TransactionTestCase._fixture_teardown

    def empty(test_case: TransactionTestCase) -> None:
        try:
            _delete_all_rows()
        except IntegrityError:  # of what nobody may delete, such as the audit log
            truncate(test_case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield


def _delete_all_rows() -> None:
    names = sorted(set(connection.introspection.table_names()) - LASTING)
    # Foreign keys are looked at when all rows are gone: ours are deferrable.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("; ".join(f'DELETE FROM "{name}"' for name in names))  # noqa: S608 - our own tables


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
    settings.THROTTLE_FACTOR = 0  # all visitors come from one address
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


@pytest.fixture(params=EVERY_WAY, ids=str)
def way(request) -> Way:
    return request.param


@pytest.fixture(scope="package")
def windows(browser) -> Iterator[dict[Way, BrowserContext]]:
    """A window for each way, kept from test to test: opening one costs as much as three pages."""
    kept: dict[Way, BrowserContext] = {}
    yield kept
    for context in kept.values():
        context.close()


@pytest.fixture
def arrive(browser, windows, live_server, sandbox, way) -> Iterator[Callable[..., Visitor]]:
    """Sit down at a browser without cookies: `arrive()`. The next one in the same test, and who wants a
    browser that has never seen the portal (`arrive(first_time=True)`), gets a window of their own.
    """
    visitors: list[Visitor] = []

    def _arrive(*, first_time: bool = False) -> Visitor:
        if first_time or visitors:
            context = _window(browser, way, live_server.url)
        else:
            context = windows.get(way) or windows.setdefault(way, _window(browser, way, live_server.url))
        visitors.append(Visitor(context, way, live_server.url, sandbox, screens=_folder_for_screens()))
        return visitors[-1]

    yield _arrive
    for visitor in visitors:
        visitor.leave()
        if visitor.context is not windows.get(way):
            visitor.context.close()
    assert not [complaint for visitor in visitors for complaint in visitor.complaints]


@pytest.fixture
def officer(browser, live_server, sandbox, picks, settings, _as_served) -> Iterator[AtTheDesk]:
    """The head of an office, signed in by password alone, on a screen of 1280 px."""
    settings.OTP_REQUIRED = False  # the second factor has tests of its own
    head = OfficerFactory(
        username="head.tan-phu", last_name="Lê Thị", first_name="Thu", agency=picks, roles=[Role.HEAD]
    )
    head.set_password(PASSWORD)
    head.save(update_fields=["password"])
    context = _window(browser, ON_DESKTOP, live_server.url)
    desk = AtTheDesk(context, ON_DESKTOP, live_server.url, sandbox, screens=_folder_for_screens())
    desk.sign_in_as(head)
    yield desk
    context.close()
    assert desk.complaints == []


@pytest.fixture
def screens() -> Path | None:
    """Where pictures are kept, if anywhere."""
    return _folder_for_screens()


def _window(browser: Browser, way: Way, base_url: str) -> BrowserContext:
    context = browser.new_context(
        base_url=base_url,
        viewport={"width": way.width, "height": way.height},
        java_script_enabled=way.script,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        service_workers="block",
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    context.add_init_script(WATCH)
    return context


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
