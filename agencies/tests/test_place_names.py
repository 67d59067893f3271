import pytest

from agencies.place_names import is_only_a_kind, path_key, place_key, read_sought, toned_key


class TestPlaceKey:
    @pytest.mark.parametrize(
        "typed", ["Hoà Hương", "Hòa  Hương", "HÒA HƯƠNG", "hoa huong", "Ho\u0061\u0300 Hương"]
    )
    def test_is_one_however_the_marks_stand(self, typed):
        assert place_key(typed) == "hoa huong"

    @pytest.mark.parametrize(
        ("name", "key"),
        [
            ("Phường 01", "phuong 1"),
            ("Phường 10", "phuong 10"),
            ("Đắk N'Drung", "dak ndrung"),
            ("K' Dang", "kdang"),
            ("Ea H’Leo", "ea hleo"),
            ("Bà Rịa - Vũng Tàu", "ba ria vung tau"),
            ("N.T Phong Hải", "n t phong hai"),
            ("Ðông Hà", "dong ha"),
            ("Quận 0", "quan 0"),
            ("!?|&:*", ""),
            ("", ""),
        ],
    )
    def test_keeps_words_and_numbers_only(self, name, key):
        assert place_key(name) == key


class TestTonedKey:
    def test_puts_the_tone_at_the_end_of_its_word(self):
        assert toned_key("Hoà Thuỵ") == toned_key("hòa thụy") != toned_key("hóa thụy")

    def test_tells_marks_apart(self):
        assert len({toned_key(name) for name in ("Tân Thanh", "Tân Thành", "Tân Thạnh", "Tấn Thạnh")}) == 4


class TestPathKey:
    def test_goes_from_the_place_upwards(self):
        assert (
            path_key("Phường 13", "quan 4 thanh pho ho chi minh") == "phuong 13 quan 4 thanh pho ho chi minh"
        )

    def test_says_it_again_by_each_other_name(self):
        assert path_key("Phường 13", "quan 4", ["Phường 12"]) == "phuong 13 quan 4 | phuong 12 quan 4"

    def test_of_a_province_is_its_name(self):
        assert path_key("Tỉnh Quảng Nam", "") == "tinh quang nam"


class TestReadSought:
    @pytest.mark.parametrize(
        ("typed", "key"),
        [
            ("P12, Q4", "phuong 12 quan 4"),
            ("p.12 q.4 TP.HCM", "phuong 12 quan 4 thanh pho ho chi minh"),
            ("TPHCM", "thanh pho ho chi minh"),
            ("P05", "phuong 5"),
            ("TX Sơn Tây", "thi xa son tay"),
            ("TT. Núi Đèo, H. Thuỷ Nguyên", "thi tran nui deo huyen thuy nguyen"),
            ("x. Tam Thanh", "xa tam thanh"),
            ("HN", "ha noi"),
            ("tân h", "tan h"),
            ("", ""),
        ],
    )
    def test_writes_short_forms_out(self, typed, key):
        assert read_sought(typed).key == key

    def test_parts_the_kind_from_the_name(self):
        sought = read_sought("TP. Tam Kỳ")

        assert (sought.kind, sought.beginnings) == ("THANH_PHO", ("tam", "tam ky"))
        assert read_sought("tam ky").kind == ""
        assert read_sought("phường").kind == ""

    def test_keeps_the_marks_only_where_some_were_typed(self):
        assert read_sought("phường tân thạnh").toned == (toned_key("tân"), toned_key("tân thạnh"))
        assert read_sought("phuong tan thanh").toned == ()


class TestIsOnlyAKind:
    @pytest.mark.parametrize("key", ["phuong", "thi tran", "x"])
    def test_is_what_every_place_may_begin_with(self, key):
        assert is_only_a_kind(key)

    @pytest.mark.parametrize("key", ["phuong an", "an", ""])
    def test_is_not_a_name(self, key):
        assert not is_only_a_kind(key)
