import re
from dataclasses import dataclass, field

from django.conf import settings

from zalo.clients.shapes import data_of
from zalo.errors import AskForNewToken, Host
from zalo.signing import appsecret_proof
from zalo.wire import call

# What a citizen's device hands us travels in an HTTP header.
_HEADER_VALUE = re.compile(r"[\x21-\x7e]{1,4096}")


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A citizen as Zalo knows them. `name` is None where the citizen did not share it."""

    id: str
    name: str | None = field(repr=False)
    uid_by_oa: str | None
    is_follower: bool | None


class GraphClient:
    """Asks Zalo about the citizen whose token we hold, because the citizen's device is not believed."""

    def me(self, access_token: str) -> Profile:
        """Return who the bearer of a Mini App token is.

        :raises AskForNewToken: the token is wrong, expired, or was given to another app
        """
        _refuse_unsendable(access_token)
        proof = appsecret_proof(access_token=access_token, app_secret=settings.ZALO_APP_SECRET)
        body = call(
            Host.GRAPH,
            "GET",
            "/v2.0/me",
            headers={"access_token": access_token, "appsecret_proof": proof},
            params={"fields": "id,name,user_id_by_oa,is_follower"},
        )
        if not body.get("id"):
            raise AskForNewToken(0, "no id in the answer")
        return Profile(
            id=str(body["id"]),
            name=body.get("name") or None,
            uid_by_oa=str(body["user_id_by_oa"]) if body.get("user_id_by_oa") else None,
            is_follower=body.get("is_follower"),
        )

    def exchange_phone(self, access_token: str, code: str) -> str:
        """Return the phone number, `+84…`, behind a code of the Mini App. A code works once, for 2 minutes.

        :raises AskForNewToken: the code is wrong, used or too old, or the token is
        """
        _refuse_unsendable(access_token, code)
        headers = {"access_token": access_token, "code": code, "secret_key": settings.ZALO_APP_SECRET}
        number = data_of(call(Host.GRAPH, "GET", "/v2.0/me/info", headers=headers)).get("number")
        if not number:
            raise AskForNewToken(0, "no number in the answer")
        return "+" + str(number).lstrip("+")


def _refuse_unsendable(*values: str) -> None:
    if not all(_HEADER_VALUE.fullmatch(value) for value in values):
        raise AskForNewToken(0, "cannot travel in a header")
