"""Who sits at an officer's browser: how far their sign-in has come, and how long it lasts.

Nobody is signed in by a password alone: until the second step is done, the session holds a promise that names
the officer, and `request.user` stays nobody. What asks for `request.user` needs to know nothing of this.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp import login as remember_factor

from accounts.models import Officer, SecondFactor
from accounts.services.second_factor import factor_of, new_secret
from core.crypto import decrypt, encrypt

BACKEND = "accounts.backends.OfficerBackend"
PROMISE, SECRET, SIGNED_IN_AT, SEEN_AT = "signing_in", "new_second_factor", "signed_in_at", "seen_at"
PROMISE_KEPT = timedelta(minutes=10)
# A session is written at most this often because somebody was seen.
SEEN_EVERY = timedelta(minutes=1)


def needs_second_step(officer: Officer) -> bool:
    return settings.OTP_REQUIRED or factor_of(officer) is not None


def begin(request: HttpRequest, officer: Officer) -> None:
    """Remember for some minutes that the password was right. A new session: nobody may have prepared it."""
    request.session.flush()
    request.session[PROMISE] = {"officer": officer.pk, "proof": officer.get_session_auth_hash()}
    request.session.set_expiry(PROMISE_KEPT)


def signing_in(request: HttpRequest) -> Officer | None:
    """The officer whose password was right a moment ago, in this browser."""
    promise = request.session.get(PROMISE)
    if not promise:
        return None
    officer = Officer.objects.filter(pk=promise["officer"], is_active=True, is_staff=True).first()
    if officer and constant_time_compare(promise["proof"], officer.get_session_auth_hash()):
        return officer
    return None


def sign_in(request: HttpRequest, officer: Officer, factor: SecondFactor | None = None) -> None:
    """Let the officer in, under a new session key."""
    for key in (PROMISE, SECRET):
        request.session.pop(key, None)
    auth.login(request, officer, backend=BACKEND)
    if factor is not None:
        remember_factor(request, factor)
    now = timezone.now()
    request.session[SIGNED_IN_AT] = now.timestamp()
    _see(request, now=now)


def is_verified(request: HttpRequest) -> bool:
    """Whether this session has shown its officer's second factor, if they have or need one."""
    officer = request.user
    if not isinstance(officer, Officer):
        return False
    factor = factor_of(officer)
    if factor is None:
        return not settings.OTP_REQUIRED
    shown = request.session.get(DEVICE_ID_SESSION_KEY)
    return shown is not None and shown == factor.persistent_id


def secret_to_set_up(request: HttpRequest) -> str:
    """The secret this browser is about to set up, the same at every look at the page; encrypted at rest."""
    kept = request.session.get(SECRET)
    if kept:
        return decrypt(kept)
    secret = new_secret()
    request.session[SECRET] = encrypt(secret)
    return secret


def _see(request: HttpRequest, *, now: datetime) -> None:
    """Let the session last for as long as one may be away, never beyond its whole lifetime."""
    begun = datetime.fromtimestamp(request.session[SIGNED_IN_AT], tz=now.tzinfo)
    request.session[SEEN_AT] = now.timestamp()
    request.session.set_expiry(
        min(settings.OFFICER_SESSION_IDLE, begun + settings.OFFICER_SESSION_LIFETIME - now)
    )


class OfficerSessions:
    """End an officer's session after half an hour without a request, and after ten hours in any case."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Citizens have no such cookie, and no session is looked up for them.
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            self._slide(request, now=timezone.now())
        return self.get_response(request)

    def _slide(self, request: HttpRequest, *, now: datetime) -> None:
        begun, seen = request.session.get(SIGNED_IN_AT), request.session.get(SEEN_AT)
        if begun is None or seen is None:
            return
        if now.timestamp() - begun >= settings.OFFICER_SESSION_LIFETIME.total_seconds():
            request.session.flush()
        elif now.timestamp() - seen >= SEEN_EVERY.total_seconds():
            _see(request, now=now)
