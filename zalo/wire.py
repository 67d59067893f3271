"""One HTTP call to one of Zalo's hosts: pooled, with a time-out, never retried here.

A body that says `error: 0` is returned, everything else becomes a `ZaloError`. Zalo answers its errors with
HTTP 200, so the body decides and not the status.
"""

import atexit
import os
from functools import cache
from typing import Any

import httpx
from django.conf import settings

from zalo.errors import BackOff, Bug, Host, OutcomeUnknown, error_for
from zalo.reading import as_int

# An idle connection is dropped by us before any gateway would drop it: a request sent into a connection that
# the other side is just closing has an unknown outcome.
IDLE_SECONDS = 4.0
# Stands for an error that Zalo did not number.
UNNUMBERED = -1


@cache
def http() -> httpx.Client:
    """Return this process's one client: a pool of connections per host, for any number of threads."""
    client = httpx.Client(
        limits=httpx.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=IDLE_SECONDS),
        headers={"User-Agent": "cccd-portal"},
        # A proxy of the environment is for the way out of the house, not for a sandbox on this machine.
        mounts={"all://127.0.0.1": None, "all://localhost": None},
    )
    atexit.register(client.close)
    return client


# Two processes that write into one connection would read each other's answers.
os.register_at_fork(after_in_child=http.cache_clear)


def call(
    host: Host,
    method: str,
    path: str,
    *,
    headers: dict[str, str],
    params: dict[str, str] | None = None,
    json: dict[str, Any] | None = None,
    form: dict[str, str] | None = None,
    files: dict[str, tuple[str, bytes]] | None = None,
) -> dict[str, Any]:
    """Make one call and return the body of a success.

    :raises BackOff: the request did not reach Zalo, or Zalo is down or asks for patience
    :raises OutcomeUnknown: the request left and no readable answer came back in `ZALO_TIMEOUT_SECONDS`
    :raises ZaloError: Zalo refused; the subclass says what to do
    """
    try:
        response = http().request(
            method,
            getattr(settings, host).rstrip("/") + path,
            headers=headers,
            params=params,
            json=json,
            data=form,
            files=files,
            timeout=settings.ZALO_TIMEOUT_SECONDS,
        )
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
        raise BackOff(0, type(error).__name__) from error
    except httpx.TransportError as error:
        raise OutcomeUnknown(0, type(error).__name__) from error
    return _success(host, response)


def _success(host: Host, response: httpx.Response) -> dict[str, Any]:
    if response.status_code >= 500 or response.status_code == 429:
        raise BackOff(response.status_code)
    body = _object(response)
    code = _error_code(body)
    if code:
        raise error_for(host, code, str(body.get("message") or body.get("error_name") or ""))
    if response.status_code >= 300:
        raise Bug(response.status_code)
    return body


def _error_code(body: dict[str, Any]) -> int:
    """Return the body's error, 0 where it has none; an error that is not a number is still one."""
    error = body.get("error") or 0
    code = as_int(error)
    return UNNUMBERED if code is None else code


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict):
        return body
    if response.status_code >= 300:
        raise Bug(response.status_code)
    raise OutcomeUnknown(response.status_code, "answer cannot be read")
