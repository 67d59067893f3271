"""The room's addresses on their own, as the portal mounts them."""

from django.contrib import admin
from django.urls import include, path

from accounts.api import urls
from accounts.api.views import MeView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include(urls)),
    path("api/v1/me/", MeView.as_view()),
]
