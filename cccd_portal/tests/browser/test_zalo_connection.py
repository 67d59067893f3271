"""A head connects the office with its Official Account: over to Zalo's consent page and back."""

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.models import Agency
from cccd_portal.tests.browser.conftest import OA
from notifications.services import Kind, set_templates
from zalo.models import OaToken

pytestmark = pytest.mark.django_db(transaction=True)


class TestTheHead:
    def test_connects_an_account_and_says_that_it_is_theirs(
        self, officer, picks, sandbox, live_server, settings
    ):
        settings.PUBLIC_BASE_URL = live_server.url
        sandbox.callback(live_server.url + reverse("admin:agencies_zaloconnection_callback"))
        sandbox.template("tp-nhac", "<name>, <code>, <site>, <time>, số <number>", name="Nhắc hẹn")
        Agency.objects.filter(pk=picks.pk).update(oa_id="")
        set_templates(agency=picks, template_ids=dict.fromkeys(Kind, "") | {Kind.REMINDER: "tp-nhac"})

        officer.go("Kết nối Zalo")
        officer.press(picks.name)
        assert officer.sees("Chưa kết nối.", "đúng từng ký tự")
        officer.look("officer-zalo-before")
        officer.press("Kết nối Official Account")
        officer.page.wait_for_url("**/v4/oa/permission?**")
        officer.page.get_by_role("button", name="Cho phép").click()

        officer.page.wait_for_url("**/adopt/**")
        officer.look("officer-zalo-adopt")
        officer.press("Đúng, dùng tài khoản này")
        assert officer.sees("Đang kết nối", "còn 89 ngày", "Nhắc hẹn")
        officer.look("officer-zalo")
        picks.refresh_from_db()
        assert picks.oa_id == OA
        assert OaToken.objects.get(oa_id=OA).granted_at.date() == timezone.now().date()
