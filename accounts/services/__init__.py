"""The use cases of accounts, by what they are about."""

from accounts.services.codes import add_phone, code_on_its_way, request_code, verify_code
from accounts.services.contacts import (
    Contacts,
    Reach,
    best_contacts,
    choose_consent,
    choose_messages,
    citizen_behind,
    give_consent,
    record_contact,
    record_follow,
    record_interaction,
    standing_consents,
    takes_messages,
    ways_to_reach,
    withdraw_consent,
    withdraw_through_zalo,
)
from accounts.services.phones import account_with_phone
from accounts.services.profiles import (
    absorb_account,
    accounts_by_verified_phone,
    erase_account,
    update_profile,
)
from accounts.services.sign_in import finish_zalo_sign_in, link_phone, sign_in_with_zalo
from accounts.services.tokens import (
    Tokens,
    browser_token,
    end_browser_session,
    end_session,
    open_session,
    refresh_session,
    session_of,
    session_of_browser,
)
from accounts.services.upkeep import purge_expired

__all__ = [
    "Contacts",
    "Reach",
    "Tokens",
    "absorb_account",
    "account_with_phone",
    "accounts_by_verified_phone",
    "add_phone",
    "best_contacts",
    "browser_token",
    "choose_consent",
    "choose_messages",
    "citizen_behind",
    "code_on_its_way",
    "end_browser_session",
    "end_session",
    "erase_account",
    "finish_zalo_sign_in",
    "give_consent",
    "link_phone",
    "open_session",
    "purge_expired",
    "record_contact",
    "record_follow",
    "record_interaction",
    "refresh_session",
    "request_code",
    "session_of",
    "session_of_browser",
    "sign_in_with_zalo",
    "standing_consents",
    "takes_messages",
    "update_profile",
    "verify_code",
    "ways_to_reach",
    "withdraw_consent",
    "withdraw_through_zalo",
]
