"""The sandbox as a program: when it starts, what it needs, and its page."""

import json
import subprocess
import sys

import pytest
from django.conf import settings

from zalo.sandbox.config import Config, NotStarted
from zalo.sandbox.identifiers import digits
from zalo.sandbox.testing import running_sandbox

SECRETS = {"ZALO_APP_ID": "1", "ZALO_APP_SECRET": "2", "ZALO_OA_WEBHOOK_SECRET": "3"}


class TestPage:
    def test_needs_no_other_host(self, sandbox):
        page = sandbox.http.get("/")

        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        assert "http://" not in page.text.replace("http://www.w3.org/2000/svg", "")
        assert "https://" not in page.text


class TestStart:
    def test_is_refused_where_this_is_not_a_demo(self):
        for environment in ({}, {"DEMO": ""}, {"DEMO": "0"}, {"DEMO": "false"}):
            with pytest.raises(NotStarted, match="DEMO"):
                Config.from_environment({**SECRETS, **environment})

    @pytest.mark.parametrize("missing", SECRETS)
    def test_is_refused_without_a_secret(self, missing):
        with pytest.raises(NotStarted, match=missing):
            Config.from_environment(
                {name: value for name, value in SECRETS.items() if name != missing} | {"DEMO": "1"}
            )

    def test_finds_the_portal_by_its_port(self):
        config = Config.from_environment({**SECRETS, "DEMO": "1", "PORT": "8123"})

        assert config.portal_webhook_url == "http://127.0.0.1:8123/webhooks/zalo/"

    def test_knows_the_oas_of_the_environment(self):
        oas = {"123": {"name": "Công an", "access_token": "a", "refresh_token": "r"}}
        config = Config.from_environment({**SECRETS, "DEMO": "1", "SANDBOX_OAS": json.dumps(oas)})

        with running_sandbox(oas=config.oas) as sandbox:
            profile = sandbox.http.get("/v2.0/oa/getoa", headers={"access_token": "a"}).json()

        assert profile["data"]["oaid"] == "123"

    @pytest.mark.parametrize("oas", ["[]", "{", '{"1": 2}'])
    def test_is_refused_when_the_oas_cannot_be_read(self, oas):
        with pytest.raises(NotStarted, match="SANDBOX_OAS"):
            Config.from_environment({**SECRETS, "DEMO": "1", "SANDBOX_OAS": oas})

    def test_does_not_need_django(self):
        program = "import sys, zalo.sandbox.app, zalo.sandbox.__main__; sys.exit('django' in sys.modules)"

        assert run_python("-c", program).returncode == 0

    def test_as_a_program_says_why_it_does_not_start(self):
        refused = run_python("-m", "zalo.sandbox")

        assert refused.returncode == 1
        assert "DEMO=1" in refused.stderr


class TestDigits:
    @pytest.mark.parametrize(
        "phone", ["0987654321", "+84987654321", "84987654321", "0987 654 321", "0987.654.321"]
    )
    def test_reads_a_number_in_any_form(self, phone):
        assert digits(phone) == "84987654321"

    @pytest.mark.parametrize("phone", ["0123", "", "abc", "8412345", None, 1, "+1 202 555 0100"])
    def test_refuses_what_is_none(self, phone):
        assert digits(phone) is None


def run_python(*arguments):
    """Run Python in an empty environment."""
    command = [sys.executable, *arguments]
    return subprocess.run(  # noqa: S603 - our own words
        command, cwd=settings.BASE_DIR, env={}, check=False, capture_output=True, text=True
    )
