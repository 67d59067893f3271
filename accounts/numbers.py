"""What the twelve digits of an identity number say: where the birth was registered, century and sex, year.

Laid out by Nghị định 137/2015/NĐ-CP Điều 13; the provinces by the annex of Thông tư 07/2016/TT-BCA, repeated
by Thông tư 59/2021/TT-BCA. Numbers did not change with the provinces on 2025-07-01: a prefix is that of a
province of before. Codes of countries are not published whole: a prefix that is not here is no fault.
"""

import re
from dataclasses import dataclass
from datetime import date

MALE, FEMALE = "male", "female"
_TWELVE = re.compile(r"[0-9]{12}")
# Of before the mergers of 2025.
# fmt: off
PROVINCES = {
    "001": "Hà Nội", "002": "Hà Giang", "004": "Cao Bằng", "006": "Bắc Kạn", "008": "Tuyên Quang",
    "010": "Lào Cai", "011": "Điện Biên", "012": "Lai Châu", "014": "Sơn La", "015": "Yên Bái",
    "017": "Hòa Bình", "019": "Thái Nguyên", "020": "Lạng Sơn", "022": "Quảng Ninh", "024": "Bắc Giang",
    "025": "Phú Thọ", "026": "Vĩnh Phúc", "027": "Bắc Ninh", "030": "Hải Dương", "031": "Hải Phòng",
    "033": "Hưng Yên", "034": "Thái Bình", "035": "Hà Nam", "036": "Nam Định", "037": "Ninh Bình",
    "038": "Thanh Hóa", "040": "Nghệ An", "042": "Hà Tĩnh", "044": "Quảng Bình", "045": "Quảng Trị",
    "046": "Thừa Thiên Huế", "048": "Đà Nẵng", "049": "Quảng Nam", "051": "Quảng Ngãi", "052": "Bình Định",
    "054": "Phú Yên", "056": "Khánh Hòa", "058": "Ninh Thuận", "060": "Bình Thuận", "062": "Kon Tum",
    "064": "Gia Lai", "066": "Đắk Lắk", "067": "Đắk Nông", "068": "Lâm Đồng", "070": "Bình Phước",
    "072": "Tây Ninh", "074": "Bình Dương", "075": "Đồng Nai", "077": "Bà Rịa – Vũng Tàu",
    "079": "Thành phố Hồ Chí Minh", "080": "Long An", "082": "Tiền Giang", "083": "Bến Tre",
    "084": "Trà Vinh", "086": "Vĩnh Long", "087": "Đồng Tháp", "089": "An Giang", "091": "Kiên Giang",
    "092": "Cần Thơ", "093": "Hậu Giang", "094": "Sóc Trăng", "095": "Bạc Liêu", "096": "Cà Mau",
}
# fmt: on


@dataclass(frozen=True)
class NumberReading:
    """What a number says by its digits. `province` is one of before 2025-07-01, None if it is none."""

    prefix: str
    province: str | None
    sex: str
    birth_year: int

    @property
    def is_of_a_living_person(self) -> bool:
        """Centuries after the 21st are laid out and not yet born."""
        return self.birth_year < 2100


def read_number(number: str) -> NumberReading | None:
    """Read the twelve digits; None for any other text. Whether it was ever given, they do not say."""
    if not _TWELVE.fullmatch(number):
        return None
    century, parity = divmod(int(number[3]), 2)
    return NumberReading(
        prefix=number[:3],
        province=PROVINCES.get(number[:3]),
        sex=FEMALE if parity else MALE,
        birth_year=1900 + 100 * century + int(number[4:6]),
    )


def doubts_about(number: str, *, today: date) -> list[str]:
    """What an officer should look at twice, in their words; none of it refuses anybody."""
    read = read_number(number)
    if read is None:
        return []
    found = []
    if read.province is None:
        found.append("Ba số đầu không phải mã tỉnh: có thể khai sinh ở nước ngoài, đối chiếu với giấy tờ.")
    age = today.year - read.birth_year
    if age < 0:
        found.append("Năm sinh trong số định danh ở tương lai.")
    elif age > 120:
        found.append("Theo số định danh, người này đã trên 120 tuổi.")
    return found
