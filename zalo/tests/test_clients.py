"""The clients against the sandbox: the same protocol, over real HTTP."""

from datetime import UTC, timedelta
from unicodedata import normalize

import pytest

from zalo.clients import (
    BusinessClient,
    ButtonType,
    ChatButton,
    Fate,
    GraphClient,
    MiniAppClient,
    OaClient,
    Profile,
    Quota,
)
from zalo.errors import (
    AfterQuietHours,
    AskForNewToken,
    BackOff,
    Bug,
    NeedsConsent,
    OutcomeUnknown,
    Tomorrow,
    TryNextChannel,
)
from zalo.models import OaToken
from zalo.services import Flaw, known_template, misfit, refresh_template, refresh_templates
from zalo.tests.conftest import OA_ID
from zalo.tests.scripted import Say, scripted

PHONE = "+84905123456"


class TestMe:
    def test_tells_who_the_bearer_of_a_token_is(self, sandbox):
        citizen = sandbox.citizen("Nguyễn Thị Hạnh")

        profile = GraphClient().me(citizen["access_token"])

        assert profile == Profile(
            id=citizen["user_id"], name="Nguyễn Thị Hạnh", uid_by_oa=None, is_follower=False
        )

    def test_tells_the_oas_id_of_a_follower(self, sandbox):
        sandbox.oa(OA_ID)
        citizen = sandbox.citizen()

        profile = GraphClient().me(citizen["access_token"])

        assert profile.is_follower
        assert profile.uid_by_oa == citizen["oa_users"][OA_ID]

    def test_refuses_a_token_that_zalo_does_not_know(self, sandbox):
        with pytest.raises(AskForNewToken) as refused:
            GraphClient().me("made-up")

        assert refused.value.code == 452

    @pytest.mark.parametrize("token", ["", "a b", "x\r\nsecret_key: y", "mã", "x" * 5000, "\x00"])
    def test_refuses_a_token_that_cannot_travel_in_a_header(self, sandbox, token):
        with pytest.raises(AskForNewToken):
            GraphClient().me(token)

    def test_proves_that_the_token_is_held_by_our_app(self, sandbox, settings):
        citizen = sandbox.citizen()
        settings.ZALO_APP_SECRET = "another app's"

        with pytest.raises(Bug) as refused:
            GraphClient().me(citizen["access_token"])

        assert refused.value.code == -242

    def test_refuses_an_answer_without_an_id(self, settings):
        with scripted(Say({"error": 0})) as zalo:
            settings.ZALO_GRAPH_BASE = zalo.base_url

            with pytest.raises(AskForNewToken):
                GraphClient().me("token")


class TestExchangePhone:
    def test_gives_the_number_behind_a_code(self, sandbox):
        citizen = sandbox.citizen(phone="0905 123 456")

        number = GraphClient().exchange_phone(citizen["access_token"], citizen["phone_token"])

        assert number == PHONE

    def test_takes_a_code_once(self, sandbox):
        citizen = sandbox.citizen()
        GraphClient().exchange_phone(citizen["access_token"], citizen["phone_token"])

        with pytest.raises(AskForNewToken) as refused:
            GraphClient().exchange_phone(citizen["access_token"], citizen["phone_token"])

        assert refused.value.code == 119

    def test_refuses_another_citizens_code(self, sandbox):
        mine, theirs = sandbox.citizen(), sandbox.citizen(phone="0905123457")

        with pytest.raises(AskForNewToken) as refused:
            GraphClient().exchange_phone(mine["access_token"], theirs["phone_token"])

        assert refused.value.code == 115

    def test_takes_a_later_code_of_the_same_citizen(self, sandbox):
        citizen = sandbox.citizen()
        later = sandbox.phone_token(citizen["user_id"])

        assert GraphClient().exchange_phone(citizen["access_token"], later) == PHONE


class TestSendText:
    def test_sends_to_a_follower(self, sandbox, oa, now):
        citizen = sandbox.citizen()

        sent = OaClient(OA_ID).send_text(uid=citizen["oa_users"][OA_ID], text="Số A031, 08:30", now=now)

        (message,) = sandbox.messages(user_id=citizen["user_id"])
        assert (message["id"], message["channel"]) == (sent.message_id, "cs")
        assert message["text"] == message["rendered"] == "Số A031, 08:30"
        assert abs(sent.sent_at - now) < timedelta(seconds=10)
        assert sent.sent_at.tzinfo is UTC
        assert sent.quota_remaining is None  # what is left for one citizen says nothing about the OA

    def test_sends_composed_characters(self, sandbox, oa, now):
        citizen = sandbox.citizen()
        decomposed = normalize("NFD", "Nguyễn Thị Hạnh")

        OaClient(OA_ID).send_text(uid=citizen["oa_users"][OA_ID], text=decomposed, now=now)

        assert sandbox.messages()[0]["text"] == normalize("NFC", decomposed) != decomposed

    def test_leaves_a_citizen_who_never_came_near_the_oa_to_the_next_channel(self, sandbox, oa, now):
        stranger = sandbox.citizen(follow=False)

        with pytest.raises(TryNextChannel) as refused:
            OaClient(OA_ID).send_text(uid=stranger["oa_users"][OA_ID], text="…", now=now)

        assert refused.value.code == -213

    def test_leaves_a_citizen_who_was_quiet_for_a_week_to_the_next_channel(self, sandbox, oa, now):
        citizen = sandbox.citizen()
        sandbox.world.citizens[citizen["user_id"]].interacted_at[OA_ID] -= timedelta(days=7, minutes=1)

        with pytest.raises(TryNextChannel) as refused:
            OaClient(OA_ID).send_text(uid=citizen["oa_users"][OA_ID], text="…", now=now)

        assert refused.value.code == -230

    def test_is_our_bug_when_it_is_too_long(self, sandbox, oa, now):
        citizen = sandbox.citizen()

        with pytest.raises(Bug):
            OaClient(OA_ID).send_text(uid=citizen["oa_users"][OA_ID], text="x" * 2001, now=now)


class TestSendTemplateToUid:
    def test_sends_and_tells_the_quota_of_the_oa(self, sandbox, oa, now):
        citizen = sandbox.citizen()

        sent = OaClient(OA_ID).send_template_to_uid(
            uid=citizen["oa_users"][OA_ID], template_id="reminder", data={"so": "A031"}, now=now
        )

        (message,) = sandbox.messages(phone=PHONE)
        assert (message["id"], message["channel"]) == (sent.message_id, "template_uid")
        assert message["template_data"] == {"so": "A031"}
        assert sent.quota_remaining == 19_999

    def test_leaves_a_stranger_to_the_next_channel(self, sandbox, oa, now):
        stranger = sandbox.citizen(follow=False)

        with pytest.raises(TryNextChannel):
            OaClient(OA_ID).send_template_to_uid(
                uid=stranger["oa_users"][OA_ID], template_id="reminder", data={"so": "A031"}, now=now
            )

    @pytest.mark.parametrize(
        ("fault", "error"), [({"quota": 0}, Tomorrow), ({"night": True}, AfterQuietHours)]
    )
    def test_waits_for_what_time_heals(self, sandbox, oa, now, fault, error):
        citizen = sandbox.citizen()
        sandbox.faults(**fault)

        with pytest.raises(error):
            OaClient(OA_ID).send_template_to_uid(
                uid=citizen["oa_users"][OA_ID], template_id="reminder", data={"so": "A031"}, now=now
            )


def by_phone(now, phone=PHONE, **more):
    sending = {"template_id": "reminder", "data": {"so": "A031"}, "tracking_id": "m-1", **more}
    return BusinessClient(OA_ID).send_template_to_phone(phone=phone, now=now, **sending)


class TestSendTemplateToPhone:
    def test_sends_to_a_number_whose_owner_does_not_follow(self, sandbox, oa, now):
        sandbox.citizen(follow=False)

        sent = by_phone(now)

        (message,) = sandbox.messages(phone="0905123456")
        assert (message["id"], message["channel"]) == (sent.message_id, "template_phone")
        assert (message["phone"], message["tracking_id"]) == (PHONE, "m-1")
        assert sent.quota_remaining == 19_999

    @pytest.mark.parametrize(
        ("phone", "code"),
        [("+84905999999", -118), ("+84905000114", -114), ("+84905000118", -118), ("+84905000139", -139)],
    )
    def test_leaves_a_number_that_cannot_be_reached_to_the_next_channel(self, sandbox, oa, now, phone, code):
        with pytest.raises(TryNextChannel) as refused:
            by_phone(now, phone=phone)

        assert refused.value.code == code

    @pytest.mark.parametrize(
        ("fault", "error", "code"),
        [
            ({"fail_rate": 1}, BackOff, -32),
            ({"fail_rate": 1, "error": -100}, BackOff, -100),
            ({"fail_rate": 1, "error": -141}, TryNextChannel, -141),
            ({"quota": 0}, Tomorrow, -144),
            ({"night": True}, AfterQuietHours, -133),
            ({"per_phone": {"0905123456": -139}}, TryNextChannel, -139),
        ],
    )
    def test_says_what_to_do_about_each_refusal(self, sandbox, oa, now, fault, error, code):
        sandbox.citizen()
        sandbox.faults(**fault)

        with pytest.raises(error) as refused:
            by_phone(now)

        assert refused.value.code == code
        assert sandbox.messages() == []

    @pytest.mark.parametrize("tracking_id", ["", "a b", "x" * 49, "ă"])
    def test_is_our_bug_when_the_tracking_id_is_none(self, sandbox, oa, now, tracking_id):
        sandbox.citizen()

        with pytest.raises(Bug):
            by_phone(now, tracking_id=tracking_id)

    def test_does_not_know_the_outcome_when_the_answer_comes_too_late(self, sandbox, oa, now, settings):
        settings.ZALO_TIMEOUT_SECONDS = 0.2
        sandbox.citizen()
        sandbox.faults(timeout_rate=1)

        with pytest.raises(OutcomeUnknown):
            by_phone(now)

        assert len(sandbox.messages()) == 1  # it was done all the same

    def test_refreshes_a_token_that_zalo_ended_early_and_sends(self, sandbox, oa, now):
        sandbox.citizen()
        sandbox.faults(expire_oa_token=True)

        by_phone(now)

        assert len(sandbox.messages()) == 1
        assert sandbox.refreshes(OA_ID) == 1

    def test_tries_a_rejected_token_once_more_and_not_for_ever(self, sandbox, oa, now, settings):
        with scripted(Say({"error": -124, "message": "Access token invalid"})) as zalo:
            settings.ZALO_BUSINESS_BASE = zalo.base_url

            with pytest.raises(BackOff) as refused:
                by_phone(now)

        assert refused.value.code == -124
        assert len(zalo.asked) == 2
        assert sandbox.refreshes(OA_ID) == 1

    def test_goes_nowhere_when_the_grant_is_lost(self, sandbox, oa, now):
        OaToken.objects.update(state="NEEDS_CONSENT", last_error="NeedsConsent -14014", expires_at=now)

        with pytest.raises(NeedsConsent):
            by_phone(now)


class TestQuota:
    def test_tells_what_is_left_of_the_day(self, sandbox, oa, now):
        sandbox.citizen()
        sandbox.faults(quota=10)
        by_phone(now)

        assert BusinessClient(OA_ID).quota(now=now) == Quota(daily=10, remaining=9)


@pytest.fixture
def follower(sandbox, oa):
    """A citizen who follows the OA, with their UID there."""
    citizen = sandbox.citizen()
    return {**citizen, "uid": citizen["oa_users"][OA_ID]}


def shown(sandbox, follower):
    """The last thing in the chat on the citizen's phone."""
    where = {"user_id": follower["user_id"], "oa_id": OA_ID}
    return sandbox.http.get("/_sandbox/chat", params=where).json()["messages"][-1]


class TestTheChat:
    """Each kind of consultation message arrives on the citizen's phone as what it is."""

    def test_shows_what_a_message_refers_to(self, sandbox, follower, now):
        written = sandbox.chat(OA_ID, follower["user_id"], "Mấy giờ mở cửa?")

        OaClient(OA_ID).send_text(uid=follower["uid"], text="07:30", quote=written, now=now)

        assert shown(sandbox, follower)["quote"] == "Mấy giờ mở cửa?"

    def test_shows_an_answer_to_a_message_known_by_its_id(self, sandbox, follower, now):
        written = sandbox.chat(OA_ID, follower["user_id"], "Mấy giờ mở cửa?")

        OaClient(OA_ID).reply(message_id=written, text="07:30", now=now)

        assert shown(sandbox, follower)["text"] == "07:30"

    def test_answers_one_message_eight_times_at_most(self, sandbox, follower, now):
        written = sandbox.chat(OA_ID, follower["user_id"], "Alo")
        for _ in range(8):
            OaClient(OA_ID).reply(message_id=written, text="Dạ", now=now)

        with pytest.raises(Tomorrow):
            OaClient(OA_ID).reply(message_id=written, text="Dạ", now=now)

    @pytest.mark.parametrize(("kind", "content"), [("image", b"\x89PNG..."), ("image", b"\xff\xd8\xff...")])
    def test_shows_a_picture_that_was_uploaded(self, sandbox, follower, now, kind, content):
        upload = OaClient(OA_ID).upload_image(name="so-do.png", content=content, now=now)

        OaClient(OA_ID).send_image(uid=follower["uid"], attachment_id=upload, text="Sơ đồ", now=now)

        seen = shown(sandbox, follower)
        assert (seen["text"], seen["image"]["name"]) == ("Sơ đồ", "so-do.png")

    def test_shows_a_picture_of_the_web(self, sandbox, follower, now):
        OaClient(OA_ID).send_image(uid=follower["uid"], url="https://vi.du/so-do.png", now=now)

        assert shown(sandbox, follower)["image"] == {"url": "https://vi.du/so-do.png"}

    def test_shows_a_file(self, sandbox, follower, now):
        token = OaClient(OA_ID).upload_file(name="to-khai.pdf", content=b"%PDF-1.7", now=now)

        OaClient(OA_ID).send_file(uid=follower["uid"], token=token, now=now)

        assert shown(sandbox, follower)["file"]["name"] == "to-khai.pdf"

    def test_backs_off_with_an_upload_that_is_too_old(self, follower, now):
        with pytest.raises(BackOff) as refused:
            OaClient(OA_ID).send_file(uid=follower["uid"], token="gone", now=now)

        assert refused.value.code == -100

    def test_does_not_take_a_text_file_for_a_picture(self, follower, now):
        with pytest.raises(Bug):
            OaClient(OA_ID).upload_gif(name="a.gif", content=b"not a picture", now=now)

    def test_shows_a_form_for_details(self, sandbox, follower, now):
        form = {"title": "Liên hệ", "subtitle": "Để báo lịch", "image_url": "https://vi.du/a.png"}

        OaClient(OA_ID).ask_for_details(uid=follower["uid"], now=now, **form)

        assert shown(sandbox, follower)["asks_details"] == form

    @pytest.mark.parametrize("shape", ["buttons_only", "button", "list"])
    def test_shows_buttons_where_zalo_takes_them(self, sandbox, follower, now, settings, shape):
        settings.ZALO_OA_BUTTONS = shape
        sandbox.faults(oa_buttons=True)
        see = ChatButton(title="Xem", type=ButtonType.OPEN_URL, payload={"url": "https://vi.du/"})

        OaClient(OA_ID).send_text(uid=follower["uid"], text="Nhắc hẹn", buttons=[see], now=now)

        assert [button["title"] for button in shown(sandbox, follower)["buttons"]] == ["Xem"]

    def test_is_our_bug_to_send_buttons_where_zalo_takes_none(self, follower, now, settings):
        settings.ZALO_OA_BUTTONS = "list"
        say = ChatButton(title="Có", type=ButtonType.SAY, payload="1")

        with pytest.raises(Bug) as refused:
            OaClient(OA_ID).send_text(uid=follower["uid"], text="Đến chứ?", buttons=[say], now=now)

        assert refused.value.code == -233


class TestReads:
    def test_tell_of_the_oa_and_of_a_citizen(self, sandbox, follower, now):
        client = OaClient(OA_ID)

        profile, user = client.profile(now=now), client.user(uid=follower["uid"], now=now)

        assert (profile.oa_id, profile.followers, profile.has_payment) == (OA_ID, 1, True)
        assert (user.uid, user.app_user_id, user.follows) == (follower["uid"], follower["user_id"], True)
        assert abs(client.quota_of(uid=follower["uid"], now=now).last_interaction_at - now) < timedelta(
            minutes=1
        )

    def test_tell_what_became_of_a_message(self, sandbox, follower, now):
        arrived = by_phone(now)
        sandbox.faults(drop_receipts=True)
        under_way = by_phone(now)

        fates = [
            BusinessClient(OA_ID).status(message_id=message_id, now=now).fate
            for message_id in (arrived.message_id, under_way.message_id, "made-up")
        ]

        assert fates == [Fate.DELIVERED, Fate.ON_ITS_WAY, Fate.UNKNOWN]

    def test_tell_of_templates_what_the_registry_keeps(self, sandbox, oa, now):
        params = [{"name": "so", "maxLength": 8}, {"name": "gio", "require": False}]
        sandbox.template("7001", "Số <so>, <gio>", oa_id=OA_ID, params=params)
        sandbox.template("7002", "Khác", status="PENDING_REVIEW")

        assert refresh_templates(oa_id=OA_ID, now=now) == 2

        kept = known_template(oa_id=OA_ID, template_id="7001")
        assert kept.param_names == {"so", "gio"}
        assert misfit(kept, {"so": "A031"}) is None
        assert misfit(kept, {"so": "A031 và A032"}).flaw is Flaw.TOO_LONG
        assert not known_template(oa_id=OA_ID, template_id="7002").is_enabled
        assert set(BusinessClient(OA_ID).sample(template_id="7001", now=now)) == {"so", "gio"}
        assert BusinessClient(OA_ID).quality(now=now).current

    def test_agree_with_what_zalo_refuses(self, sandbox, follower, now):
        """What the registry calls a misfit is refused on the wire, and nothing else is."""
        sandbox.template(
            "7001", "Số <so>", oa_id=OA_ID, params=[{"name": "so", "minLength": 2, "maxLength": 4}]
        )
        kept = refresh_template(oa_id=OA_ID, template_id="7001", now=now)

        for values in ({"so": "A031"}, {"so": "A"}, {"so": "A0311"}, {"so": ""}, {}, {"gio": "8"}):
            sent = sandbox.messages()
            try:
                by_phone(now, template_id="7001", data=values)
            except Bug:
                assert misfit(kept, values), values
                assert sandbox.messages() == sent
            else:
                assert misfit(kept, values) is None, values


class TestSendNotification:
    def test_reaches_who_allows_it_in_the_mini_app(self, sandbox, now):
        citizen = sandbox.citizen(follow=False)
        words = {"title": "Nhắc hẹn", "contentTitle": "08:30", "contentDescription": "Công an phường"}

        sent = MiniAppClient().send_notification(
            app_user_id=citizen["user_id"], template_id="t1", data=words, now=now
        )

        (message,) = sandbox.messages(user_id=citizen["user_id"])
        assert (message["id"], message["channel"]) == (sent.message_id, "miniapp")

    def test_leaves_a_stranger_to_the_next_channel(self, sandbox, now):
        with pytest.raises(TryNextChannel):
            MiniAppClient().send_notification(app_user_id="1", template_id="t1", data={"title": "…"}, now=now)
