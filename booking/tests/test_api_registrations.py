"""What a citizen hears after asking for a place where the office assigns it."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.notice import CURRENT_NOTICE
from accounts.services.tokens import open_session
from accounts.tests.factories import CitizenFactory
from booking.tests.factories import MONDAY, NOW, SiteFactory

pytestmark = pytest.mark.django_db
TRANSACTION_CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
NAMES = ["Trần Văn An", "Nguyễn Thị Bình", "Lê Thu Hà", "Phạm Văn Dũng", "Võ Thị Én"]


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def register(client):
    agency = SiteFactory(agency__office_assigns=True).agency
    access = open_session(citizen=CitizenFactory(), now=NOW).access

    def register(names: list[str]):
        people = [
            {
                "full_name": name,
                "personal_id": f"0490850{100 + number:05d}",
                "birth_date": "1985",
                "sex": "male",
                "relation": "other",
            }
            for number, name in enumerate(names)
        ]
        wish = {"agency": agency.slug, "from": MONDAY.isoformat(), "to": MONDAY.isoformat()}
        accept = {"notice": CURRENT_NOTICE.version, "on_behalf": True}
        return client.post(
            "/api/v1/registrations/",
            {**wish, "people": people, "accept": accept},
            content_type="application/json",
            headers={"Authorization": f"Bearer {access}"},
        )

    return register


class TestRegister:
    def test_names_the_people_in_the_order_in_which_they_were_sent(self, register):
        answer = register(NAMES)

        assert answer.status_code == 201
        assert [person["full_name"] for person in answer.json()["people"]] == NAMES

    @pytest.mark.parametrize("count", [1, len(NAMES)])
    def test_costs_the_same_however_many_people(self, register, count):
        with CaptureQueriesContext(connection) as queries:
            register(NAMES[:count])

        said = [query["sql"] for query in queries if not query["sql"].startswith(TRANSACTION_CONTROL)]
        assert len(said) == 8
