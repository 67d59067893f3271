"""No Docker engine tries the compose file here; what can be read from it is held against the settings."""

import re

import pytest
import yaml

from tools.check import production_like
from tools.environment import ROOT, SECRETS

SERVICES = {"migrate", "web", "worker", "events", "beat", "postgres", "redis"}
OURS = {"migrate", "web", "worker", "events", "beat"}


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def settings():
    return (ROOT / "cccd_portal/settings.py").read_text()


@pytest.fixture(scope="module")
def example():
    lines = (ROOT / ".env.example").read_text().splitlines()
    pairs = (line.removeprefix("# ").partition("=") for line in lines if re.match(r"(# )?[A-Z_]+=", line))
    return {name: value for name, _, value in pairs}


class TestCompose:
    def test_has_the_parts_of_the_portal_and_no_sandbox(self, compose):
        assert set(compose["services"]) == SERVICES

    @pytest.mark.parametrize("name", sorted(SERVICES - {"migrate"}))
    def test_each_part_that_stays_has_a_health_check(self, compose, name):
        assert compose["services"][name]["healthcheck"]["test"]

    @pytest.mark.parametrize("name", sorted(OURS))
    def test_our_parts_run_one_image_with_the_secrets_of_the_env_file(self, compose, name):
        service = compose["services"][name]

        assert service["env_file"] == ".env"
        assert service["image"] == "cccd-portal"
        assert not set(service["environment"]) & (set(SECRETS) | {"DEMO"})

    def test_no_secret_has_a_default(self, compose):
        text = (ROOT / "docker-compose.yml").read_text()

        assert not re.findall(r"\$\{\w*(?:PASSWORD|KEY|SECRET)\w*(?::?-[^}]*)?\}", text)
        assert re.findall(r"\$\{POSTGRES_PASSWORD:\?", text)

    def test_nobody_starts_before_what_it_needs(self, compose):
        needs = {name: set(service.get("depends_on", {})) for name, service in compose["services"].items()}

        assert needs["migrate"] == {"postgres"}
        for name in OURS - {"migrate"}:
            assert needs[name] == {"migrate", "redis"}

    def test_volumes_are_declared(self, compose):
        used = {
            volume.partition(":")[0]
            for service in compose["services"].values()
            for volume in service.get("volumes", [])
        }

        assert used == set(compose["volumes"])


class TestEnvExample:
    def test_names_every_secret_and_gives_none(self, example, settings):
        required = set(re.findall(r'env_secret\("(\w+)"', settings))

        assert required
        assert {name: example.get(name) for name in required} == dict.fromkeys(required, "")

    def test_settings_and_images_read_everything_it_names(self, example, settings):
        read = set(re.findall(r'"([A-Z][A-Z0-9_]+)"', settings))
        read |= set(re.findall(r'"([A-Z_]+)"', (ROOT / "gunicorn.conf.py").read_text()))
        read |= set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))

        assert set(example) - read == set()


class TestDockerfile:
    def test_runs_as_nobody_special_and_holds_no_secret(self):
        text = (ROOT / "Dockerfile").read_text()

        assert re.search(r"^USER portal$", text, re.MULTILINE)
        assert not re.search(r"^(ENV|ARG) .*(SECRET|KEY|PASSWORD)", text, re.MULTILINE)

    def test_local_secrets_stay_out_of_the_image(self):
        ignored = (ROOT / ".dockerignore").read_text().split()

        assert {".env", ".local", ".git"} <= set(ignored)


class TestProductionLike:
    def test_holds_nothing_of_the_demo_and_no_real_server(self, tmp_path, monkeypatch):
        monkeypatch.setenv("DEMO", "1")
        monkeypatch.setenv("DATABASE_URL", "postgres://real")

        values = production_like(tmp_path)

        assert "DEMO" not in values
        assert "real" not in values["DATABASE_URL"]
        assert len(values["SECRET_KEY"]) >= 50
