from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularSwaggerSplitView

from cccd_portal import health, views

api: list[URLPattern | URLResolver] = [
    path("", include("accounts.api.urls")),
    path("", include("agencies.api.urls")),
    path("", include("notifications.api.urls")),
    path("", include("booking.api.urls")),
    path("", include("dossiers.api.urls")),
    path("", include("faq.api.urls")),
    path("schema/", views.Schema.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
]

urlpatterns = [
    path("api/v1/", include(api)),
    path("webhooks/zalo/mini-app/", views.miniapp_webhook),
    path("webhooks/zalo/", views.zalo_webhook, name="zalo-webhook"),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("nhan-biet/", views.tell_fakes, name="tell-fakes"),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    path("", include("booking.urls")),
    path("", include("dossiers.urls")),
    path("", include("faq.urls")),
]
handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.bug
