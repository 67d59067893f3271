import pytest


@pytest.fixture
def post(client):
    """POST to the little API of `core.tests.urls`, as JSON, by a caller named `an`."""
    client.raise_request_exception = False

    def post(body: object, *, caller: str = "an", content_type: str = "application/json", **headers: str):
        by = {"X-Caller": caller, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return client.post("/api/things/", body, content_type=content_type, headers=by)

    return post
