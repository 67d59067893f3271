from agencies.models.agencies import Agency, Policy, ZaloConnection
from agencies.models.calendar import CalendarDay, CalendarEntry
from agencies.models.units import WARD, AdminUnit, UnitEdition, UnitSuccessor, is_ward

__all__ = [
    "WARD",
    "AdminUnit",
    "Agency",
    "CalendarDay",
    "CalendarEntry",
    "Policy",
    "UnitEdition",
    "UnitSuccessor",
    "ZaloConnection",
    "is_ward",
]
