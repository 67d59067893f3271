"""What officers see and do is written down, and nobody edits it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEntry
from accounts.services.audit import KEPT_FOR, forget_old_entries, record
from accounts.tests.factories import EIGHT, OfficerFactory
from core.officers import Deed

pytestmark = pytest.mark.django_db


def looked(now=EIGHT, **said):
    return record(
        officer=OfficerFactory(),
        deed=Deed.VIEWED,
        what="booking.Appointment",
        subjects=["TK7F3KQ"],
        now=now,
        **said,
    )


class TestRecord:
    def test_keeps_who_did_what_to_which_thing_and_when(self):
        officer = OfficerFactory()

        entry = record(
            officer=officer,
            deed=Deed.EXPORTED,
            what="booking.Appointment",
            subjects=["TK7F3KQ", "TKAAAAA"],
            words="danh sách ngày 23/11",
            agencies=[7, 3],
            address="203.0.113.9",
            now=EIGHT,
        )

        entry.refresh_from_db()
        assert (entry.officer, entry.at, entry.subjects) == (officer, EIGHT, ["TK7F3KQ", "TKAAAAA"])
        assert (entry.agencies, entry.address, entry.words) == ([3, 7], "203.0.113.9", "danh sách ngày 23/11")

    def test_is_found_by_what_was_looked_at(self):
        entry = looked()

        assert list(AuditEntry.objects.about("TK7F3KQ")) == [entry]
        assert not AuditEntry.objects.about("TK7F3K").exists()

    def test_cuts_what_a_forged_header_makes_too_long(self):
        assert len(looked(address="1" * 500).address) == 45


class TestEntries:
    def test_cannot_be_changed(self):
        entry = looked()

        with pytest.raises(IntegrityError, match="nobody edits the audit log"), transaction.atomic():
            AuditEntry.objects.filter(pk=entry.pk).update(words="không có gì")

    def test_cannot_be_deleted(self):
        entry = looked()

        with pytest.raises(IntegrityError, match="nobody edits the audit log"), transaction.atomic():
            entry.delete()

    def test_could_be_without_the_guard(self):
        entry = looked()
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER nobody_edits_the_audit_log ON accounts_auditentry")

        assert AuditEntry.objects.filter(pk=entry.pk).update(words="x") == 1

    def test_are_forgotten_after_two_years(self):
        # By the clock of the database: it does not ask anybody else.
        with connection.cursor() as cursor:
            cursor.execute("SELECT now()")
            now = cursor.fetchone()[0]
        old, young = looked(now - KEPT_FOR - timedelta(hours=1)), looked(now - KEPT_FOR + timedelta(hours=1))

        assert forget_old_entries(now=now) == 1

        assert set(AuditEntry.objects.values_list("pk", flat=True)) == {young.pk} - {old.pk}
