"""Addresses below `/api/v1/`."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from booking.api import open_views, views

router = SimpleRouter(use_regex_path=False)
router.register("sites", views.SiteViewSet, basename="site")
router.register("registrations", views.RegistrationViewSet, basename="registration")
router.register("appointments", views.AppointmentViewSet, basename="appointment")

urlpatterns = [
    path("agencies/", views.AgencyList.as_view()),
    path("me/", views.Me.as_view()),
    path("me/claim-account/", views.AccountClaim.as_view()),
    path("appointments/lookup/", open_views.LookUp.as_view()),
    path("appointments/<str:code>/ticket.pdf", open_views.TicketPdf.as_view(), name="api-ticket"),
    path("appointments/<str:code>/ticket.svg", open_views.TicketSvg.as_view()),
    path("appointments/<str:code>/ticket.png", open_views.TicketPng.as_view()),
    path("appointments/<str:code>/calendar.ics", open_views.CalendarFile.as_view()),
    *router.urls,
]
