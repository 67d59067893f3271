"""Addresses below `/api/v1/`."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from booking.api.views import account, appointments, by_address, dossiers, places, registrations

router = SimpleRouter(use_regex_path=False)
router.register("sites", places.SiteViewSet, basename="site")
router.register("registrations", registrations.RegistrationViewSet, basename="registration")
router.register("dossiers", dossiers.OwnDossiers, basename="dossier")
router.register("appointments", appointments.AppointmentViewSet, basename="appointment")

urlpatterns = [
    path("agencies/", places.AgencyList.as_view()),
    path("schedule/", places.Schedule.as_view()),
    path("me/", account.Me.as_view()),
    path("me/claim-account/", account.AccountClaim.as_view()),
    path("dossiers/lookup/withdraw/", dossiers.LookUpWithdraw.as_view()),
    path("dossiers/lookup/erase/", dossiers.LookUpErase.as_view()),
    path("appointments/lookup/", by_address.LookUp.as_view()),
    path("appointments/<str:code>/ticket.pdf", by_address.TicketPdf.as_view(), name="api-ticket"),
    path("appointments/<str:code>/ticket.svg", by_address.TicketSvg.as_view()),
    path("appointments/<str:code>/ticket.png", by_address.TicketPng.as_view()),
    path("appointments/<str:code>/calendar.ics", by_address.CalendarFile.as_view()),
    *router.urls,
]
