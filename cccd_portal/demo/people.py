"""Invented families, with names as they are common in Quảng Nam. Every number is drawn and nobody's."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from secrets import SystemRandom

from accounts.identity import FEMALE, MALE, PersonDetails
from accounts.relations import Relation
from booking.services.people import NewPerson

FAMILY_NAMES = (
    *("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô"),
    *("Dương", "Đoàn", "Trương", "Lương", "Mai", "Hà", "Châu", "Ung"),
)
MIDDLE_NAMES = {
    MALE: ("Văn", "Đức", "Hữu", "Quang", "Minh", "Công", "Xuân", "Thanh", "Ngọc", "Đình"),
    FEMALE: ("Thị", "Thị Thu", "Thị Kim", "Thị Ngọc", "Thị Thanh", "Ngọc", "Thu", "Kim", "Bích", "Mỹ"),
}
GIVEN_NAMES = {
    MALE: (
        *("An", "Bình", "Cường", "Dũng", "Đạt", "Hải", "Hiếu", "Hùng", "Khoa", "Long", "Nam", "Nghĩa"),
        *("Phúc", "Quân", "Sơn", "Tài", "Thắng", "Tín", "Tuấn", "Vinh"),
    ),
    FEMALE: (
        *("Anh", "Chi", "Diễm", "Dung", "Hà", "Hạnh", "Hoa", "Huệ", "Lan", "Linh", "Mai", "Nga"),
        *("Nhung", "Oanh", "Phương", "Thảo", "Thủy", "Trang", "Vân", "Yến"),
    ),
}
# Who comes along with the holder of the account: relation, sex (None: either), years of birth.
OTHERS: Sequence[tuple[Relation, str | None, range]] = (
    (Relation.SPOUSE, None, range(1960, 1995)),
    (Relation.MOTHER, FEMALE, range(1935, 1960)),
    (Relation.FATHER, MALE, range(1935, 1960)),
    (Relation.CHILD, None, range(1996, 2007)),
    (Relation.SIBLING, None, range(1960, 1995)),
)
BIRTH_PLACES = ("049", "049", "049", "048", "051", "046", "079")
MOBILE_PREFIXES = ("090", "091", "093", "094", "096", "097", "098")
LARGEST_FAMILY = 5
_random = SystemRandom()


@dataclass(frozen=True)
class Family:
    """People who come together; the first of them holds the account and the phone (`+84…`)."""

    people: Sequence[NewPerson]
    phone: str
    priority: bool

    @property
    def holder(self) -> str:
        return self.people[0].details.full_name


def families(people: int, *, largest: int = LARGEST_FAMILY) -> Iterator[Family]:
    """Families of one to five, so many people in all; no two share a number or a phone."""
    drawn: set[str] = set()
    left = people
    while left > 0:
        size = min(_random.randint(1, largest), left)
        left -= size
        yield _family(size, drawn)


def _family(size: int, drawn: set[str]) -> Family:
    name = _random.choice(FAMILY_NAMES)
    others = _random.sample(OTHERS, size - 1)
    along = [_person(name, *other, drawn=drawn) for other in others]
    holder = _person(name, Relation.SELF, None, range(1960, 1995), drawn=drawn)
    phone = f"+84{_new(lambda: _random.choice(MOBILE_PREFIXES)[1:] + _digits(7), drawn)}"
    oldest = min(person.details.birth_year for person in (holder, *along))
    return Family(people=[holder, *along], phone=phone, priority=oldest < 1945)


def _person(
    family_name: str, relation: Relation, sex: str | None, years: range, *, drawn: set[str]
) -> NewPerson:
    sex = sex or _random.choice((MALE, FEMALE))
    year = _random.choice(years)
    born = date(year, 1, 1) + timedelta(days=_random.randrange(365))
    century_and_sex = 2 * (year // 100 - 19) + (sex == FEMALE)
    begin = f"{_random.choice(BIRTH_PLACES)}{century_and_sex}{year % 100:02d}"
    names = (family_name, _random.choice(MIDDLE_NAMES[sex]), _random.choice(GIVEN_NAMES[sex]))
    details = PersonDetails(
        full_name=" ".join(names),
        birth_date=f"{born:%Y-%m-%d}",
        sex=sex,
        personal_id=_new(lambda: begin + _digits(6), drawn),
    )
    return NewPerson(details=details, relation=relation)


def _new(draw: Callable[[], str], drawn: set[str]) -> str:
    while (number := draw()) in drawn:
        continue
    drawn.add(number)
    return number


def _digits(count: int) -> str:
    return f"{_random.randrange(10**count):0{count}d}"
