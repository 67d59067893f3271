from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.models import Agency
from core.api.public import PublicView
from core.api.throttling import PerAddress
from core.errors import Malformed
from dossiers.api.serializers import EligibilityInput, EligibilityOutput, ProcedureOutput
from dossiers.models import Situation
from dossiers.services.guide import Question, answer
from dossiers.services.versions import law_on

PROCEDURES = "Thủ tục"


class ProcedureList(PublicView):
    @extend_schema(
        operation_id="list_procedures",
        responses=ProcedureOutput(many=True),
        tags=[PROCEDURES],
        summary="Các thủ tục của một đơn vị theo pháp luật ngày của đơn vị, kèm mẫu khai",
        parameters=[OpenApiParameter("agency", str, required=True, description="mã đơn vị")],
    )
    def get(self, request: Request) -> Response:
        slug = request.query_params.get("agency")
        if not slug:
            raise Malformed
        agency = get_object_or_404(Agency, slug=slug, is_active=True)
        law = law_on(agency.law_day(now=timezone.now()))
        context = {"agency": agency, "law": law}
        return Response(ProcedureOutput(list(law.procedures), many=True, context=context).data)


class Eligibility(APIView):
    """Open to all; nothing of what is asked is stored."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (PerAddress,)

    @extend_schema(
        operation_id="ask_eligibility",
        request=EligibilityInput,
        responses=EligibilityOutput,
        tags=[PROCEDURES],
        summary="Cần làm thủ tục gì, ở đâu, mang gì, bao nhiêu tiền, vì sao",
    )
    def post(self, request: Request) -> Response:
        asked = EligibilityInput(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        question = Question(
            agency=said["agency"],
            birth_date=said["birth_date"],
            situation=Situation(said["situation"].upper()),
            has_card=said["has_card"],
            card=(said["card"] or "").upper(),
            exemptions=frozenset(said["exemptions"]),
            ward=said["ward"],
        )
        return Response(EligibilityOutput(answer(question=question, now=timezone.now())).data)
