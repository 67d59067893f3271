"""Taking a dossier back or erasing it, which gives up the place that was given for it."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import citizen_of
from booking.services import dossiers
from core.db import retry_once
from dossiers.api import inputs
from dossiers.api.dossiers import DOSSIERS, DossierViewSet
from dossiers.api.lookup import OpenToProof
from dossiers.api.outputs import DossierOutput, LookedUpOutput


class OwnDossiers(DossierViewSet):
    """A citizen's dossiers, with the steps on which more hangs than their own room knows."""

    @extend_schema(
        operation_id="withdraw_dossier",
        request=None,
        responses=DossierOutput,
        tags=[DOSSIERS],
        summary="Rút hồ sơ; lịch hẹn của hồ sơ cũng hủy",
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, public_id: UUID) -> Response:
        citizen, now = citizen_of(request), timezone.now()
        return self.done(lambda: dossiers.withdraw(public_id=public_id, citizen=citizen, now=now))

    @extend_schema(
        operation_id="erase_dossier",
        responses={204: None},
        tags=[DOSSIERS],
        summary="Xóa thông tin đã khai; hồ sơ chưa kết thúc được rút, lịch hẹn hủy trước",
    )
    def destroy(self, request: Request, public_id: UUID) -> Response:
        citizen, now = citizen_of(request), timezone.now()
        retry_once(lambda: dossiers.erase(public_id=public_id, citizen=citizen, now=now))
        return Response(status=status.HTTP_204_NO_CONTENT)


class LookUpWithdraw(OpenToProof):
    @extend_schema(
        operation_id="withdraw_looked_up_dossier",
        request=inputs.LookupProofInput,
        responses=LookedUpOutput,
        tags=[DOSSIERS],
        summary="Rút hồ sơ người khác khai cho mình; lịch hẹn của hồ sơ cũng hủy",
    )
    def post(self, request: Request) -> Response:
        asked = inputs.LookupProofInput(data=request.data)
        asked.is_valid(raise_exception=True)
        proof, now = asked.validated_data["proof"], timezone.now()
        return self.answer(retry_once(lambda: dossiers.withdraw_looked_up(proof=proof, now=now)))


class LookUpErase(OpenToProof):
    @extend_schema(
        operation_id="erase_looked_up_dossier",
        request=inputs.LookupProofInput,
        responses={204: None},
        tags=[DOSSIERS],
        summary="Xóa thông tin của mình trong hồ sơ người khác khai; hồ sơ chưa kết thúc được rút trước",
    )
    def post(self, request: Request) -> Response:
        asked = inputs.LookupProofInput(data=request.data)
        asked.is_valid(raise_exception=True)
        proof, now = asked.validated_data["proof"], timezone.now()
        retry_once(lambda: dossiers.erase_looked_up(proof=proof, now=now))
        return Response(status=status.HTTP_204_NO_CONTENT)
