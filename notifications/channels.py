"""By which ways a message can go to a person, the best first, and the one place that calls the wire."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from accounts.services import Reach
from notifications.kinds import ABOUT_DOSSIERS, QUESTIONS, Kind, default_text, render, template_data
from notifications.models import Channel, Message, MessageText
from zalo.clients import BusinessClient, MiniAppClient, OaClient, Sent
from zalo.models import Template

# Within this time after a person's last interaction a consultation message is free and always allowed.
FREE_WINDOW = timedelta(hours=48)
# The address of the Mini App, and within it the page of what a notification tells.
MINIAPP_PAGE = "https://zalo.me/s/{app}/{page}"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message put into words, with every address that its recipient has."""

    oa_id: str
    uid: str = field(repr=False)
    phone: str = field(repr=False)
    app_user_id: str = field(repr=False)
    text: str = field(repr=False)
    # What the text asks besides, in the chat only: elsewhere nobody could answer.
    question: str = field(default="", repr=False)
    template_id: str
    data: Mapping[str, str] = field(repr=False)
    # What the notification of the Mini App says above the text, and the page that it opens.
    title: str
    page: str
    button: str
    tracking_id: str

    @property
    def chat_text(self) -> str:
        return f"{self.text}\n{self.question}" if self.question else self.text


def letter(message: Message, own: MessageText | None, template: Template | None, reach: Reach) -> Letter:
    """Put a message into the agency's own words, where it has any, else into those of the house.

    A template that is known gets the values that it has a place for, another one all there are.
    """
    kind = Kind(message.kind)
    data = template_data(kind, message.context)
    return Letter(
        oa_id=message.agency.oa_id,
        uid=reach.uid or "",
        phone=reach.phone or "",
        app_user_id=reach.app_user_id or "",
        text=in_words(message, own),
        question=QUESTIONS.get(kind, ""),
        template_id=own.template_id if own else "",
        data={
            name: value for name, value in data.items() if template is None or name in template.param_names
        },
        title=title_of(kind),
        page=_page(message),
        button="Xem hồ sơ" if kind in ABOUT_DOSSIERS else "Xem lịch hẹn",
        tracking_id=message.tracking_id,
    )


def _page(message: Message) -> str:
    """The page of the Mini App where the thing is that a message is about."""
    if message.kind in ABOUT_DOSSIERS:
        return f"dossiers/{message.about}"
    return f"appointments/{message.about}" if "code" in message.context else "appointments"


def in_words(message: Message, own: MessageText | None) -> str:
    """The text of a message, as its person reads it."""
    words = own.text if own and own.text else default_text(Kind(message.kind))
    return render(words, message.context)


def title_of(kind: Kind) -> str:
    """What a message is called where there is a line for that."""
    return kind.label[0].upper() + kind.label[1:]


def ways(
    letter: Letter, *, last_interaction_at: datetime | None, is_shown: bool = False, now: datetime
) -> list[Channel]:
    """List the channels open to a letter, in the order in which they are tried.

    What its person saw on the screen (`is_shown`) goes by no template: that would be paid for.
    """
    just_met = last_interaction_at is not None and now - last_interaction_at < FREE_WINDOW
    found = []
    if letter.uid and just_met:
        found.append(Channel.CS)
    if letter.uid and letter.template_id and not is_shown:
        found.append(Channel.TEMPLATE_UID)
    if letter.phone and letter.template_id and not is_shown:
        found.append(Channel.TEMPLATE_PHONE)
    if letter.app_user_id and settings.ZALO_MINIAPP_TEMPLATE_ID:
        found.append(Channel.MINIAPP)
    return found


def send(channel: Channel, letter: Letter, *, now: datetime) -> Sent:
    """Hand a letter to Zalo.

    :raises zalo.errors.ZaloError: it was refused, or nobody knows; the subclass says what to do
    """
    match channel:
        case Channel.CS:
            return OaClient(letter.oa_id).send_text(uid=letter.uid, text=letter.chat_text, now=now)
        case Channel.TEMPLATE_UID:
            return OaClient(letter.oa_id).send_template_to_uid(
                uid=letter.uid, template_id=letter.template_id, data=dict(letter.data), now=now
            )
        case Channel.TEMPLATE_PHONE:
            return BusinessClient(letter.oa_id).send_template_to_phone(
                phone=letter.phone,
                template_id=letter.template_id,
                data=dict(letter.data),
                tracking_id=letter.tracking_id,
                now=now,
            )
        case Channel.MINIAPP:
            return MiniAppClient().send_notification(
                app_user_id=letter.app_user_id,
                template_id=settings.ZALO_MINIAPP_TEMPLATE_ID,
                data=_notification(letter),
                now=now,
            )
    raise ValueError(f"Nothing is sent by {channel}")


def _notification(letter: Letter) -> dict[str, str]:
    return {
        "title": letter.title,
        "contentTitle": letter.title,
        "contentDescription": letter.text,
        "buttonText": letter.button,
        "buttonUrl": MINIAPP_PAGE.format(app=settings.ZALO_MINIAPP_ID, page=letter.page),
    }


def say(*, oa_id: str, uid: str, text: str, now: datetime) -> Sent:
    """Answer somebody who has written to an Official Account.

    :raises zalo.errors.ZaloError: it was refused, or nobody knows; the subclass says what to do
    """
    return OaClient(oa_id).send_text(uid=uid, text=text, now=now)
