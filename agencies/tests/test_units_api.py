import pytest

pytestmark = [pytest.mark.usefixtures("few_units"), pytest.mark.urls("agencies.tests.urls")]


@pytest.fixture
def ask(client, settings):
    settings.THROTTLE_FACTOR = 0

    def get(query, **headers):
        return client.get(f"/api/v1/units/{query}", headers=headers, secure=True)

    return get


class TestUnits:
    def test_tells_of_an_old_unit_what_became_of_it(self, ask):
        (said,) = ask("?q=hoa huong tam ky").json()

        assert said == {
            "id": "2021:20344",
            "set": "2021",
            "code": "20344",
            "level": "commune",
            "kind": "phường",
            "name": "Hòa Hương",
            "full_name": "Phường Hòa Hương, Thành phố Tam Kỳ, Tỉnh Quảng Nam",
            "other_names": [],
            "parent": {
                "id": "2021:502",
                "set": "2021",
                "code": "502",
                "level": "district",
                "kind": "thành phố",
                "name": "Tam Kỳ",
                "full_name": "Thành phố Tam Kỳ, Tỉnh Quảng Nam",
            },
            "successors": [
                {
                    "id": "2025:20350",
                    "set": "2025",
                    "code": "20350",
                    "level": "commune",
                    "kind": "phường",
                    "name": "Hương Trà",
                    "full_name": "Phường Hương Trà, Thành phố Đà Nẵng",
                    "is_default": True,
                }
            ],
        }

    def test_tells_of_a_province_that_nothing_is_above_it(self, ask):
        said = ask("?q=đà nẵng&set=2025").json()[0]

        assert (said["id"], said["level"], said["parent"], said["successors"]) == (
            "2025:48",
            "province",
            None,
            [],
        )

    def test_tells_other_names(self, ask):
        (said,) = ask("?q=p12 q4").json()

        assert (said["full_name"], said["other_names"]) == (
            "Phường 13, Quận 4, Thành phố Hồ Chí Minh",
            ["Phường 12"],
        )

    def test_is_a_plain_list_of_twenty_at_most(self, ask):
        assert len(ask("?q=phuong").json()) == 20

    def test_keeps_to_the_set(self, ask):
        assert {unit["set"] for unit in ask("?q=phuong&set=2021").json()} == {"2021"}

    @pytest.mark.parametrize("query", ["", "?q=", "?q=%20", "?q=%26%7C!", "?set=2025"])
    def test_is_empty_for_no_words(self, ask, query):
        response = ask(query)

        assert (response.status_code, response.json()) == (200, [])

    @pytest.mark.parametrize("query", ["?q=a&set=2020", "?q=a&set=", "?q=a&set=2025,2021", f"?q={'a' * 101}"])
    def test_refuses_what_cannot_be_read(self, ask, query):
        response = ask(query)

        assert (response.status_code, response.json()["code"]) == (400, "malformed")

    def test_says_304_to_who_has_the_answer(self, ask):
        first = ask("?q=hoa huong")

        again = ask("?q=hoa huong", **{"If-None-Match": first["ETag"]})

        assert (again.status_code, again.content) == (304, b"")

    @pytest.mark.parametrize("query", ["?q=hoa huong", "?q=phuong"])
    def test_is_three_statements_however_many(self, ask, query, django_assert_num_queries):
        with django_assert_num_queries(3):
            ask(query)
