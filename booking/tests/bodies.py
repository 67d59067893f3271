"""What callers of the API send about bookings, and how its answers are read."""

from collections.abc import Sequence
from typing import Any

from accounts.notice import CURRENT_NOTICE
from accounts.tests.callers import counted_statements as counted_statements
from accounts.tests.callers import fields_of as fields_of
from accounts.tests.callers import problem_of as problem_of
from agencies.models import Agency
from booking.models import Slot
from booking.tests.factories import MONDAY, number_for


def person_body(**changes: Any) -> dict[str, Any]:
    """One of `people` as the contract shows it, with a number of their own."""
    said = {
        "full_name": "Trần Văn An",
        "personal_id": None,
        "old_id": None,
        "birth_date": "1985-04-12",
        "sex": "male",
        "relation": "self",
        "ward": None,
        "dossier": None,
    } | changes
    if "personal_id" not in changes:
        said["personal_id"] = number_for(said["birth_date"], said["sex"])
    return said


def booking_body(slot: Slot, *people: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"slot": str(slot.public_id), "together": False, **_party(people)} | changes


def registration_body(agency: Agency, *people: dict[str, Any], **changes: Any) -> dict[str, Any]:
    wish = {
        "agency": agency.slug,
        "site": None,
        "ward": None,
        "from": f"{MONDAY}",
        "to": f"{MONDAY}",
        "half": "any",
    }
    return wish | _party(people) | changes


def _party(people: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "people": list(people) or [person_body()],
        "phone": "0905123456",
        "priority": False,
        "accept": {"notice": CURRENT_NOTICE.version, "on_behalf": True},
    }
