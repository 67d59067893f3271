"""What an office announces: written, published, corrected, withdrawn; and what of it holds now.

Who reads an announcement on a page reads what is true now: what is published is corrected in place, and the
page says when. Only while it is on its way to people's phones nobody changes its words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from accounts.models import Officer
from agencies.models import Agency
from booking.models import Session, Site
from booking.services.sessions import Ward
from core.errors import FieldError, Invalid, NotFound
from faq.errors import BeingSent, NotADraft, NotOnShow, Withdrawn
from faq.models import Announcement, AnnouncementQuerySet, AnnouncementWard
from faq.services import broadcasting
from faq.services.filling import places_of


class Standing(StrEnum):
    """What an officer reads of an announcement: its state, and whether it holds now."""

    DRAFT = "bản nháp"
    TO_COME = "chờ đến giờ đăng"
    ON_SHOW = "đang đăng"
    OVER = "đã hết hạn"
    WITHDRAWN = "đã gỡ"


@dataclass(frozen=True, kw_only=True)
class Content:
    """What an announcement says, from when to when, and what it is about; about nothing: the whole office."""

    title: str
    says: str
    starts_at: datetime
    ends_at: datetime | None = None
    is_pinned: bool = False
    sites: Sequence[Site] = ()
    sessions: Sequence[Session] = ()
    wards: Sequence[Ward] = ()


@transaction.atomic
def write(*, agency: Agency, content: Content, by: Officer | None, now: datetime) -> Announcement:
    """Begin a draft; citizens see nothing of it. Nobody's (`by`) is the portal's own.

    :raises Invalid: it ends before it starts, has places to fill, or is about a site or session of another
        office
    """
    _refuse_unfit(agency, content)
    announcement = Announcement(agency=agency)
    _put(announcement, content, by=by, now=now)
    return announcement


@transaction.atomic
def rewrite(*, announcement: Announcement, content: Content, by: Officer, now: datetime) -> Announcement:
    """Change a draft, or correct what citizens read.

    :raises Withdrawn: citizens read it no more
    :raises BeingSent: it is on its way to people
    :raises Invalid: as `write`
    """
    held = Announcement.objects.hold(announcement)
    if held.state == Announcement.State.WITHDRAWN:
        raise Withdrawn
    if held.sending == Announcement.Sending.RUNNING:
        raise BeingSent
    _refuse_unfit(held.agency, content)
    _put(held, content, by=by, now=now)
    return held


@transaction.atomic
def publish(*, announcement: Announcement, by: Officer | None, now: datetime) -> Announcement:
    """Let citizens read it, as soon as it starts.

    :raises NotADraft: it was published before
    :raises NotOnShow: it would be over already
    """
    held = Announcement.objects.hold(announcement)
    if held.state != Announcement.State.DRAFT:
        raise NotADraft
    if held.ends_at is not None and held.ends_at <= now:
        raise NotOnShow
    held.state, held.published_by, held.published_at = Announcement.State.PUBLISHED, by, now
    held.save(update_fields=["state", "published_by", "published_at"])
    return held


@transaction.atomic
def withdraw(*, announcement: Announcement, now: datetime) -> Announcement:
    """Take it away from citizens, for good; whom it has not reached yet it will not reach.

    :raises NotOnShow: it is not published
    """
    held = Announcement.objects.hold(announcement)
    if held.state != Announcement.State.PUBLISHED:
        raise NotOnShow
    if held.sending == Announcement.Sending.RUNNING:
        broadcasting.end(held, Announcement.Sending.STOPPED, now=now)
    held.state, held.withdrawn_at = Announcement.State.WITHDRAWN, now
    held.save(update_fields=["state", "withdrawn_at"])
    return held


def on_show(
    *, agency: Agency, ward: str = "", site: Site | None = None, now: datetime
) -> AnnouncementQuerySet:
    """What an office announces now, the pinned first, then the newest: all, or what concerns the people of a
    ward (`SET:CODE`) or a site.
    """
    rows = agency_rows(agency).on_show(now)
    if ward:
        rows = rows.of_ward(ward)
    return rows.of_site(site) if site is not None else rows


def standing(rows: Iterable[Announcement], *, now: datetime) -> dict[int, Standing]:
    """Where each of some announcements stands, by its key: what was published may be to come, or over."""
    rows = list(rows)
    shown = Announcement.objects.filter(pk__in=[row.pk for row in rows]).on_show(now)
    on_show_now = set(shown.values_list("pk", flat=True))
    return {row.pk: _standing(row, is_on_show=row.pk in on_show_now, now=now) for row in rows}


def _standing(row: Announcement, *, is_on_show: bool, now: datetime) -> Standing:
    if row.state == Announcement.State.DRAFT:
        return Standing.DRAFT
    if row.state == Announcement.State.WITHDRAWN:
        return Standing.WITHDRAWN
    if is_on_show:
        return Standing.ON_SHOW
    return Standing.TO_COME if row.starts_at > now else Standing.OVER


def one(*, agency: Agency, public_id: UUID, now: datetime) -> Announcement:
    """What stands at the lasting address of an announcement, also when it is over.

    :raises NotFound: citizens do not read it: it was never published, is withdrawn, or has not begun
    """
    shown = agency_rows(agency).filter(state=Announcement.State.PUBLISHED, starts_at__lte=now)
    found = shown.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def agency_rows(agency: Agency) -> AnnouncementQuerySet:
    """All of an office, with what they are about."""
    rows = Announcement.objects.filter(agency=agency).select_related("agency")
    return rows.prefetch_related("sites", "sessions__site", "wards")


def _refuse_unfit(agency: Agency, content: Content) -> None:
    faults = []
    if content.ends_at is not None and content.ends_at <= content.starts_at:
        words = "Thời điểm kết thúc phải sau thời điểm bắt đầu."
        faults.append(FieldError("ends_at", "before_start", words))
    if places_of(f"{content.title}\n{content.says}"):
        words = "Thông báo không có {{chỗ điền}}. Ghi thẳng nội dung."
        faults.append(FieldError("says", "places", words))
    if any(site.agency_id != agency.pk for site in content.sites):
        faults.append(FieldError("sites", "not_ours", "Điểm thu nhận này của đơn vị khác."))
    if any(session.site.agency_id != agency.pk for session in content.sessions):
        faults.append(FieldError("sessions", "not_ours", "Buổi này của đơn vị khác."))
    if faults:
        raise Invalid(errors=faults)


def _put(announcement: Announcement, content: Content, *, by: Officer | None, now: datetime) -> None:
    announcement.title, announcement.says = content.title, content.says
    announcement.starts_at, announcement.ends_at = content.starts_at, content.ends_at
    announcement.is_pinned = content.is_pinned
    announcement.written_by, announcement.written_at = by, now
    announcement.save()
    announcement.sites.set(content.sites)
    announcement.sessions.set(content.sessions)
    announcement.wards.all().delete()
    AnnouncementWard.objects.bulk_create(
        AnnouncementWard(announcement=announcement, code=ward.code, name=ward.name)
        for ward in dict.fromkeys(content.wards)
    )
