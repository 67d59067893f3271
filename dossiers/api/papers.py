"""Papers of the citizen's own dossiers, as files."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from accounts.api.authentication import citizen_of
from core.api.shared import FileView
from core.errors import NotAuthenticated
from dossiers.api.dossiers import DOSSIERS
from dossiers.models import Dossier
from dossiers.services import papers
from dossiers.services.addresses import refuse_unless_form

KEY = OpenApiParameter("key", str, description="chữ ký trong form_url, dùng được 10 phút, thay cho đăng nhập")


class DossierFormPdf(FileView):
    """For its owner, and for ten minutes for whoever has the signed address."""

    permission_classes = (AllowAny,)
    content_type, file_name = "application/pdf", "to-khai-{code}.pdf"

    @extend_schema(
        operation_id="get_dossier_form",
        parameters=[KEY],
        responses={(200, content_type): OpenApiTypes.BINARY},
        tags=[DOSSIERS],
        summary="Tờ khai để in, khổ A4, theo mẫu của thủ tục; bản nháp cũng in được",
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        dossiers = Dossier.objects.filter(forgotten_at=None)
        key = request.query_params.get("key")
        if key is not None:
            refuse_unless_form(key, of=str(public_id), now=timezone.now())
        elif request.user:
            dossiers = dossiers.of(citizen_of(request))
        else:
            raise NotAuthenticated
        dossier = get_object_or_404(dossiers.for_display(), public_id=public_id)
        return self.answer(papers.form_pdf(dossier), code=dossier.code)
