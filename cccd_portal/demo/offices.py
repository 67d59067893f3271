"""The offices of the demo: the five of April 2021 with their policies as they ran, and one of today.

Sources: the two articles the portal began with (nhandan.com.vn and Báo Quảng Nam, April 2021) for how each
office took people; hours and capacities are made up where the articles are silent. Ward names and codes
are those of 2021 (General Statistics Office). Phone numbers are invented.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from agencies.models import Agency

IN_2021 = date(2021, 4, 20)
PAPERS_2021 = "sổ hộ khẩu bản chính, CMND hoặc CCCD đang có"
PAPERS_NOW = "thẻ căn cước hoặc CCCD đang có"
MORNING, AFTERNOON = (time(7, 30), time(11, 30)), (time(13, 30), time(17, 0))
WORKDAYS, SATURDAY, SUNDAY = range(5), 5, 6
EVERY_DAY = range(7)


@dataclass(frozen=True)
class Hours:
    """Hours of some weekdays, cut into slots."""

    weekdays: Sequence[int]
    starts_at: time
    ends_at: time
    slot_minutes: int
    capacity: int


def whole_days(weekdays: Sequence[int], *, slot_minutes: int, capacity: int) -> list[Hours]:
    return [Hours(weekdays, start, end, slot_minutes, capacity) for start, end in (MORNING, AFTERNOON)]


def mornings(*weekdays: int, slot_minutes: int, capacity: int) -> Hours:
    return Hours(weekdays, *MORNING, slot_minutes, capacity)


@dataclass(frozen=True)
class SiteOfDemo:
    name: str
    address: str
    hours: list[Hours] = field(default_factory=list)
    letter: str = "A"


@dataclass(frozen=True)
class Stop:
    """A stop of a mobile team: a ward with its code of 2021."""

    ward: str
    code: str


@dataclass(frozen=True)
class Office:
    slug: str
    name: str
    prefix: str
    level: str
    oa_id: str
    policy: dict[str, Any]
    sites: list[SiteOfDemo]
    hotline: str
    address: str
    unit_code: str = ""
    # Where the mobile team goes in turn, in which town, and whether each stop is for its own people only.
    stops: Sequence[Stop] = ()
    town: str = ""
    is_limited: bool = False
    # Evenings beyond the week, planned as sessions.
    overtime: Sequence[Hours] = ()
    area: str = Agency.Area.TOWN
    # How many places of a slot somebody takes, by the key of the procedure.
    visit_lengths: Mapping[str, int] = field(default_factory=dict)


TAM_KY_STOPS = (
    Stop("Phường Tân Thạnh", "20335"),
    Stop("Phường Phước Hòa", "20338"),
    Stop("Phường An Mỹ", "20341"),
    Stop("Phường Hòa Hương", "20344"),
    Stop("Phường An Xuân", "20347"),
    Stop("Phường An Sơn", "20350"),
    Stop("Phường Trường Xuân", "20353"),
    Stop("Phường An Phú", "20356"),
    Stop("Xã Tam Thanh", "20359"),
    Stop("Xã Tam Thăng", "20362"),
    Stop("Xã Tam Phú", "20371"),
    Stop("Xã Tam Ngọc", "20389"),
    Stop("Phường Hòa Thuận", "20375"),
)

BUON_MA_THUOT_STOPS = (
    Stop("Xã Ea Kao", "24169"),
    Stop("Xã Hòa Thắng", "24166"),
    Stop("Xã Cư ÊBur", "24160"),
    Stop("Xã Hòa Phú", "24172"),
    Stop("Phường Khánh Xuân", "24154"),
)

OFFICES = (
    Office(
        slug="cong-an-quan-4",
        name="Công an Quận 4",
        prefix="QB",
        level=Agency.Level.DISTRICT,
        oa_id="1604402779131415926",
        hotline="02838250004",
        address="14 Đoàn Như Hài, Quận 4, TP Hồ Chí Minh",
        policy={
            "window_days": 7,
            "dossier_required": True,
            "law_date": IN_2021,
            "papers_to_bring": PAPERS_2021,
        },
        sites=[
            SiteOfDemo(
                "Đội Cảnh sát QLHC, Công an Quận 4",
                "14 Đoàn Như Hài, Quận 4, TP Hồ Chí Minh",
                [
                    *whole_days(WORKDAYS, slot_minutes=30, capacity=8),
                    mornings(SATURDAY, slot_minutes=30, capacity=8),
                ],
            )
        ],
    ),
    Office(
        slug="cong-an-quan-tan-phu",
        name="Công an quận Tân Phú",
        prefix="TP",
        level=Agency.Level.DISTRICT,
        oa_id="2718281828459045235",
        hotline="02838100088",
        address="55 Thống Nhất, quận Tân Phú, TP Hồ Chí Minh",
        policy={"law_date": IN_2021, "papers_to_bring": PAPERS_2021},
        sites=[
            SiteOfDemo(
                "Công an quận Tân Phú",
                "55 Thống Nhất, quận Tân Phú, TP Hồ Chí Minh",
                [
                    *whole_days([*WORKDAYS, SATURDAY], slot_minutes=30, capacity=12),
                    mornings(SUNDAY, slot_minutes=30, capacity=12),
                ],
            )
        ],
    ),
    Office(
        slug="cong-an-tp-buon-ma-thuot",
        name="Công an TP Buôn Ma Thuột",
        prefix="BM",
        level=Agency.Level.DISTRICT,
        oa_id="1414213562373095048",
        hotline="02623850047",
        address="05 Lê Duẩn, TP Buôn Ma Thuột, Đắk Lắk",
        policy={"law_date": IN_2021, "papers_to_bring": PAPERS_2021},
        sites=[
            SiteOfDemo(
                "Công an TP Buôn Ma Thuột",
                "05 Lê Duẩn, TP Buôn Ma Thuột, Đắk Lắk",
                [
                    *whole_days(WORKDAYS, slot_minutes=30, capacity=10),
                    mornings(SATURDAY, slot_minutes=30, capacity=10),
                ],
            )
        ],
        # The article tells of overtime and of mobile sessions; which evenings and wards is made up.
        overtime=[Hours(WORKDAYS, time(18, 0), time(20, 30), 30, 6)],
        stops=BUON_MA_THUOT_STOPS,
        town="TP Buôn Ma Thuột, Đắk Lắk",
        is_limited=True,
    ),
    Office(
        slug="cong-an-tinh-hai-duong",
        name="Công an tỉnh Hải Dương",
        prefix="HD",
        level=Agency.Level.PROVINCE,
        oa_id="1732050807568877293",
        hotline="02203852034",
        address="35 Đại lộ Hồ Chí Minh, TP Hải Dương",
        policy={"law_date": IN_2021, "papers_to_bring": PAPERS_2021},
        sites=[
            SiteOfDemo(
                "Phòng Cảnh sát QLHC, Công an tỉnh Hải Dương",
                "35 Đại lộ Hồ Chí Minh, TP Hải Dương",
                whole_days(WORKDAYS, slot_minutes=30, capacity=10),
            ),
            SiteOfDemo(
                "Công an TP Chí Linh",
                "Nguyễn Trãi, phường Sao Đỏ, TP Chí Linh",
                whole_days(WORKDAYS, slot_minutes=30, capacity=6),
            ),
        ],
    ),
    Office(
        slug="cong-an-tp-tam-ky",
        name="Công an TP Tam Kỳ",
        prefix="TK",
        level=Agency.Level.DISTRICT,
        oa_id="3674338702778449434",
        hotline="02353851234",
        address="70 Phan Bội Châu, TP Tam Kỳ, Quảng Nam",
        policy={
            "allocation": Agency.Allocation.OFFICE_ASSIGNS,
            "numbering": Agency.Numbering.EVENING_BEFORE,
            "arrive_early_minutes": 5,
            "daily_target": 600,
            "law_date": IN_2021,
            "papers_to_bring": PAPERS_2021,
        },
        sites=[
            SiteOfDemo(
                "Trụ sở Công an TP Tam Kỳ",
                "70 Phan Bội Châu, TP Tam Kỳ, Quảng Nam",
                whole_days(EVERY_DAY, slot_minutes=15, capacity=14),
            )
        ],
        stops=TAM_KY_STOPS,
        town="TP Tam Kỳ, Quảng Nam",
    ),
    Office(
        slug="cong-an-phuong-ban-thach",
        name="Công an phường Bàn Thạch",
        prefix="BT",
        level=Agency.Level.COMMUNE,
        oa_id="2236067977499789696",
        hotline="02353811113",
        address="Phường Bàn Thạch, TP Đà Nẵng",
        policy={
            "numbering": Agency.Numbering.EVENING_BEFORE,
            "papers_to_bring": PAPERS_NOW,
        },
        sites=[
            SiteOfDemo(
                "Công an phường Bàn Thạch",
                "Phường Bàn Thạch, TP Đà Nẵng",
                [
                    *whole_days(WORKDAYS, slot_minutes=30, capacity=6),
                    mornings(SATURDAY, slot_minutes=30, capacity=6),
                ],
            )
        ],
        visit_lengths={"cap-duoi-14": 2},
    ),
)
