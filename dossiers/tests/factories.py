import hashlib
import json
from datetime import UTC, date, datetime, timedelta

import factory
from django.utils import timezone

from accounts.identity import namesake_key, person_key
from accounts.relations import Relation
from accounts.tests.factories import CitizenFactory
from agencies.tests.factories import AgencyFactory
from core.text import search_key
from dossiers import files
from dossiers.models import JPEG, Attachment, Dossier, Regulation, Situation, Version, VisitLength
from dossiers.services.filling import person_of
from dossiers.states import Status


class RegulationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Regulation
        django_get_or_create = ("key",)

    key = "cap-thu"
    kind = Regulation.Kind.ISSUE
    name = "Cấp thẻ, thử"
    position = 90


class VersionFactory(factory.django.DjangoModelFactory):
    """A version of one day far ahead: the database lets nobody write one of the past."""

    class Meta:
        model = Version

    regulation = factory.SubFactory(RegulationFactory)
    valid_from = factory.Sequence(lambda n: date(2099, 1, 1) + timedelta(days=n))
    valid_to = factory.LazyAttribute(lambda version: version.valid_from)
    regime = Version.Regime.LAW_OF_2023
    name = "Cấp thẻ, thử"
    basis = "Luật thử, Điều 1"


class VisitLengthFactory(factory.django.DjangoModelFactory):
    """A procedure that takes twice as long as others."""

    class Meta:
        model = VisitLength

    agency = factory.SubFactory(AgencyFactory)
    regulation = factory.SubFactory(RegulationFactory)
    places = 2


class DossierFactory(factory.django.DjangoModelFactory):
    """One that was accepted, for the holder of the account; `declared` is what its form holds."""

    class Meta:
        model = Dossier
        exclude = ("declared",)

    declared = {
        "full_name": "Trần Văn An",
        "birth_date": "1985-04-12",
        "sex": "male",
        "personal_id": "049085000123",
    }
    code = factory.Sequence(lambda n: f"CP{n:07d}")
    agency = factory.SubFactory(AgencyFactory)
    citizen = factory.SubFactory(CitizenFactory)
    relation = Relation.SELF
    # Of a procedure of its own, from a day on.
    version = factory.SubFactory(
        VersionFactory,
        form="dc02",
        valid_to=None,
        regulation__key=factory.Sequence(lambda n: f"cap-thu-{n}"),
    )
    law_day = date(2026, 11, 20)
    situation = Situation.EXPIRED
    data = factory.LazyAttribute(lambda row: json.dumps(row.declared, ensure_ascii=False))
    full_name = factory.LazyAttribute(lambda row: row.declared["full_name"])
    search_name = factory.LazyAttribute(lambda row: search_key(row.full_name))
    person_key = factory.LazyAttribute(
        lambda row: person_key(person_of(row.declared), account=str(row.citizen and row.citizen.pk))
    )
    namesake_key = factory.LazyAttribute(lambda row: namesake_key(person_of(row.declared)))
    status = Status.ACCEPTED
    created_at = touched_at = submitted_at = decided_at = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


class AttachmentFactory(factory.django.DjangoModelFactory):
    """A paper with a file that nobody had to draw; use it with the fixture `kept_in`."""

    class Meta:
        model = Attachment
        exclude = ("content", "kept")

    content = factory.Sequence(lambda n: b"drawn %d" % n)
    kept = factory.LazyAttribute(lambda row: files.keep(row.content))
    dossier = factory.SubFactory(DossierFactory)
    kind = Attachment.Kind.EXEMPTION
    seat = 1
    file = factory.LazyAttribute(lambda row: row.kept.name)
    key = factory.LazyAttribute(lambda row: row.kept.key)
    media_type = JPEG
    size = factory.LazyAttribute(lambda row: len(row.content))
    pages = 1
    sha256 = factory.LazyAttribute(lambda row: hashlib.sha256(row.content).hexdigest())
    created_at = factory.LazyFunction(timezone.now)
