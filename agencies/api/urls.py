"""Addresses below `/api/v1/`."""

from django.urls import path

from agencies.api.views import UnitList

urlpatterns = [path("units/", UnitList.as_view(), name="units")]
