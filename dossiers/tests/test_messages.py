"""What people are told about their dossiers: in words, once for each step, and only whom there is to tell."""

from datetime import date, timedelta

import pytest

from accounts.tests.factories import OfficerFactory
from agencies.tests.factories import AgencyFactory
from dossiers import messages
from dossiers.models import Dossier
from dossiers.services import reviewing
from dossiers.services.declaring import withdraw
from dossiers.states import Status
from dossiers.tests.declared import NOW, begun, filled, standing, submitted
from notifications.kinds import Kind
from notifications.models import Message, State
from notifications.services import put_into_words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


@pytest.fixture
def dossier() -> Dossier:
    agency = AgencyFactory(name="Công an phường Bàn Thạch", address="12 Trần Phú")
    row = filled(begun(agency=agency))
    Dossier.objects.filter(pk=row.pk).update(code="BT7F3KQWX")
    row.code = "BT7F3KQWX"
    return row


def words() -> str:
    (message,) = Message.objects.filter(state=State.OWED)
    (reading,) = put_into_words([message], now=NOW)
    return reading.text


class TestWords:
    def test_of_what_has_to_be_mended(self, dossier):
        messages.tell_returned(dossier, items=2, now=NOW)

        assert words() == (
            "Hồ sơ của An ở Công an phường Bàn Thạch cần bổ sung 2 mục. Mở hồ sơ trên cổng để xem từng mục, "
            "sửa rồi nộp lại. Mã tờ khai BT7F3KQWX."
        )

    def test_of_an_approval(self, dossier):
        messages.tell_accepted(dossier, now=NOW)

        assert words() == (
            "Hồ sơ của An đã được Công an phường Bàn Thạch duyệt. Mời đặt lịch đến để chụp ảnh, lấy vân tay. "
            "Mã tờ khai BT7F3KQWX."
        )

    def test_of_a_refusal(self, dossier):
        messages.tell_refused(dossier, reason="chưa đủ tuổi được cấp", now=NOW)

        assert words() == (
            "Hồ sơ của An không được Công an phường Bàn Thạch tiếp nhận. Lý do: chưa đủ tuổi được cấp. "
            "Mã tờ khai BT7F3KQWX. Mở hồ sơ trên cổng để xem thông báo đầy đủ."
        )

    def test_of_an_end(self, dossier):
        messages.tell_stopped([dossier], reason="90 ngày không bổ sung", now=NOW)

        assert words() == (
            "Công an phường Bàn Thạch đã dừng hồ sơ của An. Lý do: 90 ngày không bổ sung. "
            "Mã tờ khai BT7F3KQWX. Vẫn cần làm căn cước thì khai hồ sơ mới."
        )

    def test_of_a_card_that_came(self, dossier):
        messages.tell_ready([dossier], now=NOW)

        assert words() == (
            "Đã có thẻ căn cước của An. Mời đến Công an phường Bàn Thạch nhận thẻ. Địa chỉ: 12 Trần Phú. "
            "Mang theo: giấy hẹn, thẻ hoặc giấy tờ tùy thân đang có. Mã tờ khai BT7F3KQWX."
        )

    def test_of_a_card_that_is_late(self, dossier):
        dossier.return_on = date(2026, 12, 4)

        messages.tell_late([dossier], promised={dossier.pk: date(2026, 11, 30)}, now=NOW)

        assert words() == (
            "Công an phường Bàn Thạch xin lỗi ông/bà: thẻ căn cước của An chưa kịp có vào ngày 30/11/2026 đã "
            "hẹn. Hẹn lại ngày 04/12/2026. Mã tờ khai BT7F3KQWX."
        )

    def test_never_hold_the_number_or_the_whole_name(self, dossier):
        messages.tell_ready([dossier], now=NOW)

        said = str(Message.objects.values_list("context", flat=True).get())
        assert "049085000123" not in said
        assert "Trần Văn" not in said


class TestTelling:
    def test_one_step_twice_is_told_once(self, dossier):
        messages.tell_ready([dossier], now=NOW)
        Message.objects.update(state=State.SENT, sent_at=NOW)

        messages.tell_ready([dossier], now=NOW + timedelta(hours=1))

        assert Message.objects.count() == 1

    def test_a_newer_word_takes_the_place_of_one_that_has_not_left(self, dossier):
        messages.tell_returned(dossier, items=1, now=NOW)

        messages.tell_accepted(dossier, now=NOW)

        assert dict(Message.objects.values_list("kind", "state")) == {
            Kind.DOSSIER_RETURNED: State.WITHDRAWN,
            Kind.DOSSIER_ACCEPTED: State.OWED,
        }

    def test_a_further_step_takes_back_what_has_not_left(self, dossier):
        dossier, officer = submitted(dossier), OfficerFactory()
        for step in (reviewing.take_up, reviewing.accept):
            step(dossier=dossier, officer=officer, revision=dossier.revision, now=NOW)

        withdraw(public_id=dossier.public_id, citizen=dossier.citizen, now=NOW)

        assert Message.objects.get().state == State.WITHDRAWN

    def test_whoever_has_no_account_is_told_nothing(self, dossier):
        Dossier.objects.filter(pk=dossier.pk).update(citizen=None)

        messages.tell_accepted(Dossier.objects.get(pk=dossier.pk), now=NOW)

        assert not Message.objects.exists()

    def test_of_many_takes_as_many_statements_as_of_one(self, django_assert_num_queries):
        rows = [standing(Status.READY, person_key=f"key {number}") for number in range(3)]

        with django_assert_num_queries(2):
            messages.tell_ready(rows, now=NOW)

        assert Message.objects.filter(kind=Kind.CARD_READY).count() == 3
