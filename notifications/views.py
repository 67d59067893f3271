"""The messages of whoever sits at the browser."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.browser import signed_in
from notifications import services

SHOWN = 50


@require_safe
@never_cache
def my_messages(request: HttpRequest) -> HttpResponse:
    """What this account was told, the newest first; what is new is opened one by one."""
    citizen = signed_in(request)
    if citizen is None:
        return _to_sign_in()
    now = timezone.now()
    messages = list(services.inbox(citizen=citizen, now=now)[:SHOWN])
    readings = services.put_into_words(messages, now=now)
    return render(request, "inbox/messages.html", {"readings": readings})


@require_POST
def open_message(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Note that a message was opened, and show it."""
    citizen = signed_in(request)
    if citizen is None:
        return _to_sign_in()
    services.open_message(citizen=citizen, public_id=public_id, now=timezone.now())
    return redirect(f"{reverse('my-messages')}#tin-{public_id}")


def _to_sign_in() -> HttpResponse:
    return redirect(f"{reverse('sign-in')}?{urlencode({'next': reverse('my-messages')})}")
