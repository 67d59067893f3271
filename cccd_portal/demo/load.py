"""Loading the demo: offices, their calendars, their officers, and their Official Accounts at the sandbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import httpx
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import Officer, Posting
from accounts.roles import Role
from agencies.models import Agency
from booking.models import OpeningRule, ServiceDay, Session, Site, SiteWard
from booking.services import sessions
from booking.services.calendar import open_calendar
from cccd_portal.demo import dossiers
from cccd_portal.demo.announcements import load_announcements
from cccd_portal.demo.offices import AFTERNOON, MORNING, OFFICES, Hours, Office, SiteOfDemo, Stop
from cccd_portal.demo.templates import templates_of
from core.time import local_date
from dossiers.models import Regulation, VisitLength
from notifications import services as notifications
from zalo.services import seed_tokens

TOUR_DAYS_AHEAD = 35
DAYS_AT_A_STOP = 2
STOP_HOURS = [sessions.Hours(start, end, slot_minutes=15, capacity=14) for start, end in (MORNING, AFTERNOON)]


def load(*, sandbox: str, password: str, now: datetime) -> None:
    """Bring the demo up to date: what is there stays, what is missing is added."""
    agencies = [_load_office(office, now=now) for office in OFFICES]
    open_calendar(now=now)
    load_announcements(agencies, now=now)
    _load_officers(password, now=now)
    if sandbox:
        _connect_accounts(sandbox, now=now)


@transaction.atomic
def _load_office(office: Office, *, now: datetime) -> Agency:
    agency, is_new = Agency.objects.get_or_create(
        slug=office.slug,
        defaults={
            "name": office.name,
            "code_prefix": office.prefix,
            "level": office.level,
            "oa_id": office.oa_id,
            "hotline": office.hotline,
            "address": office.address,
            "unit_code": office.unit_code,
            "area": office.area,
            **office.policy,
        },
    )
    if is_new:
        for site in office.sites:
            _load_site(agency, site)
        _load_visit_lengths(agency, office)
        for kind, template_id in _template_ids(agency).items():
            notifications.set_text(agency=agency, kind=kind, template_id=template_id)
    _load_tour(agency, office, now=now)
    _load_overtime(agency, office.overtime, now=now)
    return agency


def _load_visit_lengths(agency: Agency, office: Office) -> None:
    for regulation in Regulation.objects.filter(key__in=office.visit_lengths):
        places = office.visit_lengths[regulation.key]
        VisitLength.objects.create(agency=agency, regulation=regulation, places=places)


def _load_site(agency: Agency, site: SiteOfDemo) -> None:
    row = Site.objects.create(agency=agency, name=site.name, address=site.address, number_prefix=site.letter)
    OpeningRule.objects.bulk_create(rule for hours in site.hours for rule in _rules(row, hours))


def _rules(site: Site, hours: Hours) -> list[OpeningRule]:
    return [
        OpeningRule(
            site=site,
            weekday=weekday,
            starts_at=hours.starts_at,
            ends_at=hours.ends_at,
            slot_minutes=hours.slot_minutes,
            capacity=hours.capacity,
        )
        for weekday in hours.weekdays
    ]


def _load_tour(agency: Agency, office: Office, *, now: datetime) -> None:
    """Send the mobile team through its stops in turn, two days at each, round after round, from tomorrow on.

    For everyone where the office places whoever asks: most of them do not say where they live.
    """
    if not office.stops:
        return
    sites = [_stop_site(agency, stop, office.town) for stop in office.stops]
    known = set(ServiceDay.objects.filter(site__in=sites).values_list("site", "date"))
    today = local_date(now)
    coming = (today + timedelta(days=offset) for offset in range(1, TOUR_DAYS_AHEAD + 1))
    at_stops = ((on.toordinal() // DAYS_AT_A_STOP % len(sites), on) for on in coming)
    tour = [
        sessions.Stop(
            place=sites[turn],
            first=on,
            last=on,
            hours=STOP_HOURS,
            wards=[sessions.Ward(f"2021:{office.stops[turn].code}", office.stops[turn].ward)],
        )
        for turn, on in at_stops
        if (sites[turn].pk, on) not in known
    ]
    sessions.plan_tour(agency=agency, stops=tour, limited=office.is_limited, now=now)


def _load_overtime(agency: Agency, overtime: Sequence[Hours], *, now: datetime) -> None:
    """Plan the evenings of the coming weeks at the office itself, from tomorrow on."""
    site = Site.objects.filter(agency=agency, kind=Site.Kind.FIXED).order_by("pk").first()
    if site is None or not overtime:
        return
    known = set(Session.objects.filter(site=site).values_list("date", flat=True))
    today = local_date(now)
    for on in (today + timedelta(days=offset) for offset in range(1, TOUR_DAYS_AHEAD + 1)):
        hours = [
            sessions.Hours(each.starts_at, each.ends_at, each.slot_minutes, each.capacity)
            for each in overtime
            if on.weekday() in each.weekdays
        ]
        if hours and on not in known:
            sessions.plan_overtime(site=site, on=on, hours=hours, note="Làm thêm buổi tối", now=now)


def _stop_site(agency: Agency, stop: Stop, town: str) -> Site:
    site, is_new = Site.objects.get_or_create(
        agency=agency,
        name=f"Công an {stop.ward[0].lower()}{stop.ward[1:]}",
        defaults={
            "address": f"Công an {stop.ward}, {town}",
            "kind": Site.Kind.MOBILE,
            "number_prefix": "L",
        },
    )
    if is_new:
        SiteWard.objects.create(site=site, code=f"2021:{stop.code}", name=stop.ward)
    return site


def _load_officers(password: str, *, now: datetime) -> None:
    if not password:
        return
    hashed = make_password(password)
    wanted: list[tuple[str, Agency | None, Role | None]] = [
        ("admin", None, None),
        ("auditor", None, Role.AUDITOR),
    ]
    for office in Agency.objects.order_by("pk"):
        wanted += [
            (f"head.{office.slug}", office, Role.HEAD),
            (f"desk.{office.slug}", office, Role.RECEPTIONIST),
        ]
    for username, agency, role in wanted:
        officer, is_new = Officer.objects.get_or_create(
            username=username,
            defaults={"is_staff": True, "is_superuser": role is None, "password": hashed},
        )
        if not is_new:
            # A demo that rested for long opens all the same.
            fresh = {"password": hashed, "idle_locked_at": None, "unlocked_at": now}
            Officer.objects.filter(pk=officer.pk).update(**fresh)
        elif role is not None:
            officer.groups.set(Group.objects.filter(name=role.label))
            Posting.objects.create(officer=officer, agency=agency, valid_from=local_date(now))


def _template_ids(agency: Agency) -> dict[notifications.Kind, str]:
    prefix = agency.code_prefix.lower()
    return {kind: f"{prefix}-{kind.wire.replace('_', '-')}" for kind in notifications.Kind}


def _connect_accounts(sandbox: str, *, now: datetime) -> None:
    """Register the offices' Official Accounts and templates at the sandbox, and seed the tokens it gives.

    The sandbox keeps everything in memory, so after its restart every token is a new one.
    """
    with httpx.Client(base_url=sandbox, timeout=10, trust_env=False) as client:
        for office in OFFICES:
            answer = client.post("/_sandbox/oas", json={"oa_id": office.oa_id, "name": office.name})
            pair = answer.raise_for_status().json()
            seed_tokens(
                oa_id=office.oa_id,
                access_token=pair["access_token"],
                refresh_token=pair["refresh_token"],
                expires_in=int(pair["expires_in"]),
                now=now,
            )
            agency = Agency.objects.get(slug=office.slug)
            for template in templates_of(agency.name, _template_ids(agency), oa_id=office.oa_id):
                client.post("/_sandbox/templates", json=template).raise_for_status()
        text = "Mã xác nhận: <otp>. Không đưa mã cho ai."
        otp = {
            "template_id": settings.ZALO_OTP_TEMPLATE_ID,
            "name": "Mã xác nhận",
            "text": text,
            "tag": "OTP",
            "goes_by_uid": False,
        }
        client.post("/_sandbox/templates", json=otp).raise_for_status()
        dossiers.load(zalo=client, now=now)
