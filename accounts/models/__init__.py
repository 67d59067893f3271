from accounts.models.citizens import (
    CODE_LIFETIME,
    CODE_TRIES,
    Citizen,
    Consent,
    OtpChallenge,
    Session,
    ZaloContact,
)
from accounts.models.officers import Officer

__all__ = [
    "CODE_LIFETIME",
    "CODE_TRIES",
    "Citizen",
    "Consent",
    "Officer",
    "OtpChallenge",
    "Session",
    "ZaloContact",
]
