"""Several hands on one token, one code, one phone, one person.

Each rule is shown to fail with its guard taken away, then to hold with it.
"""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from accounts.errors import SignedOut
from accounts.models import CODE_TRIES, Citizen, OtpChallenge, Session, ZaloContact
from accounts.models.citizens import OtpChallengeQuerySet, SessionQuerySet
from accounts.services import (
    codes,
    erase_account,
    profiles,
    record_follow,
    refresh_session,
    request_code,
    sign_in,
    sign_in_with_zalo,
    verify_code,
)
from accounts.services.profiles import give_phone
from accounts.services.tokens import Tokens, open_session
from accounts.tests.conftest import seed_otp_oa
from accounts.tests.factories import EIGHT, CitizenFactory
from core.errors import Invalid, RateLimited
from core.testing import run_together

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 8
PHONE = "+84905123456"


def all_at_once(call: Callable[[], Any], *, hands: int = HANDS) -> list[Any]:
    return run_together([call] * hands)


def of_type(outcomes: list[Any], kind: type) -> list[Any]:
    return [outcome for outcome in outcomes if isinstance(outcome, kind)]


def look_then_write(rows: QuerySet[Any], **change: Any) -> bool:
    """Decide as a guarded UPDATE does, but by looking first: the rivals look as well."""
    seen = [row.pk for row in rows]
    time.sleep(0.2)
    rows.model.objects.filter(pk__in=seen).update(**change)
    return bool(seen)


def naive_rotate(self, session, *, expected, refresh_hash, now):
    current = self.filter(pk=session.pk, ended_at=None, refresh_hash=expected)
    return look_then_write(current, refresh_hash=refresh_hash, rotated_at=now)


def naive_take_a_try(self, public_id, *, now):
    guessable = self.open_at(now).filter(public_id=public_id, tries__lt=CODE_TRIES)
    return look_then_write(guessable, tries=1)


def naive_use(self, public_id, *, now):
    return look_then_write(self.open_at(now).filter(public_id=public_id), used_at=now)


class TestOneRefreshToken:
    def refresh_together(self) -> list[Any]:
        tokens = open_session(citizen=CitizenFactory(), now=EIGHT)
        return all_at_once(lambda: refresh_session(refresh_token=tokens.refresh, now=EIGHT))

    def test_without_the_guarded_write_it_gives_several_pairs(self, monkeypatch):
        monkeypatch.setattr(SessionQuerySet, "rotate", naive_rotate)

        assert len(of_type(self.refresh_together(), Tokens)) > 1

    def test_gives_one_pair_and_the_family_ends(self):
        outcomes = self.refresh_together()

        assert len(of_type(outcomes, Tokens)) == 1
        assert len(of_type(outcomes, SignedOut)) == HANDS - 1
        assert Session.objects.get().end_reason == Session.EndReason.TOKEN_REUSED


class TestOneCode:
    @pytest.fixture
    def sent(self, fake_zalo) -> tuple[OtpChallenge, str]:
        seed_otp_oa()
        challenge = request_code(phone=PHONE, now=EIGHT)
        message = json.loads(fake_zalo.sent("/message/template")[0].content)
        return challenge, message["template_data"]["otp"]

    def guess_together(self, challenge: OtpChallenge, code: str, *, hands: int = HANDS) -> list[Any]:
        return all_at_once(
            lambda: verify_code(challenge_id=challenge.public_id, code=code, now=EIGHT), hands=hands
        )

    def looked_at(self, outcomes: list[Any]) -> list[Any]:
        """Guesses that were compared with the code, and so spent a try."""
        return [refusal for refusal in of_type(outcomes, Invalid) if refusal.errors[0].field == "code"]

    def test_without_the_guarded_count_it_is_guessed_at_too_often(self, sent, monkeypatch):
        challenge, code = sent
        monkeypatch.setattr(OtpChallengeQuerySet, "take_a_try", naive_take_a_try)

        outcomes = self.guess_together(challenge, "wrong" + code)

        assert len(self.looked_at(outcomes)) > CODE_TRIES

    def test_is_guessed_at_five_times_however_many_guess_at_once(self, sent):
        challenge, code = sent

        outcomes = self.guess_together(challenge, "wrong" + code, hands=2 * HANDS)

        assert len(self.looked_at(outcomes)) == CODE_TRIES
        assert len(of_type(outcomes, Invalid)) == 2 * HANDS

    def test_without_the_guarded_use_it_signs_in_several(self, sent, monkeypatch):
        monkeypatch.setattr(OtpChallengeQuerySet, "use", naive_use)

        assert len(of_type(self.guess_together(*sent, hands=CODE_TRIES), Tokens)) > 1

    def test_signs_in_one(self, sent):
        outcomes = self.guess_together(*sent, hands=CODE_TRIES)

        assert len(of_type(outcomes, Tokens)) == 1
        assert len(of_type(outcomes, Invalid)) == CODE_TRIES - 1


class TestOnePhoneThatAsksForCodes:
    def ask_together(self) -> list[Any]:
        seed_otp_oa()
        return all_at_once(lambda: request_code(phone=PHONE, now=EIGHT))

    def test_without_waiting_for_each_other_it_gets_several(self, fake_zalo, monkeypatch):
        # Long enough for all to have counted before the first one writes.
        monkeypatch.setattr(codes, "hold_phone", lambda _: None)
        counted = codes._refuse_too_many
        monkeypatch.setattr(
            codes, "_refuse_too_many", lambda key, now: (counted(key, now=now), time.sleep(0.2))
        )

        self.ask_together()

        assert len(fake_zalo.sent("/message/template")) > 1

    def test_gets_one_code(self, fake_zalo):
        outcomes = self.ask_together()

        assert len(of_type(outcomes, OtpChallenge)) == 1
        assert len(of_type(outcomes, RateLimited)) == HANDS - 1
        assert len(fake_zalo.sent("/message/template")) == 1


class TestOneCodeThatIsBeingSent:
    def test_is_committed_before_it_leaves(self, fake_zalo):
        seed_otp_oa()
        seen: list[Any] = []
        fake_zalo.before_template = lambda: seen.extend(
            run_together([lambda: OtpChallenge.objects.get().sent_at is None])
        )

        request_code(phone=PHONE, now=EIGHT)

        assert seen == [True]


class TestOnePhoneThatManyVerify:
    def verify_together(self) -> list[Any]:
        calls = [
            lambda citizen=citizen: give_phone(citizen=citizen, phone=PHONE, now=EIGHT)
            for citizen in CitizenFactory.create_batch(HANDS)
        ]
        return run_together(calls)

    def test_without_waiting_for_each_other_some_are_refused_by_the_database(self, monkeypatch):
        monkeypatch.setattr(profiles, "hold_phone", lambda _: None)

        assert of_type(self.verify_together(), IntegrityError)

    def test_belongs_to_the_last_one_and_nobody_is_refused(self):
        outcomes = self.verify_together()

        assert len(of_type(outcomes, Citizen)) == HANDS
        assert Citizen.objects.filter(phone_key__isnull=False).count() == 1
        assert Citizen.objects.exclude(lost_phone_key="").count() == HANDS - 1

    def test_two_that_take_each_others_phone_do_not_block_each_other(self):
        for _ in range(5):
            an, binh = CitizenFactory(with_phone=True), CitizenFactory(with_phone=True)
            phones = an.phone, binh.phone

            outcomes = run_together(
                [
                    lambda an=an, phones=phones: give_phone(citizen=an, phone=phones[1], now=EIGHT),
                    lambda binh=binh, phones=phones: give_phone(citizen=binh, phone=phones[0], now=EIGHT),
                ]
            )

            assert [row.phone for row in outcomes] == [phones[1], phones[0]]


class TestOnePersonOnManyDevices:
    def test_is_one_account(self, fake_zalo):
        fake_zalo.people["an"] = {"id": "77", "name": "An"}

        outcomes = all_at_once(lambda: sign_in_with_zalo(access_token="an", now=EIGHT))

        assert {outcome.citizen.zalo_id for outcome in of_type(outcomes, Tokens)} == {"77"}
        assert len(of_type(outcomes, Tokens)) == HANDS
        assert Citizen.objects.count() == 1

    def test_without_the_savepoint_of_a_second_look_devices_are_refused(self, fake_zalo, monkeypatch):
        fake_zalo.people["an"] = {"id": "77", "name": "An"}

        def look_then_create(profile, *, now):
            seen = Citizen.objects.filter(zalo_id=profile.id).first()
            time.sleep(0.2)
            return seen or Citizen.objects.create(zalo_id=profile.id, created_at=now)

        monkeypatch.setattr(sign_in, "_account_of", look_then_create)

        outcomes = all_at_once(lambda: sign_in_with_zalo(access_token="an", now=EIGHT))

        assert of_type(outcomes, IntegrityError)


class TestSomebodyWhoFollowsWhileSigningIn:
    def test_is_linked_either_way(self, fake_zalo):
        for number in range(10):
            fake_zalo.people["an"] = {"id": str(number)}

            def follow(number=number):
                return record_follow(
                    oa_id="1", uid=str(number), app_user_id=str(number), follows=True, now=EIGHT
                )

            run_together([follow, lambda: sign_in_with_zalo(access_token="an", now=EIGHT)])

        assert ZaloContact.objects.filter(citizen=None).count() == 0


class TestSomebodyWhoErasesWhileSigningIn:
    def test_leaves_no_sign_in_that_works(self, fake_zalo):
        citizen = CitizenFactory(zalo_id="77")
        fake_zalo.people["an"] = {"id": "77"}

        run_together(
            [
                lambda: erase_account(citizen=citizen, now=EIGHT),
                lambda: sign_in_with_zalo(access_token="an", now=EIGHT),
            ]
        )

        citizen.refresh_from_db()
        assert citizen.zalo_id is None
        assert not Session.objects.alive().filter(citizen=citizen).exists()
