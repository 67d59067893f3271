"""Addresses below `/api/v1/`."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from booking.api import views

router = SimpleRouter(use_regex_path=False)
router.register("sites", views.SiteViewSet, basename="site")
router.register("registrations", views.RegistrationViewSet, basename="registration")
router.register("appointments", views.AppointmentViewSet, basename="appointment")

urlpatterns = [
    path("agencies/", views.AgencyList.as_view()),
    path("me/", views.Me.as_view()),
    path("me/claim-account/", views.AccountClaim.as_view()),
    *router.urls,
]
