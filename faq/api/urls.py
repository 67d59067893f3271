"""Addresses below `/api/v1/`."""

from django.urls import path

from faq.api import views

urlpatterns = [
    path("announcements/", views.AnnouncementList.as_view()),
    path("faq/topics/", views.TopicList.as_view()),
    path("faq/questions/", views.QuestionList.as_view()),
    path("faq/ask/", views.Ask.as_view()),
    path("faq/questions/<slug:key>/feedback/", views.FeedbackView.as_view()),
]
