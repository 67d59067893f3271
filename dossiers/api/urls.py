"""Addresses below `/api/v1/`."""

from django.urls import path

from dossiers.api.views import Eligibility, ProcedureList

urlpatterns = [
    path("procedures/", ProcedureList.as_view()),
    path("eligibility/", Eligibility.as_view()),
]
