import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zalo.clients.contents import (
    ChatButton,
    Content,
    details_request,
    file_message,
    image_message,
    text_message,
)
from zalo.clients.shapes import Sent, composed, data_of
from zalo.clients.tokened import with_token
from zalo.errors import Bug, Host
from zalo.reading import as_int, moment_of, text_of
from zalo.wire import call

# Quotas that belong to one citizen, not to the OA: they say nothing about the next message.
_QUOTAS_OF_ONE_CITIZEN = {"reply", "welcome_msg"}
MEGABYTE = 2**20


@dataclass(frozen=True, kw_only=True)
class OaProfile:
    """An Official Account as it shows itself. `has_payment` says whether it can pay for messages."""

    oa_id: str
    name: str
    is_verified: bool
    followers: int | None
    package: str
    package_ends: str
    has_payment: bool


@dataclass(frozen=True, kw_only=True)
class Follower:
    """A citizen as one OA knows them. What they shared in a form is theirs to claim, and not verified."""

    uid: str
    app_user_id: str
    name: str = field(repr=False)
    phone: str = field(repr=False)
    follows: bool


@dataclass(frozen=True, kw_only=True)
class CitizenQuota:
    """When a citizen last did something with the OA, and how many free answers that leaves."""

    last_interaction_at: datetime | None
    replies_left: int | None


@dataclass(frozen=True)
class OaClient:
    """Sends to citizens whom one OA knows by their UID, and asks about them and about the OA."""

    oa_id: str

    def send_text(
        self,
        *,
        uid: str,
        text: str,
        now: datetime,
        quote: str = "",
        buttons: Sequence[ChatButton] = (),
    ) -> Sent:
        """Send a consultation message of at most 2,000 characters; `quote` is the id of one it refers to.

        :raises TryNextChannel: the citizen has not written to the OA, followed it or tapped in it for 7 days
        :raises Bug: buttons, while `ZALO_OA_BUTTONS` is `off`
        :raises ZaloError: see `zalo.errors`
        """
        return self._consult({"user_id": uid}, text_message(text, quote=quote, buttons=buttons), now)

    def reply(self, *, message_id: str, text: str, now: datetime) -> Sent:
        """Send a consultation message as the answer to one of the citizen's, which Zalo knows by its id.

        :raises Tomorrow: this message was answered too often
        :raises ZaloError: see `zalo.errors`
        """
        return self._consult({"message_id": message_id}, text_message(text), now)

    def send_image(
        self, *, uid: str, now: datetime, url: str = "", attachment_id: str = "", text: str = ""
    ) -> Sent:
        """Send a picture, jpg or png, of an address or of `upload_image`.

        :raises BackOff: the upload is too old: upload it again
        :raises ZaloError: see `zalo.errors`
        """
        message = image_message(url=url, attachment_id=attachment_id, text=text)
        return self._consult({"user_id": uid}, message, now)

    def send_file(self, *, uid: str, token: str, now: datetime) -> Sent:
        """Send a file of `upload_file`.

        :raises ZaloError: see `zalo.errors`
        """
        return self._consult({"user_id": uid}, file_message(token=token), now)

    def ask_for_details(self, *, uid: str, title: str, subtitle: str, image_url: str, now: datetime) -> Sent:
        """Send a form for name, phone and address; the answer comes as the event `user_submit_info`.

        :raises ZaloError: see `zalo.errors`
        """
        form = details_request(title=title, subtitle=subtitle, image_url=image_url)
        return self._consult({"user_id": uid}, form, now)

    def send_template_to_uid(
        self, *, uid: str, template_id: str, data: dict[str, str], now: datetime
    ) -> Sent:
        """Send a template message.

        :raises TryNextChannel: the citizen or the template does not take it this way
        :raises ZaloError: see `zalo.errors`
        """
        message = {"user_id": uid, "template_id": template_id, "template_data": composed(data)}
        return self._send("/v3.0/oa/message/template", message, now)

    def upload_image(self, *, name: str, content: bytes, now: datetime) -> str:
        """Return the id of a picture of at most 1 MB; it is good for 7 days.

        :raises ZaloError: see `zalo.errors`
        """
        return self._upload("image", name, content, at_most=MEGABYTE, now=now)

    def upload_gif(self, *, name: str, content: bytes, now: datetime) -> str:
        """Return the id of a moving picture of at most 5 MB; it is good for 7 days.

        :raises ZaloError: see `zalo.errors`
        """
        return self._upload("gif", name, content, at_most=5 * MEGABYTE, now=now)

    def upload_file(self, *, name: str, content: bytes, now: datetime) -> str:
        """Return the token of a pdf, doc, docx or csv of at most 5 MB; it is good for 7 days.

        :raises ZaloError: see `zalo.errors`
        """
        return self._upload("file", name, content, at_most=5 * MEGABYTE, now=now)

    def profile(self, *, now: datetime) -> OaProfile:
        """Return what the OA is; that it answers at all shows that the grant lives.

        :raises ZaloError: see `zalo.errors`
        """
        told = data_of(self._get("/v2.0/oa/getoa", None, now))
        return OaProfile(
            oa_id=text_of(told.get("oaid") or told.get("oa_id")),
            name=text_of(told.get("name")),
            is_verified=told.get("is_verified") is True,
            followers=as_int(told.get("num_follower")),
            package=text_of(told.get("package_name")),
            package_ends=text_of(told.get("package_valid_through_date")),
            has_payment=bool(told.get("linked_ZCA")),
        )

    def user(self, *, uid: str, now: datetime) -> Follower:
        """Return what the OA knows of a citizen.

        :raises ZaloError: see `zalo.errors`
        """
        told = data_of(self._get("/v3.0/oa/user/detail", {"user_id": uid}, now))
        shared = told.get("shared_info")
        return Follower(
            uid=text_of(told.get("user_id")) or uid,
            app_user_id=text_of(told.get("user_id_by_app")),
            name=text_of(told.get("display_name")),
            phone=text_of(shared.get("phone")) if isinstance(shared, dict) else "",
            follows=told.get("user_is_follower") in (True, "true"),
        )

    def quota_of(self, *, uid: str, now: datetime) -> CitizenQuota:
        """Return what a citizen may be sent by consultation.

        :raises ZaloError: see `zalo.errors`
        """
        told = data_of(self._post("/v3.0/oa/quota/message", {"user_id": uid}, now))
        replies = told.get("cs_reply")
        return CitizenQuota(
            last_interaction_at=moment_of(told.get("last_interaction")),
            replies_left=as_int(replies.get("remain")) if isinstance(replies, dict) else None,
        )

    def _consult(self, recipient: dict[str, str], message: Content, now: datetime) -> Sent:
        return self._send("/v3.0/oa/message/cs", {"recipient": recipient, "message": message}, now)

    def _send(self, path: str, message: dict[str, Any], now: datetime) -> Sent:
        sent = data_of(self._post(path, message, now))
        quota = sent.get("quota") or {}
        of_the_oa = quota.get("quota_type") not in _QUOTAS_OF_ONE_CITIZEN
        return Sent(
            message_id=text_of(sent.get("message_id")),
            sent_at=moment_of(sent.get("sent_time")) or now,
            quota_remaining=as_int(quota.get("remain")) if of_the_oa else None,
        )

    def _upload(self, kind: str, name: str, content: bytes, *, at_most: int, now: datetime) -> str:
        if len(content) > at_most:
            raise Bug(0, f"this {kind} is too large")

        def post(token: str) -> dict[str, Any]:
            path, headers = f"/v2.0/oa/upload/{kind}", {"access_token": token}
            return call(Host.OPENAPI, "POST", path, headers=headers, files={"file": (name, content)})

        told = data_of(with_token(self.oa_id, post, now))
        return text_of(told.get("token" if kind == "file" else "attachment_id"))

    def _post(self, path: str, body: dict[str, Any], now: datetime) -> dict[str, Any]:
        def post(token: str) -> dict[str, Any]:
            return call(Host.OPENAPI, "POST", path, headers={"access_token": token}, json=body)

        return with_token(self.oa_id, post, now)

    def _get(self, path: str, data: dict[str, Any] | None, now: datetime) -> dict[str, Any]:
        """Ask in this host's own way: all parameters as JSON in one, called `data`."""
        params = None if data is None else {"data": json.dumps(data)}

        def get(token: str) -> dict[str, Any]:
            return call(Host.OPENAPI, "GET", path, headers={"access_token": token}, params=params)

        return with_token(self.oa_id, get, now)
