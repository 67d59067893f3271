"""What each role may do. The groups of the database are kept in step with this table (`cccd_portal.apps`).

A right is about tables and actions; which rows it reaches is the officer's posting (`core.officers.Scope`).
"""

from collections.abc import Iterable, Mapping

from accounts.roles import Role


def _rights(app: str, *codenames: str) -> frozenset[str]:
    return frozenset(f"{app}.{codename}" for codename in codenames)


def _all(
    app: str, models: Iterable[str], verbs: Iterable[str] = ("view", "add", "change", "delete")
) -> frozenset[str]:
    return frozenset(f"{app}.{verb}_{model}" for model in models for verb in verbs)


_SEE_THE_CALENDAR = _rights("agencies", "view_calendarday") | _all(
    "booking", ("session", "sitecalendarday"), ("view",)
)
_SEE_THE_DAY = _SEE_THE_CALENDAR | _all(
    "booking", ("appointment", "registration", "serviceday", "slot", "site"), ("view",)
)
_SEE_MESSAGES = _rights("notifications", "view_message")
_SEE_CHATS = _rights("faq", "view_conversation", "change_conversation")
_SEE_FAKES = _rights("faq", "view_fakereport", "handle_fakereport")
_COSTS = _rights("notifications", "view_spending")
_SEE_THE_OFFICE = _rights("agencies", "view_agency", "view_adminunit")

# Everybody at a counter may read the law; who writes it works for the whole portal (`dossiers.admin`).
_SEE_THE_LAW = _rights("dossiers", "view_version", "view_visitlength")
_SEE_DOSSIERS = _rights("dossiers", "view_dossier")
_REVIEW = _SEE_DOSSIERS | _rights(
    "dossiers", "review_dossier", "reveal_dossier", "stop_dossier", "number_dossier"
)

_SEE_THE_COUNTER = _rights("dossiers", "view_card")
_SEE_THE_FEES = _rights("dossiers", "view_payment")
_WORK_AT_THE_COUNTER = _SEE_THE_COUNTER | _SEE_THE_FEES | _rights("dossiers", "work_card", "collect_payment")

_RECEIVE = (
    _SEE_THE_DAY
    | _SEE_THE_LAW
    | _SEE_MESSAGES
    | _SEE_CHATS
    | _SEE_FAKES
    | _rights("booking", "release_appointment", "view_release")
    | _rights("booking", "change_appointment", "change_registration", "assist_booking")
    | _rights("booking", "call_appointment", "view_remindercall", "reveal_person")
    | _WORK_AT_THE_COUNTER
    | _SEE_DOSSIERS
    | _rights("dossiers", "reveal_dossier", "submit_dossier", "stop_dossier", "number_dossier")
)
_PLAN = (
    _SEE_THE_DAY
    | _SEE_THE_LAW
    | _SEE_THE_OFFICE
    | _all("booking", ("site",), ("view", "add", "change"))
    | _all("booking", ("openingrule", "siteward", "sitecalendarday"))
    | _all("agencies", ("calendarday",))
    | _all("dossiers", ("visitlength",))
    | _rights("booking", "change_serviceday", "plan_session", "import_sites", "view_sheetimport")
)
_WRITE = (
    _SEE_THE_OFFICE
    | _all("notifications", ("messagetext",), ("view", "add", "change"))
    | _all("dossiers", ("version",))
    | _all("faq", ("topic", "question", "answer", "announcement"), ("view", "add", "change"))
    | _all("faq", ("officeword",))
    | _rights("faq", "view_miss", "change_miss", "view_feedback")
)
_PUBLISH = _rights(
    "faq", "view_question", "view_answer", "review_answer", "publish_answer", "view_feedback"
) | _rights("faq", "view_announcement", "publish_announcement", "send_announcement")
_OPEN = _rights("booking", "view_opening", "open_agency")
_CONNECT = _rights("agencies", "view_zaloconnection", "connect_zalo")
_OPEN_SIGN_IN = _rights("accounts", "unlock_officer", "reset_second_factor")
_LEAD = (
    _OPEN_SIGN_IN
    | _all("accounts", ("officer", "posting"), ("view", "add", "change"))
    | _all("booking", ("postingsite",))
)

GRANTS: Mapping[Role, frozenset[str]] = {
    Role.RECEPTIONIST: _RECEIVE,
    Role.PLANNER: _PLAN,
    Role.CONTENT: _WRITE,
    Role.REVIEWER: _SEE_THE_DAY
    | _SEE_THE_LAW
    | _REVIEW
    | _PUBLISH
    | _SEE_THE_COUNTER
    | _rights("booking", "reveal_person"),
    Role.HEAD: _RECEIVE
    | _REVIEW
    | _PUBLISH
    | _PLAN
    | _WRITE
    | _LEAD
    | _OPEN
    | _CONNECT
    | _rights("booking", "import_registrations")
    | _rights("agencies", "change_agency")
    | _rights("notifications", "change_message", "view_oaquota")
    | _COSTS,
    Role.AUDITOR: _SEE_THE_DAY
    | _SEE_THE_LAW
    | _SEE_DOSSIERS
    | _SEE_THE_COUNTER
    | _SEE_THE_FEES
    | _SEE_MESSAGES
    | _COSTS
    | _SEE_THE_OFFICE
    | _rights("booking", "view_release", "view_opening", "view_sheetimport")
    | _rights("accounts", "view_auditentry", "view_officer", "view_posting"),
    Role.TECHNICIAN: _PLAN
    | _WRITE
    | _LEAD
    | _OPEN
    | _SEE_CHATS
    | _CONNECT
    | _rights("agencies", "add_agency", "change_agency")
    | _rights("notifications", "view_message", "change_message", "view_oaquota")
    | _COSTS
    | _rights("zalo", "view_oatoken", "view_storedevent", "change_storedevent"),
}
