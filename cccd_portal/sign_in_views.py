"""How officers sign in: password, then the second factor; and what they may change about it themselves."""

from typing import Any, cast

import segno
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from accounts import officer_browser
from accounts.models import Officer
from accounts.services import second_factor
from accounts.services.officer_locks import refuse_idle
from accounts.services.officer_sessions import end_sessions
from accounts.services.officers import refuse_unposted
from cccd_portal.sign_in_forms import CodeForm, RecoveryCodeForm
from core.errors import DomainError, Invalid
from core.officers import Deed, at_work
from core.time import local_date

FEW_CODES = 3
guarded = [
    method_decorator(sensitive_post_parameters()),
    method_decorator(csrf_protect),
    method_decorator(never_cache),
]


def closed(view: Any) -> Any:
    """Let no cache keep the page and no report tell what was posted."""
    for decorator in guarded:
        view = decorator(view)
    return view


class PasswordStep(LoginView):
    """The first step: who the password is right for is in at once, or goes on to the second step."""

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        officer, now = form.get_user(), timezone.now()
        try:
            # Only now that the password was right: the reason tells a stranger nothing.
            refuse_idle(officer=officer, now=now)
            refuse_unposted(officer=officer, on=local_date(now))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        if not officer_browser.needs_second_step(officer):
            officer_browser.sign_in(self.request, officer)
            note(self.request, Deed.SIGNED_IN, "bằng mật khẩu")
            return HttpResponseRedirect(self.get_success_url())
        officer_browser.begin(self.request, officer)
        has_factor = second_factor.factor_of(officer) is not None
        name = "second_factor_code" if has_factor else "second_factor_set_up"
        return HttpResponseRedirect(with_next(name, self.get_success_url()))

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The name stands there already: the cursor goes to the password."""
        form.fields["username"].widget.attrs.pop("autofocus", None)
        form.fields["password"].widget.attrs["autofocus"] = True
        return super().form_invalid(form)


class SignIn:
    """The pages of the sign-in, on one admin site."""

    def __init__(self, site: AdminSite) -> None:
        self.site = site

    def password(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "GET" and self.site.has_permission(request):
            return redirect("admin:index")
        context = self._context(request, "Đăng nhập")
        context |= {"app_path": request.get_full_path(), "came_back": REDIRECT_FIELD_NAME in request.GET}
        view = PasswordStep.as_view(
            extra_context=context,
            authentication_form=self.site.login_form,
            template_name=self.site.login_template,
            next_page=reverse("admin:index"),
        )
        return view(request)

    @closed
    def code(self, request: HttpRequest) -> HttpResponse:
        """The second step of who has a second factor: a code from the app, or one from paper."""
        officer = officer_browser.signing_in(request)
        if officer is None or second_factor.factor_of(officer) is None:
            return redirect(with_next("login", next_of(request)))
        on_paper = "recovery" in request.GET
        form = (RecoveryCodeForm if on_paper else CodeForm)(request.POST or None)
        if form.is_valid() and (factor := self._verified(form, officer)):
            officer_browser.sign_in(request, officer, factor)
            note(request, Deed.SIGNED_IN, "bằng mật khẩu và " + ("mã dự phòng" if on_paper else "ứng dụng"))
            self._warn_of_few_codes(request, factor)
            return HttpResponseRedirect(next_of(request))
        context = {"form": form, "officer": officer, "on_paper": on_paper}
        return self._page(request, "admin/sign_in/code.html", "Xác thực hai bước", context)

    @closed
    def set_up(self, request: HttpRequest) -> HttpResponse:
        """Setting a second factor up: on the way in where it is required, or later at will."""
        officer = self._of(request)
        if officer is None or second_factor.factor_of(officer) is not None:
            return redirect("admin:index")
        secret = officer_browser.secret_to_set_up(request)
        form = CodeForm(request.POST or None)
        if form.is_valid():
            try:
                made = second_factor.set_up(
                    officer=officer, secret=secret, code=form.cleaned_data["code"], now=timezone.now()
                )
            except DomainError as refusal:
                form.refuse(words_of(refusal))
            else:
                officer_browser.sign_in(request, officer, made.factor)
                note(request, Deed.DID, "bật xác thực hai bước")
                return self._show_codes(request, made.recovery_codes)
        address = second_factor.app_address(officer=officer, secret=secret)
        context = {
            "form": form,
            "officer": officer,
            "required": settings.OTP_REQUIRED,
            "picture": segno.make(address, error="m").svg_data_uri(scale=5, border=3, light="#fff"),
            "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        }
        return self._page(request, "admin/sign_in/set_up.html", "Thiết lập xác thực hai bước", context)

    @closed
    def security(self, request: HttpRequest) -> HttpResponse:
        """What officers may do about their own sign-in: the second factor, the codes, leaving everywhere."""
        officer = cast("Officer", request.user)
        if request.POST.get("do") == "end_sessions":
            note(request, Deed.SIGNED_OUT, "mọi nơi")
            end_sessions(officer)
            logout(request)
            messages.success(request, "Đã đăng xuất khỏi mọi máy.")
            return redirect("admin:login")
        factor = second_factor.factor_of(officer)
        form = CodeForm(request.POST or None)
        form.fields["code"].widget.attrs.pop("autofocus")
        if form.is_valid() and self._verified(form, officer):
            if request.POST.get("do") == "renew":
                note(request, Deed.DID, "tạo mã dự phòng mới")
                return self._show_codes(request, second_factor.renew_recovery_codes(officer=officer))
            if request.POST.get("do") == "turn_off" and not settings.OTP_REQUIRED:
                note(request, Deed.DID, "tắt xác thực hai bước")
                second_factor.turn_off(officer=officer)
                officer_browser.sign_in(request, Officer.objects.get(pk=officer.pk))
                messages.success(request, "Đã tắt xác thực hai bước.")
                return redirect("admin:security")
        context = {
            "form": form,
            "factor": factor,
            "codes_left": factor.recovery_codes.count() if factor else 0,
            "required": settings.OTP_REQUIRED,
        }
        return self._page(request, "admin/sign_in/security.html", "Bảo mật tài khoản", context)

    def _of(self, request: HttpRequest) -> Officer | None:
        """Who may set up: an officer who is in, else the one whose password was right."""
        user = request.user
        return user if isinstance(user, Officer) and user.is_staff else officer_browser.signing_in(request)

    def _verified(self, form: CodeForm, officer: Officer) -> Any:
        """The second factor that knows the code; none, and the reason on the form, if it does not."""
        try:
            return second_factor.verify(officer=officer, code=form.cleaned_data["code"], now=timezone.now())
        except DomainError as refusal:
            form.refuse(words_of(refusal))
            return None

    def _warn_of_few_codes(self, request: HttpRequest, factor: Any) -> None:
        left = factor.recovery_codes.count()
        if left <= FEW_CODES:
            messages.warning(request, f"Còn {left} mã dự phòng. Tạo bộ mới ở mục Bảo mật tài khoản.")

    def _show_codes(self, request: HttpRequest, codes: Any) -> HttpResponse:
        context = {"codes": codes, "made_at": timezone.now()}
        return self._page(request, "admin/sign_in/recovery_codes.html", "Mã dự phòng", context)

    def _page(self, request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
        request.current_app = self.site.name
        return render(request, template, self._context(request, title) | context)

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {**self.site.each_context(request), "title": title, "subtitle": None, "next": next_of(request)}


def locked_out(request: Any, *_: Any) -> HttpResponse:
    """Too many wrong passwords, for a name that exists or for one that does not: the same page."""
    minutes = int(request.locked_for.total_seconds() // 60)
    context = {**admin.site.each_context(request), "title": "Tạm khóa đăng nhập", "minutes": minutes}
    return render(request, "admin/sign_in/locked_out.html", context, status=429)


def note(request: HttpRequest, deed: Deed, words: str) -> None:
    """Write into the audit log what an officer did about their own sign-in."""
    at_work(request).note(deed, "accounts.Officer", [request.user], words)


def next_of(request: HttpRequest) -> str:
    """Where the officer was going, if that is a page of ours."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else reverse("admin:index")


def with_next(name: str, target: str) -> str:
    return f"{reverse(f'admin:{name}')}?{urlencode({REDIRECT_FIELD_NAME: target})}"


def words_of(refusal: DomainError) -> str:
    """What to say beside the field: the field's own words where there are some."""
    return refusal.errors[0].message if isinstance(refusal, Invalid) else str(refusal)
