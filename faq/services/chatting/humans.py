"""Somebody of the office, where a program does not do: asked for, waited for, not had."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, QuerySet

from agencies.models import Agency
from booking.services.office_hours import office_hours
from faq import words, words_of_humans
from faq.matching.judging import Kind, alarm
from faq.models import Conversation
from faq.services.chatting.listening import About, Answer, Heard, Menu, NewQuestion
from faq.services.chatting.menus import MAIN
from faq.services.chatting.pausing import NOT_PAUSED
from faq.typed import Word

HUMAN = "human"
# Nobody begins anything in the last minutes before they close.
WORTH_BEGINNING = timedelta(minutes=10)
# Whoever has waited this long in working hours is named to the officers.
PATIENCE = timedelta(minutes=15)
Pause = Conversation.Pause


def asked_for(heard: Heard) -> Answer | None:
    """The answer to "gặp cán bộ", however it is typed."""
    return show(heard, {}) if heard.typed is Word.HUMAN else None


def show(heard: Heard, _about: About) -> Answer:
    """Hand over, if somebody is at work; else say when somebody will be, and go on answering."""
    agency = heard.agency
    if agency is None:
        return Answer(texts=[words_of_humans.where_a_human_is()], keeps_menu=True)
    wanted = {"human_wanted_at": heard.waits_since or heard.occurred_at}
    hours = office_hours(agency=agency, now=heard.now)
    if hours.now is None or hours.now.ends_at - heard.now < WORTH_BEGINNING:
        opens_at = hours.next.starts_at if hours.next else None
        said = words_of_humans.human_comes_later(agency, opens_at, now=heard.now)
        return Answer(texts=[said], keeps_menu=True, changes=wanted)
    until = min(heard.now + timedelta(minutes=settings.CHAT_HAND_OVER_MINUTES), hours.now.ends_at)
    paused = {"paused_until": until, "pause": Pause.ASKED, "paused_by": ""}
    return Answer(
        texts=[words_of_humans.human_comes(agency, until)], keeps_menu=True, changes=wanted | paused
    )


def pick(heard: Heard, _numbers: Sequence[int], about: About) -> Answer:
    return show(heard, about)


def in_pause(heard: Heard, why: str) -> Answer:
    """While a human is waited for or speaks: nothing, unless the person says to wait no more.

    Somebody in danger waits for nobody.
    """
    if why == Pause.ASKED and _is_in_danger(heard):
        return Answer(texts=[words.in_danger()], keeps_menu=True)
    is_late = heard.waits_since is not None and heard.occurred_at < heard.waits_since
    if why == Pause.ASKED and heard.typed in (Word.BACK, Word.MENU) and not is_late:
        no_more = {**NOT_PAUSED, "human_wanted_at": None}
        return Answer(
            texts=[words_of_humans.waits_no_more()], goes_to=NewQuestion(kind=MAIN), changes=no_more
        )
    return Answer(texts=[], keeps_menu=True)


def _is_in_danger(heard: Heard) -> bool:
    is_a_text = heard.agency is not None and heard.typed is None
    return is_a_text and alarm(heard.text) == Kind.DANGER


def after_pause(reply: Answer, heard: Heard, why: str) -> Answer:
    """Say once, before the answer, that nobody of the office has come, if one was waited for."""
    if why != Pause.ASKED or heard.agency is None:
        return reply
    sorry = words_of_humans.nobody_has_come(heard.agency)
    return replace(reply, texts=[sorry, *reply.texts], changes={**NOT_PAUSED, **reply.changes})


@dataclass(frozen=True)
class Waiting:
    """How many people wait for a human at an office that is at work, and since when the first of them."""

    agency: Agency
    people: int
    since: datetime


def waiting_long(rows: QuerySet[Conversation], *, now: datetime) -> list[Waiting]:
    """Who has waited a quarter of an hour, of some chats, where the office has been at work as long."""
    long = rows.filter(human_wanted_at__lte=now - PATIENCE).order_by().values("oa_id")
    counted = long.annotate(people=Count("pk"), since=Min("human_wanted_at")).order_by("since", "oa_id")
    found = {row["oa_id"]: row for row in counted}
    agencies = Agency.objects.filter(oa_id__in=found, is_active=True).order_by("name", "pk")
    return [
        Waiting(agency, found[agency.oa_id]["people"], found[agency.oa_id]["since"])
        for agency in agencies
        if (hours := office_hours(agency=agency, now=now).now) and now - hours.starts_at >= PATIENCE
    ]


MENUS: dict[str, Menu] = {HUMAN: Menu(show, pick)}
SPEAKERS: tuple[Callable[[Heard], Answer | None], ...] = (asked_for,)
