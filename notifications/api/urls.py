"""Addresses below `/api/v1/`."""

from django.urls import path

from notifications.api import views

urlpatterns = [
    path("messages/", views.MessageList.as_view()),
    path("messages/<uuid:public_id>/open/", views.MessageOpening.as_view()),
]
