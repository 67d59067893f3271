"""What people should not send: told so, never kept, never said back."""

from datetime import timedelta

import pytest
from django.apps import apps

from agencies.tests.factories import AgencyFactory
from faq.models import Conversation, Miss
from faq.services.editions import content_changed
from faq.tests.factories import AnswerFactory
from faq.tests.talking import Writer, mother_of, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wire")]
NUMBER = "049185012345"
KEEP = "Không gửi số định danh, ảnh thẻ vào đây. Tin vừa nhận không được lưu."


@pytest.fixture
def neighbour() -> Writer:
    """Writes to an office that answers where to leave a motorbike."""
    AnswerFactory(published=True, question__asks="Gửi xe ở đâu?", says="Trong sân.")
    content_changed()
    return somebody(oa_id=AgencyFactory().oa_id, citizen=None)


def everything_stored() -> str:
    """All rows of the rooms that a chat passes, decrypted."""
    rooms = ("accounts", "faq", "notifications", "zalo")
    models = [model for room in rooms for model in apps.get_app_config(room).get_models()]
    return "\n".join(str(list(model._default_manager.values())) for model in models)


class TestNumberOfACard:
    def test_is_not_wanted(self, neighbour):
        (said,) = neighbour.types(NUMBER)

        assert said.startswith(KEEP)

    def test_leaves_the_question_around_it_to_be_answered(self, neighbour):
        warned, answered = neighbour.types(f"{NUMBER[:6]} {NUMBER[6:]} gửi xe ở đâu")

        assert warned.startswith(KEEP)
        assert answered == "Gửi xe ở đâu?\nTrong sân."

    def test_is_warned_of_once_in_ten_minutes(self, neighbour):
        assert [len(neighbour.types(NUMBER)) for _ in range(3)] == [1, 0, 0]
        neighbour.clock += timedelta(minutes=10)

        assert len(neighbour.types(NUMBER)) == 1

    def test_is_neither_kept_nor_logged_nor_said(self, neighbour, caplog):
        caplog.set_level("DEBUG")
        texts = [
            NUMBER,
            f"tôi là An, {NUMBER}, hoc phi truong mam non",
            f"HUY {NUMBER}",
            "201 234 567 zxcv qwer",
        ]

        said = " ".join(answer for text in texts for answer in neighbour.types(text))

        kept = everything_stored() + caplog.text + said
        assert not any(secret in kept for secret in (NUMBER, NUMBER[:6], "201 234", "201234567"))
        assert not Miss.objects.exists()  # names stand around it, and it was said that nothing is kept

    def test_makes_no_command_of_what_stands_around_it(self):
        father = mother_of(1)

        (said,) = father.types(f"1 {NUMBER}")

        assert said.startswith(KEEP)
        assert father.statuses() == ["BOOKED"]

    def test_is_said_nothing_about_where_the_words_around_it_are_not_understood(self, neighbour):
        assert len(neighbour.types(f"{NUMBER} asdf qwer")) == 1


class TestPhone:
    def test_may_be_typed_but_is_neither_kept_nor_said(self, neighbour):
        said = " ".join(neighbour.types("0905 123 456") + neighbour.types("sdt 0905123456 zxcv"))

        kept = everything_stored() + said
        assert "Không gửi" not in said
        assert "zxcv" in kept
        assert not any(digits in kept for digits in ("0905123456", "0905 123", "…'"))


class TestOneTimeCode:
    def test_that_nobody_asked_for_belongs_to_nobody(self, neighbour):
        (said,) = neighbour.types("mã otp 123456")

        assert said == "Không gửi mã xác thực (OTP) cho ai, kể cả cán bộ. Tin vừa nhận không được lưu."
        assert "123456" not in everything_stored()


class TestPicturesAndFiles:
    @pytest.mark.parametrize("kind", ["image", "gif", "file", "video"])
    def test_are_not_looked_at(self, neighbour, kind):
        (said,) = neighbour.types("", sent=kind)

        assert said.startswith("Không gửi ảnh thẻ, giấy tờ, số định danh vào đây. Ảnh, tệp")

    def test_are_warned_of_once_for_a_whole_album(self, neighbour):
        assert [len(neighbour.types("", sent="image")) for _ in range(4)] == [1, 0, 0, 0]

    def test_leave_what_is_written_below_to_be_answered(self, neighbour):
        assert neighbour.types("gửi xe ở đâu", sent="image")[1] == "Gửi xe ở đâu?\nTrong sân."

    def test_that_are_heard_are_not_understood(self, neighbour):
        assert neighbour.types("", sent="audio") == [
            'Chưa nghe được tin thoại. Xin gõ câu hỏi bằng chữ, hoặc gõ "gặp cán bộ".'
        ]

    @pytest.mark.parametrize("kind", ["sticker", "link", "location", "business_card"])
    def test_are_not_everything_that_is_sent(self, neighbour, kind):
        assert neighbour.types("", sent=kind) == []

    def test_leave_an_open_list_open(self, neighbour):
        neighbour.types("menu")
        neighbour.types("", sent="image")

        assert Conversation.objects.get().question_kind == "main"
