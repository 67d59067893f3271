from typing import cast

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from accounts import services
from accounts.errors import SignedOut
from accounts.models import Citizen, Session

_SCHEME = b"bearer"


def citizen_of(request: Request) -> Citizen:
    """Who makes the request, where only citizens can."""
    # The stubs know one kind of user, the officers'.
    return cast("Citizen", request.user)


class BearerAuthentication(BaseAuthentication):
    """Know a citizen by `Authorization: Bearer <access token>`, at the cost of one query.

    `request.user` is the citizen, `request.auth` the session.
    """

    def authenticate(self, request: Request) -> tuple[Citizen, Session] | None:
        """:raises SignedOut: a token was sent and is no good"""
        scheme, _, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != _SCHEME:
            return None
        try:
            access_token = token.strip().decode("ascii")
        except UnicodeDecodeError as unreadable:
            raise SignedOut from unreadable
        session = services.session_of(
            access_token=access_token,
            now=timezone.now(),  # noqa: TID251 - this is an edge
        )
        return session.citizen, session

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - the framework's signature
        return "Bearer"
