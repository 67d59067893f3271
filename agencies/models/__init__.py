from agencies.models.agencies import Agency, Policy
from agencies.models.units import AdminUnit, UnitEdition, UnitSuccessor

__all__ = ["AdminUnit", "Agency", "Policy", "UnitEdition", "UnitSuccessor"]
