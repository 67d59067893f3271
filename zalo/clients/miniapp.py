from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from zalo.clients.shapes import Sent, composed, data_of
from zalo.errors import Host
from zalo.reading import moment_of, text_of
from zalo.wire import call


@dataclass(frozen=True)
class MiniAppClient:
    """Sends notifications of the Mini App, through the Official Account that all Mini Apps share."""

    def send_notification(
        self, *, app_user_id: str, template_id: str, data: dict[str, str], now: datetime
    ) -> Sent:
        """Send a notification to somebody who allowed it in the Mini App.

        `data` are `title`, `contentTitle`, `contentDescription`, `buttonText` and `buttonUrl`.

        :raises TryNextChannel: the person is not known to the Mini App, or did not allow it
        :raises ZaloError: see `zalo.errors`
        """
        body = call(
            Host.MINIAPP,
            "POST",
            "/notification/template",
            headers={
                "X-Api-Key": settings.ZALO_MINIAPP_API_KEY_PREFIX + settings.ZALO_MINIAPP_API_KEY,
                "X-User-Id": app_user_id,
                "X-MiniApp-Id": settings.ZALO_MINIAPP_ID,
            },
            json={"templateId": template_id, "templateData": composed(data)},
        )
        told = data_of(body)
        return Sent(
            # What a success holds is not documented: an id is taken where there is one.
            message_id=text_of(told.get("messageId") or told.get("msgId")),
            sent_at=moment_of(told.get("sentTime")) or now,
            quota_remaining=None,
        )
