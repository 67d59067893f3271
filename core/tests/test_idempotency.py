"""A repeat under one key gets the first answer, and nothing is made twice."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from core.api.idempotency import forget_old_answers
from core.models import StoredAnswer

pytestmark = [pytest.mark.django_db, pytest.mark.urls("core.tests.urls")]
A_THING = {"name": "bàn", "is_good": True}


def things() -> list[str]:
    return list(StoredAnswer.objects.filter(owner="thing").order_by("pk").values_list("key", flat=True))


def under_way(**fields: object) -> StoredAnswer:
    """A claim of a request that has not answered, for the body that a test sends again."""
    defaults = {"owner": "an", "key": "k", "fingerprint": "f" * 64, "begun_at": timezone.now()}
    return StoredAnswer.objects.create(**defaults | fields)


class TestIdempotent:
    def test_gives_the_first_answer_again(self, post):
        first, second = (post(A_THING, Idempotency_Key="k") for _ in range(2))

        assert first.status_code == second.status_code == 201
        assert first.json() == second.json()
        assert "Idempotent-Replayed" not in first
        assert second["Idempotent-Replayed"] == "true"
        assert things() == ["bàn"]

    def test_takes_a_body_for_the_same_however_it_is_written(self, post):
        post(json.dumps({"name": "bàn", "is_good": True}), Idempotency_Key="k")

        again = post('{ "is_good":true,   "name":"b\\u00e0n" }', Idempotency_Key="k")

        assert again["Idempotent-Replayed"] == "true"

    def test_makes_two_without_a_key(self, post):
        post({"name": "một"})
        post({"name": "hai"})

        assert things() == ["một", "hai"]
        assert not StoredAnswer.objects.exclude(owner="thing").exists()

    def test_refuses_the_key_for_another_body(self, post):
        post(A_THING, Idempotency_Key="k")

        response = post({"name": "ghế"}, Idempotency_Key="k")

        assert (response.status_code, response.json()["code"]) == (409, "idempotency_mismatch")
        assert things() == ["bàn"]

    def test_keeps_the_keys_of_two_callers_apart(self, post):
        post({"name": "của An"}, Idempotency_Key="k")

        assert post({"name": "của Bình"}, caller="binh", Idempotency_Key="k").status_code == 201

    @pytest.mark.parametrize("length", [80, 81])
    def test_takes_keys_of_80_characters_and_no_longer(self, post, length):
        response = post(A_THING, Idempotency_Key="k" * length)

        assert response.status_code == (201 if length == 80 else 422)
        assert things() == (["bàn"] if length == 80 else [])

    @pytest.mark.parametrize(("name", "status"), [("refused", 409), ("", 422), ("bug", 500), ("away", 503)])
    def test_keeps_nothing_of_a_request_that_failed(self, post, name, status):
        for _ in range(2):
            assert post({"name": name}, Idempotency_Key="k").status_code == status

        assert not StoredAnswer.objects.exists()
        assert post(A_THING, Idempotency_Key="k").status_code == 201

    def test_asks_to_wait_while_the_first_one_is_under_way(self, post, monkeypatch):
        monkeypatch.setattr("core.api.idempotency._fingerprint", lambda _: "f" * 64)
        under_way()

        response = post(A_THING, Idempotency_Key="k")

        assert (response.status_code, response.json()["code"]) == (409, "idempotency_in_progress")
        assert response["Retry-After"] == "2"
        assert things() == []

    def test_takes_over_after_a_minute_from_one_that_was_lost(self, post):
        under_way(begun_at=timezone.now() - timedelta(seconds=61))

        assert post(A_THING, Idempotency_Key="k").status_code == 201
        assert post(A_THING, Idempotency_Key="k")["Idempotent-Replayed"] == "true"
        assert things() == ["bàn"]

    def test_begins_anew_after_a_day(self, post):
        now = timezone.now()
        with time_machine.travel(now, tick=False):
            post({"name": "hôm qua"}, Idempotency_Key="k")

        with time_machine.travel(now + timedelta(hours=24, seconds=1), tick=False):
            response = post({"name": "hôm nay"}, Idempotency_Key="k")

        assert response.status_code == 201
        assert things() == ["hôm qua", "hôm nay"]

    def test_reads_half_a_letter_as_a_wrong_body(self, post):
        response = post('{"name": "\\ud800"}', Idempotency_Key="k")

        assert (response.status_code, response.json()["code"]) == (400, "malformed")


class TestForgetOldAnswers:
    def test_deletes_what_is_older_than_a_day(self):
        now = timezone.now()
        under_way(key="old", begun_at=now - timedelta(hours=25))
        under_way(key="new", begun_at=now - timedelta(hours=23))

        assert forget_old_answers(now=now) == 1

        assert StoredAnswer.objects.get().key == "new"
