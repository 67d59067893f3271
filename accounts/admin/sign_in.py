"""What colleagues may do about an officer's sign-in."""

from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Officer
from accounts.services import officer_locks, second_factor
from core.admin import OfficeAdmin, apply_use_case
from core.errors import DomainError


class SignInAdmin(OfficeAdmin):
    """Unlocking, taking a lost second factor away, ending sessions: a part of the page of officers."""

    sign_in_actions = ("unlock_sign_in", "reset_second_factor", "end_sessions")

    def has_unlock_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.unlock_officer")

    def has_reset_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.reset_second_factor")

    @admin.action(description="Mở khóa đăng nhập", permissions=["unlock"])
    def unlock_sign_in(self, request: HttpRequest, queryset: QuerySet[Officer]) -> None:
        now, by = timezone.now(), cast("Officer", request.user)

        def unlock(officer: Officer) -> None:
            officer_locks.unlock(officer=officer, by=by, now=now)

        apply_use_case(self, request, queryset, unlock, words="mở khóa đăng nhập")

    @admin.action(description="Đặt lại xác thực hai bước (mất điện thoại)", permissions=["reset"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[Officer]) -> None:
        by = cast("Officer", request.user)

        def reset(officer: Officer) -> None:
            second_factor.reset(officer=officer, by=by)

        apply_use_case(self, request, queryset, reset, words="đặt lại xác thực hai bước")

    @admin.action(description="Đăng xuất khỏi mọi máy", permissions=["unlock"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[Officer]) -> None:
        by = cast("Officer", request.user)

        def end(officer: Officer) -> None:
            officer_locks.end_sessions_of(officer=officer, by=by)

        apply_use_case(self, request, queryset, end, words="đăng xuất khỏi mọi máy")

    @admin.display(description="đăng nhập")
    def sign_in_state(self, officer: Officer) -> str:
        """How they sign in, or why they cannot."""
        try:
            officer_locks.refuse_idle(officer=officer, now=timezone.now())
        except DomainError:
            return "Khóa: 45 ngày không đăng nhập"
        return "Hai bước" if second_factor.factor_of(officer) else "Chỉ mật khẩu"
