"""What officers see of accounts: their own, and those of citizens."""

from accounts.admin.citizens import CitizenAdmin
from accounts.admin.officers import OfficerAdmin

__all__ = ["CitizenAdmin", "OfficerAdmin"]
