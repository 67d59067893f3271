"""Addresses below `/api/v1/`."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from dossiers.api.dossiers import DossierEventList, DossierViewSet
from dossiers.api.papers import DossierFormPdf
from dossiers.api.views import Eligibility, ProcedureList

router = SimpleRouter(use_regex_path=False)
router.register("dossiers", DossierViewSet, basename="dossier")

urlpatterns = [
    path("procedures/", ProcedureList.as_view()),
    path("eligibility/", Eligibility.as_view()),
    path("dossiers/<uuid:public_id>/events/", DossierEventList.as_view()),
    path("dossiers/<uuid:public_id>/form.pdf", DossierFormPdf.as_view()),
    *router.urls,
]
