"""Addresses below `/api/v1/`."""

from django.urls import path

from accounts.api import views

urlpatterns = [
    path("auth/zalo/", views.ZaloSignIn.as_view()),
    path("auth/zalo/phone/", views.PhoneLink.as_view()),
    path("auth/otp/", views.CodeRequest.as_view()),
    path("auth/otp/verify/", views.CodeVerify.as_view()),
    path("auth/refresh/", views.Refresh.as_view()),
    path("auth/logout/", views.Logout.as_view()),
    path("me/consents/", views.Consents.as_view()),
    path("notice/", views.NoticeView.as_view()),
]
