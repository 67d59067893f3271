from django.urls import path

from dossiers import views

urlpatterns = [path("don-vi/<slug:slug>/can-gi/", views.guide, name="guide")]
