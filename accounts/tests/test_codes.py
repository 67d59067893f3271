import json
import logging
import re
import uuid
from datetime import timedelta

import httpx
import pytest
from django.db import connection

from accounts.models import Citizen, OtpChallenge
from accounts.services import code_on_its_way, request_code, verify_code
from accounts.tests.factories import EIGHT, CitizenFactory, OtpChallengeFactory
from core.errors import Invalid, RateLimited, Unavailable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("otp_oa")]
PHONE = "+84905123456"
MINUTE = timedelta(minutes=1)


def ask(fake_zalo, *, now=EIGHT, phone: str = PHONE) -> tuple[OtpChallenge, str]:
    """Ask for a code and read it as the citizen does: in the message."""
    challenge = request_code(phone=phone, now=now)
    message = json.loads(fake_zalo.sent("/message/template")[-1].content)
    return challenge, message["template_data"]["otp"]


def verify(challenge: OtpChallenge, code: str, *, now=EIGHT) -> Citizen:
    return verify_code(challenge_id=challenge.public_id, code=code, now=now).citizen


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def refused_field(refusal) -> str:
    return refusal.value.errors[0].field


class TestRequestCode:
    def test_sends_six_digits_to_the_phone_by_the_portals_template(self, fake_zalo):
        challenge, code = ask(fake_zalo)

        message = json.loads(fake_zalo.sent("/message/template")[0].content)
        assert re.fullmatch(r"[0-9]{6}", code)
        assert message["phone"] == "84905123456"
        assert message["template_id"] == "otp-template"
        assert message["tracking_id"] == f"otp-{challenge.public_id.hex}"

    def test_keeps_neither_code_nor_phone_in_clear(self, fake_zalo):
        _, code = ask(fake_zalo)

        with connection.cursor() as cursor:
            cursor.execute("SELECT row_to_json(row)::text FROM accounts_otpchallenge row")
            stored = cursor.fetchone()[0]
        assert code not in re.sub(r'"(public_id|code_hash|phone_key|phone)":"[^"]*"', "", stored)
        assert "905123456" not in stored

    def test_gives_every_challenge_its_own_hash_of_a_code(self, fake_zalo):
        hashes = {ask(fake_zalo, now=EIGHT + n * MINUTE)[0].code_hash for n in range(3)}

        assert len(hashes) == 3

    def test_allows_one_code_a_minute(self, fake_zalo):
        ask(fake_zalo)

        with pytest.raises(RateLimited) as refusal:
            ask(fake_zalo, now=EIGHT + timedelta(seconds=45))

        assert refusal.value.details["retry_after"] == 15
        ask(fake_zalo, now=EIGHT + MINUTE)

    def test_counts_each_phone_for_itself(self, fake_zalo):
        ask(fake_zalo)

        ask(fake_zalo, phone="+84905999999")

    def test_allows_five_codes_a_day(self, fake_zalo):
        for hours in range(5):
            ask(fake_zalo, now=EIGHT + timedelta(hours=hours))

        with pytest.raises(RateLimited) as refusal:
            ask(fake_zalo, now=EIGHT + timedelta(hours=23))

        assert refusal.value.details["retry_after"] == 3600
        ask(fake_zalo, now=EIGHT + timedelta(hours=24))

    def test_does_not_count_codes_that_never_left_towards_the_day(self, fake_zalo):
        for minutes in range(5, 65, 10):
            OtpChallengeFactory(failed=True, created_at=EIGHT - timedelta(minutes=minutes))

        ask(fake_zalo)

    @pytest.mark.parametrize(
        ("answer", "is_known_to_have_failed"),
        [
            ({"error": -144, "message": "quota"}, True),
            (httpx.ConnectError("down"), True),
            (httpx.ReadTimeout("slow"), False),
        ],
    )
    def test_refuses_and_the_code_is_dead_when_zalo_does_not_take_it(
        self, fake_zalo, answer, is_known_to_have_failed
    ):
        fake_zalo.template_answer = answer

        with pytest.raises(Unavailable):
            ask(fake_zalo)

        challenge = OtpChallenge.objects.get()
        code = json.loads(fake_zalo.sent("/message/template")[0].content)["template_data"]["otp"]
        assert (challenge.failed_at is not None) == is_known_to_have_failed
        assert len(fake_zalo.sent("/message/template")) == 1
        with pytest.raises(Invalid):
            verify(challenge, code)

    def test_says_that_a_phone_has_no_zalo_and_nothing_of_phone_or_code_in_the_log(self, fake_zalo, caplog):
        fake_zalo.template_answer = {"error": -118, "message": "84905123456"}

        with caplog.at_level(logging.DEBUG), pytest.raises(Invalid) as refusal:
            ask(fake_zalo)

        code = json.loads(fake_zalo.sent("/message/template")[0].content)["template_data"]["otp"]
        ours = "\n".join(
            record.getMessage() for record in caplog.records if record.name.startswith("accounts")
        )
        assert [(fault.field, fault.code) for fault in refusal.value.errors] == [("phone", "no_zalo")]
        assert "TryNextChannel (-118)" in ours
        assert "905123456" not in ours
        assert code not in ours

    def test_refuses_when_the_sending_account_has_no_tokens(self, fake_zalo, settings):
        settings.ZALO_OTP_OA_ID = "1"

        with pytest.raises(Unavailable):
            request_code(phone=PHONE, now=EIGHT)

        assert OtpChallenge.objects.get().failed_at == EIGHT


class TestCodeOnItsWay:
    """Who asks again within a moment, by a second click or by going back, goes on with the first code."""

    def test_is_the_one_just_sent_to_this_phone(self, fake_zalo):
        challenge, _ = ask(fake_zalo)
        ask(fake_zalo, phone="+84905999999")

        assert code_on_its_way(phone=PHONE, now=EIGHT + timedelta(seconds=59)) == challenge

    def test_is_none_once_another_may_be_asked_for(self, fake_zalo):
        ask(fake_zalo)

        assert code_on_its_way(phone=PHONE, now=EIGHT + MINUTE) is None

    def test_is_none_once_it_was_used(self, fake_zalo):
        verify(*ask(fake_zalo))

        assert code_on_its_way(phone=PHONE, now=EIGHT) is None

    def test_is_none_where_it_never_left(self, fake_zalo):
        OtpChallengeFactory(failed=True, phone=PHONE, created_at=EIGHT)

        assert code_on_its_way(phone=PHONE, now=EIGHT) is None

    def test_makes_way_for_the_one_sent_again(self, fake_zalo):
        first, first_code = ask(fake_zalo)
        second, second_code = ask(fake_zalo, now=EIGHT + MINUTE)

        assert code_on_its_way(phone=PHONE, now=EIGHT + MINUTE) == second
        assert verify(first, first_code) == verify(second, second_code, now=EIGHT + MINUTE)


class TestVerifyCode:
    def test_opens_an_account_the_first_time_and_finds_it_again(self, fake_zalo):
        first = verify(*ask(fake_zalo))
        again = verify(*ask(fake_zalo, now=EIGHT + MINUTE), now=EIGHT + MINUTE)

        assert first == again
        assert (again.phone, again.zalo_id) == (PHONE, None)
        assert again.phone_verified_at == EIGHT + MINUTE

    def test_does_not_open_the_account_of_a_zalo_user_with_this_phone(self, fake_zalo):
        by_zalo = CitizenFactory(phone=PHONE)

        assert verify(*ask(fake_zalo)) != by_zalo

    def test_refuses_a_wrong_code_and_takes_the_right_one_after_it(self, fake_zalo):
        challenge, code = ask(fake_zalo)

        with pytest.raises(Invalid) as refusal:
            verify(challenge, another(code))

        assert refused_field(refusal) == "code"
        assert verify(challenge, code).phone == PHONE

    def test_refuses_even_the_right_code_after_five_wrong_ones(self, fake_zalo):
        challenge, code = ask(fake_zalo)
        for _ in range(5):
            with pytest.raises(Invalid):
                verify(challenge, another(code))

        with pytest.raises(Invalid) as refusal:
            verify(challenge, code)

        assert refused_field(refusal) == "challenge"
        assert not Citizen.objects.exists()

    def test_takes_a_code_once(self, fake_zalo):
        challenge, code = ask(fake_zalo)
        verify(challenge, code)

        with pytest.raises(Invalid) as refusal:
            verify(challenge, code)

        assert refused_field(refusal) == "challenge"

    def test_takes_a_code_for_five_minutes(self, fake_zalo):
        challenge, code = ask(fake_zalo)

        with pytest.raises(Invalid):
            verify(challenge, code, now=EIGHT + 5 * MINUTE)

        verify(challenge, code, now=EIGHT + 5 * MINUTE - timedelta(seconds=1))

    def test_does_not_take_the_code_of_another_challenge(self, fake_zalo):
        _, code = ask(fake_zalo)
        of_another, other_code = ask(fake_zalo, phone="+84905999999")
        if code == other_code:
            code = another(code)

        with pytest.raises(Invalid):
            verify(of_another, code)

    def test_refuses_an_unknown_challenge(self):
        with pytest.raises(Invalid):
            verify_code(challenge_id=uuid.uuid4(), code="000000", now=EIGHT)
