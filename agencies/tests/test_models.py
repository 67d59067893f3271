from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from agencies.models import Agency
from agencies.tests.factories import AgencyFactory

# 00:30 of the 23rd in Hà Nội.
HALF_PAST_MIDNIGHT = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)


class TestAgency:
    def test_begins_with_the_policy_of_the_contract(self):
        agency = Agency()

        assert (agency.people_per_booking, agency.live_per_citizen, agency.changes_allowed) == (10, 10, 3)
        assert (agency.window_days, agency.cut_off_minutes) == (30, 120)
        assert f"{agency.number_release:%H:%M} {agency.reminder_at:%H:%M}" == "16:00 16:00"

    def test_follows_the_law_of_its_day_or_of_today_in_viet_nam(self):
        assert AgencyFactory.build(of_2021=True).law_day(now=HALF_PAST_MIDNIGHT) == date(2021, 4, 20)
        assert AgencyFactory.build().law_day(now=HALF_PAST_MIDNIGHT) == date(2026, 11, 23)

    def test_says_how_it_takes_people(self):
        assert AgencyFactory.build(office_assigns=True).office_assigns
        assert not AgencyFactory.build(office_assigns=True).numbers_at_booking
        assert AgencyFactory.build().numbers_at_booking


@pytest.mark.django_db
class TestConstraints:
    def test_give_an_official_account_to_one_agency(self):
        AgencyFactory(oa_id="3674338702778449434")

        with pytest.raises(IntegrityError, match="one_agency_per_official_account"):
            AgencyFactory(oa_id="3674338702778449434")

    def test_let_agencies_be_without_one(self):
        assert AgencyFactory(oa_id="").pk != AgencyFactory(oa_id="").pk

    def test_let_a_booking_fit_into_an_account(self):
        with pytest.raises(IntegrityError, match="a_booking_fits_into_an_account"):
            AgencyFactory(people_per_booking=11)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("window_days", 0),
            ("window_days", 93),
            ("code_prefix", "T"),
            ("code_prefix", "tk"),
            ("slug", "a b"),
        ],
    )
    def test_tell_an_officer_what_is_wrong(self, field, value):
        agency = AgencyFactory.build(**{field: value})

        with pytest.raises(ValidationError) as refusal:
            agency.full_clean()

        assert set(refusal.value.message_dict) == {field}
