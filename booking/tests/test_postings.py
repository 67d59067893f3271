"""What an officer may see on a day, and how one hands over to another."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError
from django.db.models import ProtectedError

from accounts.errors import NotASuccessor, StillNeeded
from accounts.models import Officer, Posting
from accounts.roles import Role
from accounts.tests.factories import OfficerFactory, PostingFactory
from agencies.tests.factories import AgencyFactory
from booking.models import PostingSite
from booking.services.postings import leave, scope_of
from booking.tests.factories import NOW, SiteFactory
from core.officers import Scope
from core.testing import run_together
from core.time import local_date

pytestmark = pytest.mark.django_db
TODAY = local_date(NOW)


def posted(*sites, **said):
    posting = PostingFactory(**said)
    PostingSite.objects.bulk_create(PostingSite(posting=posting, site=site) for site in sites)
    return posting


class TestScopeOf:
    def test_is_nothing_without_a_posting(self):
        scope = scope_of(OfficerFactory(), on=TODAY)

        assert scope == Scope()
        assert not scope

    def test_is_everything_for_superusers_and_the_whole_portal(self):
        assert scope_of(OfficerFactory(admin=True), on=TODAY).everything
        assert scope_of(OfficerFactory(portal_wide=True), on=TODAY).everything

    def test_is_the_agency_of_the_posting(self):
        agency = AgencyFactory()

        assert scope_of(OfficerFactory(agency=agency), on=TODAY) == Scope(agencies=frozenset({agency.pk}))

    def test_is_several_agencies_for_who_works_for_several(self):
        officer, agencies = OfficerFactory(), [AgencyFactory(), AgencyFactory()]
        for agency in agencies:
            PostingFactory(officer=officer, agency=agency)

        assert scope_of(officer, on=TODAY).agencies == {agency.pk for agency in agencies}

    def test_is_no_more_than_the_sites_of_a_limited_posting(self):
        site = SiteFactory()
        officer = posted(site, agency=site.agency).officer

        scope = scope_of(officer, on=TODAY)

        assert (scope.agencies, scope.sites) == (frozenset(), {site.pk})
        assert scope.agencies_in_part == {site.agency.pk}

    @pytest.mark.parametrize(("begins", "ends", "sees"), [(0, 0, True), (1, None, False), (-9, -1, False)])
    def test_holds_from_the_first_day_to_the_last(self, begins, ends, sees):
        last = None if ends is None else TODAY + timedelta(days=ends)
        posting = PostingFactory(valid_from=TODAY + timedelta(days=begins), valid_to=last)

        assert bool(scope_of(posting.officer, on=TODAY)) is sees

    def test_is_never_widened_by_a_site_that_goes(self):
        site = SiteFactory()
        posted(site, agency=site.agency)

        with pytest.raises(ProtectedError):
            site.delete()

    def test_costs_one_query(self, django_assert_num_queries):
        officer = OfficerFactory(agency=AgencyFactory())

        with django_assert_num_queries(1):
            scope_of(officer, on=TODAY)


class TestLeave:
    def test_ends_the_account_and_the_postings(self):
        officer = OfficerFactory(agency=AgencyFactory(), roles=[Role.HEAD])
        PostingFactory(officer=officer, valid_from=TODAY + timedelta(days=3))

        leave(officer=officer, now=NOW)

        officer.refresh_from_db()
        assert (officer.is_active, officer.left_at) == (False, NOW)
        assert [row.valid_to for row in officer.postings.all()] == [TODAY]

    def test_ends_every_session(self, client):
        officer = OfficerFactory(admin=True)
        OfficerFactory(admin=True)
        client.force_login(officer)

        leave(officer=officer, now=NOW)

        assert client.get("/admin/", secure=True).status_code == 302

    def test_hands_roles_agencies_and_sites_over(self):
        site = SiteFactory()
        officer = posted(site, agency=site.agency).officer
        officer.groups.set(Group.objects.filter(name=Role.RECEPTIONIST.label))
        successor = OfficerFactory()

        leave(officer=officer, successor=successor, now=NOW)

        assert [group.name for group in successor.groups.all()] == [Role.RECEPTIONIST.label]
        assert scope_of(successor, on=TODAY).sites == {site.pk}
        assert successor.postings.get().valid_from == TODAY

    def test_leaves_a_successor_what_they_saw_already(self):
        agency = AgencyFactory()
        site = SiteFactory(agency=agency)
        officer, successor = posted(site, agency=agency).officer, OfficerFactory(agency=agency)

        leave(officer=officer, successor=successor, now=NOW)

        assert scope_of(successor, on=TODAY).agencies == {agency.pk}

    def test_widens_what_a_successor_of_single_sites_sees(self):
        agency = AgencyFactory()
        officer = OfficerFactory(agency=agency)
        successor = posted(SiteFactory(agency=agency), agency=agency).officer

        leave(officer=officer, successor=successor, now=NOW)

        assert scope_of(successor, on=TODAY).agencies == {agency.pk}

    def test_is_refused_to_the_last_superuser(self):
        last = OfficerFactory(admin=True)
        OfficerFactory(admin=True, is_active=False)

        with pytest.raises(StillNeeded):
            leave(officer=last, now=NOW)

        last.refresh_from_db()
        assert last.is_active

    def test_is_not_handed_to_oneself_or_somebody_gone(self):
        officer = OfficerFactory()
        for successor in (officer, OfficerFactory(is_active=False)):
            with pytest.raises(NotASuccessor):
                leave(officer=officer, successor=successor, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_superusers_do_not_let_each_other_go_at_one_moment():
    first, second = OfficerFactory(admin=True), OfficerFactory(admin=True)

    outcomes = run_together([lambda: leave(officer=first, now=NOW), lambda: leave(officer=second, now=NOW)])

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "StillNeeded"]
    assert Officer.objects.filter(is_active=True).count() == 1


def test_a_posting_ends_after_it_began():

    with pytest.raises(IntegrityError, match="a_posting_ends_after_it_began"):
        Posting.objects.create(
            officer=OfficerFactory(), valid_from=date(2026, 11, 2), valid_to=date(2026, 11, 1)
        )
