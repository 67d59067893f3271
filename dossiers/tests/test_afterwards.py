"""The counter: somebody taken in, cards that came, given out or late."""

import io
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from accounts.tests.factories import OfficerFactory
from agencies.tests.factories import AgencyFactory, CalendarDayFactory
from core.errors import Invalid, NotAllowedNow
from core.sheets import SheetRefused
from dossiers.models import Apology, Card, Dossier, HandOver
from dossiers.services import afterwards, arrivals
from dossiers.states import NationalStatus, Status
from dossiers.tests.counter import card, cards, overdue
from dossiers.tests.declared import NOW
from notifications.kinds import Kind
from notifications.models import Message, State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 20)


@pytest.fixture
def officer(db):
    return OfficerFactory()


def again(row: Dossier) -> Dossier:
    return Dossier.objects.get(pk=row.pk)


def codes(*rows: Dossier) -> list[arrivals.Entry]:
    return arrivals.read_codes("\n".join(row.code for row in rows))


class TestTakeIn:
    def test_promises_the_card_for_the_working_day_of_the_law(self, officer):
        row = card()

        afterwards.take_in(public_id=row.public_id, officer=officer, now=NOW)

        taken = again(row)
        assert (taken.status, taken.taken_in_at, taken.return_on) == (
            Status.TAKEN_IN,
            NOW,
            date(2026, 12, 2),  # seven working days
        )
        event = taken.events.get()
        assert (event.officer, event.words) == (officer, "Hẹn trả thẻ ngày 02/12/2026.")

    def test_counts_no_day_on_which_the_office_is_off(self, officer):
        row = card()
        CalendarDayFactory(agency=row.agency, date=date(2026, 11, 25))

        afterwards.take_in(public_id=row.public_id, officer=officer, now=NOW)

        assert again(row).return_on == date(2026, 12, 3)

    def test_knows_what_is_to_be_paid_and_says_so_to_other_systems(self, officer):
        row = card(card="CCCD")

        taken = afterwards.take_in(public_id=row.public_id, officer=officer, now=NOW)

        assert taken.fee == 35_000
        assert again(row).national_status == NationalStatus.FEE_WANTED

    def test_who_is_exempt_owes_nothing(self, officer):
        row = card(card="CCCD", exemptions=["poor_household"])

        afterwards.take_in(public_id=row.public_id, officer=officer, now=NOW)

        assert (again(row).fee, again(row).national_status) == (0, NationalStatus.UNDER_WAY)

    @pytest.mark.parametrize("status", [Status.SUBMITTED, Status.TAKEN_IN, Status.READY, Status.WITHDRAWN])
    def test_is_for_what_was_approved(self, officer, status):
        row = card(status)

        with pytest.raises(NotAllowedNow):
            afterwards.take_in(public_id=row.public_id, officer=officer, now=NOW)

        assert again(row).status == status


class TestFindReady:
    def test_finds_by_either_code_however_it_was_typed(self):
        first, second = cards(2)
        Card.objects.filter(pk=second.pk).update(official_code="G01.899.909-260916-890028")
        typed = f" {first.code.lower()} \n\nG01.899.909-260916-890028\tTrần Văn An\n"

        found = arrivals.find_ready(entries=arrivals.read_codes(typed), cards=Card.objects.all())

        assert [row.pk for row in found.matched] == [first.pk, second.pk]
        assert found.unmatched == []

    def test_says_of_each_other_line_why_it_means_no_card(self):
        waiting, ready = card(Status.TAKEN_IN), card(Status.READY)
        elsewhere = card(Status.TAKEN_IN)
        mine = Card.objects.exclude(pk=elsewhere.pk)
        listed = [*codes(waiting, waiting, ready, elsewhere), arrivals.Entry(5, "KHONG CO")]

        found = arrivals.find_ready(entries=listed, cards=mine)

        assert [row.pk for row in found.matched] == [waiting.pk]
        assert [(row.line, row.why) for row in found.unmatched] == [
            (2, "đã có ở dòng 1"),
            (3, "hồ sơ đã có thẻ"),
            (4, arrivals.ELSEWHERE),
            (5, arrivals.UNKNOWN),
        ]

    def test_asks_as_much_for_many_as_for_one(self, django_assert_num_queries):
        rows = cards(3)

        with django_assert_num_queries(4):
            arrivals.find_ready(entries=[*codes(*rows), arrivals.Entry(9, "X")], cards=Card.objects.all())


class TestReadCodes:
    def test_reads_the_first_column_of_a_spreadsheet(self):
        book = Workbook()
        for row in (["Mã", "Họ tên"], ["BT7F3KQWX", "An"], [None, "?"], [1234567, ""]):
            book.active.append(row)
        content = io.BytesIO()
        book.save(content)

        read = arrivals.read_codes_of_sheet(content.getvalue())

        assert [(entry.line, entry.code) for entry in read] == [(1, "MÃ"), (2, "BT7F3KQWX"), (4, "1234567")]

    def test_refuses_what_is_no_spreadsheet(self):
        with pytest.raises(SheetRefused):
            arrivals.read_codes_of_sheet(b"BT7F3KQWX")

    @pytest.mark.parametrize("text", ["", " \n\t\n"])
    def test_refuses_an_empty_list(self, text):
        with pytest.raises(Invalid):
            arrivals.read_codes(text)

    def test_refuses_more_than_a_list_may_hold(self):
        arrivals.read_codes("X\n" * arrivals.MOST_CODES)

        with pytest.raises(Invalid):
            arrivals.read_codes("X\n" * (arrivals.MOST_CODES + 1))

    def test_takes_any_text(self):
        assert arrivals.read_codes("\x00\ufeff=cmd|' /C calc'!A0\r\n" + "x" * 5000)[1].code == "X" * 40


class TestMarkReady:
    def test_tells_each_person_once(self, officer):
        rows = cards(3)

        ready = afterwards.mark_ready(dossiers=[row.pk for row in rows], officer=officer, now=NOW)

        assert [row.pk for row in ready] == [row.pk for row in rows]
        assert {again(row).status for row in rows} == {Status.READY}
        assert again(rows[0]).ready_at == NOW
        assert sorted(Message.objects.values_list("about", "kind")) == sorted(
            (row.code, Kind.CARD_READY) for row in rows
        )
        assert again(rows[0]).events.get().officer == officer

    def test_the_same_list_again_changes_and_tells_nothing(self, officer):
        rows = [row.pk for row in cards(2)]
        afterwards.mark_ready(dossiers=rows, officer=officer, now=NOW)

        assert afterwards.mark_ready(dossiers=rows, officer=officer, now=NOW) == []

        assert Message.objects.count() == 2

    def test_takes_as_many_statements_for_many_as_for_one(self, officer, django_assert_num_queries):
        rows = [row.pk for row in cards(5)]

        with django_assert_num_queries(9):  # four of them for savepoints
            afterwards.mark_ready(dossiers=rows, officer=officer, now=NOW)

    def test_leaves_what_does_not_wait_for_its_card(self, officer):
        row = card(Status.HANDED_OVER)

        assert afterwards.mark_ready(dossiers=[row.pk], officer=officer, now=NOW) == []

        assert again(row).status == Status.HANDED_OVER


class TestTakeBackReady:
    def test_takes_back_what_has_not_left(self, officer):
        row = card(Status.TAKEN_IN)
        afterwards.mark_ready(dossiers=[row.pk], officer=officer, now=NOW)

        done = afterwards.take_back_ready(public_id=row.public_id, officer=officer, now=NOW)

        assert not done.may_have_heard
        assert (again(row).status, again(row).ready_at) == (Status.TAKEN_IN, None)
        assert Message.objects.get().state == State.WITHDRAWN

    def test_says_whether_the_person_may_have_heard(self, officer):
        row = card(Status.TAKEN_IN)
        afterwards.mark_ready(dossiers=[row.pk], officer=officer, now=NOW)
        Message.objects.update(state=State.SENT, sent_at=NOW, attempts=1)

        done = afterwards.take_back_ready(public_id=row.public_id, officer=officer, now=NOW)

        assert done.may_have_heard

    def test_a_card_that_comes_after_all_is_told_again(self, officer):
        row = card(Status.TAKEN_IN)
        afterwards.mark_ready(dossiers=[row.pk], officer=officer, now=NOW)
        afterwards.take_back_ready(public_id=row.public_id, officer=officer, now=NOW)

        afterwards.mark_ready(dossiers=[row.pk], officer=officer, now=NOW)

        assert Message.objects.filter(state=State.OWED, kind=Kind.CARD_READY).count() == 1

    @pytest.mark.parametrize("status", [Status.ACCEPTED, Status.TAKEN_IN, Status.HANDED_OVER])
    def test_is_for_what_is_ready(self, officer, status):
        row = card(status)

        with pytest.raises(NotAllowedNow):
            afterwards.take_back_ready(public_id=row.public_id, officer=officer, now=NOW)


class TestHandOver:
    def test_says_to_whom(self, officer):
        row = card(Status.READY)

        afterwards.hand_over(
            public_id=row.public_id, collector=HandOver.Collector.OWNER, officer=officer, now=NOW
        )

        given = again(row)
        assert (given.status, given.handed_over_at, given.ended_at) == (Status.HANDED_OVER, NOW, NOW)
        assert given.events.get().words == "Đã trả thẻ cho chính người được cấp thẻ."

    def test_to_somebody_else_keeps_who_it_was_out_of_sight(self, officer):
        row = card(Status.READY)

        afterwards.hand_over(
            public_id=row.public_id,
            collector=HandOver.Collector.OTHER,
            note="Trần Văn Bình, con, CCCD 049085000123",
            officer=officer,
            now=NOW,
        )

        assert again(row).hand_over.note == "Trần Văn Bình, con, CCCD ***123"
        assert "Bình" not in again(row).events.get().words

    def test_to_somebody_else_wants_to_know_who(self, officer):
        row = card(Status.READY)

        with pytest.raises(Invalid):
            afterwards.hand_over(
                public_id=row.public_id,
                collector=HandOver.Collector.OTHER,
                note=" ",
                officer=officer,
                now=NOW,
            )

        assert again(row).status == Status.READY

    def test_is_not_done_before_the_card_is_there(self, officer):
        row = card(Status.TAKEN_IN)

        with pytest.raises(NotAllowedNow):
            afterwards.hand_over(
                public_id=row.public_id, collector=HandOver.Collector.OWNER, officer=officer, now=NOW
            )


class TestLate:
    def test_are_those_whose_day_is_over(self):
        longest, late = overdue(date(2026, 11, 18)), overdue(FRIDAY)
        overdue(MONDAY)
        card(Status.READY, return_on=FRIDAY)

        assert [row.pk for row in Dossier.objects.late(MONDAY)] == [longest.pk, late.pk]


class TestApologise:
    later = date(2026, 11, 30)

    def said(self, *rows: Dossier, **more):
        promised = {row.pk: row.return_on for row in rows}
        return {"cards": Card.objects.all(), "promised": promised, "return_on": self.later, "now": NOW} | more

    def test_says_what_it_was_seen_to_say(self, officer):
        row = overdue(FRIDAY)
        (preview,) = afterwards.preview_apologies(**self.said(row, reason="thẻ in chậm."))
        assert not Message.objects.exists()

        afterwards.apologise(**self.said(row, reason="thẻ in chậm.", officer=officer))

        message = Message.objects.get()
        assert message.kind == Kind.CARD_LATE
        assert preview.text == (
            f"{row.agency.name} xin lỗi ông/bà: thẻ căn cước của An chưa kịp có vào ngày 20/11/2026 đã hẹn. "
            f"Hẹn lại ngày 30/11/2026. Lý do: thẻ in chậm. Mã tờ khai {row.code}."
        )
        assert message.context["return_on"] == "30/11/2026"
        assert again(row).return_on == self.later
        kept = Apology.objects.get()
        assert (kept.promised, kept.return_on, kept.officer) == (FRIDAY, self.later, officer)
        assert again(row).events.get().words == "Xin lỗi vì thẻ chưa kịp có. Hẹn lại ngày 30/11/2026."

    def test_proposes_a_day_on_which_the_office_works(self):
        agency = AgencyFactory()
        CalendarDayFactory(agency=agency, date=self.later)

        assert afterwards.later_day(agency, now=NOW) == date(2026, 12, 1)

    @pytest.mark.parametrize(
        "return_on",
        [MONDAY, FRIDAY, date(2026, 11, 29), date(2027, 6, 1)],
        ids=["today", "past", "Sunday", "far"],
    )
    def test_promises_no_day_that_cannot_be(self, officer, return_on):
        row = overdue(FRIDAY)

        with pytest.raises(Invalid):
            afterwards.apologise(**self.said(row, officer=officer, return_on=return_on))

        assert again(row).return_on == FRIDAY

    def test_leaves_out_whose_card_came_or_who_was_promised_another_day(self, officer):
        came, moved, late = overdue(FRIDAY), overdue(FRIDAY), overdue(FRIDAY)
        said = self.said(came, moved, late, officer=officer)
        afterwards.mark_ready(dossiers=[came.pk], officer=officer, now=NOW)
        Dossier.objects.filter(pk=moved.pk).update(return_on=date(2026, 11, 27))
        Message.objects.all().delete()

        told = afterwards.apologise(**said)

        assert [row.pk for row in told] == [late.pk]
        assert Message.objects.get().about == late.code

    def test_sent_twice_is_said_once(self, officer):
        row = overdue(FRIDAY)
        said = self.said(row, officer=officer)
        afterwards.apologise(**said)

        assert afterwards.apologise(**said) == []

        assert (Message.objects.count(), Apology.objects.count()) == (1, 1)

    def test_again_when_the_new_day_is_over_as_well(self, officer):
        row = overdue(FRIDAY)
        afterwards.apologise(**self.said(row, officer=officer))
        later = NOW + timedelta(days=8)

        afterwards.apologise(
            cards=Card.objects.all(),
            promised={row.pk: self.later},
            return_on=date(2026, 12, 4),
            officer=officer,
            now=later,
        )

        assert list(again(row).apologies.order_by("pk").values_list("promised", flat=True)) == [
            FRIDAY,
            self.later,
        ]

    def test_of_cards_of_elsewhere_are_not_made(self, officer):
        row = overdue(FRIDAY)

        assert afterwards.apologise(**self.said(row, officer=officer, cards=Card.objects.none())) == []

    def test_never_promises_an_earlier_day(self, officer):
        row = overdue(FRIDAY)

        with pytest.raises(IntegrityError, match="an_apology_promises_a_later_day"), transaction.atomic():
            Apology.objects.create(dossier=row, promised=FRIDAY, return_on=FRIDAY, officer=officer, at=NOW)

    def test_refuses_more_than_one_look_takes_in(self, officer):
        promised = dict.fromkeys(range(301), FRIDAY)

        with pytest.raises(Invalid), CaptureQueriesContext(connection) as asked:
            afterwards.apologise(**self.said(officer=officer, promised=promised))

        assert not any("dossiers_dossier" in query["sql"] for query in asked)
