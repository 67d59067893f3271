from agencies.models.agencies import Agency, Policy, ZaloConnection
from agencies.models.calendar import CalendarDay, CalendarEntry
from agencies.models.units import AdminUnit, UnitEdition, UnitSuccessor

__all__ = [
    "AdminUnit",
    "Agency",
    "CalendarDay",
    "CalendarEntry",
    "Policy",
    "UnitEdition",
    "UnitSuccessor",
    "ZaloConnection",
]
