"""What officers see of the law, and how they write what is to come."""

from dossiers.admin.versions import VersionAdmin
from dossiers.admin.visits import VisitLengthAdmin

__all__ = ["VersionAdmin", "VisitLengthAdmin"]
