"""Addresses below `/api/v1/`."""

from django.urls import path

from dossiers.api import attachment_views
from dossiers.api.dossiers import DossierEventList
from dossiers.api.lookup import LookUp
from dossiers.api.papers import DossierFormPdf
from dossiers.api.views import Eligibility, ProcedureList

urlpatterns = [
    path("dossiers/uploads/", attachment_views.UploadByAddress.as_view(), name="api-upload"),
    path("dossiers/<uuid:public_id>/attachments/", attachment_views.Attachments.as_view()),
    path(
        "dossiers/<uuid:public_id>/attachments/<uuid:attachment_id>/",
        attachment_views.OneAttachment.as_view(),
    ),
    path("dossiers/<uuid:public_id>/upload-token/", attachment_views.UploadAddress.as_view()),
    path("procedures/", ProcedureList.as_view()),
    path("eligibility/", Eligibility.as_view()),
    path("dossiers/<uuid:public_id>/events/", DossierEventList.as_view()),
    path("dossiers/<uuid:public_id>/form.pdf", DossierFormPdf.as_view(), name="api-dossier-form"),
    path("dossiers/lookup/", LookUp.as_view()),
]
