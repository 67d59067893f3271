"""Papers of the citizen's own dossiers, as files."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.api.authentication import citizen_of
from core.api.shared import FileView
from dossiers.api.dossiers import DOSSIERS
from dossiers.models import Dossier
from dossiers.services import papers


class DossierFormPdf(FileView):
    content_type, file_name = "application/pdf", "to-khai-{code}.pdf"

    @extend_schema(
        operation_id="get_dossier_form",
        responses={(200, content_type): OpenApiTypes.BINARY},
        tags=[DOSSIERS],
        summary="Tờ khai để in, khổ A4, theo mẫu của thủ tục; bản nháp cũng in được",
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        mine = Dossier.objects.of(citizen_of(request)).for_display()
        dossier = get_object_or_404(mine, public_id=public_id)
        return self.answer(papers.form_pdf(dossier), code=dossier.code)
