"""How the generated schema describes signing in. Imported once, when the application starts."""

from typing import TYPE_CHECKING, Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

if TYPE_CHECKING:
    from drf_spectacular.openapi import AutoSchema


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.BearerAuthentication"
    name = "citizen"

    def get_security_definition(self, auto_schema: "AutoSchema") -> dict[str, Any]:  # noqa: ARG002 - the library's signature
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "Mã `access` của công dân, có hạn 30 phút.",
        }
