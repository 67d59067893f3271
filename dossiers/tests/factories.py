from datetime import date, timedelta

import factory

from agencies.tests.factories import AgencyFactory
from dossiers.models import Regulation, Version, VisitLength


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
