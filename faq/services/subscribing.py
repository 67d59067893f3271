"""Who wants to be told of what an office announces."""

from datetime import datetime, timedelta

from django.db.models import Q

from accounts import services as accounts
from agencies.models import Agency
from faq.models import Delivery, Subscription

# Who has not been heard for so long is not told any more; so long it is known who was told what.
KEPT = timedelta(days=365)


def subscribe(*, agency: Agency, uid: str, ward: str = "", asked_at: datetime) -> Subscription:
    """Tell a person what the office announces: of a ward (`SET:CODE`), or of all. `asked_at` is when they
    said so, not when it was read: what ends it may have been said meanwhile.

    Asked again, the last word counts.
    """
    contact = accounts.record_contact(oa_id=agency.oa_id, uid=uid, app_user_id="")
    wanted, _ = Subscription.objects.update_or_create(
        agency=agency, contact=contact, defaults={"ward": ward, "asked_at": asked_at}
    )
    return wanted


def unsubscribe(*, oa_id: str, uid: str, said_at: datetime) -> bool:
    """Tell a person nothing any more, not even what is on its way; false if nothing was to be told.

    What was asked for after `said_at` stands, so that an event told late undoes nothing.
    """
    theirs = Subscription.objects.filter(contact__oa_id=oa_id, contact__uid=uid)
    return theirs.filter(asked_at__lte=said_at).delete()[0] > 0


def is_subscribed(*, agency: Agency, uid: str) -> bool:
    """Whether a person is told what the office announces."""
    theirs = Subscription.objects.standing().filter(agency=agency)
    return theirs.filter(contact__oa_id=agency.oa_id, contact__uid=uid).exists()


def forget_old_subscriptions(*, now: datetime) -> None:
    """Forget who has been silent for a year, and who was sent what a year ago."""
    long_ago = now - KEPT
    silent = Q(contact__last_interaction_at=None) | Q(contact__last_interaction_at__lte=long_ago)
    Subscription.objects.filter(silent, asked_at__lte=long_ago).delete()
    Delivery.objects.exclude(state=Delivery.State.WAITING).filter(due_at__lte=long_ago).delete()
