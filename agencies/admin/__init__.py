"""What officers see of agencies and administrative units."""

from agencies.admin.agencies import AgencyAdmin
from agencies.admin.units import AdminUnitAdmin

__all__ = ["AdminUnitAdmin", "AgencyAdmin"]
