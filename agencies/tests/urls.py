"""The room's addresses on their own, as the portal mounts them."""

from django.contrib import admin
from django.urls import include, path

from agencies.api import urls

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include(urls)),
]
