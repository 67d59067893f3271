"""The public calls on places and times, as the contract has them."""

from datetime import timedelta

import pytest

from agencies.tests.factories import AgencyFactory
from booking.models import Slot
from booking.tests.bodies import counted_statements, problem_of
from booking.tests.factories import (
    EIGHT,
    MONDAY,
    ServiceDayFactory,
    SiteFactory,
    SiteWardFactory,
    SlotFactory,
    book,
    family,
    following,
    later_day,
)

pytestmark = pytest.mark.django_db
MINI_APP = "https://h5.zdn.vn"


class TestAgencies:
    def test_tells_each_with_its_policy(self, stranger):
        agency = AgencyFactory(of_2021=True, office_assigns=True, daily_target=600)

        (said,) = stranger.get("agencies/").json()

        assert (
            said.items()
            >= {
                "slug": agency.slug,
                "name": agency.name,
                "oa_id": agency.oa_id,
                "law_date": "2021-04-20",
            }.items()
        )
        assert said["policy"] == {
            "numbering": "evening_before",
            "allocation": "office_assigns",
            "number_release": "16:00",
            "reminder_at": "16:00",
            "window_days": 30,
            "cut_off_minutes": 120,
            "arrive_early_minutes": 5,
            "grace_minutes": 15,
            "people_per_booking": 10,
            "live_per_citizen": 10,
            "changes_allowed": 3,
            "dossier_required": False,
            "daily_target": 600,
        }

    def test_leaves_out_who_is_not_at_work(self, stranger):
        AgencyFactory(is_active=False)

        assert stranger.get("agencies/").json() == []

    def test_is_one_statement(self, stranger):
        AgencyFactory.create_batch(3)

        with counted_statements() as said:
            stranger.get("agencies/")

        assert len(said) == 1


class TestSites:
    def test_tells_where_it_is_and_when_there_is_a_place(self, stranger):
        slot = SlotFactory(day__site__mobile=True)
        SiteWardFactory(site=slot.day.site, code="2021:20353")
        site = slot.day.site

        page = stranger.get("sites/").json()

        assert set(page) == {"next", "previous", "results"}
        assert page["results"] == [
            {
                "id": str(site.public_id),
                "name": site.name,
                "address": site.address,
                "agency": site.agency.slug,
                "kind": "mobile",
                "wards": ["2021:20353"],
                "next_open_date": "2026-11-23",
            }
        ]

    def test_can_be_asked_for_one_agency(self, stranger):
        site = SiteFactory()
        SiteFactory()

        page = stranger.get(f"sites/?agency={site.agency.slug}").json()

        assert [row["id"] for row in page["results"]] == [str(site.public_id)]

    def test_can_be_asked_for_a_ward_and_then_names_those_that_take_anyone_too(self, stranger):
        hoa_huong = SiteWardFactory(code="2021:20353").site
        SiteWardFactory(code="2021:20341")
        anyone = SiteFactory()

        page = stranger.get("sites/?ward=2021:20353").json()

        assert {row["id"] for row in page["results"]} == {str(site.public_id) for site in (hoa_huong, anyone)}

    @pytest.mark.parametrize("shut", [{"is_active": False}, {"agency__is_active": False}])
    def test_leaves_out_who_is_not_at_work(self, stranger, shut):
        SiteFactory(**shut)

        assert stranger.get("sites/").json()["results"] == []

    def test_comes_in_pages_that_hold_every_site_once(self, stranger):
        SiteFactory.create_batch(23)

        first = stranger.get("sites/").json()
        second = stranger.client.get(first["next"]).json()

        assert (len(first["results"]), len(second["results"]), second["next"]) == (20, 3, None)
        assert len({row["id"] for row in first["results"] + second["results"]}) == 23
        assert stranger.client.get(second["previous"]).json()["results"] == first["results"]

    @pytest.mark.parametrize("count", [1, 15])
    def test_is_two_statements_however_many(self, stranger, count):
        for _ in range(count):
            SiteWardFactory(site=SlotFactory().day.site)

        with counted_statements() as said:
            stranger.get("sites/")

        assert len(said) == 2


class TestDays:
    def days(self, caller, site, query=""):
        return caller.get(f"sites/{site.public_id}/days/{query}")

    def test_tells_of_each_day_what_can_be_booked_now(self, stranger):
        slot = SlotFactory(day__note="Chỉ buổi sáng")
        book(slot, *family(3))

        response = self.days(stranger, slot.day.site, f"?from={MONDAY}&to={MONDAY + timedelta(days=1)}")

        assert response.json() == [
            {
                "date": "2026-11-23",
                "is_open": True,
                "capacity": 10,
                "remaining": 7,
                "note": "Chỉ buổi sáng",
            },
            {"date": "2026-11-24", "is_open": False, "capacity": 0, "remaining": 0, "note": ""},
        ]

    def test_tells_of_a_month_from_today_by_itself(self, stranger):
        days = self.days(stranger, SiteFactory()).json()

        assert (days[0]["date"], days[-1]["date"], len(days)) == ("2026-11-20", "2026-12-20", 31)

    def test_tells_of_92_days_at_most(self, stranger):
        site, first = SiteFactory(), "?from=2026-11-20"

        assert len(self.days(stranger, site, f"{first}&to=2027-02-19").json()) == 92
        problem_of(self.days(stranger, site, f"{first}&to=2027-02-20"), 400, "malformed")

    @pytest.mark.parametrize(
        "query",
        [
            "?from=23/11/2026",
            "?from=2026-02-30",
            "?from=",
            "?from=%00",
            "?to=x",
            "?from=2026-11-23&to=2026-11-22",
            "?from=10000-01-01",
            "?from=2026-W47",
            "?from=20261123",
        ],
    )
    def test_refuses_a_range_that_is_none(self, stranger, query):
        problem_of(self.days(stranger, SiteFactory(), query), 400, "malformed")

    def test_can_be_asked_for_the_end_of_the_calendar(self, stranger):
        days = self.days(stranger, SiteFactory(), "?from=9999-12-31")

        assert [day["date"] for day in days.json()] == ["9999-12-31"]

    def test_is_two_statements_however_many_days(self, stranger):
        slot = SlotFactory()
        for days in range(1, 4):
            following(later_day(slot, days=days))

        with counted_statements() as said:
            self.days(stranger, slot.day.site, f"?from={MONDAY}&to={MONDAY + timedelta(days=91)}")

        assert len(said) == 2


class TestSlots:
    def slots(self, caller, site, query="?date=2026-11-23"):
        return caller.get(f"sites/{site.public_id}/slots/{query}")

    def test_tells_of_each_slot_what_can_be_booked_now(self, stranger):
        eight = SlotFactory(capacity=4)
        book(eight, *family(3))
        following(eight)

        first, second = self.slots(stranger, eight.day.site).json()

        assert first == {
            "id": str(eight.public_id),
            "starts_at": "2026-11-23T08:00:00+07:00",
            "ends_at": "2026-11-23T08:30:00+07:00",
            "capacity": 4,
            "remaining": 1,
            "wards": [],
        }
        assert (second["starts_at"], second["remaining"]) == ("2026-11-23T08:30:00+07:00", 10)

    def test_is_empty_on_a_day_without_slots(self, stranger):
        assert self.slots(stranger, ServiceDayFactory().site).json() == []

    @pytest.mark.parametrize("query", ["", "?date=", "?date=mai", "?date=2026-02-30"])
    def test_wants_a_date(self, stranger, query):
        problem_of(self.slots(stranger, SiteFactory(), query), 400, "malformed")

    @pytest.mark.parametrize("count", [1, 8])
    def test_is_two_statements_however_many(self, stranger, count):
        slot = SlotFactory()
        for index in range(1, count):
            SlotFactory(day=slot.day, starts_at=EIGHT + index * timedelta(minutes=30))

        with counted_statements() as said:
            assert len(self.slots(stranger, slot.day.site).json()) == count

        assert len(said) == 2


class TestUnknownPlaces:
    @pytest.mark.parametrize(
        "path",
        [
            "sites/3f0e0c1c-6a9c-4f0e-8f5e-7f4f5a0d9b11/days/",
            "sites/3f0e0c1c-6a9c-4f0e-8f5e-7f4f5a0d9b11/slots/?date=2026-11-23",
            "sites/1/days/",
            "sites/x/slots/",
            "nothing/",
        ],
    )
    def test_are_not_found(self, stranger, path):
        problem_of(stranger.get(path), 404, "not_found")

    def test_include_sites_that_are_shut(self, stranger):
        site = SiteFactory(is_active=False)

        problem_of(stranger.get(f"sites/{site.public_id}/days/"), 404, "not_found")

    @pytest.mark.parametrize(
        "query",
        ["?ward=20353", "?ward=2021:2035", "?ward=2021:20353%0A", "?cursor=x", "?agency=%00", "?%00=1"],
    )
    def test_are_asked_for_in_the_form_of_the_contract(self, stranger, query):
        problem_of(stranger.get(f"sites/{query}"), 400, "malformed")

    @pytest.mark.parametrize("query", ["?agency=khong-co", "?agency=%FF", "?ward=2021:99999"])
    def test_have_no_sites(self, stranger, query):
        page = stranger.get(f"sites/{query}")

        assert (page.status_code, page.json()["results"]) == (200, [])


class TestPublicCalls:
    @pytest.fixture
    def addresses(self):
        site = SlotFactory().day.site
        return [
            "agencies/",
            "sites/",
            f"sites/{site.public_id}/days/",
            f"sites/{site.public_id}/slots/?date={MONDAY}",
        ]

    def test_answer_304_to_whoever_has_the_answer(self, stranger, addresses):
        for address in addresses:
            first = stranger.get(address)
            again = stranger.get(address, If_None_Match=first["ETag"])

            assert (again.status_code, again.content) == (304, b"")

    def test_answer_anew_once_a_place_is_taken(self, stranger, addresses):
        before = [stranger.get(address)["ETag"] for address in addresses[2:]]
        slot_id = stranger.get(addresses[3]).json()[0]["id"]
        book(Slot.objects.get(public_id=slot_id))

        assert [stranger.get(address)["ETag"] for address in addresses[2:]] != before

    def test_do_not_mind_a_token_that_is_worn_out(self, stranger, addresses):
        for address in addresses:
            assert stranger.get(address, Authorization="Bearer worn-out").status_code == 200

    def test_take_no_other_method(self, api, addresses):
        for address in addresses:
            problem_of(api.post(address), 405, "method_not_allowed")

    def test_answer_in_json_only(self, stranger, addresses):
        for address in addresses:
            problem_of(stranger.get(address, Accept="text/xml"), 406, "not_acceptable")


class TestCors:
    @pytest.mark.parametrize("origin", [MINI_APP, "zbrowser://h5.zdn.vn"])
    def test_lets_the_mini_app_read(self, stranger, origin):
        response = stranger.get("agencies/", Origin=origin)

        assert response["Access-Control-Allow-Origin"] == origin
        assert set(response["Access-Control-Expose-Headers"].split(", ")) == {"ETag", "Retry-After"}
        assert "Access-Control-Allow-Credentials" not in response

    def test_lets_the_mini_app_send_the_headers_of_the_contract(self, stranger):
        asked = {
            "Origin": MINI_APP,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,idempotency-key,if-match",
        }

        response = stranger.client.options("/api/v1/appointments/", headers=asked)

        assert response.status_code == 200
        assert set(response["Access-Control-Allow-Headers"].split(", ")) >= {
            "authorization",
            "content-type",
            "idempotency-key",
            "if-match",
        }
        assert "POST" in response["Access-Control-Allow-Methods"]

    def test_shows_refusals_too(self, stranger):
        response = stranger.get("appointments/", Origin=MINI_APP)

        problem_of(response, 401, "not_authenticated")
        assert response["Access-Control-Allow-Origin"] == MINI_APP

    def test_lets_nobody_else_read(self, stranger):
        assert "Access-Control-Allow-Origin" not in stranger.get("agencies/", Origin="https://example.com")
