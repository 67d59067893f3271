import pytest

from faq.typed import Act, Code, Command, News, Numbers, Word, understand

CANCEL_IT = Command(Act.CANCEL, "TK7F3KQ")


class TestUnderstand:
    @pytest.mark.parametrize(
        "text",
        [
            "1",
            "1.",
            " 1 ",
            "1. Xác nhận",
            "sẽ đến (1)",
            "số 1",
            "so 1",
            "Số 1 ạ",
            "(1)",
            "1)",
            "１",
            "1️⃣",
            "chọn 1",
            "Dạ 1",
            "01",
        ],
    )
    def test_reads_a_number_however_it_is_typed(self, text):
        assert understand(text) == Numbers((1,))

    @pytest.mark.parametrize(
        ("text", "numbers"), [("1 3", (1, 3)), ("1,3", (1, 3)), ("1 và 3", (1, 3)), ("3, 1, 3", (3, 1))]
    )
    def test_reads_several_numbers(self, text, numbers):
        assert understand(text) == Numbers(numbers)

    @pytest.mark.parametrize(
        "text",
        [
            "HUY TK7F3KQ",
            "HUY tk7f3kq",
            "hủy TK7 F3KQ",
            "huỷ tk7f3kq",
            "Hủy lịch hẹn TK-7F3KQ",
            "hủy giúp tôi mã TK7F3KQ nhé",
            "huytk7f3kq",
            "TK7F3KQ hủy",
            "xin hủy lịch T K 7 F 3 K Q",
            "3 TK7F3KQ",
            "3. Hủy TK7F3KQ",
        ],
    )
    def test_reads_what_is_to_be_cancelled(self, text):
        assert understand(text) == CANCEL_IT

    def test_reads_a_code_of_letters_only(self):
        assert understand("hủy CPG CJPA") == Command(Act.CANCEL, "CPGCJPA")
        assert understand("CPGCJPA") == Code("CPGCJPA")
        assert understand("nhà chưa") is None

    @pytest.mark.parametrize(
        "text", ["hủy", "HUY", "xin hủy lịch", "hủy lịch hẹn của tôi", "huỷ bỏ", "3. Hủy", "hủy số 3"]
    )
    def test_reads_that_something_is_to_be_cancelled_but_not_what(self, text):
        assert understand(text) == Command(Act.CANCEL, None)

    @pytest.mark.parametrize(
        ("text", "command"),
        [
            ("1 TK7F3KQ", Command(Act.CONFIRM, "TK7F3KQ")),
            ("Tôi sẽ đến", Command(Act.CONFIRM, None)),
            ("xacnhan", Command(Act.CONFIRM, None)),
            ("xac nhan tk7f3kq", Command(Act.CONFIRM, "TK7F3KQ")),
            ("đổi giờ", Command(Act.MOVE, None)),
            ("doi lich TK7F3KQ", Command(Act.MOVE, "TK7F3KQ")),
            ("đổi TK7F3KQ", Command(Act.MOVE, "TK7F3KQ")),
            ("2 tk7f3kq", Command(Act.MOVE, "TK7F3KQ")),
            ("2. Đổi giờ", Command(Act.MOVE, None)),
        ],
    )
    def test_reads_the_other_acts(self, text, command):
        assert understand(text) == command

    @pytest.mark.parametrize("text", ["TK7F3KQ", "mã tk7 f3kq ạ"])
    def test_reads_a_code_alone(self, text):
        assert understand(text) == Code("TK7F3KQ")

    @pytest.mark.parametrize(
        ("text", "word"),
        [
            ("tất cả", Word.ALL),
            ("Tat ca.", Word.ALL),
            ("0", Word.BACK),
            ("số 0", Word.BACK),
            ("huỷ lệnh", Word.BACK),
            ("Quay lại", Word.BACK),
        ],
    )
    def test_reads_the_words_of_menus(self, text, word):
        assert understand(text) == word

    @pytest.mark.parametrize(
        "text",
        [
            "???",
            "xin chào",
            "đừng hủy TK7F3KQ",
            "không hủy TK7F3KQ",
            "tôi chưa hủy TK7F3KQ",
            "hủy TK7F3KQ được không",
            "hủy TK7F3KQ và TK8F3KQ",
            "đợi",
            "anh Huy ơi",
            "huyện Phú Ninh",
            "049085012345",
            "0905 123 456",
            "tôi sẽ không đến",
            "8 giờ 30 sáng mai",
            "1 giờ ạ",
            "3 ngày",
            "hủy số 2",
            "3 người hủy",
            "xác nhận 2",
            "1" * 500,
            "HUY TK7F3KQ " + "xin " * 100,
        ],
    )
    def test_leaves_everything_else_to_others(self, text):
        assert understand(text) is None

    @pytest.mark.parametrize(
        "text", ["ok", "vâng ạ", "dạ", "Oke em", "👍", "…", "được rồi", "/-strong", "ừ, hiểu rồi"]
    )
    def test_takes_politeness_for_no_answer(self, text):
        assert understand(text) is Word.OK

    @pytest.mark.parametrize("text", ["cảm ơn", "Cám ơn nhiều ạ", "tks ad nhiu", "cảm ơn lắm lun", "tks"])
    def test_hears_thanks(self, text):
        assert understand(text) is Word.THANKS

    @pytest.mark.parametrize(
        "text", ["được không", "cảm ơn, cho hỏi lệ phí", "hiểu chưa", "con tôi", "tốt nghiệp"]
    )
    def test_leaves_what_asks_something(self, text):
        assert understand(text) is None


class TestNews:
    @pytest.mark.parametrize(
        "text",
        [
            "NHẬN TIN",
            "nhan tin",
            "nhận thông báo ạ",
            "đăng ký nhận thông báo",
            "dang ki nhan tin",
            "cho tôi nhận tin với",
            "Nhắn NHẬN TIN",
            "tôi muốn nhận tin mới",
        ],
    )
    def test_is_asked_for(self, text):
        assert understand(text) == News(is_wanted=True)

    @pytest.mark.parametrize(
        ("text", "ward"),
        [
            ("nhận tin phường Tân Lợi", "phuong tan loi"),
            ("nhan tin phuong tan loi nhe", "phuong tan loi"),
            ("đăng ký nhận thông báo của xã Hòa Thắng ạ", "xa hoa thang"),
        ],
    )
    def test_is_asked_for_of_a_ward(self, text, ward):
        assert understand(text) == News(is_wanted=True, ward=ward)

    @pytest.mark.parametrize(
        "text",
        [
            "THÔI NHẬN TIN",
            "thoi nhan tin",
            "hủy nhận tin",
            "từ chối nhận tin",
            "huỷ đăng ký nhận tin",
            "ngừng nhận thông báo",
            "tôi không muốn nhận tin nữa",
            "xin thôi nhận tin",
            "dừng nhận tin giúp tôi",
        ],
    )
    def test_is_not_wanted_any_more(self, text):
        assert understand(text) == News(is_wanted=False)

    @pytest.mark.parametrize(
        "text",
        [
            "nhắn tin",
            "nhắn tin cho cán bộ",
            "đã nhận tin",
            "chưa nhận tin",
            "không nhận tin",
            "sao không nhận thông báo",
            "nhận thông báo ở đâu",
            "có nhận tin nhắn không",
        ],
    )
    def test_is_not_heard_in_other_words(self, text):
        assert understand(text) is None

    def test_is_never_taken_for_a_code(self):
        assert understand("HUY NHANTIN") is None
        assert understand("hủy TK7F3KQ") == CANCEL_IT
