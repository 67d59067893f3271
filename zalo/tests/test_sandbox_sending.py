"""What the sandbox takes from an Official Account: when, of which kind, to whom; and what it tells."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from zalo.signing import hash_phone
from zalo.tests.conftest import OA_ID

PHONE = "84905123456"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
ADDRESS = "https://portal.example/a"
OPEN = {"title": "Xem lịch hẹn", "type": "oa.open.url", "payload": {"url": ADDRESS}}


@pytest.fixture
def pair(sandbox):
    return sandbox.oa(OA_ID, "Công an phường Bàn Thạch", admins=["0905999999"])


@pytest.fixture
def call(sandbox, pair):
    def call(method, path, **more):
        headers = {"access_token": pair["access_token"]}
        return sandbox.http.request(method, path, headers=headers, **more).json()

    return call


@pytest.fixture
def citizen(sandbox, pair):
    return sandbox.citizen(phone=PHONE)


@pytest.fixture
def write(call, citizen):
    """Sends a consultation message; returns the whole answer."""

    def write(message=None, to=None):
        to = to or {"user_id": citizen["oa_users"][OA_ID]}
        body = {"recipient": to, "message": message or {"text": "Chào"}}
        return call("POST", "/v3.0/oa/message/cs", json=body)

    return write


@pytest.fixture
def by_phone(call, citizen):
    def by_phone(path="/message/template", **more):
        body = {"phone": PHONE, "template_id": "t", "template_data": {"so": "A031"}, "tracking_id": "m-1"}
        return call("POST", path, json={**body, **more})

    return by_phone


def ago(**length):
    return (datetime.now(UTC) - timedelta(**length)).isoformat()


def media(**element):
    return {"attachment": {"type": "template", "payload": {"template_type": "media", "elements": [element]}}}


def template(**payload):
    return {"attachment": {"type": "template", "payload": payload}}


class TestWindows:
    @pytest.mark.parametrize(
        ("last", "code"),
        [
            ({"minutes": 1}, 0),
            ({"hours": 47}, 0),
            ({"hours": 49}, 0),
            ({"days": 6, "hours": 23}, 0),
            ({"days": 7, "minutes": 1}, -230),
        ],
    )
    def test_a_citizen_can_be_written_to_for_seven_days(self, sandbox, citizen, write, last, code):
        sandbox.change(citizen["user_id"], oa_id=OA_ID, last_interaction=ago(**last))

        assert write()["error"] == code

    def test_writing_opens_the_window_again(self, sandbox, citizen, write):
        sandbox.change(citizen["user_id"], oa_id=OA_ID, last_interaction=ago(days=8))

        sandbox.chat(OA_ID, citizen["user_id"], "Alo")

        assert write()["error"] == 0

    def test_the_clock_closes_it(self, sandbox, write):
        sandbox.clock(datetime.now(UTC) + timedelta(days=7, minutes=1))

        # The token is too old as well by then.
        assert write()["error"] == -216

    def test_after_two_days_somebody_must_pay(self, sandbox, call, citizen, write):
        sandbox.change(citizen["user_id"], oa_id=OA_ID, last_interaction=ago(days=3))
        for zca, code in (("missing", -320), ("empty", -321)):
            sandbox.world.oas[OA_ID].zca = zca
            assert write()["error"] == code

        sandbox.change(citizen["user_id"], oa_id=OA_ID, last_interaction=ago(days=1))
        assert write()["error"] == 0

    def test_a_follower_who_never_did_anything_is_welcomed_three_times(self, sandbox, citizen, write):
        sandbox.change(citizen["user_id"], oa_id=OA_ID, last_interaction=None)

        answers = [write() for _ in range(4)]

        assert [answer["error"] for answer in answers] == [0, 0, 0, -232]
        quota = {"quota_type": "welcome_msg", "remain": "2", "total": "3"}
        assert answers[0]["data"]["quota"] == quota

    @pytest.mark.parametrize(
        ("state", "code"),
        [
            ({"is_banned": True}, -227),
            ({"away_days": 46}, -227),
            ({"away_days": 44}, 0),
            ({"oa_id": OA_ID, "restricts": True}, -244),
            ({"oa_id": OA_ID, "follows": False}, 0),
            ({"oa_id": OA_ID, "follows": False, "last_interaction": None}, -213),
        ],
    )
    def test_some_cannot_be_reached(self, sandbox, citizen, write, state, code):
        sandbox.change(citizen["user_id"], **state)

        assert write()["error"] == code

    def test_one_citizen_can_be_scripted(self, sandbox, citizen, write):
        sandbox.faults(per_user={citizen["user_id"]: -217})

        assert write()["error"] == -217

    @pytest.mark.parametrize("kind", ["reply", "sub_quota", "purchase_quota", "reward_quota"])
    def test_the_quota_of_an_answer_is_as_scripted_and_absent_else(self, sandbox, write, kind):
        assert "quota" not in write()["data"]
        sandbox.faults(cs_quota=kind)
        assert write()["data"]["quota"]["quota_type"] == kind


class TestReplies:
    def test_a_message_is_answered_by_its_id_eight_times(self, sandbox, citizen, write):
        message_id = sandbox.chat(OA_ID, citizen["user_id"], "Alo")

        answers = [write(to={"message_id": message_id}) for _ in range(9)]

        assert [answer["error"] for answer in answers] == [0] * 8 + [-211]
        assert answers[0]["data"]["quota"] == {"quota_type": "reply", "remain": "7", "total": "8"}

    def test_no_other_message_is_answered(self, write):
        ours = write()["data"]["message_id"]

        assert write(to={"message_id": ours})["error"] == -201
        assert write(to={"message_id": "none"})["error"] == -201


class TestContents:
    @pytest.fixture
    def upload(self, call):
        def upload(kind, name, content):
            return call("POST", f"/v2.0/oa/upload/{kind}", files={"file": (name, content)})

        return upload

    @pytest.mark.parametrize(
        "message",
        [
            {"text": "x" * 2_000},
            media(media_type="image", url=ADDRESS),
            media(media_type="gif", url=ADDRESS, width=100, height=100),
            media(media_type="sticker", attachment_id="51626494642d8d73d43c"),
            {"text": "Nhìn đây", **media(media_type="image", url=ADDRESS)},
            template(
                template_type="request_user_info",
                elements=[{"title": "Họ tên", "subtitle": "Để đặt lịch", "image_url": ADDRESS}],
            ),
        ],
    )
    def test_a_kind_that_there_is_is_taken(self, write, message):
        assert write(message)["error"] == 0

    @pytest.mark.parametrize(
        ("message", "code"),
        [
            ({"text": "x" * 2_001}, -210),
            ({"text": ""}, -201),
            ({"text": "x", "quote_message_id": "none"}, -201),
            ({"attachment": 1}, -233),
            (template(template_type="carousel"), -233),
            (media(media_type="video", url=ADDRESS), -233),
            (media(media_type="image"), -201),
            (media(media_type="image", url=ADDRESS, attachment_id="a"), -201),
            (media(media_type="image", url="ftp://x"), -201),
            (media(media_type="image", attachment_id="none"), -100),
            (media(media_type="gif", url=ADDRESS), -201),
            (template(template_type="media", elements=[]), -201),
            (
                template(
                    template_type="request_user_info",
                    elements=[{"title": "x" * 101, "subtitle": "y", "image_url": ADDRESS}],
                ),
                -210,
            ),
            ({"attachment": {"type": "file", "payload": {"token": "none"}}}, -100),
        ],
    )
    def test_what_breaks_a_rule_is_refused(self, write, message, code):
        assert write(message)["error"] == code

    def test_a_message_may_quote_another(self, sandbox, citizen, write):
        quoted = sandbox.chat(OA_ID, citizen["user_id"], "Mấy giờ mở cửa?")

        assert write({"text": "Từ 7 giờ 30.", "quote_message_id": quoted})["error"] == 0

    def test_uploads_can_be_attached_for_seven_days(self, sandbox, write, upload):
        picture = upload("image", "a.png", PNG)["data"]["attachment_id"]
        paper = upload("file", "a.pdf", b"%PDF-1.7")["data"]["token"]
        as_picture = media(media_type="image", attachment_id=picture)
        as_file = {"attachment": {"type": "file", "payload": {"token": paper}}}

        assert write(as_picture)["error"] == 0
        assert write(as_file)["error"] == 0
        assert write(media(media_type="image", attachment_id=paper))["error"] == -100
        assert sandbox.http.get(f"/_sandbox/uploads/{picture}").content == PNG

        for upload_ in sandbox.world.uploads.values():
            object.__setattr__(upload_, "ends_at", datetime.now(UTC))
        assert write(as_picture)["error"] == -100

    @pytest.mark.parametrize(
        ("kind", "name", "content", "code"),
        [
            ("image", "a.png", PNG + b"0" * 2**20, -210),
            ("image", "a.png", b"GIF89a", -201),
            ("gif", "a.gif", b"GIF89a", 0),
            ("file", "a.csv", b"a;b", 0),
            ("file", "a.exe", b"MZ", -201),
        ],
    )
    def test_uploads_are_of_known_kinds_and_small(self, upload, kind, name, content, code):
        assert upload(kind, name, content)["error"] == code

    def test_an_upload_needs_a_file(self, call):
        assert call("POST", "/v2.0/oa/upload/image", content=b"x")["error"] == -201

    @pytest.mark.parametrize(
        "message",
        [
            {"text": "Chọn", **template(buttons=[OPEN])},
            {"text": "Chọn", **template(template_type="button", buttons=[OPEN])},
            template(template_type="list", elements=[{"title": "Lịch hẹn"}], buttons=[OPEN]),
        ],
    )
    def test_buttons_are_taken_with_their_flag_only(self, sandbox, write, message):
        assert write(message)["error"] == -233
        sandbox.faults(oa_buttons=True)
        assert write(message)["error"] == 0

    @pytest.mark.parametrize(
        "wrong",
        [
            {"title": "x" * 101},
            {"type": "oa.open.door"},
            {"payload": "x"},
            {"type": "oa.query.show", "payload": {"url": ADDRESS}},
            {"type": "oa.query.hide", "payload": "x" * 1_001},
        ],
    )
    def test_a_button_must_be_whole(self, sandbox, write, wrong):
        sandbox.faults(oa_buttons=True)

        assert write({"text": "Chọn", **template(buttons=[{**OPEN, **wrong}])})["error"] in (-201, -210)
        assert write({"text": "Chọn", **template(buttons=[OPEN] * 6)})["error"] == -201


class TestTemplatesByPhone:
    def test_a_number_may_be_told_by_its_hash(self, sandbox, by_phone):
        hashed = hash_phone(PHONE)

        assert by_phone("/message/template/hashphone", hash_phone=hashed)["error"] == 0

        *_, (raw, _) = sandbox.events()
        assert json.loads(raw)["recipient"]["id"] == hashed
        assert sandbox.messages(phone=PHONE)[0]["phone"] == f"+{PHONE}"

    @pytest.mark.parametrize(("hashed", "code"), [("x", -108), (None, -108), ("0" * 64, -118)])
    def test_a_hash_that_is_none_or_nobodys_is_refused(self, by_phone, hashed, code):
        assert by_phone("/message/template/hashphone", hash_phone=hashed)["error"] == code

    def test_the_mode_development_reaches_administrators_only(self, sandbox, by_phone, call):
        assert by_phone(mode="development")["error"] == -127
        sandbox.citizen(phone="0905999999")
        before = call("GET", "/message/quota")["data"]["remainingQuota"]

        assert by_phone(mode="development", phone="84905999999")["error"] == 0
        assert call("GET", "/message/quota")["data"]["remainingQuota"] == before
        sandbox.world.oas[OA_ID].tried_today = 100
        assert by_phone(mode="development", phone="84905999999")["error"] == -126

    @pytest.mark.parametrize(("mode", "code"), [("1", 0), ("3", -161), ("2", -162)])
    def test_the_sending_mode_is_the_plain_one(self, by_phone, mode, code):
        assert by_phone(sending_mode=mode)["error"] == code

    @pytest.mark.parametrize(
        ("state", "code"),
        [({"away_days": 60}, -114), ({"is_banned": True}, -114), ({"oa_id": OA_ID, "restricts": True}, -141)],
    )
    def test_some_cannot_be_reached(self, sandbox, citizen, by_phone, state, code):
        sandbox.change(citizen["user_id"], **state)

        assert by_phone()["error"] == code

    @pytest.mark.parametrize(("hour", "code"), [("21:59", 0), ("22:00", -133), ("05:59", -133), ("06:00", 0)])
    def test_night_is_when_the_clock_says_so(self, sandbox, call, by_phone, hour, code):
        sandbox.faults(night="clock")
        # Vietnamese time without a date far away, so that the OA's token lives.
        day = datetime.now(UTC).astimezone().date()
        sandbox.http.put("/_sandbox/clock", json={"now": f"{day}T{hour}:00+07:00"})

        assert by_phone()["error"] == code

    def test_a_new_day_has_a_new_quota(self, sandbox, by_phone):
        sandbox.faults(quota=1)
        by_phone()
        assert by_phone()["error"] == -144

        sandbox.clock(datetime.now(UTC) + timedelta(days=1))
        sandbox.world.oas[OA_ID].token_ends_at += timedelta(days=2)

        assert by_phone()["error"] == 0


class TestReads:
    def test_the_profile_of_an_account(self, call, citizen):
        profile = call("GET", "/v2.0/oa/getoa")["data"]

        assert (profile["oaid"], profile["num_follower"], profile["linked_ZCA"]) == (OA_ID, 1, True)

    def test_the_details_of_a_user(self, call, citizen):
        data = json.dumps({"user_id": citizen["oa_users"][OA_ID]})

        detail = call("GET", "/v3.0/oa/user/detail", params={"data": data})["data"]

        assert detail["user_id_by_app"] == citizen["user_id"]
        assert detail["user_is_follower"] is True

    @pytest.mark.parametrize("data", ["", "[]", "{", '{"user_id":"1"}'])
    def test_no_details_without_a_user(self, call, data):
        assert call("GET", "/v3.0/oa/user/detail", params={"data": data})["error"] == -201

    def test_the_list_of_users_comes_by_page(self, sandbox, call, citizen):
        sandbox.citizen(phone=None, follow=False)
        sandbox.citizen(phone=None)
        data = json.dumps({"offset": 1, "count": 50, "is_follower": True})

        page = call("GET", "/v3.0/oa/user/getlist", params={"data": data})["data"]

        assert (page["total"], page["count"]) == (2, 1)

    @pytest.mark.parametrize("data", [{"offset": 9952}, {"count": 51}, {"count": 0}])
    def test_the_list_has_bounds(self, call, data):
        asked = {"data": json.dumps(data)}

        assert call("GET", "/v3.0/oa/user/getlist", params=asked)["error"] == -201

    def test_what_a_citizen_may_be_sent(self, sandbox, call, citizen):
        body = {"user_id": citizen["oa_users"][OA_ID]}
        fresh = call("POST", "/v3.0/oa/quota/message", json=body)["data"]
        sandbox.change(citizen["user_id"], oa_id=OA_ID, last_interaction=ago(days=3))
        older = call("POST", "/v3.0/oa/quota/message", json=body)["data"]

        assert (fresh["cs_reply"]["remain"], older["cs_reply"]["remain"]) == (8, 0)
        assert int(older["last_interaction"]) < int(fresh["last_interaction"])

    def test_calls_left_are_told_in_headers(self, sandbox, pair):
        answer = sandbox.http.get("/v2.0/oa/getoa", headers={"access_token": pair["access_token"]})

        assert answer.headers["X-RateLimit-Limit"] == "4000"


class TestGraph:
    @pytest.fixture
    def me(self, sandbox):
        def me(citizen):
            proof = sandbox.proof(citizen["access_token"])
            headers = {"access_token": citizen["access_token"], "appsecret_proof": proof}
            asked = {"fields": "id,name,picture,user_id_by_oa"}
            return sandbox.http.get("/v2.0/me", headers=headers, params=asked).json()

        return me

    def test_tells_the_id_alone_of_who_shares_nothing_else(self, sandbox, citizen, me):
        assert me(citizen)["user_id_by_oa"] == citizen["oa_users"][OA_ID]

        sandbox.change(citizen["user_id"], shares_name=False)

        assert me(citizen).keys() == {"error", "message", "id"}

    def test_refuses_a_computer_abroad(self, sandbox, citizen, me):
        sandbox.faults(foreign_address=True)

        assert me(citizen)["error"] == -501

    def test_a_number_that_is_not_shared_has_no_token(self, sandbox, citizen):
        sandbox.change(citizen["user_id"], shares_phone=False)

        answer = sandbox.http.post(f"/_sandbox/citizens/{citizen['user_id']}/phone-token")

        assert answer.json()["phone_token"] is None

    def test_a_token_of_another_app_and_one_of_a_place(self, sandbox, citizen):
        calls = f"/_sandbox/citizens/{citizen['user_id']}"
        foreign = sandbox.http.post(f"{calls}/phone-token", json={"foreign": True}).json()["phone_token"]
        place = {"latitude": "15.57", "longitude": "108.47"}
        here = sandbox.http.post(f"{calls}/location-token", json=place).json()["location_token"]
        newer = sandbox.http.post(f"{calls}/access-token").json()["access_token"]

        def exchange(code):
            headers = {"access_token": newer, "secret_key": sandbox.world.config.app_secret, "code": code}
            return sandbox.http.get("/v2.0/me/info", headers=headers).json()

        assert exchange(foreign)["error"] == 118
        assert exchange(here)["data"].items() >= place.items()
