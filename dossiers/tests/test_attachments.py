"""Papers that go with a dossier: which are taken, how many, until when; and that they go when it goes."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.relations import Relation
from accounts.tests.factories import CitizenFactory, OfficerFactory
from core.db import violated
from core.errors import Invalid, NotAllowedNow, NotFound
from dossiers import files
from dossiers.errors import FileLost, FileTypeUnknown, TooManyAttachments
from dossiers.models import MOST_ATTACHMENTS, MOST_OF_A_KIND, Attachment, Correction, Dossier, Situation
from dossiers.reasons import CORRECTION_OF
from dossiers.services import attachments
from dossiers.services.asked_papers import asked_papers
from dossiers.services.attachments import Upload, attach, read, remove, sweep_attachments
from dossiers.services.erasing import erase
from dossiers.states import Status
from dossiers.tests import strangers_files as strangers
from dossiers.tests.declared import NOW, begun, filled, standing, submitted
from dossiers.tests.factories import AttachmentFactory
from dossiers.tests.strangers_files import SECRET

pytestmark = pytest.mark.usefixtures("law", "kept_in")
Kind = Attachment.Kind
PHOTOGRAPH = strangers.photograph()


def exempt(**said) -> Dossier:
    """A draft of somebody who asks not to pay, and so may show why."""
    return begun(exemptions=["disabled"], **said)


def handed_in(
    dossier: Dossier, content: bytes = PHOTOGRAPH, *, kind: Kind = Kind.EXEMPTION, **said
) -> Attachment:
    upload = {"dossier_id": dossier.public_id, "kind": kind, "content": content, "citizen": dossier.citizen}
    return attach(upload=Upload(**(upload | said)), now=NOW)


def row(dossier: Dossier, seat: int, **said) -> Attachment:
    """An attachment that is there already."""
    return AttachmentFactory(dossier=dossier, seat=seat, **said)


def sent_back(dossier: Dossier, **said) -> None:
    Correction.objects.create(dossier=dossier, words="…", asked_at=NOW, **said)


def kept_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


class TestAsking:
    @pytest.mark.parametrize(
        ("start", "data", "kinds"),
        [
            ({}, {}, set()),
            ({"situation": Situation.LOST}, {}, set()),
            ({"exemptions": ["disabled"]}, {}, {Kind.EXEMPTION}),
            ({"is_unregistered": True}, {}, {Kind.IDENTITY}),
            ({"situation": Situation.CHANGED_DATA, "procedure": "cap-doi"}, {}, {Kind.CHANGED_DATA}),
            ({"situation": Situation.REGAINED_NATIONALITY}, {}, {Kind.NATIONALITY}),
            ({"relation": Relation.MOTHER}, {}, set()),
            ({"relation": Relation.CHILD}, {"birth_date": "2012-11-22"}, set()),
            ({"relation": Relation.CHILD}, {"birth_date": "2012-11-24"}, {Kind.REPRESENTATION}),
            ({"relation": Relation.WARD}, {}, {Kind.REPRESENTATION}),
        ],
        ids=[
            *("damaged", "lost", "exempt", "unregistered", "changed", "nationality"),
            *("grown-up", "of-14", "under-14", "ward"),
        ],
    )
    def test_follows_the_case(self, start, data, kinds):
        dossier = filled(begun(**start), **data)

        assert {asked.kind for asked in asked_papers(dossier)} == kinds

    def test_of_a_relative_whose_age_is_not_typed_yet_takes_the_paper_of_a_child(self):
        assert [asked.kind for asked in asked_papers(begun(relation=Relation.CHILD))] == [Kind.REPRESENTATION]
        assert asked_papers(begun(relation=Relation.SELF)) == []

    @pytest.mark.parametrize(
        ("field", "reason", "kinds"),
        [
            ("attachments", "REPRESENTATIVE_PROOF_MISSING", [Kind.REPRESENTATION]),
            ("representative", "REPRESENTATIVE_PROOF_MISSING", [Kind.REPRESENTATION]),
            ("exemptions", "EXEMPTION_PROOF_MISSING", [Kind.EXEMPTION]),
            ("attachments", "PAPER_MISSING", [Kind.IDENTITY]),
            ("attachments", "OTHER", [Kind.IDENTITY]),
            ("residence", "OTHER", []),
            ("attachments", "PICTURE_UNREADABLE", []),
        ],
    )
    def test_follows_what_an_officer_sends_back(self, field, reason, kinds):
        dossier = standing(Status.NEEDS_CORRECTION)
        assert reason in CORRECTION_OF

        sent_back(dossier, field=field, reason=reason)

        assert [asked.kind for asked in asked_papers(dossier)] == kinds
        for kind in kinds:
            assert handed_in(dossier, kind=kind).pages == 1


class TestAttaching:
    def test_keeps_the_cleaned_file_and_nobody_reads_it_on_the_disk(self, kept_in):
        dossier = exempt()

        attachment = handed_in(dossier)

        cleaned = read(attachment)
        assert (attachment.media_type, attachment.pages, attachment.seat) == ("image/jpeg", 1, 1)
        assert attachment.size == len(cleaned)
        assert SECRET not in cleaned
        assert cleaned.startswith(b"\xff\xd8\xff")
        (path,) = kept_files(kept_in)
        assert not any(
            cleaned[start : start + 8] in path.read_bytes() for start in range(0, len(cleaned) - 8, 8)
        )
        assert dossier.public_id.hex not in str(path)
        assert dossier.code not in str(path)

    def test_keeps_the_draft_from_being_forgotten_and_disturbs_nobody_who_types(self):
        dossier = exempt()
        Dossier.objects.filter(pk=dossier.pk).update(touched_at=NOW - timedelta(days=20))

        handed_in(dossier)

        kept = Dossier.objects.get(pk=dossier.pk)
        assert (kept.touched_at, kept.revision) == (NOW, dossier.revision)

    def test_of_the_same_file_again_gives_the_one_that_is_there(self, kept_in):
        dossier = exempt()

        one, again = handed_in(dossier), handed_in(dossier)

        assert one == again
        assert len(kept_files(kept_in)) == Attachment.objects.count() == 1

    def test_refuses_a_kind_that_is_not_asked_for_and_names_those_that_are(self, kept_in):
        with pytest.raises(Invalid) as refused:
            handed_in(exempt(), kind=Kind.CHANGED_DATA)

        (error,) = refused.value.errors
        assert (error.field, error.code) == ("kind", "not_asked")
        assert "giấy tờ chứng minh được miễn lệ phí" in error.message
        assert not kept_files(kept_in)

    def test_refuses_every_kind_where_none_is_asked_for(self):
        dossier = begun()

        for kind in Kind:
            with pytest.raises(Invalid):
                handed_in(dossier, kind=kind)

    @pytest.mark.parametrize(
        "status", [status for status in Status if status not in ("DRAFT", "NEEDS_CORRECTION")]
    )
    def test_refuses_a_dossier_that_is_no_longer_with_the_citizen(self, status, kept_in):
        dossier = standing(status, exemptions=["disabled"])

        with pytest.raises(NotAllowedNow):
            handed_in(dossier)

        assert not kept_files(kept_in)

    def test_refuses_a_dossier_that_was_handed_in_while_the_file_was_drawn(self, kept_in, monkeypatch):
        dossier, keep = exempt(), files.keep

        def meanwhile(content):
            Dossier.objects.filter(pk=dossier.pk).update(status=Status.SUBMITTED, person_key="k")
            return keep(content)

        monkeypatch.setattr(files, "keep", meanwhile)

        with pytest.raises(NotAllowedNow):
            handed_in(dossier)

        assert not kept_files(kept_in)
        assert not Attachment.objects.exists()

    def test_refuses_another_citizens_dossier(self, kept_in):
        with pytest.raises(NotFound):
            handed_in(exempt(), citizen=CitizenFactory())

        assert not kept_files(kept_in)

    def test_by_an_officer_says_so(self):
        officer = OfficerFactory()

        assert handed_in(exempt(), citizen=None, officer=officer).officer == officer

    def test_leaves_nothing_of_a_file_that_is_refused(self, kept_in):
        with pytest.raises(FileTypeUnknown):
            handed_in(exempt(), strangers.archive())

        assert not kept_files(kept_in)
        assert not Attachment.objects.exists()

    def test_refuses_one_more_than_there_may_be_of_a_kind_and_keeps_no_file(self, kept_in):
        dossier = exempt()
        for seat in range(1, MOST_OF_A_KIND + 1):
            row(dossier, seat)

        with pytest.raises(TooManyAttachments) as refused:
            handed_in(dossier)

        assert refused.value.details == {"limit": MOST_OF_A_KIND}
        assert len(kept_files(kept_in)) == MOST_OF_A_KIND

    def test_refuses_one_more_than_there_may_be_in_all_and_takes_a_seat_that_was_given_up(self):
        dossier = begun(exemptions=["disabled"], is_unregistered=True, relation=Relation.WARD)
        kinds = (Kind.EXEMPTION, Kind.IDENTITY, Kind.REPRESENTATION)
        rows = [row(dossier, seat, kind=kinds[seat % 3]) for seat in range(1, MOST_ATTACHMENTS + 1)]

        with pytest.raises(TooManyAttachments) as refused:
            handed_in(dossier)
        remove(
            dossier_id=dossier.public_id, attachment_id=rows[4].public_id, citizen=dossier.citizen, now=NOW
        )

        assert refused.value.details == {"limit": MOST_ATTACHMENTS}
        assert handed_in(dossier).seat == rows[4].seat

    @pytest.mark.parametrize(
        ("second", "constraint"),
        [
            ({"seat": 1}, "one_attachment_per_seat"),
            ({"seat": 2, "sha256": "e" * 64}, "one_paper_once_per_kind"),
            ({"seat": 0}, "seats_for_twelve_attachments"),
            ({"seat": 13}, "seats_for_twelve_attachments"),
        ],
    )
    def test_is_held_by_the_database_too(self, second, constraint):
        dossier = exempt()
        row(dossier, 1, sha256="e" * 64)

        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            row(dossier, **second)

        assert violated(refused.value) == constraint


class TestHandingIn:
    def test_lets_go_of_what_is_not_asked_for_any_more(self):
        dossier = begun(exemptions=["disabled"], is_unregistered=True)
        row(dossier, 1)
        kept = row(dossier, 2, kind=Kind.IDENTITY)
        Dossier.objects.filter(pk=dossier.pk).update(exemptions=[], is_unregistered=False)
        sent_back(dossier, field="attachments", reason="PAPER_MISSING", answered_at=NOW)

        submitted(Dossier.objects.get(pk=dossier.pk))

        assert list(Attachment.objects.all()) == [kept]


class TestRemoving:
    def test_takes_row_and_file(self, kept_in):
        dossier = exempt()
        attachment = row(dossier, 1)

        remove(
            dossier_id=dossier.public_id, attachment_id=attachment.public_id, citizen=dossier.citizen, now=NOW
        )

        assert not kept_files(kept_in)
        with pytest.raises(FileLost):
            read(attachment)

    def test_refuses_another_citizens_and_what_was_handed_in(self, kept_in):
        mine, handed = exempt(), standing(Status.CHECKING)
        attachment, other = row(mine, 1), row(handed, 1)

        for dossier, one, citizen, refusal in (
            (mine, attachment, CitizenFactory(), NotFound),
            (mine, other, mine.citizen, NotFound),
            (handed, other, handed.citizen, NotAllowedNow),
        ):
            with pytest.raises(refusal):
                remove(dossier_id=dossier.public_id, attachment_id=one.public_id, citizen=citizen, now=NOW)

        assert len(kept_files(kept_in)) == Attachment.objects.count() == 2


class TestForgetting:
    def test_a_dossier_leaves_files_that_nobody_can_open_and_the_sweep_takes_them(self, kept_in):
        dossier, other = exempt(), row(exempt(), 1)
        row(dossier, 1)

        dossier.delete()

        assert list(Attachment.objects.all()) == [other]
        assert sweep_attachments(now=timezone.now() + timedelta(hours=23)) == 0
        assert sweep_attachments(now=timezone.now() + timedelta(hours=25)) == 1
        assert [str(path.relative_to(kept_in)) for path in kept_files(kept_in)] == [other.file]
        assert read(other)

    def test_the_person_of_a_dossier_takes_their_papers_along(self, kept_in):
        dossier, other = exempt(), row(exempt(), 1)
        gone = row(dossier, 1)

        erase(public_id=dossier.public_id, citizen=dossier.citizen, now=NOW)

        assert list(Attachment.objects.all()) == [other]
        assert sweep_attachments(now=timezone.now() + timedelta(days=2)) == 1
        assert not (kept_in / gone.file).exists()

    def test_takes_what_a_crash_left_behind_and_nothing_else(self, kept_in, monkeypatch):
        dossier = exempt()
        attachment = handed_in(dossier)

        def crash(*_, **__):
            raise SystemExit

        monkeypatch.setattr(attachments, "_enter", crash)
        monkeypatch.setattr(files, "discard", lambda _: None)
        with pytest.raises(SystemExit):
            handed_in(dossier, strangers.pdf())
        monkeypatch.undo()
        assert len(kept_files(kept_in)) == 2

        later = timezone.now() + timedelta(days=2)

        assert (sweep_attachments(now=later), sweep_attachments(now=later)) == (1, 0)
        assert read(attachment)

    def test_goes_by_batches(self, monkeypatch):
        monkeypatch.setattr(attachments, "BATCH", 2)
        dossier = exempt()
        known = [row(dossier, seat) for seat in range(1, 6)]
        for _ in range(5):
            files.keep(b"nobody's")

        assert sweep_attachments(now=timezone.now() + timedelta(days=2)) == 5
        assert {name for name, _ in files.names()} == {one.file for one in known}


def test_new_keys_of_the_portal_open_old_files(settings):
    attachment = handed_in(exempt())
    before, old, new = read(attachment), settings.FIELD_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [new, old]

    call_command("rotate_encryption", stdout=StringIO())

    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert read(Attachment.objects.get()) == before


def test_a_key_is_not_readable_in_the_table():
    with time_machine.travel(NOW, tick=False):
        attachment = row(exempt(), 1)

    stored = Attachment.objects.raw("SELECT id, key AS stored FROM dossiers_attachment")[0].stored

    assert attachment.key not in stored
