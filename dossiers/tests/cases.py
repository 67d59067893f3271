"""What the law says to whom, on which day: each case names its rule. The facts are those of the sources in
`dossiers/data/NOTICE.md`.
"""

from dataclasses import dataclass, field

from agencies.models import Agency

APRIL_2021 = "2021-04-20"
TOWN, REMOTE, OTHER = Agency.Area


@dataclass(frozen=True)
class Case:
    """A rule, what is asked, and what the answer must hold."""

    rule: str
    asked: dict = field(default_factory=dict)
    code: str | None = "-"
    fee: int | None = -1
    online_fee: int | None = -1
    days: int | None = -1
    visit: str = ""
    until: str | None = "-"
    says: str = ""
    bring: str = ""
    not_bring: str = ""


OF_2021 = {"on": APRIL_2021}
AGES = [
    Case(
        "2014, 19: no card before 14",
        OF_2021 | {"born": "2007-04-21", "situation": "FIRST", "card": ""},
        code=None,
        says="từ 21/04/2021",
    ),
    Case(
        "2014, 19: a card from the 14th birthday on",
        OF_2021 | {"born": "2007-04-20", "situation": "FIRST", "card": ""},
        code="CCCD-2014-CAP",
        fee=0,
    ),
    Case(
        "2014, 21: at 14 the card serves to 25",
        OF_2021 | {"born": "2007-04-20", "situation": "FIRST", "card": ""},
        until="2032-04-20",
    ),
    Case("2014, 21: the day before 23 still to 25", OF_2021 | {"born": "1998-04-21"}, until="2023-04-21"),
    Case("2014, 21: within two years before 25, to 40", OF_2021 | {"born": "1998-04-20"}, until="2038-04-20"),
    Case(
        "2014, 21: at 25 to 40",
        OF_2021 | {"born": "1996-04-20", "situation": "EXPIRED"},
        until="2036-04-20",
        fee=0,
    ),
    Case("2014, 21: the day before 38 still to 40", OF_2021 | {"born": "1983-04-21"}, until="2023-04-21"),
    Case("2014, 21: within two years before 40, to 60", OF_2021 | {"born": "1983-04-20"}, until="2043-04-20"),
    Case("2014, 21: the day before 58 still to 60", OF_2021 | {"born": "1963-04-21"}, until="2023-04-21"),
    Case("2014, 21: from 58 on for life", OF_2021 | {"born": "1963-04-20"}, until="life"),
    Case(
        "2023, 23: under 6 by the representative, online, no fingerprints",
        {"born": "2020-11-24", "situation": "FIRST", "card": ""},
        code="1.014062",
        visit="OPTIONAL",
        fee=0,
        until="2034-11-24",
        says="Dưới 6 tuổi",
    ),
    Case(
        "2023, 23: from 6 on the child comes",
        {"born": "2020-11-23", "situation": "FIRST", "card": ""},
        code="1.014062",
        visit="NEEDED",
        fee=0,
        bring="đại diện hợp pháp",
    ),
    Case(
        "2023, 19: the day before 14 still the child's procedure",
        {"born": "2012-11-24", "situation": "FIRST", "card": ""},
        code="1.014062",
    ),
    Case(
        "2023, 19: at 14 the grown-ups' procedure",
        {"born": "2012-11-23", "situation": "FIRST", "card": ""},
        code="1.014061",
        visit="NEEDED",
        not_bring="đại diện",
    ),
    Case(
        "2023, 21: under 12 the card serves to 14",
        {"born": "2014-11-24", "situation": "FIRST", "card": ""},
        until="2028-11-24",
    ),
    Case(
        "2023, 21: from 12 on to 25",
        {"born": "2014-11-23", "situation": "FIRST", "card": ""},
        until="2039-11-23",
    ),
    Case(
        "2023, 21: at 14 a child's card is exchanged free",
        {"born": "2012-11-23", "situation": "EXPIRED", "card": "CAN_CUOC"},
        code="1.014063",
        fee=0,
        until="2037-11-23",
    ),
    Case("2023, 21: the day before 23 still to 25", {"born": "2003-11-24"}, until="2028-11-24"),
    Case("2023, 21: within two years before 25, to 40", {"born": "2003-11-23"}, until="2043-11-23"),
    Case("2023, 21: the day before 38 still to 40", {"born": "1988-11-24"}, until="2028-11-24"),
    Case("2023, 21: within two years before 40, to 60", {"born": "1988-11-23"}, until="2048-11-23"),
    Case("2023, 21: the day before 58 still to 60", {"born": "1968-11-24"}, until="2028-11-24"),
    Case("2023, 21: from 58 on for life", {"born": "1968-11-23"}, until="life"),
    Case(
        "a birth on 29 February: the last of February in other years",
        {"born": "2004-02-29"},
        until="2029-02-28",
    ),
    Case(
        "only the year is known: ages from its first day",
        {"born": "1968"},
        until="life",
        says="Chưa biết đủ ngày sinh",
    ),
    Case(
        "only the year is known, of 2021",
        OF_2021 | {"born": "1963", "card": "CMND"},
        until="life",
        says="Chưa biết đủ ngày sinh",
    ),
    Case("only the month is known", {"born": "1988-12"}, until="2028-12-01", says="Chưa biết đủ ngày sinh"),
]
# On both sides of each day on which the fee changed: to a new kind of card, đổi, cấp lại.
FEES = {
    "2020-12-31": (30_000, 50_000, 70_000, "59/2019"),
    "2021-01-01": (15_000, 25_000, 35_000, "112/2020"),
    "2021-06-30": (15_000, 25_000, 35_000, "112/2020"),
    "2021-07-01": (15_000, 25_000, 35_000, "47/2021"),
    "2021-12-31": (15_000, 25_000, 35_000, "47/2021"),
    "2022-01-01": (15_000, 25_000, 35_000, "120/2021"),
    "2022-06-30": (15_000, 25_000, 35_000, "120/2021"),
    "2022-07-01": (30_000, 50_000, 70_000, "59/2019"),
    "2023-11-30": (30_000, 50_000, 70_000, "59/2019"),
    "2023-12-01": (30_000, 50_000, 70_000, "63/2023"),
    "2024-06-30": (30_000, 50_000, 70_000, "63/2023"),
    "2024-07-01": (15_000, 25_000, 35_000, "43/2024"),
    "2024-12-31": (15_000, 25_000, 35_000, "43/2024"),
    "2025-01-01": (30_000, 50_000, 70_000, "73/2024"),
    "2025-06-30": (30_000, 50_000, 70_000, "73/2024"),
    "2025-07-01": (15_000, 25_000, 35_000, "64/2025"),
    "2026-12-31": (15_000, 25_000, 35_000, "64/2025"),
    "2027-01-01": (30_000, 50_000, 70_000, "73/2024"),
}
HALF_ONLINE = {"2023-12-01", "2024-06-30", "2025-01-01", "2025-06-30"}
WAYS = [
    Case(
        "2014, 23: a damaged card is exchanged",
        OF_2021 | {"situation": "DAMAGED"},
        code="CCCD-2014-DOI",
        fee=25_000,
        visit="NEEDED",
        says="Điều 23 khoản 1 điểm b",
        bring="Sổ hộ khẩu bản chính",
    ),
    Case(
        "2014 on its last day: damaged is still đổi",
        {"on": "2024-06-30", "situation": "DAMAGED"},
        code="CCCD-2014-DOI",
        fee=50_000,
        online_fee=25_000,
    ),
    Case(
        "2023, 24: a damaged card is replaced",
        {"on": "2024-07-01", "situation": "DAMAGED", "card": "CAN_CUOC"},
        code="CC-2023-CAP-LAI",
        fee=35_000,
        visit="OPTIONAL",
    ),
    Case(
        "2023, 24: damaged today, online",
        {"situation": "DAMAGED", "card": "CAN_CUOC"},
        code="1.014064",
        fee=35_000,
        visit="OPTIONAL",
        says="Điều 24 khoản 2 điểm a",
        bring="Thẻ hỏng",
    ),
    Case(
        "2014, 23: a lost card is replaced, with a visit",
        OF_2021 | {"situation": "LOST"},
        code="CCCD-2014-CAP-LAI",
        fee=35_000,
        visit="NEEDED",
        days=15,
    ),
    Case(
        "2023, 24: lost today, online",
        {"situation": "LOST", "card": "CAN_CUOC"},
        code="1.014064",
        fee=35_000,
        visit="OPTIONAL",
        days=7,
    ),
    Case(
        "lost CCCD without iris: may be called",
        {"situation": "LOST"},
        visit="OPTIONAL",
        says="mống mắt có thể được mời đến",
    ),
    Case(
        "lost CMND today: nothing taken before, a visit",
        {"situation": "LOST", "card": "CMND"},
        visit="NEEDED",
    ),
    Case(
        "2023, 24: names of units changed, online and free",
        {"situation": "ADMIN_UNITS_CHANGED"},
        code="1.014063",
        fee=0,
        visit="OPTIONAL",
    ),
    Case(
        "TT 59/2019, 5: names of units changed, free in 2021",
        OF_2021 | {"situation": "ADMIN_UNITS_CHANGED"},
        code="CCCD-2014-DOI",
        fee=0,
        visit="NEEDED",
    ),
    Case(
        "2014, 23: nationality regained",
        OF_2021 | {"situation": "REGAINED_NATIONALITY"},
        code="CCCD-2014-CAP-LAI",
        fee=35_000,
        bring="trở lại quốc tịch",
    ),
    Case(
        "2023, 24: nationality regained, with a visit",
        {"situation": "REGAINED_NATIONALITY"},
        code="1.014064",
        visit="NEEDED",
        bring="trở lại quốc tịch",
    ),
    Case(
        "2014, 23: changed data",
        OF_2021 | {"situation": "CHANGED_DATA"},
        code="CCCD-2014-DOI",
        fee=25_000,
        bring="hộ tịch",
    ),
    Case(
        "2023, 24: changed data, the database first",
        {"situation": "CHANGED_DATA"},
        code="1.014063",
        fee=25_000,
        visit="NEEDED",
        says="điều chỉnh trong Cơ sở dữ liệu",
    ),
    Case("2014, 23: from CMND to CCCD", OF_2021 | {"card": "CMND"}, code="CCCD-2014-DOI", fee=15_000),
    Case(
        "2014, 23: an expired CMND becomes a CCCD",
        OF_2021 | {"card": "CMND", "situation": "EXPIRED"},
        fee=15_000,
    ),
    Case("2014, 23: CCCD exchanged on request", OF_2021, code="CCCD-2014-DOI", fee=25_000),
    Case("NĐ 70/2024, 21: from CCCD to thẻ căn cước", {}, code="1.014063", fee=15_000, visit="NEEDED"),
    Case("2023, 24: thẻ căn cước exchanged on request", {"card": "CAN_CUOC"}, code="1.014063", fee=25_000),
    Case(
        "2023, 46: CMND until the end of 2024",
        {"on": "2024-12-31", "card": "CMND", "situation": "EXPIRED"},
        says="đến hết 31/12/2024",
    ),
    Case(
        "2023, 46: CMND without value from 2025",
        {"on": "2025-01-01", "card": "CMND", "situation": "EXPIRED"},
        says="hết giá trị từ 01/01/2025",
    ),
    Case(
        "no card: an expired one is the first one",
        {"card": "", "situation": "EXPIRED"},
        code="1.014061",
        fee=0,
        says="lần cấp đầu tiên",
    ),
    Case(
        "a card: the first one is an exchange",
        {"situation": "FIRST"},
        code="1.014063",
        says="không phải cấp lần đầu",
    ),
    Case(
        "no card: nothing on it can have changed",
        {"card": "", "situation": "CHANGED_DATA"},
        code="1.014061",
        fee=0,
        says="lần cấp đầu tiên",
    ),
    Case(
        "NĐ 70/2024, 21: names of units changed, but only a CMND: nothing taken before, a visit",
        {"situation": "ADMIN_UNITS_CHANGED", "card": "CMND"},
        code="1.014063",
        visit="NEEDED",
        fee=15_000,
    ),
    Case(
        "2023, 24: a number set anew",
        {"situation": "CHANGED_DATA", "card": "CAN_CUOC"},
        says="điểm b, c, d, e",
    ),
    Case(
        "2014 papers: a birth certificate if the household book is wrong, whatever is done",
        OF_2021 | {"situation": "LOST"},
        bring="chỉ khi sổ hộ khẩu ghi thiếu hoặc sai",
    ),
    Case(
        "2014, 19: who is too young hears of the procedure they asked for",
        OF_2021 | {"born": "2007-04-21", "situation": "LOST"},
        code=None,
        says="Căn cứ: Luật Căn cước công dân 2014, Điều 23, 24",
    ),
    Case("2014, 25: towns 7 days", OF_2021, days=7),
    Case("2014, 25: elsewhere 15 days", OF_2021 | {"area": OTHER}, days=15),
    Case("2014, 25: mountains, borders, islands 20 days", OF_2021 | {"area": REMOTE}, days=20),
    Case("2014, 25: cấp lại in mountains 20 days", OF_2021 | {"area": REMOTE, "situation": "LOST"}, days=20),
    Case("2014, 25: a province's office in a town, 7 days", OF_2021 | {"level": "PROVINCE"}, days=7),
    Case("2023: 7 days everywhere", {"area": REMOTE}, days=7),
    Case(
        "QĐ 5710: the code at a province's office",
        {"level": "PROVINCE", "situation": "LOST"},
        code="2.001194",
    ),
    Case("2024-07-01 at a district", {"on": "2024-07-01"}, code="CC-2023-DOI", fee=15_000),
    Case(
        "no districts since 2025-03-01: the commune's line",
        {"on": "2025-03-01", "level": "DISTRICT"},
        code="CC-2023-DOI",
    ),
    Case(
        "2021-07-01: no paper when the data are right",
        {"on": "2021-07-01", "situation": "LOST"},
        bring="Không phải nộp giấy tờ",
        not_bring="bản chính",
    ),
    Case(
        "2023-01-01: the household book is over",
        {"on": "2023-01-01", "situation": "LOST"},
        not_bring="Sổ hộ khẩu",
    ),
]
EXEMPT = [
    Case(
        "TT 73/2024, 5: a child under 16",
        {"born": "2010-11-24", "situation": "LOST", "card": "CAN_CUOC"},
        fee=0,
        says="dưới 16 tuổi",
    ),
    Case(
        "TT 73/2024, 5: at 16 the fee",
        {"born": "2010-11-23", "situation": "LOST", "card": "CAN_CUOC"},
        fee=35_000,
    ),
    Case("TT 73/2024, 5: from 60", {"born": "1966-11-23", "situation": "LOST"}, fee=0, says="từ đủ 60 tuổi"),
    Case("TT 73/2024, 5: the day before 60 the fee", {"born": "1966-11-24", "situation": "LOST"}, fee=35_000),
    Case(
        "TT 59/2019, 5: age alone freed nobody in 2021",
        OF_2021 | {"born": "1940", "situation": "LOST"},
        fee=35_000,
    ),
    Case(
        "TT 73/2024, 5: disabled, with the proof",
        {"exempt": ("disabled",)},
        fee=0,
        bring="giấy xác nhận khuyết tật",
    ),
    Case("TT 59/2019, 5: disability freed nobody in 2021", OF_2021 | {"exempt": ("disabled",)}, fee=25_000),
    Case("TT 73/2024, 5: người có công", {"exempt": ("meritorious",)}, fee=0),
    Case(
        "TT 59/2019, 5: the family of a martyr",
        OF_2021 | {"exempt": ("martyr_family",)},
        fee=0,
        says="liệt sĩ",
    ),
    Case(
        "TT 59/2019, 5: an orphan under 18",
        OF_2021 | {"born": "2003-04-21", "exempt": ("orphan_under_18",)},
        fee=0,
    ),
    Case(
        "TT 59/2019, 5: an orphan of 18 pays",
        OF_2021 | {"born": "2003-04-20", "exempt": ("orphan_under_18",)},
        fee=25_000,
    ),
    Case("both eras: a poor household, 2021", OF_2021 | {"exempt": ("poor_household",)}, fee=0),
    Case("both eras: a poor household, today", {"exempt": ("poor_household",)}, fee=0, bring="hộ nghèo"),
    Case(
        "both eras: the office's own error, 2021",
        OF_2021 | {"situation": "CHANGED_DATA", "exempt": ("office_error",)},
        fee=0,
    ),
    Case(
        "both eras: the office's own error, today",
        {"situation": "CHANGED_DATA", "exempt": ("office_error",)},
        fee=0,
    ),
    Case(
        "TT 59/2019, 5: the office's error frees from no other fee, 2021",
        OF_2021 | {"situation": "LOST", "exempt": ("office_error",)},
        fee=35_000,
    ),
    Case(
        "TT 73/2024, 5: the office's error frees from no other fee, today",
        {"situation": "LOST", "card": "CAN_CUOC", "exempt": ("office_error",)},
        fee=35_000,
        not_bring="chỗ sai",
    ),
    Case(
        "TT 59/2019, 5: disability freed nobody to the day before TT 73/2024",
        {"on": "2024-12-05", "exempt": ("disabled",)},
        fee=15_000,
    ),
    Case(
        "TT 73/2024, 5: freed from its first day on, before its fees",
        {"on": "2024-12-06", "exempt": ("disabled",)},
        fee=0,
    ),
    Case("huyện đảo until 2025-06-30", {"on": "2025-06-30", "exempt": ("island_district",)}, fee=0),
    Case("đặc khu since 2025-07-01", {"on": "2025-07-01", "exempt": ("special_zone",)}, fee=0),
    Case(
        "huyện đảo is over since 2025-07-01", {"on": "2025-07-01", "exempt": ("island_district",)}, fee=15_000
    ),
    Case(
        "what is free anyway asks no proof",
        {"situation": "EXPIRED", "exempt": ("disabled",)},
        fee=0,
        not_bring="khuyết tật",
    ),
]
