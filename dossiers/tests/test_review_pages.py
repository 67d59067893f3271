"""The officers' pages of dossiers: the inbox, one dossier, and every decision by its page."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.tests.factories import OfficerFactory
from agencies.tests.factories import AgencyFactory
from core.officers import Deed
from dossiers import files
from dossiers.models import Attachment, Dossier
from dossiers.services import reviewing
from dossiers.states import Status
from dossiers.tests.counter import card
from dossiers.tests.declared import NOW, begun, filled, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law", "_now", "_as_served")]
MOST_QUERIES = 15


@pytest.fixture
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def agency():
    return AgencyFactory(name="Công an phường Bàn Thạch")


@pytest.fixture
def officer(client, agency):
    officer = OfficerFactory(agency=agency, roles=[Role.REVIEWER], last_name="Lê", first_name="Hoa")
    client.force_login(officer)
    return officer


@pytest.fixture
def dossier(agency):
    return submitted(begun(agency=agency))


@pytest.fixture
def checking(dossier, officer):
    return reviewing.take_up(dossier=dossier, officer=officer, revision=dossier.revision, now=NOW)


def page(name: str, *args: object) -> str:
    return reverse(f"admin:dossiers_dossier_{name}", args=args)


def seen(name: str, dossier: Dossier) -> str:
    """The page, with the state that the officer has looked at."""
    return f"{page(name, dossier.pk)}?lan={dossier.revision}"


def rows(answer) -> list[str]:
    return [row.code for row in answer.context["cl"].result_list]


def said(answer) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


class TestInbox:
    def test_shows_what_waits_by_due_time(self, client, officer, agency):
        late = card(Status.SUBMITTED, agency=agency, due_at=NOW.replace(hour=1))
        soon = card(Status.SUBMITTED, agency=agency, due_at=NOW.replace(hour=5))
        card(Status.ACCEPTED, agency=agency)
        card(Status.SUBMITTED, due_at=NOW)  # of another office
        filled(begun(agency=agency))

        answer = client.get(page("inbox"))

        assert rows(answer) == [late.code, soon.code]
        assert answer.content.decode().count("quá hạn</span>") == 1

    def test_shows_first_what_this_officer_has_begun(self, client, officer, agency):
        mine = card(Status.CHECKING, agency=agency, checking_by=officer)
        card(Status.CHECKING, agency=agency)

        answer = client.get(page("inbox"))

        assert [row.code for row in answer.context["mine"]] == [mine.code]

    def test_is_a_part_of_all_that_were_handed_in(self, client, officer, agency):
        card(Status.ACCEPTED, agency=agency)
        card(Status.WITHDRAWN, agency=agency)
        filled(begun(agency=agency))

        assert len(rows(client.get(page("changelist")))) == 2
        assert rows(client.get(page("changelist"), {"trang-thai": "ACCEPTED"}))
        assert rows(client.get(page("changelist"), {"kiem-tra": "qua-han"})) == []
        assert rows(client.get(page("changelist"), {"kiem-tra": "cua-toi"})) == []

    def test_asks_little_however_many_there_are(self, client, officer, agency):
        for _ in range(30):
            card(Status.SUBMITTED, agency=agency)
        terms = ("", "BTAAAAAAA", "049085000123", "tran van")

        for term in terms:
            for name in ("inbox", "changelist"):
                address = client.post(page(name), {"typed": term})["Location"] if term else ""
                with CaptureQueriesContext(connection) as asked:
                    answer = client.get(f"{page(name)}{address}")
                assert answer.status_code == 200
                assert len(asked) <= MOST_QUERIES, (name, term, len(asked))


class TestSearch:
    @pytest.fixture(autouse=True)
    def _rows(self, officer, dossier, agency):
        card(Status.SUBMITTED, agency=agency, full_name="Lê Thị Bình", search_name="le thi binh")

    @pytest.mark.parametrize(
        "typed",
        ["049 085 000 123", "Trần Văn An", "tran an", "TRẦN VĂN", "code"],
    )
    def test_finds_by_code_number_and_name(self, client, dossier, typed):
        typed = dossier.code.lower() if typed == "code" else typed

        sent = client.post(page("changelist"), {"typed": typed})
        found = client.get(f"{page('changelist')}{sent['Location']}")

        assert rows(found) == [dossier.code]
        for part in ("049", "tran", "Tr%E1%BA%A7n", "an&"):
            assert part not in sent["Location"]

    @pytest.mark.parametrize("typed", ["049085000124", "Nguyễn", "12345", "tên:abc", "0905-1"])
    def test_finds_nobody_else(self, client, typed):
        sent = client.post(page("changelist"), {"typed": typed})

        assert rows(client.get(f"{page('changelist')}{sent['Location']}")) == []

    def test_of_letters_only_may_be_a_code(self, client, agency):
        lettered = card(Status.SUBMITTED, agency=agency, code="BTABCDEFG", search_name="pham")

        sent = client.post(page("inbox"), {"typed": "bt abcdefg"})

        assert rows(client.get(f"{page('inbox')}{sent['Location']}")) == [lettered.code]


class TestOneDossier:
    def test_shows_all_there_is_to_see_with_masked_numbers(self, client, officer, dossier):
        shown = client.get(page("change", dossier.pk)).content.decode()

        assert "*********123" in shown
        assert "049085000123" not in shown
        assert "Nhận kiểm tra" in shown
        assert "Duyệt</a>" not in shown
        assert AuditEntry.objects.about(dossier.code).filter(deed=Deed.VIEWED).exists()

    def test_shows_what_can_be_done_now_and_by_whom(self, client, officer, checking):
        mine = client.get(page("change", checking.pk)).content.decode()
        Dossier.objects.filter(pk=checking.pk).update(checking_by=OfficerFactory())
        anothers = client.get(page("change", checking.pk)).content.decode()

        assert "Duyệt</a>" in mine
        assert "Duyệt</a>" not in anothers
        assert "Nhận thay" in anothers

    def test_links_others_of_the_office_and_records_that_they_were_seen(
        self, client, officer, dossier, agency
    ):
        other = card(Status.WITHDRAWN, agency=agency, person_key=dossier.person_key)
        elsewhere = card(Status.WITHDRAWN, person_key=dossier.person_key)

        shown = client.get(page("change", dossier.pk)).content.decode()

        assert page("change", other.pk) in shown
        assert elsewhere.code not in shown
        assert AuditEntry.objects.about(other.code).exists()

    def test_numbers_are_shown_by_a_click_on_record(self, client, officer, dossier):
        answer = client.get(page("reveal", dossier.pk))

        assert "049085000123" in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        assert AuditEntry.objects.about(dossier.code).filter(deed=Deed.REVEALED).count() == 1

    def test_prints_the_form_on_record(self, client, officer, dossier):
        answer = client.get(page("form", dossier.pk))

        assert answer["Content-Type"] == "application/pdf"
        assert answer.content[:5] == b"%PDF-"
        assert AuditEntry.objects.about(dossier.code).filter(deed=Deed.EXPORTED).exists()

    def test_streams_what_was_sent_along_on_record(self, client, officer, dossier, kept_in):
        kept = files.keep(b"%PDF-1.7 a paper")
        attachment = Attachment.objects.create(
            dossier=dossier,
            kind="IDENTITY",
            seat=1,
            file=kept.name,
            key=kept.key,
            media_type="application/pdf",
            size=16,
            pages=1,
            sha256="0" * 64,
            created_at=NOW,
        )
        address = f"{page('attachment', dossier.pk)}?giay={attachment.public_id}"
        assert address in client.get(page("change", dossier.pk)).content.decode()

        answer = client.get(address)

        assert answer.content == b"%PDF-1.7 a paper"
        assert "no-store" in answer["Cache-Control"]
        seen_ones = AuditEntry.objects.about(dossier.code).filter(deed=Deed.REVEALED)
        assert seen_ones.count() == 1
        other = card(Status.SUBMITTED, agency=dossier.agency)
        there = f"{page('attachment', other.pk)}?giay={attachment.public_id}"
        assert "Không có giấy tờ này" in said(client.get(there, follow=True))

    @pytest.mark.parametrize("status", list(Status)[1:])
    def test_opens_in_every_status(self, client, officer, agency, status):
        held = card(status, agency=agency)

        assert client.get(page("change", held.pk)).status_code == 200

    def test_that_was_forgotten_says_so(self, client, officer, agency):
        gone = {"full_name": "", "search_name": "", "person_key": "", "namesake_key": "", "data": "{}"}
        held = card(Status.REFUSED, agency=agency, forgotten_at=NOW, **gone)

        assert "(đã xóa)" in client.get(page("change", held.pk)).content.decode()
        for paper in ("form", "refusal_paper"):
            assert "không làm được" in said(client.get(page(paper, held.pk), follow=True))


class TestDecisions:
    def test_begin_with_taking_it_up(self, client, officer, dossier):
        answer = client.post(page("take_up", dossier.pk), {"lan": dossier.revision}, follow=True)

        dossier.refresh_from_db()
        assert (dossier.status, dossier.checking_by) == (Status.CHECKING, officer)
        assert "Đã nhận" in said(answer)
        assert AuditEntry.objects.about(dossier.code).filter(deed=Deed.DID).exists()

    def test_on_a_state_that_is_past_do_not_count(self, client, officer, checking):
        address = seen("accept", checking)
        Dossier.objects.filter(pk=checking.pk).update(revision=checking.revision + 1)

        answer = client.post(address)

        checking.refresh_from_db()
        assert checking.status == Status.CHECKING
        assert "vừa được người khác xử lý" in answer.content.decode()
        assert not AuditEntry.objects.about(checking.code).filter(deed=Deed.DID).exists()

    def test_without_a_state_do_not_count(self, client, officer, checking):
        client.post(page("accept", checking.pk))

        checking.refresh_from_db()
        assert checking.status == Status.CHECKING

    def test_accept(self, client, officer, checking):
        assert client.get(page("accept", checking.pk)).status_code == 302  # to the state it shows
        assert client.get(seen("accept", checking)).status_code == 200

        answer = client.post(seen("accept", checking), follow=True)

        checking.refresh_from_db()
        assert checking.status == Status.ACCEPTED
        assert answer.redirect_chain[-1][0] == page("inbox")

    def test_send_back_by_choosing_beside_each_field(self, client, officer, checking):
        form = client.get(seen("corrections", checking)).context["form"]
        lines = {line.path: reason.name for _, row in form.rows() for line, reason, _ in row}
        chosen = {lines["residence"]: "ADDRESS_NOT_ENOUGH", lines["attachments"]: "PICTURE_UNREADABLE"}

        client.post(seen("corrections", checking), chosen)

        asked = set(checking.corrections.values_list("field", "reason"))
        assert asked == {("residence", "ADDRESS_NOT_ENOUGH"), ("attachments", "PICTURE_UNREADABLE")}
        shown = client.get(page("change", checking.pk)).content.decode()
        assert "Địa chỉ chưa đủ" in shown
        paper = client.get(page("corrections_paper", checking.pk))
        assert paper["Content-Type"] == "application/pdf"

    @pytest.mark.parametrize(
        ("chosen", "words"),
        [
            ({}, "Chọn ít nhất một mục"),
            ({"words-1": "Xem lại"}, "chọn lý do"),
            ({"reason-1": "OTHER"}, "ghi lý do khác"),
            ({"reason-1": "PICTURE_UNREADABLE"}, "PICTURE_UNREADABLE"),
        ],
    )
    def test_send_nothing_back_that_is_not_said_whole(self, client, officer, checking, chosen, words):
        answer = client.post(seen("corrections", checking), chosen)

        assert words in answer.content.decode()
        checking.refresh_from_db()
        assert checking.status == Status.CHECKING

    def test_refuse_with_its_paper(self, client, officer, checking):
        client.post(seen("refuse", checking), {"reason": "NOT_THIS_CASE"})

        shown = client.get(page("change", checking.pk)).content.decode()
        assert "Luật Căn cước 2023 Điều 24" in shown
        assert client.get(page("refusal_paper", checking.pk))["Content-Type"] == "application/pdf"

    def test_say_what_is_missing_beside_its_field(self, client, officer, checking):
        answer = client.post(seen("refuse", checking), {"reason": "ALREADY_DONE"})

        assert answer.context["form"].errors["basis"]
        checking.refresh_from_db()
        assert checking.status == Status.CHECKING

    def test_stop(self, client, officer, dossier):
        typed = {"reason": "DECLARED_BY_A_STRANGER", "papers_seen": "CCCD 049085000123"}

        client.post(seen("stop", dossier), typed)

        dossier.refresh_from_db()
        assert dossier.status == Status.STOPPED
        assert "049085000123" not in client.get(page("change", dossier.pk)).content.decode()

    def test_put_back_and_take_over(self, client, officer, checking):
        client.post(page("put_back", checking.pk), {"lan": checking.revision})
        checking.refresh_from_db()
        assert checking.status == Status.SUBMITTED
        other = OfficerFactory(first_name="Nam")
        reviewing.take_up(dossier=checking, officer=other, revision=checking.revision, now=NOW)

        asked = client.get(seen("take_over", checking)).content.decode()
        client.post(seen("take_over", checking))

        assert "Nam" in asked
        checking.refresh_from_db()
        assert checking.checking_by == officer

    @pytest.mark.parametrize("name", ["accept", "corrections", "refuse", "take_over", "number"])
    def test_that_are_not_possible_now_lead_back(self, client, officer, dossier, name):
        answer = client.get(page(name, dossier.pk), follow=True)

        assert answer.redirect_chain[-1][0] == page("change", dossier.pk)
        assert "không làm được việc này" in said(answer)

    def test_give_the_official_code_of_a_series(self, client, officer, agency):
        agency.unit_code, agency.dossier_serial_digits = "G01.899.909", 6
        agency.save()
        held = card(Status.ACCEPTED, agency=agency)

        client.post(seen("number", held), {"code": ""})

        held.refresh_from_db()
        assert held.official_code == "G01.899.909-261123-000001"


class TestCounter:
    @pytest.fixture
    def officer(self, client, agency):
        officer = OfficerFactory(agency=agency, roles=[Role.RECEPTIONIST])
        client.force_login(officer)
        return officer

    def sent(self, client, draft, **other):
        typed = {"code": draft.code.lower(), "papers_seen": "CCCD bản chính", "is_true": "on"}
        return client.post(page("counter"), typed | other, follow=True)

    def test_hands_in_a_draft_whose_number_says_another_sex(self, client, officer, agency):
        draft = filled(begun(agency=agency), sex="female")

        answer = self.sent(client, draft)

        draft.refresh_from_db()
        assert draft.status == Status.SUBMITTED
        assert answer.redirect_chain[-1][0] == page("change", draft.pk)
        assert "CCCD bản chính" in answer.content.decode()

    def test_names_the_fields_that_are_wrong(self, client, officer, agency):
        answer = self.sent(client, filled(begun(agency=agency), residence=None))

        assert "Nơi cư trú: Cần ghi mục này." in answer.content.decode()

    def test_knows_no_draft_of_another_office(self, client, officer):
        answer = self.sent(client, filled(begun()))

        assert "Không có tờ khai mang mã này" in answer.content.decode()

    def test_wants_the_oath(self, client, officer, agency):
        draft = filled(begun(agency=agency))

        self.sent(client, draft, is_true="")

        draft.refresh_from_db()
        assert draft.status == Status.DRAFT
