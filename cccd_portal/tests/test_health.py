"""What machines ask, and what is answered when the house is on fire."""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from accounts.tests.factories import EIGHT
from core.api.problems import CONTENT_TYPE
from zalo.models import OaToken

NOBODY = "redis://127.0.0.1:9/0"


@pytest.fixture
def without_database():
    """The database answers nothing any more."""

    def away(*_):
        raise OperationalError("could not connect to server")

    with connection.execute_wrapper(away):
        yield


class TestHealthz:
    def test_asks_nothing_but_the_process(self, client):
        assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
class TestReadyz:
    def test_is_well(self, client):
        response = client.get("/readyz")

        assert (response.status_code, response.json()) == (200, {"status": "ok", "degraded": []})

    def test_is_ready_without_redis(self, client, settings):
        settings.REDIS_URL = NOBODY

        response = client.get("/readyz")

        assert (response.status_code, response.json()) == (200, {"status": "degraded", "degraded": ["redis"]})

    def test_is_ready_with_a_grant_that_needs_somebody(self, client):
        times = {"expires_at": EIGHT, "granted_at": EIGHT, "refreshed_at": EIGHT}
        lost = {"state": OaToken.State.NEEDS_CONSENT, "last_error": "refused"}
        OaToken.objects.create(oa_id="1", access_token="a", refresh_token="r", **times, **lost)

        response = client.get("/readyz")

        assert (response.status_code, response.json()["degraded"]) == (200, ["zalo"])

    def test_is_not_ready_without_the_database(self, client, without_database):
        response = client.get("/readyz")

        assert (response.status_code, response.json()["database"]) == (503, "away")

    def test_is_not_ready_with_migrations_to_run(self, client):
        MigrationRecorder.Migration.objects.filter(app="booking").delete()

        response = client.get("/readyz")

        assert (response.status_code, response.json()["database"]) == (503, "migrations to run")


@pytest.mark.django_db
class TestErrors:
    @pytest.fixture(autouse=True)
    def _as_outside(self, client, settings):
        client.raise_request_exception = False
        settings.THROTTLE_FACTOR = 0

    def test_of_ours_have_an_id_to_ask_for_below_the_api(self, client, caplog):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE agencies_agency RENAME TO gone")

        response = client.get("/api/v1/agencies/")

        body = response.json()
        assert (response.status_code, response["Content-Type"]) == (500, CONTENT_TYPE)
        assert body["code"] == "internal"
        assert body["request_id"] == response["X-Request-Id"]
        assert body["request_id"] in body["detail"]
        assert "gone" not in response.content.decode()
        assert "ProgrammingError" in caplog.text

    def test_of_the_database_are_unavailable_below_the_api(self, client, without_database):
        response = client.get("/api/v1/agencies/")

        assert (response.status_code, response.json()["code"]) == (503, "unavailable")

    @pytest.mark.parametrize("path", ["/api/", "/api/v1/khong-co/", "/api/v2/"])
    def test_of_the_address_are_problems_below_the_api(self, client, path):
        response = client.get(path)

        assert (response.status_code, response["Content-Type"]) == (404, CONTENT_TYPE)

    def test_of_a_strange_host_are_problems_below_the_api(self, client):
        response = client.get("/api/v1/agencies/", headers={"Host": "example.com"})

        assert (response.status_code, response["Content-Type"]) == (400, CONTENT_TYPE)

    def test_of_the_address_are_pages_elsewhere(self, client):
        response = client.get("/khong-co/")

        assert (response.status_code, response["Content-Type"]) == (404, "text/html; charset=utf-8")
