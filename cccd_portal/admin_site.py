from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from redis.exceptions import RedisError
from unfold.sites import UnfoldAdminSite

from accounts import officer_browser
from cccd_portal import sign_in_views
from core.officers import Deed, at_work


class OfficersSite(UnfoldAdminSite):
    """The officers' side. `has_permission` is the one gate to it; what lies before it is the sign-in."""

    index_title = "Tổng quan"
    login_template = "admin/sign_in/password.html"

    def has_permission(self, request: HttpRequest) -> bool:
        """Active, through the second factor, and posted somewhere today."""
        is_in = super().has_permission(request) and officer_browser.is_verified(request)
        return is_in and bool(at_work(request).scope)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "POST":
            sign_in_views.note(request, Deed.SIGNED_OUT, "")
        return super().logout(request, extra_context)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """On record as every other change of how an officer gets in."""
        with transaction.atomic():
            answer = super().password_change(request, extra_context)
            if request.method == "POST" and answer.status_code == HTTPStatus.FOUND:
                sign_in_views.note(request, Deed.DID, "đổi mật khẩu")
            return answer

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Search as the theme does, which keeps what it found in the cache: without one, find nothing."""
        try:
            return super().search(request, extra_context)
        except RedisError:
            return HttpResponse()

    def extra_urls(self) -> list[URLPattern]:
        """The pages of the sign-in. Only the last one is for who is in already."""
        pages = sign_in_views.SignIn(self)
        return [
            path("login/code/", pages.code, name="second_factor_code"),
            path("login/set-up/", pages.set_up, name="second_factor_set_up"),
            path("security/", self.admin_view(pages.security), name="security"),
        ]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:  # noqa: ARG002 - Django's signature
        return sign_in_views.SignIn(self).password(request)
