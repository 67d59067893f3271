"""What officers see of accounts: their own, and those of citizens."""

from accounts.admin.audit import AuditEntryAdmin
from accounts.admin.citizens import CitizenAdmin
from accounts.admin.officers import OfficerAdmin

__all__ = ["AuditEntryAdmin", "CitizenAdmin", "OfficerAdmin"]
