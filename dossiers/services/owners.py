"""What becomes of dossiers when their account ends, or turns out to be the same person's as another."""

from datetime import datetime

from django.db import transaction

from accounts.identity import person_key
from accounts.models import Citizen
from dossiers.models import Dossier
from dossiers.services import filling
from dossiers.services.erasing import forget
from dossiers.services.moving import hold, move_on
from dossiers.states import ENDED, WITHDRAWABLE, Status

WITH_THE_ACCOUNT = "Rút cùng với việc xóa tài khoản."


@transaction.atomic
def let_go(*, citizen: Citizen, now: datetime) -> None:
    """Take back what the account has under way and forget its people.

    Where the office has taken the person in, the dossier stays: the card is to be handed over, and the file
    is the office's. It belongs to no account any more.
    """
    mine = hold(Dossier.objects.of(citizen))
    for dossier in mine:
        if dossier.status in WITHDRAWABLE:
            move_on(dossier=dossier, to=Status.WITHDRAWN, words=WITH_THE_ACCOUNT, checking_by=None, now=now)
    forget([dossier.pk for dossier in mine if dossier.status in ENDED], now=now)
    Dossier.objects.of(citizen).update(citizen=None)


@transaction.atomic
def readdress(*, old: Citizen, new: Citizen) -> None:
    """Hand the dossiers of one account over to the account it became part of."""
    theirs = Dossier.objects.of(old).select_for_update(of=("self",), no_key=True).order_by("pk")
    taken = set(Dossier.objects.open().of(new).values_list("person_key", flat=True))
    for dossier in theirs:
        dossier.citizen = new
        if dossier.is_open:
            # One without a number is known by the account; if both declared them, both dossiers stay.
            # As it was handed in: what is being corrected may have no name or birth date at the moment.
            declared = dossier.submissions.order_by("-pk").first() or dossier
            key = person_key(filling.person_of(filling.data_of(declared)), account=str(new.pk))
            dossier.person_key = dossier.person_key if key in taken else key
        dossier.save(update_fields=["citizen", "person_key"])


def knows(*, citizen: Citizen, birth_year: int, id_last4: str) -> bool:
    """Whether the account has declared somebody of this birth year whose number ends so."""
    return any(
        filling.is_proved(filling.data_of(dossier), birth_year=birth_year, id_last4=id_last4)
        for dossier in Dossier.objects.of(citizen)
    )
