"""A list of people from paper: tried without a trace, taken in row by row, never twice, then forgotten."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.tests.factories import OfficerFactory
from booking.errors import DossierRequired, ImportBusy, ImportGone, NotAllowedNow
from booking.models import Booking, Person, Registration, SheetImport
from booking.services.imports import runs
from booking.tests.factories import NOW, SiteFactory, SiteWardFactory, person, register
from booking.tests.sheets import AN, BINH, people_sheet
from core.sheets import read_tables
from notifications.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency(db):
    return SiteFactory(agency__office_assigns=True).agency


def hand_in(agency, *rows, now=NOW):
    content = people_sheet(*rows)
    return runs.hand_in_registrations(agency=agency, officer=OfficerFactory(), content=content, now=now)


def take_in(sheet_import, *, now=NOW, **more):
    return runs.take_registrations_in(sheet_import=sheet_import, grounds="danh sách giấy", now=now, **more)


def changed(row, **cells):
    """A row of the list with other cells, by the letters of their columns."""
    return [cells.get("ABCDEFGHIJ"[at], cell) for at, cell in enumerate(row)]


def reason_of(agency, row):
    (entry,) = runs.try_registrations(hand_in(agency, row), now=NOW).refused
    return "; ".join(f"{fault.place}: {fault.message}" for fault in entry.faults)


class TestHandIn:
    def test_keeps_only_the_known_columns_and_those_encrypted(self, agency):
        row = hand_in(agency, AN)

        with connection.cursor() as cursor:
            cursor.execute("SELECT content FROM booking_sheetimport WHERE id = %s", [row.pk])
            stored = cursor.fetchone()[0]
        assert "049085000123" not in stored
        assert row.expires_at == NOW + timedelta(hours=1)

    def test_is_refused_where_citizens_pick_their_hour(self):
        with pytest.raises(NotAllowedNow):
            hand_in(SiteFactory().agency, AN)

    def test_is_refused_where_a_dossier_comes_first(self, agency):
        agency.dossier_required = True

        with pytest.raises(DossierRequired):
            hand_in(agency, AN)


class TestTryRegistrations:
    def test_writes_nothing(self, agency):
        trial = runs.try_registrations(hand_in(agency, AN, BINH), now=NOW)

        assert [entry.name for entry in trial.fine] == ["Trần Văn An", "Nguyễn Thị Bình"]
        assert not Booking.objects.exists()

    def test_reads_what_each_row_asks_for(self, agency):
        first, second = runs.try_registrations(hand_in(agency, AN, BINH), now=NOW).fine

        assert (first.wish.from_date, first.wish.to_date) == (date(2026, 11, 23), date(2026, 11, 27))
        assert first.wish.half == Registration.Half.MORNING
        assert (first.party.phone, first.party.priority) == ("+84905123456", False)
        assert second.party.people[0].details.birth_date == "1958"
        assert (second.wish.to_date, second.party.priority) == (date(2026, 11, 23), True)

    def test_says_what_was_guessed(self, agency):
        (guess,) = runs.try_registrations(hand_in(agency, AN, BINH), now=NOW).guesses

        assert guess.place == "dòng 3, cột “Số định danh” (B3)"

    @pytest.mark.parametrize(
        ("cells", "words"),
        [
            ({"A": ""}, "dòng 2, cột “Họ và tên” (A2): Ghi họ và tên."),
            ({"A": "=HYPERLINK(1)"}, "cột “Họ và tên”"),
            ({"A": "+84905"}, "(A2): Họ và tên chỉ gồm chữ cái"),
            ({"B": ""}, "cột “Số định danh” (B2): Ghi số định danh"),
            ({"B": "049185000123"}, "cột “Giới tính” (D2): Số định danh không khớp giới tính"),
            ({"C": "12/4/1986"}, "cột “Số định danh” (B2): Số định danh không khớp năm sinh"),
            ({"C": ""}, "cột “Ngày sinh” (C2): còn trống."),
            ({"D": ""}, "(D2): ghi một trong các mục: Nam, Nữ."),
            ({"F": "113"}, "(F2): không phải số điện thoại"),
            ({"G": ""}, "(G2): còn trống."),
            ({"G": "1/11/2026"}, "(G2): Ngày bắt đầu đã qua."),
            ({"H": "22/11/2026"}, "(H2): Ngày cuối phải từ ngày đầu"),
            ({"G": "1/6/2027", "H": "2/6/2027"}, "(H2): Ngày này chưa mở"),
            ({"I": "tối"}, "(I2): ghi một trong các mục: Cả ngày, Sáng, Chiều."),
        ],
    )
    def test_names_the_cell_and_what_is_wrong(self, agency, cells, words):
        assert words in reason_of(agency, changed(AN, **cells))

    def test_finds_the_same_person_twice_in_one_file(self, agency):
        trial = runs.try_registrations(hand_in(agency, AN, BINH, AN), now=NOW)

        (again,) = trial.refused
        assert "Trùng người với dòng 2" in again.faults[0].message

    def test_finds_who_has_a_place_already(self, agency):
        register(agency.sites.get(), person(personal_id="049085000123"))

        assert "đã có lịch hẹn hoặc đang chờ" in reason_of(agency, AN)

    def test_costs_the_same_however_many_rows(self, agency, django_assert_max_num_queries):
        rows = [changed(AN, B=f"049085{serial:06d}") for serial in range(300)]
        sheet_import = hand_in(agency, *rows)

        with django_assert_max_num_queries(3):
            assert len(runs.try_registrations(sheet_import, now=NOW).fine) == 300


class TestWards:
    def test_are_those_of_the_agencys_sites_first(self, agency):
        SiteWardFactory(site=agency.sites.get(), code="2021:20344", name="Phường Hòa Hương")

        (entry,) = runs.try_registrations(hand_in(agency, changed(AN, E="phuong hoa huong")), now=NOW).fine

        assert entry.wish.ward == "2021:20344"

    def test_may_be_given_by_code(self, agency):
        (entry,) = runs.try_registrations(hand_in(agency, changed(AN, E="2025:20353")), now=NOW).fine

        assert entry.wish.ward == "2025:20353"

    def test_that_nobody_knows_are_left_out_and_said(self, agency):
        trial = runs.try_registrations(hand_in(agency, changed(AN, E="Phường Không Có")), now=NOW)

        assert trial.fine[0].wish.ward == ""
        assert "Phường Không Có" in trial.guesses[0].message


class TestTakeRegistrationsIn:
    def test_registers_everybody_who_can_be(self, agency):
        done = take_in(hand_in(agency, AN, changed(AN, A="", B="049085000999"), BINH))

        assert (done.rows, done.taken_in) == (3, 2)
        assert Registration.objects.waiting().filter(agency=agency).count() == 2
        booked = Booking.objects.filter(sheet_import=done, citizen=None, assisted_by=done.officer)
        assert booked.count() == 2
        assert not Message.objects.exists()

    def test_keeps_the_evidence_and_forgets_the_list(self, agency):
        done = take_in(hand_in(agency, AN))

        assert (done.content, done.grounds, done.finished_at) == (None, "danh sách giấy", NOW)

    def test_makes_nothing_twice_of_the_same_file(self, agency):
        take_in(hand_in(agency, AN, BINH))

        again = take_in(hand_in(agency, AN, BINH))

        assert (again.taken_in, Person.objects.count()) == (0, 2)
        assert {reason for _, reason in runs.refused_rows(again)} == {runs.HAS_A_PLACE}

    def test_is_not_done_again_when_it_is_done(self, agency):
        done = take_in(hand_in(agency, AN))

        with pytest.raises(ImportGone):
            take_in(done)

    def test_is_not_done_after_its_hour(self, agency):
        sheet_import = hand_in(agency, AN)

        with pytest.raises(ImportGone):
            take_in(sheet_import, now=NOW + timedelta(hours=1))
        assert not Person.objects.exists()

    def test_is_left_to_whoever_has_it_in_hand(self, agency):
        sheet_import = hand_in(agency, AN)
        assert SheetImport.objects.claim(sheet_import, lease=timedelta(minutes=2), now=NOW)

        with pytest.raises(ImportBusy):
            take_in(sheet_import)
        assert not Person.objects.exists()

    def test_goes_on_where_it_stopped_when_its_time_is_over(self, agency, monkeypatch):
        monkeypatch.setattr(runs, "BATCH", 1)
        sheet_import = hand_in(agency, AN, BINH)
        clock = iter([0.0, 0.0, 1.0])
        monkeypatch.setattr(runs, "monotonic", lambda: next(clock))

        half = take_in(sheet_import, seconds=1)

        assert (half.position, half.taken_in, half.finished_at) == (1, 1, None)
        assert [entry.name for entry in runs.try_registrations(half, now=NOW).fine] == ["Nguyễn Thị Bình"]
        monkeypatch.undo()
        assert take_in(half).taken_in == 2

    def test_needs_an_open_agency(self, agency):
        agency.is_active = False
        agency.save(update_fields=["is_active"])

        sheet_import = hand_in(agency, AN)

        with pytest.raises(NotAllowedNow, match="đơn vị chưa mở"):
            take_in(sheet_import)
        assert len(runs.try_registrations(sheet_import, now=NOW).fine) == 1


class TestRefusedAsSheet:
    def test_gives_back_the_rows_with_their_reason_to_be_mended_and_handed_in(self, agency):
        done = take_in(hand_in(agency, AN, changed(AN, A="=1+1", B="049085000999", C="12/13/1985")))

        content = runs.refused_as_sheet(runs.refused_rows(done))

        (table,) = read_tables(content, [runs.LAYOUT])
        assert [row.values["number"] for row in table.rows] == ["049085000999"]
        assert table.ignored == [runs.REASON.title]


class TestForgetOldImports:
    def test_forgets_rows_whose_hour_is_over(self, agency):
        untouched = hand_in(agency, AN)
        done = take_in(hand_in(agency, BINH, changed(BINH, A="")))

        assert runs.forget_old_imports(now=NOW + timedelta(minutes=59)) == 0
        assert runs.forget_old_imports(now=NOW + timedelta(hours=1)) == 2

        assert not SheetImport.objects.filter(pk=untouched.pk).exists()
        done.refresh_from_db()
        assert (done.refused, done.taken_in) == (None, 1)
        assert runs.forget_old_imports(now=NOW + timedelta(hours=1)) == 0


class TestConstraints:
    def test_let_no_finished_import_keep_its_list(self, agency):
        sheet_import = hand_in(agency, AN)

        with pytest.raises(IntegrityError, match="a_finished_import_keeps_no_list"), transaction.atomic():
            SheetImport.objects.filter(pk=sheet_import.pk).update(finished_at=NOW)
