"""Officers: their roles, their postings, and how they leave."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.errors import NotPosted, StillNeeded
from accounts.models import Officer, Posting
from accounts.roles import Role
from accounts.services.officer_sessions import end_sessions
from core.time import local_date


@transaction.atomic
def sync_roles(grants: Mapping[Role, Iterable[str]]) -> None:
    """Make the groups what the code says: one a role, with just these rights (`app.codename`)."""
    known = {
        f"{app}.{codename}": key
        for key, app, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    for role, rights in grants.items():
        group, _ = Group.objects.get_or_create(name=role.label)
        group.permissions.set({known[right] for right in rights})


def officers_of(agencies: Iterable[int]) -> QuerySet[Officer]:
    """Those posted to these agencies, now or at another time, and nowhere else."""
    here = Posting.objects.filter(officer=OuterRef("pk"), agency__in=list(agencies))
    elsewhere = Posting.objects.filter(officer=OuterRef("pk")).filter(
        Q(agency=None) | ~Q(agency__in=list(agencies))
    )
    return Officer.objects.filter(Exists(here), ~Exists(elsewhere), is_superuser=False)


def refuse_unposted(*, officer: Officer, on: date) -> None:
    """Refuse an officer who works nowhere on a day in Việt Nam: there is nothing they could see.

    :raises NotPosted: so it is
    """
    if not (officer.is_superuser or officer.postings.on(on).exists()):
        raise NotPosted


def may_give(officer: Officer, group: Group) -> bool:
    """Whether an officer may give a role: nobody gives a right that they do not have."""
    rights = group.permissions.values_list("content_type__app_label", "codename")
    return officer.has_perms([f"{app}.{codename}" for app, codename in rights])


@transaction.atomic
def retire(*, officer: Officer, now: datetime) -> list[Posting]:
    """Let an officer go, and give the postings that ended with them.

    From now on they cannot sign in, and no session of theirs is let in any more, because they are not active.
    Postings that had not begun are gone.

    :raises StillNeeded: the last active superuser of the portal
    """
    active = Officer.objects.filter(is_active=True, is_superuser=True)
    # Locked: two superusers who let each other go at one moment would leave nobody.
    if list(active.select_for_update(no_key=True).order_by("pk")) == [officer]:
        raise StillNeeded
    today = local_date(now)
    unbegun = officer.postings.filter(valid_from__gt=today)
    unbegun.delete()
    ended = list(officer.postings.on(today).order_by("pk"))
    officer.postings.on(today).update(valid_to=today)
    officer.is_active, officer.left_at = False, now
    officer.save(update_fields=["is_active", "left_at"])
    end_sessions(officer)  # or they would live again with an account that is opened again
    return ended


def may_change(actor: Officer, officer: Officer) -> bool:
    """Whether an officer may change a colleague: never themselves, and nobody with a right they have not."""
    if actor.is_superuser:
        return True
    higher = officer.is_superuser or not actor.has_perms(_rights_of(officer))
    return actor != officer and not higher


def _rights_of(officer: Officer) -> list[str]:
    """Every right that roles or hands gave. Django counts none for an account that is shut, and whoever
    may open it again would come by all of them.
    """
    given = Permission.objects.filter(Q(group__user=officer) | Q(user=officer)).distinct()
    rights = given.values_list("content_type__app_label", "codename").order_by("pk")
    return [f"{app}.{codename}" for app, codename in rights]
