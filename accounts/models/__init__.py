from accounts.models.audit import AuditEntry
from accounts.models.citizens import (
    CODE_LIFETIME,
    CODE_TRIES,
    Citizen,
    Consent,
    OtpChallenge,
    Session,
    ZaloContact,
)
from accounts.models.officers import Officer, Posting
from accounts.models.second_factor import RecoveryCode, SecondFactor
from accounts.models.tries import ProofTries

__all__ = [
    "CODE_LIFETIME",
    "CODE_TRIES",
    "AuditEntry",
    "Citizen",
    "Consent",
    "Officer",
    "OtpChallenge",
    "Posting",
    "ProofTries",
    "RecoveryCode",
    "SecondFactor",
    "Session",
    "ZaloContact",
]
