"""Which channel a message goes by, what is not even tried, and what is left where none takes it."""

from datetime import timedelta

import pytest

from accounts.models import Citizen, Consent
from notifications.kinds import PLACEHOLDERS, Kind
from notifications.models import Channel, Message, OptOut, State
from notifications.services import forget_old_counts, forget_recipient, resend, send_due
from notifications.tests.factories import (
    FOUR,
    TEMPLATE,
    allow_mini_app,
    by_chat,
    by_every_way,
    by_mini_app,
    by_phone,
)
from zalo.errors import BackOff, NeedsConsent, NeedsHuman, TryNextChannel
from zalo.tests.factories import param, template

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MINI_APP_ID = "3368637342326461234"


@pytest.fixture(autouse=True)
def _mini_app(settings) -> None:
    settings.ZALO_MINIAPP_TEMPLATE_ID = "00126fd75392bacce383"


def again(message: Message) -> Message:
    message.refresh_from_db()
    return message


def by_all_four(**fields: object) -> Message:
    message = by_every_way(**{"recipient__zalo_id": MINI_APP_ID} | fields)
    allow_mini_app(message.recipient)
    return message


def know_template(message: Message, *, without: str = "", **more: object) -> None:
    """Let the registry know the agency's template, with a place for all that a reminder says."""
    names = sorted(PLACEHOLDERS[Kind(message.kind)].always - {without})
    params = [param(name, max_length=200) for name in names]
    template(*params, oa_id=message.agency.oa_id, template_id=TEMPLATE, **more).save()


class TestOrder:
    def test_ends_with_the_mini_app_and_the_inbox(self, wire):
        message = by_all_four()
        wire.refuse(TryNextChannel(-230))

        assert send_due(now=FOUR).failed == 1

        assert wire.ways == [
            Channel.CS,
            Channel.TEMPLATE_UID,
            Channel.TEMPLATE_PHONE,
            Channel.MINIAPP,
        ]
        row = again(message)
        assert (row.state, row.channel, row.cost) == (State.FAILED, Channel.INBOX, 0)
        assert row.last_error == "MINIAPP TryNextChannel -230"

    def test_reaches_who_only_allowed_the_mini_app(self, wire):
        message = by_mini_app()

        assert send_due(now=FOUR).sent == 1

        ((channel, letter),) = wire.letters
        assert (channel, letter.app_user_id) == (Channel.MINIAPP, MINI_APP_ID)
        assert (letter.page, letter.button) == (f"appointments/{message.about}", "Xem lịch hẹn")
        assert again(message).channel == Channel.MINIAPP

    def test_leads_to_the_dossier_in_the_mini_app(self, wire):
        context = {"name": "An", "code": "BT7F3KQWX", "office": "Công an phường Bàn Thạch"}
        by_mini_app(kind=Kind.CARD_READY, about="BT7F3KQWX", context=context)

        send_due(now=FOUR)

        ((_, letter),) = wire.letters
        assert (letter.page, letter.button) == ("dossiers/BT7F3KQWX", "Xem hồ sơ")

    def test_has_no_mini_app_before_it_is_set_up(self, wire, settings):
        settings.ZALO_MINIAPP_TEMPLATE_ID = ""
        message = by_mini_app()

        send_due(now=FOUR)

        assert again(message).last_error == "no_channel"

    def test_has_no_mini_app_for_who_never_allowed_it(self, wire):
        message = by_mini_app()
        Consent.objects.all().delete()

        send_due(now=FOUR)

        assert (wire.letters, again(message).state) == ([], State.FAILED)

    def test_begins_anew_when_it_is_sent_again(self, wire):
        message = by_phone()
        wire.refuse(TryNextChannel(-118))
        send_due(now=FOUR)
        wire.answers.clear()

        resend(message=message, now=FOUR)
        assert (again(message).channel, message.cost) == ("", None)
        send_due(now=FOUR)

        assert again(message).channel == Channel.TEMPLATE_PHONE


class TestWhatWasSeenOnTheScreen:
    def test_goes_by_no_template(self, wire):
        message = by_phone(confirmation=True, is_shown=True)

        assert send_due(now=FOUR).sent == 1

        assert wire.letters == []
        row = again(message)
        assert (row.state, row.channel, row.cost, row.last_error) == (State.SENT, Channel.INBOX, 0, "")

    def test_goes_by_what_is_free(self, wire):
        in_chat = by_chat(confirmation=True, is_shown=True)
        elsewhere = by_mini_app(confirmation=True, is_shown=True)

        send_due(now=FOUR)

        assert again(in_chat).channel == Channel.CS
        assert again(elsewhere).channel == Channel.MINIAPP

    def test_is_tried_again_like_any_other(self, wire):
        message = by_chat(confirmation=True, is_shown=True)
        wire.refuse(BackOff(-32))

        assert send_due(now=FOUR).postponed == 1

        assert again(message).state == State.OWED

    def test_holds_back_no_reminder(self, wire):
        reminder = by_phone(is_shown=True)

        send_due(now=FOUR)

        assert (wire.ways, again(reminder).state) == ([], State.SENT)


class TestRefusals:
    """What a person refused is not tried again each day."""

    @pytest.mark.parametrize(
        ("make", "channel", "code"),
        [
            (by_phone, Channel.TEMPLATE_PHONE, -139),
            (by_phone, Channel.TEMPLATE_PHONE, -141),
            (by_chat, Channel.CS, -244),
            (by_mini_app, Channel.MINIAPP, -111),
        ],
    )
    def test_are_remembered(self, wire, make, channel, code):
        message = make()
        wire.refuse(TryNextChannel(code))

        send_due(now=FOUR)
        resend(message=message, now=FOUR)
        send_due(now=FOUR)

        assert wire.ways == [channel]
        assert again(message).last_error == f"{channel} OptedOut {code}"
        assert message.error_in_words.startswith("người này mới từ chối nhận tin qua đường này")

    def test_close_their_own_channel_only(self, wire):
        message = by_every_way()
        wire.refuse(TryNextChannel(-244), Channel.CS)

        send_due(now=FOUR)
        resend(message=message, now=FOUR)
        send_due(now=FOUR)

        assert wire.ways == [Channel.CS, Channel.TEMPLATE_UID, Channel.TEMPLATE_UID]

    def test_are_the_persons_not_those_of_others(self, wire):
        message = by_phone()
        wire.refuse(TryNextChannel(-141))
        send_due(now=FOUR)
        wire.answers.clear()

        other = by_phone(agency=message.agency)
        send_due(now=FOUR)

        assert again(other).state == State.SENT

    def test_are_over_after_a_while(self, wire, settings):
        settings.OPT_OUT_KEPT = DAY
        message = by_phone(expires_at=FOUR + 3 * DAY)
        wire.refuse(TryNextChannel(-141))
        send_due(now=FOUR)
        wire.answers.clear()

        later = FOUR + DAY + timedelta(minutes=1)
        resend(message=message, now=later)
        send_due(now=later)

        assert again(message).state == State.SENT
        assert forget_old_counts(now=later) == 1
        assert not OptOut.objects.exists()

    def test_are_not_prolonged_by_what_was_not_tried(self, wire):
        message = by_phone(expires_at=FOUR + 3 * DAY)
        wire.refuse(TryNextChannel(-141))
        send_due(now=FOUR)
        until = OptOut.objects.get().until

        resend(message=message, now=FOUR + DAY)
        send_due(now=FOUR + DAY)

        assert OptOut.objects.get().until == until

    def test_hold_for_the_phone_not_for_a_new_one(self, wire):
        message = by_phone()
        wire.refuse(TryNextChannel(-141))
        send_due(now=FOUR)
        wire.answers.clear()

        Citizen.objects.filter(pk=message.recipient_id).update(phone="+84905999999", phone_key="another")
        resend(message=message, now=FOUR)
        send_due(now=FOUR)

        assert again(message).state == State.SENT

    @pytest.mark.parametrize("code", [-118, -114, -230])
    def test_are_not_what_a_person_never_said(self, wire, code):
        by_phone()
        wire.refuse(TryNextChannel(code))

        send_due(now=FOUR)

        assert not OptOut.objects.exists()

    def test_are_forgotten_with_the_account(self, wire):
        message = by_phone()
        wire.refuse(TryNextChannel(-141))
        send_due(now=FOUR)

        forget_recipient(recipient=message.recipient, now=FOUR)

        assert not OptOut.objects.exists()


class TestTemplates:
    def test_that_are_known_get_what_they_have_a_place_for(self, wire):
        message = by_phone()
        know_template(message)

        send_due(now=FOUR)

        assert wire.letters[0][1].data.keys() == PLACEHOLDERS[Kind.REMINDER].always

    def test_that_nobody_fetched_hold_nothing_up(self, wire):
        by_phone()

        assert send_due(now=FOUR).sent == 1

        assert "bring" in wire.letters[0][1].data

    def test_are_not_asked_to_take_what_does_not_fit(self, wire, caplog):
        message = by_phone()
        params = [param("number", max_length=2), param("ticket")]
        template(*params, oa_id=message.agency.oa_id, template_id=TEMPLATE).save()

        assert send_due(now=FOUR).failed == 1

        assert wire.letters == []
        assert again(message).last_error == "TEMPLATE_PHONE Unfit param_too_long:number"
        assert message.error_in_words == (
            "nội dung không khớp mẫu tin đã duyệt, báo kỹ thuật (mã param_too_long:number)"
        )
        assert "A031" not in caplog.text

    def test_that_zalo_has_locked_are_not_used(self, wire):
        message = by_phone()
        know_template(message, status="DISABLE")

        send_due(now=FOUR)

        assert again(message).last_error == "TEMPLATE_PHONE Unfit template_not_enabled"

    def test_do_not_close_the_chat(self, wire):
        message = by_every_way()
        know_template(message, status="DISABLE")

        send_due(now=FOUR)

        assert again(message).channel == Channel.CS
        assert message.last_error == ""

    def test_that_do_not_fit_are_told_of_although_another_way_was_open(self, wire):
        """Somebody must mend the template, even if this message arrived."""
        message = by_phone(recipient__zalo_id=MINI_APP_ID)
        allow_mini_app(message.recipient)
        know_template(message, status="DISABLE")

        send_due(now=FOUR)

        assert (again(message).state, message.channel) == (State.SENT, Channel.MINIAPP)
        assert message.last_error == "TEMPLATE_PHONE Unfit template_not_enabled"


class TestWhatAHumanMustMend:
    """A grant that is lost, or a plan that ran out: the other ways are tried at once."""

    def test_does_not_keep_a_message_from_the_next_way(self, wire):
        message = by_all_four()
        wire.refuse(NeedsConsent(-14014), Channel.CS, Channel.TEMPLATE_UID, Channel.TEMPLATE_PHONE)

        assert send_due(now=FOUR).sent == 1

        assert (again(message).state, message.channel) == (State.SENT, Channel.MINIAPP)
        assert message.last_error == "CS NeedsConsent -14014"

    def test_is_waited_for_when_no_other_way_is_open(self, wire):
        message = by_all_four()
        wire.refuse(TryNextChannel(-118))
        wire.refuse(NeedsHuman(-135), Channel.TEMPLATE_UID)

        assert send_due(now=FOUR).postponed == 1

        assert again(message).last_error == "TEMPLATE_UID NeedsHuman -135"
        assert timedelta(minutes=10) <= message.due_at - FOUR < timedelta(minutes=11)


class TestLogs:
    def test_hold_no_address_and_no_word(self, wire, caplog):
        message = by_all_four()
        wire.refuse(NeedsHuman(-135))

        send_due(now=FOUR)

        assert repr(wire.letters[0][1]).count("'") == 12  # account, template, title, page, button, tracking
        for personal in (message.recipient.phone, MINI_APP_ID, "A031"):
            assert personal not in repr(wire.letters) + caplog.text
