from django.urls import path

from faq import views

urlpatterns = [
    path("don-vi/<slug:slug>/that-gia/", views.fakes, name="fakes"),
    path("don-vi/<slug:slug>/hoi-dap/", views.questions, name="questions"),
    path("don-vi/<slug:slug>/hoi-dap/<slug:key>/", views.question, name="question"),
    path("don-vi/<slug:slug>/thong-bao/", views.announcements, name="announcements"),
    path("don-vi/<slug:slug>/thong-bao/<uuid:public_id>/", views.announcement, name="announcement"),
]
