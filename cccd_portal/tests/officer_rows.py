"""A row of each table of the officers' side, at a given site."""

import itertools
from collections.abc import Callable
from datetime import date, timedelta

from django.contrib import admin
from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.services.audit import record
from accounts.tests.factories import EIGHT, CitizenFactory, OfficerFactory, PostingFactory
from agencies.models import AdminUnit, ZaloConnection
from agencies.tests.factories import CalendarDayFactory
from booking.models import Opening, Release, ReminderCall, SheetImport, Site
from booking.services.imports.runs import hand_in
from booking.tests.factories import (
    NOW,
    AppointmentFactory,
    RegistrationFactory,
    ServiceDayFactory,
    SiteCalendarDayFactory,
    evening,
)
from core.officers import Deed
from core.sheets import Table
from dossiers.models import Card, Dossier, Payment
from dossiers.states import Status
from dossiers.tests.factories import DossierFactory, VersionFactory, VisitLengthFactory
from faq.tests.factories import (
    AnnouncementFactory,
    AnswerFactory,
    ConversationFactory,
    FakeReportFactory,
    FeedbackFactory,
    MissFactory,
    OfficeWordFactory,
    QuestionFactory,
    TopicFactory,
)
from notifications.models import OaQuota, Spending
from notifications.tests.factories import MessageFactory, MessageTextFactory
from zalo.models import OaToken
from zalo.tests.factories import StoredEventFactory

_months = (date(year, month, 1) for year in itertools.count(2026) for month in range(1, 13))
_days = map(date.fromordinal, itertools.count(date(2026, 12, 1).toordinal()))


def _paused_chat(site: Site) -> models.Model:
    """One in which a human speaks now, whatever the test's clock says: the list shows no other."""
    return ConversationFactory(oa_id=site.agency.oa_id, paused_until=timezone.now() + timedelta(minutes=30))


def _appointment(site: Site) -> models.Model:
    person = {"person__full_name": f"Người của {site.name}", "person__booking__agency": site.agency}
    return AppointmentFactory(slot__day__site=site, slot__day__date=next(_days), **person)


def _declared(site: Site) -> Dossier:
    """One that waits to be checked, of somebody else each time."""
    said = {"status": Status.SUBMITTED, "person_key": f"somebody {next(_people)}", "due_at": EIGHT}
    return DossierFactory(agency=site.agency, full_name=f"Người của {site.name}", **said)


def _call(site: Site) -> ReminderCall:
    said = {"result": ReminderCall.Result.REACHED, "hour_told": EIGHT, "called_at": EIGHT}
    return ReminderCall.objects.create(appointment=_appointment(site), officer=OfficerFactory(), **said)


def _release(site: Site) -> Release:
    said = {"papers_seen": f"CCCD, {site.name}", "released_at": EIGHT}
    return Release.objects.create(person=_appointment(site).person, officer=OfficerFactory(), **said)


def _entry(site: Site) -> AuditEntry:
    said = {"deed": Deed.VIEWED, "what": "booking.Appointment", "agencies": [site.agency_id]}
    return record(officer=OfficerFactory(), words=site.name, now=EIGHT, **said)


def _token(site: Site) -> OaToken:
    times = {"expires_at": EIGHT, "granted_at": EIGHT, "refreshed_at": EIGHT}
    return OaToken.objects.create(oa_id=site.agency.oa_id, access_token="a", refresh_token="r", **times)


def _quota(site: Site) -> OaQuota:
    said = {"day": "2026-11-23", "remaining": 500, "seen_at": EIGHT}
    return OaQuota.objects.create(oa_id=site.agency.oa_id, **said)


def _city(site: Site) -> AdminUnit:
    said = {"set": "2025", "kind": "THANH_PHO", "level": "PROVINCE", "valid_from": "2025-07-01"}
    return AdminUnit.objects.create(code=f"{site.pk:02d}"[-2:], name="Đà Nẵng", **said)


def _list(site: Site) -> SheetImport:
    """A list of nobody that waits to be taken in."""
    said = {"kind": SheetImport.Kind.REGISTRATIONS, "tables": [Table([], {}, [])], "now": NOW}
    return hand_in(agency=site.agency, officer=OfficerFactory(username=f"{site.name} {site.pk}"), **said)


_people = itertools.count()


def _dossier(site: Site) -> Dossier:
    """Of somebody who was taken in, and waits for the card."""
    promised = {"taken_in_at": EIGHT, "return_on": date(2026, 12, 2), "fee": 35_000}
    known = {"full_name": f"Người của {site.name}", "person_key": f"person {next(_people)}"}
    return DossierFactory(agency=site.agency, status=Status.TAKEN_IN, **promised, **known)


def _payment(site: Site) -> Payment:
    said = {
        "way": Payment.Way.COLLECTED,
        "amount": 35_000,
        "expected": 35_000,
        "receipt": f"R{next(_people)}",
    }
    when = {"officer": OfficerFactory(), "at": EIGHT, "day": date(2026, 11, 23)}
    return Payment.objects.create(dossier=_dossier(site), agency=site.agency, **said, **when)


Make = Callable[[Site], models.Model]
# Of a site: who works at single sites sees those of their sites only.
OF_A_SITE: dict[str, Make] = {
    "booking.Site": lambda site: site,
    "booking.ServiceDay": lambda site: ServiceDayFactory(site=site, date=next(_days)),
    "booking.Appointment": _appointment,
    "booking.Session": lambda site: evening(site, on=next(_days)),
    "booking.SiteCalendarDay": lambda site: SiteCalendarDayFactory(site=site, date=next(_days)),
    "booking.ReminderCall": _call,
    "booking.Registration": lambda site: RegistrationFactory(agency=site.agency, site=site),
}
# Of a whole agency: who works at single sites of it does not see them.
OF_AN_AGENCY: dict[str, Make] = {
    "accounts.Officer": lambda site: OfficerFactory(agency=site.agency, last_name=site.name),
    "accounts.Posting": lambda site: PostingFactory(agency=site.agency),
    "accounts.AuditEntry": _entry,
    "agencies.ZaloConnection": lambda site: ZaloConnection.objects.get(pk=site.agency_id),
    "booking.Opening": lambda site: Opening.objects.get(pk=site.agency_id),
    "booking.Release": _release,
    "booking.SheetImport": _list,
    "dossiers.Card": lambda site: Card.objects.get(pk=_dossier(site).pk),
    "dossiers.Payment": _payment,
    "dossiers.Dossier": _declared,
    "faq.Announcement": lambda site: AnnouncementFactory(
        agency=site.agency, title=f"Thông báo của {site.name}", state="DRAFT", published_at=None
    ),
    "faq.Answer": lambda site: AnswerFactory(agency=site.agency),
    "faq.Conversation": _paused_chat,
    "faq.FakeReport": lambda site: FakeReportFactory(agency=site.agency),
    "faq.Feedback": lambda site: FeedbackFactory(agency=site.agency, question__agency=site.agency),
    "faq.Miss": lambda site: MissFactory(agency=site.agency),
    "faq.OfficeWord": lambda site: OfficeWordFactory(agency=site.agency),
    "faq.Question": lambda site: QuestionFactory(agency=site.agency),
    "notifications.Message": lambda site: MessageFactory(agency=site.agency),
    "notifications.OaQuota": _quota,
    "notifications.Spending": lambda site: Spending.objects.create(agency=site.agency, month=next(_months)),
}
# Of an agency and of nobody: who works at single sites may read them as well.
COMMON: dict[str, Make] = {
    "agencies.Agency": lambda site: site.agency,
    "agencies.CalendarDay": lambda site: CalendarDayFactory(agency=site.agency, date=next(_days)),
    "dossiers.VisitLength": lambda site: VisitLengthFactory(agency=site.agency),
    "notifications.MessageText": lambda site: MessageTextFactory(agency=site.agency),
}
# Of the whole portal, for who is posted to the whole portal.
OF_THE_PORTAL: dict[str, Make] = {
    "accounts.Citizen": lambda _: CitizenFactory(with_phone=True),
    "zalo.OaToken": _token,
    "zalo.StoredEvent": lambda site: StoredEventFactory(oa_id=site.agency.oa_id),
}
# For every officer who has the right.
PUBLIC: dict[str, Make] = {
    "agencies.AdminUnit": _city,
    "dossiers.Version": lambda _: VersionFactory(),
    "faq.Topic": lambda _: TopicFactory(),
}
ROWS = OF_A_SITE | OF_AN_AGENCY | COMMON | OF_THE_PORTAL | PUBLIC


def model_named(label: str) -> type[models.Model]:
    return next(model for model in admin.site._registry if model._meta.label == label)


def name_of(label: str, page: str) -> str:
    return f"{label.replace('.', '_').lower()}_{page}"


def address(label: str, page: str, *args: object) -> str:
    return reverse(f"admin:{name_of(label, page)}", args=args)
