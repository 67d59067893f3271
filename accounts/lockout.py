"""Who guesses at an officer's password is shut out for a while (django-axes, counted in the database).

Five wrong ones for a name from one address: 15 minutes. Twenty for a name within an hour, from wherever:
until the hour has fewer. Names that are no officer's are counted alike, so that nobody learns which exist.
"""

from datetime import timedelta
from ipaddress import ip_address
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessFailureLog
from django.conf import settings
from django.http import HttpRequest

from core.api.throttling import address_of

FROM_ANYWHERE = 20
HOUR = timedelta(hours=1)


def address(request: HttpRequest) -> str | None:
    """The address behind our own proxies; none where what they say is no address."""
    try:
        return str(ip_address(address_of(request)))
    except ValueError:
        return None


class OfficersLockout(AxesDatabaseHandler):
    def is_locked(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        request.locked_for = settings.AXES_COOLOFF_TIME
        if super().is_locked(request, credentials):
            return True
        request.locked_for = HOUR
        return self._is_guessed_from_anywhere(request, credentials)

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any
    ) -> None:
        super().user_login_failed(sender, credentials, request, **kwargs)
        if request is not None and self.is_locked(request, credentials):
            request.axes_locked_out, request.axes_credentials = True, credentials

    def _is_guessed_from_anywhere(self, request: Any, credentials: dict[str, Any] | None) -> bool:
        lately = AccessFailureLog.objects.filter(
            username=get_client_username(request, credentials),
            attempt_time__gt=request.axes_attempt_time - HOUR,
        )
        return lately.count() >= FROM_ANYWHERE
