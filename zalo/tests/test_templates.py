"""The registry of templates, against a Zalo that says what it is told to say."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError

from zalo import tasks
from zalo.clients import BusinessClient, Button, Param
from zalo.errors import BackOff, Bug
from zalo.models import OaToken, Template
from zalo.services import (
    known_template,
    note_template_quality,
    note_template_status,
    refresh_old_templates,
    refresh_template,
    refresh_templates,
    seed_tokens,
)
from zalo.tests.conftest import OA_ID
from zalo.tests.factories import FETCHED_AT, template
from zalo.tests.scripted import Say, scripted

NOW = FETCHED_AT + timedelta(hours=2)
NO_SUCH = Say({"error": -109, "message": "Template id invalid"})


def told(template_id="7001", **more):
    """An answer of `/template/info/v2`."""
    usual = {
        "templateId": template_id,
        "templateName": "Nhắc lịch hẹn",
        "status": "ENABLE",
        "listParams": [
            {"name": "so", "require": True, "type": "STRING", "maxLength": 30, "minLength": 0},
            {"name": "gio", "require": False, "type": "DATE", "maxLength": "20", "acceptNull": True},
        ],
        "listButtons": [{"type": 4, "title": "Xem lịch hẹn", "content": "https://zalo.me/s/1/"}],
        "timeout": 7200000,
        "previewUrl": "https://account.zalo.solutions/znspreview/x",
        "templateQuality": "HIGH",
        "templateTag": "TRANSACTION",
        "price": "300",
        "price_sdt": "200.0",
        "price_uid": 120,
        "reason": "",
    }
    return Say({"error": 0, "message": "Success", "data": {**usual, **more}})


def listed(*template_ids, total=None):
    """An answer of `/template/all`."""
    found = [{"templateId": template_id, "templateName": "…"} for template_id in template_ids]
    total = len(found) if total is None else total
    return Say({"error": 0, "message": "Success", "data": found, "metadata": {"total": total}})


@pytest.fixture
def token(db):
    pair = {"access_token": "access", "refresh_token": "refresh", "expires_in": 90_000}
    return seed_tokens(oa_id=OA_ID, now=FETCHED_AT, **pair)


@pytest.fixture
def business(token, settings):
    """Lets the host of templates give these answers; returns what it was asked."""
    running = []

    def say(*answers):
        running.append(scripted(*answers))
        zalo = running[-1].__enter__()
        settings.ZALO_BUSINESS_BASE = zalo.base_url
        return zalo

    yield say
    for context in running:
        context.__exit__(None, None, None)


def kept(**more):
    row = template(oa_id=OA_ID, **more)
    row.save()
    return row


class TestTemplate:
    def test_is_read_whole(self, business):
        zalo = business(told())

        info = BusinessClient(OA_ID).template(template_id="7001", now=NOW)

        assert info.params == (
            Param(name="so", require=True, min_length=0, max_length=30, type="STRING", accept_null=False),
            Param(name="gio", require=False, min_length=0, max_length=20, type="DATE", accept_null=True),
        )
        assert info.buttons == (Button(type="4", title="Xem lịch hẹn", content="https://zalo.me/s/1/"),)
        assert (info.price_phone, info.price_uid, info.timeout_ms) == (200, 120, 7_200_000)
        (asked,) = zalo.asked
        assert asked["path"] == "/template/info/v2?template_id=7001"
        assert asked["headers"]["access_token"] == "access"

    @pytest.mark.parametrize("price", [None, "", "free", -1, "NaN", True, [1]])
    def test_has_no_price_where_zalo_says_none(self, business, price):
        business(told(price=None, price_sdt=price, price_uid=price))

        info = BusinessClient(OA_ID).template(template_id="7001", now=NOW)

        assert (info.price_phone, info.price_uid) == (None, None)


class TestTable:
    def test_has_one_row_for_a_template(self, db):
        kept()

        with pytest.raises(IntegrityError, match="one_row_per_template"):
            kept()


class TestRefreshTemplate:
    def test_keeps_what_zalo_tells(self, business):
        business(told())

        refresh_template(oa_id=OA_ID, template_id="7001", now=NOW)

        row = known_template(oa_id=OA_ID, template_id="7001")
        assert (row.name, row.status, row.tag) == ("Nhắc lịch hẹn", "ENABLE", "TRANSACTION")
        assert row.param_names == {"so", "gio"}
        assert row.buttons == [{"type": "4", "title": "Xem lịch hẹn", "content": "https://zalo.me/s/1/"}]
        assert (row.price_phone, row.price_uid, row.fetched_at) == (200, 120, NOW)

    def test_replaces_what_was_known(self, business):
        kept()
        business(told(status="DISABLE", reason="Tỷ lệ báo xấu cao"))

        refresh_template(oa_id=OA_ID, template_id="7001", now=NOW)

        row = Template.objects.get()
        assert (row.status, row.reason, row.status_at) == ("DISABLE", "Tỷ lệ báo xấu cao", NOW)

    def test_does_not_undo_what_an_event_told_meanwhile(self, business):
        kept(status="DISABLE", reason="…", status_at=NOW + timedelta(seconds=1))
        business(told())

        refresh_template(oa_id=OA_ID, template_id="7001", now=NOW)

        row = Template.objects.get()
        assert (row.status, row.reason, row.fetched_at) == ("DISABLE", "…", NOW)
        assert row.param_names == {"so", "gio"}

    def test_does_not_undo_a_later_refresh(self, business):
        kept(name="Mới", fetched_at=NOW + timedelta(seconds=1))
        business(told())

        refresh_template(oa_id=OA_ID, template_id="7001", now=NOW)

        assert Template.objects.get().name == "Mới"

    def test_takes_a_word_that_nobody_knows_and_one_that_is_too_long(self, business):
        business(told(status="FROZEN", reason="x" * 900))

        row = refresh_template(oa_id=OA_ID, template_id="7001", now=NOW)

        row.refresh_from_db()
        assert (row.status, len(row.reason), row.is_enabled) == ("FROZEN", 500, False)

    def test_keeps_nothing_of_one_that_is_not_there(self, business):
        business(NO_SUCH)

        with pytest.raises(Bug):
            refresh_template(oa_id=OA_ID, template_id="7001", now=NOW)

        assert known_template(oa_id=OA_ID, template_id="7001") is None


class TestRefreshTemplates:
    def test_reads_page_by_page(self, business):
        zalo = business(listed("1", total=2), listed("2", total=2), told("1"), told("2"))

        assert refresh_templates(oa_id=OA_ID, now=NOW) == 2

        assert set(Template.objects.values_list("template_id", flat=True)) == {"1", "2"}
        pages = [asked["path"] for asked in zalo.asked[:2]]
        assert pages == ["/template/all?offset=0&limit=100", "/template/all?offset=1&limit=100"]

    def test_marks_one_that_zalo_lists_no_more_as_deleted(self, business):
        kept(template_id="old")
        business(listed("7001"), told(), NO_SUCH)

        refresh_templates(oa_id=OA_ID, now=NOW)

        gone = known_template(oa_id=OA_ID, template_id="old")
        assert (gone.status, gone.status_at, gone.fetched_at) == ("DELETE", NOW, NOW)

    def test_asks_about_one_that_a_short_list_left_out(self, business):
        kept(template_id="left-out")
        business(listed("7001"), told(), told("left-out"))

        refresh_templates(oa_id=OA_ID, now=NOW)

        left_out = known_template(oa_id=OA_ID, template_id="left-out")
        assert (left_out.is_enabled, left_out.fetched_at) == (True, NOW)

    def test_reads_on_where_zalo_does_not_say_how_many_there_are(self, business):
        def page(*template_ids):
            return Say({"error": 0, "data": [{"templateId": one} for one in template_ids]})

        business(page("1"), page("2"), page("2"), told("1"), told("2"))

        assert refresh_templates(oa_id=OA_ID, now=NOW) == 2

    def test_leaves_another_oas_templates_alone(self, business):
        template(oa_id="other").save()
        business(listed())

        refresh_templates(oa_id=OA_ID, now=NOW)

        assert known_template(oa_id="other", template_id="7001").is_enabled

    def test_goes_on_after_one_that_zalo_does_not_tell_of(self, business):
        business(listed("1", "2"), NO_SUCH, told("2"))

        refresh_templates(oa_id=OA_ID, now=NOW)

        assert set(Template.objects.values_list("template_id", flat=True)) == {"2"}

    def test_stops_when_zalo_has_no_more_patience(self, business):
        business(listed("1", "2"), told("1"), Say({"error": -32}))

        with pytest.raises(BackOff):
            refresh_templates(oa_id=OA_ID, now=NOW)

        assert set(Template.objects.values_list("template_id", flat=True)) == {"1"}


class TestRefreshOldTemplates:
    def test_asks_an_oa_of_which_nothing_is_known(self, business):
        business(listed("7001"), told())

        assert refresh_old_templates(now=NOW) == 1

        assert known_template(oa_id=OA_ID, template_id="7001").fetched_at == NOW

    def test_asks_again_after_a_day_and_not_before(self, business):
        kept()
        zalo = business(listed("7001"), told())

        assert refresh_old_templates(now=FETCHED_AT + timedelta(hours=23, minutes=59)) == 0
        assert zalo.asked == []
        assert refresh_old_templates(now=FETCHED_AT + timedelta(days=1)) == 1

    def test_does_not_ask_for_an_oa_that_lost_its_grant(self, business):
        OaToken.objects.update(state="NEEDS_CONSENT", last_error="NeedsConsent -14014")
        zalo = business(listed())

        assert refresh_old_templates(now=NOW) == 0
        assert zalo.asked == []

    def test_asks_the_next_oa_after_a_refusal(self, business, caplog):
        pair = {"access_token": "b", "refresh_token": "b", "expires_in": 90_000}
        seed_tokens(oa_id="second", now=FETCHED_AT, **pair)
        business(Say({"error": -32}), listed())

        assert refresh_old_templates(now=NOW) == 1
        assert f"The templates of OA {OA_ID} were not refreshed: BackOff (-32)" in caplog.text


class TestTask:
    def test_asks_about_what_is_old(self, business):
        business(listed("7001"), told())

        with time_machine.travel(NOW, tick=False):
            tasks.refresh_templates()

        assert known_template(oa_id=OA_ID, template_id="7001").is_enabled


class TestNoteTemplateStatus:
    def test_takes_a_later_word(self, db):
        kept()

        assert note(status="REJECT", reason="Sai mẫu", at=NOW)

        row = Template.objects.get()
        assert (row.status, row.reason, row.status_at) == ("REJECT", "Sai mẫu", NOW)

    @pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=1)])
    def test_leaves_an_earlier_word_or_the_same_once_more(self, db, late):
        kept()

        assert not note(status="REJECT", at=FETCHED_AT - late)
        assert Template.objects.get().is_enabled

    def test_takes_no_status_that_is_none(self, db):
        kept()

        assert not note(status="", at=NOW)
        assert Template.objects.get().is_enabled

    def test_keeps_nothing_of_a_template_that_nobody_fetched(self, db):
        assert not note(status="ENABLE", at=NOW)
        assert not Template.objects.exists()


def note(*, status, at, reason=""):
    return note_template_status(oa_id=OA_ID, template_id="7001", status=status, reason=reason, at=at)


class TestNoteTemplateQuality:
    def test_takes_a_later_word_and_leaves_an_earlier(self, db):
        kept()
        which = {"oa_id": OA_ID, "template_id": "7001"}

        assert note_template_quality(**which, quality="LOW", at=NOW)
        assert not note_template_quality(**which, quality="MEDIUM", at=NOW - timedelta(minutes=1))

        row = Template.objects.get()
        assert (row.quality, row.quality_at, row.status_at) == ("LOW", NOW, FETCHED_AT)
