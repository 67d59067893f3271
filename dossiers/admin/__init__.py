"""What officers see of the law and write of what is to come; dossiers, to be decided about; and the counter,
from coming to the card.
"""

from dossiers.admin.cards import CardAdmin
from dossiers.admin.payments import PaymentAdmin
from dossiers.admin.reviews import DossierAdmin
from dossiers.admin.versions import VersionAdmin
from dossiers.admin.visits import VisitLengthAdmin

__all__ = ["CardAdmin", "DossierAdmin", "PaymentAdmin", "VersionAdmin", "VisitLengthAdmin"]
