"""A dossier to its person without an account, by its code and what only they and the family know."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.throttling import PerAddress, limited
from dossiers.api import examples, inputs, outputs
from dossiers.api.dossiers import DOSSIERS
from dossiers.models import Dossier
from dossiers.services import looking_up

LookupLimit = limited("lookup")


class OpenToProof(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (PerAddress, LookupLimit)

    def answer(self, dossier: Dossier) -> Response:
        context = {"now": timezone.now()}
        return Response(
            outputs.LookedUpOutput(dossier, context=context).data, headers={"Cache-Control": "no-store"}
        )


class LookUp(OpenToProof):
    @extend_schema(
        operation_id="look_up_dossier",
        request=inputs.DossierLookupInput,
        examples=[examples.LOOK_UP],
        responses=outputs.LookedUpOutput,
        tags=[DOSSIERS],
        summary="Tra cứu hồ sơ khai cho mình, không cần tài khoản; nhập sai 5 lần trong một giờ thì khóa mã",
    )
    def post(self, request: Request) -> Response:
        asked = inputs.DossierLookupInput(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        dossier = looking_up.look_up(
            code=said["code"], birth_year=said["birth_year"], id_last4=said["id_last4"], now=timezone.now()
        )
        return self.answer(dossier)
