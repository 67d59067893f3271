"""What officers may see, and how one hands over to another."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from accounts.errors import NotASuccessor
from accounts.models import Officer, Posting
from accounts.services import officers
from booking.models import PostingSite
from core.officers import Scope
from core.time import local_date


def scope_of(officer: Officer, *, on: date) -> Scope:
    """What an officer may see on a day in Việt Nam: the agencies and sites of the postings then in force."""
    if officer.is_superuser:
        return Scope(everything=True)
    rows = officer.postings.on(on).values_list("pk", "agency", "limited_to__site")
    postings = list(rows.order_by("pk", "limited_to__site"))
    whole = frozenset(agency for _, agency, site in postings if site is None)
    sites = frozenset(site for _, _, site in postings if site is not None)
    return Scope(
        everything=None in whole,
        agencies=whole - {None},
        sites=sites,
        agencies_of_sites=frozenset(agency for _, agency, site in postings if site is not None) - whole,
    )


@transaction.atomic
def leave(*, officer: Officer, successor: Officer | None = None, now: datetime) -> None:
    """Let an officer go: they can no longer sign in, and what is open for them goes to the successor.

    The successor gets the roles, and from today on the postings with their sites. Where both work at an
    agency already, the successor sees afterwards what either saw.

    :raises StillNeeded: the last active superuser of the portal
    :raises NotASuccessor: the same person, or one who has left
    """
    if successor is not None and (successor == officer or not successor.is_active):
        raise NotASuccessor
    ended = officers.retire(officer=officer, now=now)
    if successor is not None:
        successor.groups.add(*officer.groups.all())
        for posting in ended:
            _post_in_place_of(posting, successor, today=local_date(now))


def _post_in_place_of(ended: Posting, successor: Officer, *, today: date) -> None:
    sites = set(ended.limited_to.values_list("site", flat=True))
    own, is_new = Posting.objects.get_or_create(
        officer=successor, agency=ended.agency, valid_to=None, defaults={"valid_from": today}
    )
    own_sites = set(own.limited_to.values_list("site", flat=True))
    if not is_new and not own_sites:
        return  # sees the whole agency already
    if not sites:
        own.limited_to.all().delete()
        return
    _limit(own, sites - own_sites)


def _limit(posting: Posting, sites: Iterable[int]) -> None:
    PostingSite.objects.bulk_create(PostingSite(posting=posting, site_id=site) for site in sorted(sites))
