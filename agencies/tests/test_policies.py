from datetime import time

import pytest

from agencies.models import Agency
from agencies.models.agencies import Policy
from agencies.services.policies import (
    EXAMPLES,
    POLICY_FIELDS,
    changes_to,
    example_named,
    policy_of,
    set_policy,
)
from agencies.tests.factories import AgencyFactory

pytestmark = pytest.mark.django_db


class TestExamples:
    @pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.key)
    def test_are_whole_policies_that_an_agency_may_have(self, example):
        assert set(example.values) == set(POLICY_FIELDS)

        agency = AgencyFactory(**example.values)
        agency.full_clean()

    def test_say_how_tam_ky_worked(self):
        values = example_named("nhu-tam-ky-2021").values

        assert values["allocation"] == Policy.Allocation.OFFICE_ASSIGNS
        assert values["daily_target"] == 600


class TestSetPolicy:
    def test_gives_one_agency_the_way_of_another(self):
        source = AgencyFactory(office_assigns=True, reminder_at=time(15, 30), daily_target=600)
        agency = AgencyFactory(name="Công an xã Tam Xuân", hotline="02353811000")

        set_policy(agency=agency, values=policy_of(source))

        agency = Agency.objects.get(pk=agency.pk)
        assert policy_of(agency) == policy_of(source)
        assert (agency.name, agency.hotline) == ("Công an xã Tam Xuân", "02353811000")

    def test_says_each_change_in_words(self):
        agency = AgencyFactory()

        changed = set_policy(
            agency=agency, values={**policy_of(agency), "daily_target": 600, "window_days": 7}
        )

        assert [(change.label, change.before, change.after) for change in changed] == [
            ("đặt trước tối đa (ngày)", "30", "7"),
            ("chỉ tiêu mỗi ngày", "không đặt", "600"),
        ]

    def test_does_nothing_where_nothing_differs(self):
        agency = AgencyFactory()

        assert set_policy(agency=agency, values=policy_of(agency)) == []

    def test_believes_the_row_and_not_what_the_caller_holds(self):
        agency = AgencyFactory()
        Agency.objects.filter(pk=agency.pk).update(window_days=7)

        changed = set_policy(agency=agency, values={"window_days": 30})

        assert [change.before for change in changed] == ["7"]


class TestChangesTo:
    def test_reads_as_the_form_does(self):
        agency = AgencyFactory()
        wanted = {
            "allocation": Policy.Allocation.OFFICE_ASSIGNS,
            "dossier_required": True,
            "number_release": time(15, 0),
        }

        assert [(change.before, change.after) for change in changes_to(agency, wanted)] == [
            ("người dân chọn giờ", "đơn vị xếp giờ"),
            ("không", "có"),
            ("16:00", "15:00"),
        ]
