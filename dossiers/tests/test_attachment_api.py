"""What the API promises of papers that go with a dossier."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Citizen
from accounts.services.tokens import open_session
from accounts.tests.factories import CitizenFactory
from core.uploads import LARGEST
from dossiers.models import Attachment, Dossier
from dossiers.services.attachments import read
from dossiers.states import Status
from dossiers.tests import strangers_files as strangers
from dossiers.tests.declared import NOW, begun, standing
from dossiers.tests.strangers_files import SECRET
from dossiers.tests.test_attachments import row

pytestmark = pytest.mark.usefixtures("law", "kept_in", "_now")
PHOTOGRAPH = strangers.photograph()


@pytest.fixture
def _now(settings):
    settings.THROTTLE_FACTOR = 0
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dossier(law) -> Dossier:
    return begun(exemptions=["disabled"])


def papers(dossier: Dossier) -> str:
    return f"/api/v1/dossiers/{dossier.public_id}/attachments/"


def headers(citizen: Citizen) -> dict[str, str]:
    return {"Authorization": f"Bearer {open_session(citizen=citizen, now=NOW).access}"}


def named(content: bytes, name: str = "IMG_0001.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def hand_in(
    client: Client,
    dossier: Dossier,
    content: bytes = PHOTOGRAPH,
    *,
    citizen=None,
    name="IMG_0001.jpg",
    **said,
):
    body = {"kind": "exemption", "file": named(content, name), **said}
    return client.post(papers(dossier), body, headers=headers(citizen or dossier.citizen))


def ask_for_address(client: Client, dossier: Dossier, kind: str = "exemption"):
    address = f"/api/v1/dossiers/{dossier.public_id}/upload-token/"
    said = {"data": {"kind": kind}, "content_type": "application/json"}
    return client.post(address, headers=headers(dossier.citizen), **said)


class TestHandingIn:
    def test_answers_with_what_was_kept_and_tells_nothing_else(self, client, dossier):
        answer = hand_in(client, dossier)

        attachment = Attachment.objects.get()
        assert answer.status_code == 201
        assert answer.json() == {
            "id": str(attachment.public_id),
            "kind": "exemption",
            "media_type": "image/jpeg",
            "size": attachment.size,
            "pages": 1,
            "created_at": "2026-11-23T09:00:00+07:00",
        }

    def test_again_answers_with_the_same_one(self, client, dossier):
        assert hand_in(client, dossier).json() == hand_in(client, dossier).json()

    @pytest.mark.parametrize(
        ("content", "name", "status", "code"),
        [
            (strangers.archive(), "giay-khai-sinh.jpg", 415, "unsupported_media_type"),
            (b"<!doctype html><script>alert(1)</script>", "a.png", 415, "unsupported_media_type"),
            (bytes(11_000_000), "a.jpg", 413, "too_large"),
            (bytes(LARGEST + 1), "a.jpg", 413, "too_large"),
            (b"", "a.jpg", 422, "empty"),
            (strangers.photograph()[:3000], "a.jpg", 422, "damaged"),
            (strangers.huge_jpeg(), "a.jpg", 422, "too_many_pixels"),
            (strangers.locked_pdf(password="mat khau"), "a.pdf", 422, "locked"),
            (strangers.pdf(pages=100), "a.pdf", 422, "too_many_pages"),
        ],
        ids=["zip", "html", "11-mb", "10-mb-and-1", "empty", "cut-off", "bomb", "locked", "100-pages"],
    )
    def test_refuses_in_words_and_changes_nothing(self, client, dossier, content, name, status, code):
        answer = hand_in(client, dossier, content, name=name)

        problem = answer.json()
        assert answer.status_code == status
        assert code in (problem["code"], *(error["code"] for error in problem["errors"]))
        assert {error["field"] for error in problem["errors"]} <= {"file"}
        assert not Attachment.objects.exists()

    def test_refuses_what_says_to_be_far_too_long_before_it_reads_it(self, client, dossier):
        answer = client.post(
            papers(dossier),
            b"x",
            content_type="multipart/form-data; boundary=b",
            headers=headers(dossier.citizen),
            CONTENT_LENGTH="40000000",
        )

        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert "10 MB" in answer.json()["detail"]

    @pytest.mark.parametrize(
        ("said", "field", "code"),
        [
            ({"kind": "passport"}, "kind", "invalid_choice"),
            ({"kind": ""}, "kind", "invalid_choice"),
            ({"kind": "changed_data"}, "kind", "not_asked"),
            ({"file": "no file"}, "file", "invalid"),
        ],
    )
    def test_names_the_field_that_is_wrong(self, client, dossier, said, field, code):
        answer = hand_in(client, dossier, **said)

        assert answer.status_code == 422
        assert {(error["field"], error["code"]) for error in answer.json()["errors"]} == {(field, code)}

    def test_wants_a_file(self, client, dossier):
        answer = client.post(papers(dossier), {"kind": "exemption"}, headers=headers(dossier.citizen))

        assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [
            ("file", "required")
        ]

    def test_wants_a_form(self, client, dossier):
        answer = client.post(
            papers(dossier), {}, content_type="application/json", headers=headers(dossier.citizen)
        )

        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")

    def test_refuses_strangers_and_neighbours(self, client, dossier):
        assert client.post(papers(dossier), {"kind": "exemption"}).status_code == 401
        assert hand_in(client, dossier, citizen=CitizenFactory()).status_code == 404

    def test_refuses_what_the_office_has(self, client):
        answer = hand_in(client, standing(Status.CHECKING, exemptions=["disabled"]))

        assert (answer.status_code, answer.json()["code"]) == (409, "not_allowed_now")

    def test_says_how_many_there_may_be(self, client, dossier):
        for seat in range(1, 7):
            row(dossier, seat)

        problem = hand_in(client, dossier).json()

        assert (problem["code"], problem["limit"]) == ("too_many_attachments", 6)

    def test_goes_at_a_measured_pace_signed_in_or_by_address(self, client, dossier, settings):
        address = ask_for_address(client, dossier).json()["url"]
        settings.THROTTLE_FACTOR = 1
        settings.THROTTLES_PER_MINUTE = {**settings.THROTTLES_PER_MINUTE, "upload": 2}

        answers = [hand_in(client, dossier, b"").status_code for _ in range(2)]
        last = client.post(address, {"file": named(PHOTOGRAPH)})

        assert answers == [422, 422]
        assert (last.status_code, last.json()["code"]) == (429, "rate_limited")


class TestListing:
    def test_tells_what_is_there_and_what_may_come(self, client, dossier, django_assert_max_num_queries):
        hand_in(client, dossier)

        signed_in = headers(dossier.citizen)

        with django_assert_max_num_queries(4):
            said = client.get(papers(dossier), headers=signed_in).json()

        assert [asked["kind"] for asked in said["asked"]] == ["exemption"]
        assert said["asked"][0]["name"] == "Giấy tờ chứng minh được miễn lệ phí"
        assert [one["kind"] for one in said["attachments"]] == ["exemption"]

    def test_is_for_the_owner_alone(self, client, dossier):
        assert client.get(papers(dossier), headers=headers(CitizenFactory())).status_code == 404


class TestOne:
    @pytest.mark.parametrize(
        ("content", "media_type", "name"),
        [
            (PHOTOGRAPH, "image/jpeg", "exemption-1.jpg"),
            (strangers.armed_pdf(), "application/pdf", "exemption-1.pdf"),
        ],
        ids=["jpeg", "pdf"],
    )
    def test_is_given_to_its_owner_to_save_and_to_no_cache(self, client, dossier, content, media_type, name):
        address = papers(dossier) + hand_in(client, dossier, content).json()["id"] + "/"

        answer = client.get(address, headers=headers(dossier.citizen))

        assert answer.content == read(Attachment.objects.get())
        assert SECRET not in answer.content
        assert answer["Content-Type"] == media_type
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"

    def test_is_given_to_nobody_else_and_not_by_way_of_another_dossier(self, client, dossier):
        attachment, other = row(dossier, 1), begun(citizen=dossier.citizen)

        for citizen, way in ((CitizenFactory(), dossier), (dossier.citizen, other)):
            address = f"{papers(way)}{attachment.public_id}/"
            assert client.get(address, headers=headers(citizen)).status_code == 404
            assert client.delete(address, headers=headers(citizen)).status_code == 404

    def test_that_is_lost_says_so(self, client, dossier, kept_in):
        attachment = row(dossier, 1)
        (kept_in / attachment.file).unlink()

        answer = client.get(f"{papers(dossier)}{attachment.public_id}/", headers=headers(dossier.citizen))

        assert (answer.status_code, answer.json()["code"]) == (410, "file_lost")

    def test_is_removed_for_good(self, client, dossier, kept_in):
        attachment = row(dossier, 1)
        address = f"{papers(dossier)}{attachment.public_id}/"

        assert client.delete(address, headers=headers(dossier.citizen)).status_code == 204
        assert client.delete(address, headers=headers(dossier.citizen)).status_code == 404
        assert not (kept_in / attachment.file).exists()


class TestByAddress:
    def test_takes_a_file_from_a_picker_that_sends_no_header(self, client, dossier):
        made = ask_for_address(client, dossier)
        assert made.status_code == 201
        assert made.json()["expires_in"] == 600

        answer = client.post(made.json()["url"], {"image": named(PHOTOGRAPH)})

        assert answer.status_code == 201
        assert (answer.json()["error"], answer.json()["data"]["kind"]) == (0, "exemption")
        assert Attachment.objects.get().dossier == dossier

    def test_is_made_only_for_what_could_be_handed_in(self, client, dossier):
        assert ask_for_address(client, dossier, "nationality").status_code == 422
        assert ask_for_address(client, dossier, "passport").status_code == 422
        assert ask_for_address(client, standing(Status.CHECKING, exemptions=["poor"])).status_code == 409
        elsewhere = f"/api/v1/dossiers/{dossier.public_id}/upload-token/"
        said = {"data": {"kind": "exemption"}, "content_type": "application/json"}
        assert client.post(elsewhere, headers=headers(CitizenFactory()), **said).status_code == 404

    def test_serves_ten_minutes_and_no_forger(self, client, dossier):
        address = ask_for_address(client, dossier).json()["url"]

        for elapsed, spoilt in ((601, address), (1, address[:-1]), (1, address.partition("?")[0])):
            with time_machine.travel(NOW + timedelta(seconds=elapsed), tick=False):
                answer = client.post(spoilt, {"file": named(PHOTOGRAPH)})
            assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
        assert not Attachment.objects.exists()

    def test_serves_no_more_than_signing_in_would(self, client, dossier):
        address = ask_for_address(client, dossier).json()["url"]
        Dossier.objects.filter(pk=dossier.pk).update(status=Status.SUBMITTED, person_key="k")

        assert client.post(address, {"file": named(PHOTOGRAPH)}).status_code == 409

    @pytest.mark.parametrize("count", [0, 2])
    def test_takes_one_file_at_a_time(self, client, dossier, count):
        address = ask_for_address(client, dossier).json()["url"]

        answer = client.post(address, {f"file{number}": named(PHOTOGRAPH) for number in range(count)})

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "file"
