"""The portal's addresses and one that breaks."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from cccd_portal import urls


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


urlpatterns = [*urls.urlpatterns, path("hong/", broken)]
handler404 = urls.handler404
handler500 = urls.handler500
