from dossiers.models.afterwards import Apology, Card, HandOver, Payment
from dossiers.models.attachments import JPEG, MOST_ATTACHMENTS, MOST_OF_A_KIND, PDF, Attachment
from dossiers.models.dossiers import Correction, Dossier, DossierEvent
from dossiers.models.lines import (
    CardKind,
    CardTerm,
    Channel,
    Exemption,
    Fee,
    FeeKind,
    Paper,
    Place,
    Reason,
    Situation,
    Visit,
)
from dossiers.models.reviews import OfficialSerial, Submission
from dossiers.models.versions import LoadedVersion, Regulation, Version
from dossiers.models.visits import MOST_PLACES, VisitLength

__all__ = [
    "JPEG",
    "MOST_ATTACHMENTS",
    "MOST_OF_A_KIND",
    "MOST_PLACES",
    "PDF",
    "Apology",
    "Attachment",
    "Card",
    "CardKind",
    "CardTerm",
    "Channel",
    "Correction",
    "Dossier",
    "DossierEvent",
    "Exemption",
    "Fee",
    "FeeKind",
    "HandOver",
    "LoadedVersion",
    "OfficialSerial",
    "Paper",
    "Payment",
    "Place",
    "Reason",
    "Regulation",
    "Situation",
    "Submission",
    "Version",
    "Visit",
    "VisitLength",
]
