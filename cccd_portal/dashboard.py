"""What officers find when they come in: the day at a glance, with what is left to do."""

from datetime import date, datetime, timedelta
from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from agencies.models import ZaloConnection
from booking.models import Registration, Site
from booking.services.calls import calling_from
from booking.services.overview import SiteDay, overview, waiting_for
from cccd_portal.todos import ToDo, of_answering, say_moment
from core.admin import COUNTED_AT_MOST
from core.doors import day_asked
from core.officers import at_work
from core.time import local_date
from dossiers.models import Card, Dossier
from dossiers.models.dossiers import DossierQuerySet
from dossiers.states import TO_REVIEW
from notifications.services import short_quotas
from zalo.models import OaToken
from zalo.models.tokens import CONSENT_IS_OLD_AFTER

# Counted no further: who has more has a list to read.
MOST_LATE = 300


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add today, or the day asked for, and the day after it, at each of the officer's sites."""
    if not request.user.has_perms(("booking.view_serviceday", "booking.view_appointment")):
        return context
    now = timezone.now()
    on = day_asked(request, otherwise=local_date(now))
    mine = admin.site.get_model_admin(Site).get_queryset(request).filter(is_active=True)
    sites = list(mine.select_related("agency").order_by("agency__name", "name", "pk"))
    days = [_day(request, sites, on + timedelta(days=offset), now=now) for offset in range(2)]
    return context | {
        "title": "Tổng quan",
        "alerts": [
            *_connections(request, now=now),
            *of_answering(request, now=now),
            *_dossiers(request, now=now),
        ],
        "days": days,
        "on": on,
        "today": local_date(now),
    }


def _day(request: HttpRequest, sites: list[Site], on: date, *, now: datetime) -> dict[str, Any]:
    rows = [row for row in overview(sites, on=on) if row.day is not None or row.booked]
    return {
        "date": on,
        "name": _name(on, today=local_date(now)),
        "rows": rows,
        "todos": _todos(request, rows, on, now=now),
        "booked": sum(row.booked for row in rows),
        "free": sum(row.free for row in rows),
    }


def _name(on: date, *, today: date) -> str:
    return {today: "Hôm nay", today + timedelta(days=1): "Ngày mai"}.get(on, "")


def _todos(request: HttpRequest, rows: list[SiteDay], on: date, *, now: datetime) -> list[ToDo]:
    if on < local_date(now):
        return []
    return [
        *_calls(request, rows, on, now=now),
        *_short_of_messages(request, rows, on, now=now),
        *_closed_with_people(request, rows),
        *_waiting(request, on, now=now),
        *_late_cards(request, on, now=now),
    ]


def _connections(request: HttpRequest, *, now: datetime) -> list[ToDo]:
    """The offices whose right to send by Zalo is lost, or has ten days left or less."""
    if not request.user.has_perm("agencies.view_zaloconnection"):
        return []
    mine = admin.site.get_model_admin(ZaloConnection).get_queryset(request).exclude(oa_id="")
    ailing = {token.oa_id: token for token in OaToken.objects.ailing(now).order_by("pk")}
    agencies = mine.filter(is_active=True, oa_id__in=ailing).order_by("name", "pk")
    return [_connection(agency, ailing[agency.oa_id], now=now) for agency in agencies]


def _connection(agency: ZaloConnection, token: OaToken, *, now: datetime) -> ToDo:
    link, days = reverse("admin:agencies_zaloconnection_change", args=[agency.pk]), token.days_left(now)
    if token.state == OaToken.State.NEEDS_CONSENT:
        words = f"{agency.name} mất quyền gửi tin qua Zalo, tin không đi được"
        return ToDo(words, "Kết nối lại", link, is_urgent=True)
    if now >= token.granted_at + CONSENT_IS_OLD_AFTER:
        words = f"{agency.name} còn {days} ngày quyền gửi tin qua Zalo"
        return ToDo(words, "Kết nối lại", link, is_urgent=True)
    return ToDo(f"{agency.name}: chưa làm mới được quyền gửi qua Zalo, hệ thống đang thử lại", "Xem", link)


def _dossiers(request: HttpRequest, *, now: datetime) -> list[ToDo]:
    """The dossiers that wait to be checked, and how many are overdue; counted to a thousand at most."""
    if not request.user.has_perm("dossiers.review_dossier"):
        return []
    mine = admin.site.get_model_admin(Dossier).get_queryset(request)
    waiting = mine.filter(status__in=TO_REVIEW)
    overdue = waiting.filter(due_at__lt=now)[:COUNTED_AT_MOST].count()
    count = overdue if overdue == COUNTED_AT_MOST else waiting[:COUNTED_AT_MOST].count()
    if not count:
        return []
    said = f"{count} hồ sơ cần kiểm tra" if count < COUNTED_AT_MOST else "Rất nhiều hồ sơ cần kiểm tra"
    words = f"{said}, {overdue} hồ sơ đã quá hạn" if overdue else said
    return [ToDo(words, "Kiểm tra", reverse("admin:dossiers_dossier_inbox"), is_urgent=bool(overdue))]


def _calls(request: HttpRequest, rows: list[SiteDay], on: date, *, now: datetime) -> list[ToDo]:
    unreached = sum(row.unreached for row in rows)
    if not unreached or not request.user.has_perm("booking.call_appointment"):
        return []
    link = f"{reverse('admin:booking_remindercall_list')}?{urlencode({'ngay': f'{on:%Y-%m-%d}'})}"
    if now < calling_from(on):
        words = f"{unreached} người chưa có tin báo hẹn. Chốt danh sách lúc {say_moment(calling_from(on))}."
        return [ToDo(words, "Xem trước", link)]
    return [ToDo(f"{unreached} người chưa nhận được tin", "Gọi", link, is_urgent=True)]


def _short_of_messages(request: HttpRequest, rows: list[SiteDay], on: date, *, now: datetime) -> list[ToDo]:
    """From noon until the list is final: where the day's messages will not do for tomorrow's reminders.

    Told of whole agencies, and so to those who work for one.
    """
    today = local_date(now)
    if on != today + timedelta(days=1) or now >= calling_from(on):
        return []
    if not request.user.has_perm("booking.call_appointment"):
        return []
    scope = at_work(request).scope
    agencies = {
        row.site.agency.oa_id: row.site.agency
        for row in rows
        if row.site.agency.oa_id and (scope.everything or row.site.agency_id in scope.agencies)
    }
    link = f"{reverse('admin:booking_remindercall_list')}?{urlencode({'ngay': f'{on:%Y-%m-%d}'})}"
    return [
        ToDo(
            f"{agencies[quota.oa_id].name}: nhắc hẹn mai cần {quota.needed} tin, trưa nay Zalo còn"
            f" {max(quota.remaining_then or 0, 0)}. Khoảng {quota.short} người hẹn giờ muộn nhất phải gọi.",
            "Xem danh sách",
            link,
            is_urgent=True,
        )
        for quota in short_quotas(oa_ids=list(agencies), day=today)
    ]


def _closed_with_people(request: HttpRequest, rows: list[SiteDay]) -> list[ToDo]:
    if not request.user.has_perm("booking.change_serviceday"):
        return []
    return [
        ToDo(
            f"{row.site.name} đã đóng mà còn {row.expected} người có hẹn",
            "Xem ai",
            reverse("admin:booking_serviceday_opening", args=[row.day.pk]),
            is_urgent=True,
        )
        for row in rows
        if row.day and not row.day.is_open and row.expected
    ]


def _late_cards(request: HttpRequest, on: date, *, now: datetime) -> list[ToDo]:
    """Today: cards that were promised for a day that is over."""
    if on != local_date(now) or not request.user.has_perm("dossiers.work_card"):
        return []
    mine = cast("DossierQuerySet", admin.site.get_model_admin(Card).get_queryset(request))
    cards = len(mine.late(on).order_by().values_list("pk")[:MOST_LATE])
    more = "ít nhất " if cards == MOST_LATE else ""
    link = reverse("admin:dossiers_card_late")
    return [ToDo(f"{more}{cards} hồ sơ quá hẹn trả thẻ", "Xin lỗi, hẹn lại", link)] if cards else []


def _waiting(request: HttpRequest, on: date, *, now: datetime) -> list[ToDo]:
    if on <= local_date(now) or not request.user.has_perm("booking.view_registration"):
        return []
    registrations = admin.site.get_model_admin(Registration).get_queryset(request)
    people = waiting_for(registrations, on=on)
    link = f"{reverse('admin:booking_registration_changelist')}?status__exact=WAITING"
    return [ToDo(f"{people} người đang chờ xếp chỗ, tự xếp chiều hôm trước", "Xem", link)] if people else []
