"""Taking a dossier back, which gives up the place that was given for it."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import citizen_of
from booking.services import dossiers
from dossiers.api.dossiers import DOSSIERS, DossierViewSet
from dossiers.api.outputs import DossierOutput


class DossierWithdrawal(DossierViewSet):
    """One step of a dossier that more hangs on than its own room knows; it answers as the others do."""

    @extend_schema(
        operation_id="withdraw_dossier",
        request=None,
        responses=DossierOutput,
        tags=[DOSSIERS],
        summary="Rút hồ sơ; lịch hẹn của hồ sơ cũng hủy",
    )
    def withdraw(self, request: Request, public_id: UUID) -> Response:
        citizen, now = citizen_of(request), timezone.now()
        return self.done(lambda: dossiers.withdraw(public_id=public_id, citizen=citizen, now=now))
