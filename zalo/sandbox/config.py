"""What the sandbox is told by its environment."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_TRUTHY = {"1", "true", "yes", "on"}


class NotStarted(Exception):
    """The environment does not allow a start; the message says what to change."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """The app that the sandbox knows, and where the portal listens.

    `portal_webhook_url` is None where nobody listens: events are then only kept in `Postman.kept`; the Mini
    App's have an address of their own. Times are in seconds.
    """

    app_id: str
    app_secret: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    # Where consent may lead back to: the callbacks of the developer's console, compared as they are.
    callbacks: frozenset[str] = frozenset()
    miniapp_id: str = ""
    miniapp_api_key: str = field(default="", repr=False)
    portal_webhook_url: str | None = None
    oas: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    miniapp_webhook_url: str | None = None
    # Whether what an Official Account sends comes back as an event.
    echoes: bool = True
    # Zalo's ladder of redeliveries, from 30 seconds to an hour, is this much shorter.
    ladder_scale: float = 0.1
    # How long after a send the phone reports it, and how long `timeout_rate` holds an answer back.
    receipt_delay: float = 0.3
    hold: float = 8.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Config":
        """Read the environment.

        :raises NotStarted: this is not a demo machine, or a variable is missing
        """
        if environment.get("DEMO", "").strip().lower() not in _TRUTHY:
            raise NotStarted("The sandbox starts on demo machines only: set DEMO=1.")
        port = environment.get("PORT") or "8000"
        portal = environment.get("PORTAL_WEBHOOK_URL") or f"http://127.0.0.1:{port}/webhooks/zalo/"
        return cls(
            app_id=_required(environment, "ZALO_APP_ID"),
            app_secret=_required(environment, "ZALO_APP_SECRET"),
            webhook_secret=_required(environment, "ZALO_OA_WEBHOOK_SECRET"),
            callbacks=frozenset((environment.get("SANDBOX_CALLBACKS") or "").split()),
            miniapp_id=environment.get("ZALO_MINIAPP_ID") or "",
            miniapp_api_key=environment.get("ZALO_MINIAPP_API_KEY") or "",
            portal_webhook_url=portal,
            miniapp_webhook_url=environment.get("PORTAL_MINIAPP_WEBHOOK_URL") or f"{portal}mini-app/",
            ladder_scale=_scale(environment.get("SANDBOX_LADDER_SCALE") or "0.1"),
            oas=_oas(environment.get("SANDBOX_OAS") or "{}"),
        )


def _required(environment: Mapping[str, str], name: str) -> str:
    if value := environment.get(name):
        return value
    raise NotStarted(f"Set the environment variable {name}.")


def _scale(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise NotStarted("SANDBOX_LADDER_SCALE is a number: 1 for Zalo's own pauses.") from error


def _oas(text: str) -> dict[str, dict[str, str]]:
    try:
        oas: Any = json.loads(text)
        return {str(oa_id): {str(key): str(value) for key, value in oa.items()} for oa_id, oa in oas.items()}
    except (ValueError, AttributeError) as error:
        raise NotStarted(
            'SANDBOX_OAS is {"oa_id": {"name", "access_token", "refresh_token"}} as JSON.'
        ) from error
