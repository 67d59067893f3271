"""What the house promises of all its rooms. Only the top room may know every other."""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import openapi_spec_validator
import pytest
from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver

from core.errors import DomainError
from notifications.kinds import Kind, check_text, default_text

ROOMS = ("core", "zalo", "agencies", "accounts", "notifications", "dossiers", "booking", "faq", "cccd_portal")
VIETNAMESE = re.compile(
    "[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE
)
TEMPLATES = Path(settings.BASE_DIR, "templates")
SAMPLES = {"uuid": "3f0e0c1c-6a9c-4f0e-8f5e-7f4f5a0d9b11", "str": "CPXXXXX", "slug": "a", "int": "1"}
# What anybody may call, signed in or not. Everything else below /api/ wants a token.
PUBLIC = {
    "/api/v1/auth/zalo/",
    "/api/v1/auth/otp/",
    "/api/v1/auth/otp/verify/",
    "/api/v1/auth/refresh/",
    "/api/v1/auth/logout/",
    "/api/v1/notice/",
    "/api/v1/agencies/",
    "/api/v1/sites/",
    "/api/v1/sites/<uuid:public_id>/days/",
    "/api/v1/sites/<uuid:public_id>/slots/",
    "/api/v1/appointments/lookup/",
    "/api/v1/schedule/",
    "/api/v1/units/",
    "/api/v1/procedures/",
    "/api/v1/eligibility/",
    "/api/v1/announcements/",
    "/api/v1/faq/ask/",
    "/api/v1/faq/questions/",
    "/api/v1/faq/questions/<slug:key>/feedback/",
    "/api/v1/faq/topics/",
    "/api/v1/dossiers/lookup/",
    "/api/v1/dossiers/lookup/withdraw/",
    "/api/v1/dossiers/lookup/erase/",
    "/api/v1/schema/",
    "/api/v1/docs/",
}
# Open by a signature in the address, or to the one whose appointment it is.
BY_SIGNATURE = {
    f"/api/v1/appointments/<str:code>/{name}"
    for name in ("ticket.pdf", "ticket.svg", "ticket.png", "calendar.ics")
} | {"/api/v1/dossiers/<uuid:public_id>/form.pdf", "/api/v1/dossiers/uploads/"}
CONTRACT = {
    "malformed": 400,
    "invalid": 422,
    "not_authenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "not_acceptable": 406,
    "too_large": 413,
    "unsupported_media_type": 415,
    "slot_full": 409,
    "slot_closed": 409,
    "not_open_yet": 409,
    "too_late": 409,
    "already_booked": 409,
    "dossier_required": 409,
    "not_eligible": 409,
    "not_allowed_now": 409,
    "too_many_people": 409,
    "too_many_live": 409,
    "too_many_changes": 409,
    "idempotency_mismatch": 409,
    "idempotency_in_progress": 409,
    "rate_limited": 429,
    "unavailable": 503,
    "internal": 500,
}
# Templates that the admin looks for by the name of a table, and finds before its own.
FOUND_BY_THEIR_PLACE = {
    "admin/index.html",
    "admin/booking/appointment/search_form.html",
    "admin/booking/registration/search_form.html",
    "admin/dossiers/card/search_form.html",
    "admin/dossiers/dossier/search_form.html",
    "unfold/helpers/empty_results.html",
}
METHODS = ("get", "post", "put", "patch", "delete", "options", "head")


def modules() -> Iterator[object]:
    """Every module of every room, without tests, migrations and programs that start when imported."""
    for room in ROOMS:
        for found in pkgutil.walk_packages([str(Path(settings.BASE_DIR, room))], f"{room}."):
            if not re.search(r"\.(tests|migrations|sandbox|wsgi|__main__)\b", found.name):
                yield importlib.import_module(found.name)


def refusals() -> list[type[DomainError]]:
    list(modules())
    found, queue = [], [DomainError]
    while queue:
        kinds = queue.pop().__subclasses__()
        queue += kinds
        found += [kind for kind in kinds if kind.__module__.partition(".")[0] in ROOMS]
    return [kind for kind in found if ".tests." not in kind.__module__]


def routes(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        else:
            yield here


def api_routes() -> list[str]:
    return [route for route in routes(get_resolver().url_patterns) if route.startswith("/api/")]


class TestRefusals:
    def test_are_each_known_by_one_code(self):
        owners: dict[str, type[DomainError]] = {}
        for kind in refusals():
            owner = owners.setdefault(kind.code, kind)
            related = issubclass(kind, owner) or issubclass(owner, kind)
            assert related, f"{kind} and {owner} share the code {kind.code}"
            owners[kind.code] = owner if issubclass(kind, owner) else kind

    @pytest.mark.parametrize("kind", refusals(), ids=lambda kind: kind.__name__)
    def test_speak_to_a_citizen_in_vietnamese(self, kind):
        assert re.fullmatch("[a-z_]+", kind.code)
        assert 400 <= kind.status < 600
        if kind.message != "{sentence}":
            assert VIETNAMESE.search(kind.message.lower())
            assert kind.message[0].isupper()
            assert kind.message[-1] in ".}"

    def test_have_the_codes_and_statuses_of_the_contract(self):
        statuses = {kind.code: kind.status for kind in refusals()}

        assert statuses.items() >= CONTRACT.items()


class TestMessages:
    @pytest.mark.parametrize("kind", Kind)
    def test_have_words_that_can_be_filled_in(self, kind):
        check_text(kind, default_text(kind))


class TestBeat:
    @pytest.mark.parametrize(("name", "entry"), settings.CELERY_BEAT_SCHEDULE.items())
    def test_wakes_a_task_that_is_there_and_does_not_pile_up(self, name, entry):
        current_app.loader.import_default_modules()

        assert entry["task"] in current_app.tasks
        assert entry["options"]["expires"] > 0


class TestApiRoutes:
    @pytest.mark.django_db
    @pytest.mark.parametrize("route", sorted({*api_routes()} - PUBLIC - BY_SIGNATURE))
    def test_refuse_strangers(self, client, settings, route):
        settings.THROTTLE_FACTOR = 0
        address = re.sub(r"<(\w+):\w+>", lambda found: SAMPLES[found[1]], route)

        statuses = {method: getattr(client, method)(address).status_code for method in METHODS}

        assert set(statuses.values()) == {401}, statuses

    def test_name_the_open_ones_of_this_contract(self):
        assert set(api_routes()) >= PUBLIC | BY_SIGNATURE


class TestSchema:
    def test_is_made_without_a_warning(self, tmp_path):
        call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))

    @pytest.mark.django_db
    def test_is_valid_openapi(self, client):
        response = client.get("/api/v1/schema/?format=json")

        assert response["Content-Type"].endswith("json")
        schema = json.loads(response.content)
        openapi_spec_validator.validate(schema)
        assert schema["openapi"].startswith("3.1")

    @pytest.mark.django_db
    def test_describes_every_call(self, client):
        schema = json.loads(client.get("/api/v1/schema/?format=json").content)
        described = {re.sub("{[^}]*}", "<>", path) for path in schema["paths"]}
        asked = {re.sub("<[^>]*>", "<>", route) for route in api_routes()}

        assert asked - described == {"/api/v1/schema/", "/api/v1/docs/"}

    @pytest.mark.django_db
    def test_comes_in_the_form_that_is_asked_for(self, client):
        yaml = client.get("/api/v1/schema/").content.decode()

        assert yaml.startswith("openapi: 3.1")
        assert json.loads(client.get("/api/v1/schema/", headers={"Accept": "application/json"}).content)
        assert client.get("/api/v1/schema/?format=xml").status_code == 404

    @pytest.mark.django_db
    def test_can_be_browsed(self, client):
        assert client.get("/api/v1/docs/").status_code == 200


class TestTemplates:
    def test_are_all_used(self):
        written = "\n".join(
            path.read_text("utf-8")
            for room in (*ROOMS, "templates")
            for path in Path(settings.BASE_DIR, room).rglob("*")
            if path.suffix in (".py", ".html") and "tests" not in path.parts
        )
        names = [str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")]

        assert {name for name in names if f'"{name}"' not in written} == FOUND_BY_THEIR_PLACE

    def test_of_messages_are_those_of_the_kinds(self):
        files = {path.stem for path in (TEMPLATES / "notifications").iterdir()}

        assert files == {kind.wire for kind in Kind}
