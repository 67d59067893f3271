"""Bringing along what another account booked that holds the same phone: in Zalo's Mini App, or by a code."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.browser import signed_in
from accounts.errors import SignedOut
from accounts.models import Citizen
from booking.forms import ClaimForm
from booking.services.owners import claim_old_account
from core.db import retry_once
from core.doors import throttled
from core.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@throttled("book")
def join_account(request: HttpRequest) -> HttpResponse:
    """Ask for a proof, then join the accounts. Whether there is another one is told to nobody without it."""
    citizen = signed_in(request)
    if citizen is None:
        return redirect(f"{reverse('sign-in')}?{urlencode({'next': reverse('join-account')})}")
    if citizen.phone_key is None:  # signed in with Zalo, which does not tell it here
        return redirect(f"{reverse('own-phone')}?{urlencode({'next': reverse('join-account')})}")
    form = ClaimForm(request.POST or None)
    status = 422 if form.errors else 200
    if form.is_valid():
        refusal = _join(citizen, form)
        if refusal is None:
            return redirect(f"{reverse('my-appointments')}?xong=da-gop")
        form.add_error(None, str(refusal))
        status = refusal.status
    return render(request, "booking/join.html", {"form": form}, status=status)


def _join(citizen: Citizen, form: ClaimForm) -> DomainError | None:
    """What keeps the accounts apart, or None: they are one."""
    said, now = form.cleaned_data, timezone.now()
    try:
        retry_once(
            lambda: claim_old_account(
                citizen=citizen, birth_year=said["birth_year"], id_last4=said["last4"], now=now
            )
        )
    except SignedOut:  # a second click came first, or this account is gone; the list tells which
        return None
    except DomainError as refusal:
        return refusal
    return None
