"""The sessions of officers: all of one officer's end at once."""

from django.db.models import F

from accounts.models import Officer


def end_sessions(officer: Officer) -> None:
    """End every session of an officer, in every browser, from their next request on.

    The epoch is part of what each session is checked against (`Officer.get_session_auth_hash`).
    """
    Officer.objects.filter(pk=officer.pk).update(session_epoch=F("session_epoch") + 1)
    officer.refresh_from_db(fields=["session_epoch"])
