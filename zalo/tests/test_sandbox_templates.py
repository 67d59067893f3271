"""Templates at the sandbox, and what it refuses for their sake; notifications of the Mini App."""

import pytest

from zalo.tests.conftest import OA_ID

PHONE = "84905123456"
OTHER_OA = "1604402779131415926"
PARAMS = [
    {"name": "so", "maxLength": 5, "minLength": 2},
    {"name": "ghi_chu", "require": False, "acceptNull": True},
]
BUTTON = {"type": 1, "title": "Xem, đổi hoặc hủy", "content": "https://portal.example/h/<so>"}


@pytest.fixture
def http(sandbox):
    return sandbox.http


@pytest.fixture
def pair(sandbox):
    return sandbox.oa(OA_ID, "Công an phường Bàn Thạch")


@pytest.fixture
def registered(sandbox, pair):
    """Registers the template `t` anew, with changes."""

    def register(**more):
        sandbox.template("t", "Số <so>. <ghi_chu>", **{"params": PARAMS, **more})

    sandbox.citizen(phone=PHONE)
    register()
    return register


@pytest.fixture
def get(http, pair):
    return lambda path, **query: http.get(
        path, params=query, headers={"access_token": pair["access_token"]}
    ).json()


@pytest.fixture
def send(http, pair):
    def send(data, template_id="t"):
        body = {"phone": PHONE, "template_id": template_id, "template_data": data, "tracking_id": "m-1"}
        headers = {"access_token": pair["access_token"]}
        return http.post("/message/template", headers=headers, json=body).json()["error"]

    return send


class TestRegistry:
    def test_tells_a_template_in_full(self, registered, get):
        registered(
            buttons=[BUTTON], price=120, price_uid=100, tag="CUSTOMER_CARE", quality="LOW", name="Nhắc"
        )

        told = get("/template/info/v2", template_id="t")["data"]

        assert (told["templateId"], told["templateName"], told["status"]) == ("t", "Nhắc", "ENABLE")
        assert (told["price_sdt"], told["price_uid"]) == ("120", "100")
        assert (told["templateTag"], told["templateQuality"]) == ("CUSTOMER_CARE", "LOW")
        assert told["listButtons"] == [{"type": "1", "title": BUTTON["title"], "content": BUTTON["content"]}]
        assert told["listParams"][0] == {
            "name": "so",
            "require": True,
            "type": "STRING",
            "maxLength": 5,
            "minLength": 2,
            "acceptNull": False,
        }

    def test_reads_parameters_from_the_text_where_none_are_named(self, sandbox, get):
        sandbox.template("u", "<so> lúc <gio>, số <so>")

        params = get("/template/info/v2", template_id="u")["data"]["listParams"]

        assert [one["name"] for one in params] == ["so", "gio"]
        assert all(one["require"] for one in params)

    def test_gives_a_sample_that_fits(self, registered, get):
        sample = get("/template/sample-data", template_id="t")["data"]

        assert set(sample) == {"so", "ghi_chu"}
        assert len(sample["so"]) <= 5

    def test_lists_by_page_and_status(self, sandbox, get):
        for number in range(5):
            sandbox.template(f"t{number}", "x", status="ENABLE" if number else "REJECT")
        sandbox.template("foreign", "x", oa_id=OTHER_OA)

        page = get("/template/all", offset=1, limit=2)

        assert page["metadata"]["total"] == 5
        assert [one["templateId"] for one in page["data"]] == ["t3", "t2"]
        assert get("/template/all", status=3)["metadata"]["total"] == 1

    def test_knows_no_other_template(self, sandbox, get):
        sandbox.template("foreign", "x", oa_id=OTHER_OA)

        assert get("/template/info/v2", template_id="none")["error"] == -109
        assert get("/template/info/v2", template_id="foreign")["error"] == -117

    def test_tells_the_quality(self, get):
        assert get("/quality")["data"] == {"oaCurrentQuality": "HIGH", "oa7dayQuality": "HIGH"}

    @pytest.mark.parametrize(
        "wrong",
        [
            {"text": ""},
            {"status": "GOOD"},
            {"params": 1},
            {"params": [{"maxLength": 1}]},
            {"params": [{"name": "a", "maxLength": "x"}]},
            {"buttons": [{"title": "x"}]},
        ],
    )
    def test_takes_no_nonsense(self, http, wrong):
        body = {"template_id": "t", "text": "x", **wrong}

        assert http.post("/_sandbox/templates", json=body).status_code == 400


class TestValidation:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            ({"so": "A031"}, 0),
            ({"so": "A031", "ghi_chu": ""}, 0),
            ({"so": "A03123"}, -1121),
            ({"so": "A"}, -1124),
            ({"so": ""}, -1124),
            ({"so": 31}, -1124),
            ({"ghi_chu": "x"}, -1122),
            ({}, -111),
            (None, -111),
        ],
    )
    def test_values_must_fit(self, registered, send, data, code):
        assert send(data) == code

    @pytest.mark.parametrize(
        ("state", "code"),
        [
            ({"status": "PENDING_REVIEW"}, -131),
            ({"status": "REJECT"}, -131),
            ({"status": "DISABLE"}, -146),
            ({"oa_id": OTHER_OA}, -117),
        ],
    )
    def test_the_template_must_be_usable(self, registered, send, state, code):
        registered(**state)

        assert send({"so": "A031"}) == code

    def test_a_stranger_among_templates_is_refused_only_on_demand(self, sandbox, registered, send):
        assert send({"x": "y"}, template_id="none") == 0
        sandbox.faults(strict_templates=True)
        assert send({"x": "y"}, template_id="none") == -109
        assert send({"x": "y"}, template_id="") == -109

    def test_a_template_for_numbers_only_goes_to_no_uid(self, sandbox, pair, http):
        citizen = sandbox.citizen()
        sandbox.template("t", "Mã <otp>", goes_by_uid=False)
        body = {
            "user_id": citizen["oa_users"][OA_ID],
            "template_id": "t",
            "template_data": {"otp": "123456"},
        }

        headers = {"access_token": pair["access_token"]}
        answer = http.post("/v3.0/oa/message/template", headers=headers, json=body).json()

        assert answer["error"] == -249


class TestNotification:
    @pytest.fixture
    def notify(self, sandbox, http):
        def notify(citizen, **headers):
            config = sandbox.world.config
            known = {
                "X-Api-Key": f"Bearer {config.miniapp_api_key}",
                "X-User-Id": citizen["user_id"],
                "X-MiniApp-Id": config.miniapp_id,
            }
            body = {"templateId": "00126fd7", "templateData": {"title": "Nhắc hẹn", "buttonText": "Xem"}}
            return http.post("/notification/template", headers={**known, **headers}, json=body).json()

        return notify

    def test_arrives_at_the_citizen(self, sandbox, notify):
        citizen = sandbox.citizen()

        assert notify(citizen)["error"] == 0

        (message,) = sandbox.messages(user_id=citizen["user_id"])
        assert (message["channel"], message["rendered"]) == ("miniapp", "Nhắc hẹn")

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"X-Api-Key": "Bearer x"}, -102),
            ({"X-Api-Key": ""}, -102),
            ({"X-MiniApp-Id": "1"}, -114),
            ({"X-User-Id": "1"}, -110),
        ],
    )
    def test_is_refused_to_who_is_not_who_they_say(self, sandbox, notify, wrong, code):
        assert notify(sandbox.citizen(), **wrong)["error"] == code

    @pytest.mark.parametrize("code", [-103, -109, -113])
    def test_is_refused_as_scripted(self, sandbox, notify, code):
        sandbox.faults(miniapp_error=code)

        assert notify(sandbox.citizen())["error"] == code

    def test_needs_the_citizens_consent(self, sandbox, notify):
        assert notify(sandbox.citizen(notifications=False))["error"] == -111
