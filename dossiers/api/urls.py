"""Addresses below `/api/v1/`."""

from django.urls import path

from dossiers.api.dossiers import DossierEventList
from dossiers.api.lookup import LookUp
from dossiers.api.papers import DossierFormPdf
from dossiers.api.views import Eligibility, ProcedureList

urlpatterns = [
    path("procedures/", ProcedureList.as_view()),
    path("eligibility/", Eligibility.as_view()),
    path("dossiers/<uuid:public_id>/events/", DossierEventList.as_view()),
    path("dossiers/<uuid:public_id>/form.pdf", DossierFormPdf.as_view(), name="api-dossier-form"),
    path("dossiers/lookup/", LookUp.as_view()),
]
