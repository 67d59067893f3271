"""The portal as it is served, without the guards that the environment names and without a second try."""

import os

from cccd_portal.wsgi import application

__all__ = ["application"]


def remove_guards(names: str) -> None:
    # Only now, because there are no models before the application is ready.
    from booking.api import views
    from booking.tests.unguarded import GUARDS
    from core.api import idempotency

    for name in names.split(","):
        place, attribute, naive = GUARDS[name]
        setattr(place, attribute, naive)
    idempotency.retry_once = views.retry_once = lambda call: call()


remove_guards(os.environ["WITHOUT"])
