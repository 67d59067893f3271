"""A ward has one name until 30 June 2025 and another since; its office is found by both."""

import pytest

from agencies.tests.factories import AgencyFactory
from agencies.tests.few_units import load_few_units
from booking.models import Site
from booking.services.directory import find_offices
from booking.tests.bodies import counted_statements
from booking.tests.factories import SiteFactory, SiteWardFactory

HOA_HUONG, AN_SON, TAN_THANH = "2021:20344", "2021:20350", "2021:20335"
HUONG_TRA = "2025:20350"  # what Hòa Hương and An Sơn became
PHUONG_4, KHANH_HOI, VINH_HOI = "2021:27283", "2025:27265", "2025:27286"  # the first became both others


@pytest.fixture(autouse=True)
def units(db, tmp_path):
    load_few_units(tmp_path)


def site_for(code, **site):
    return SiteWardFactory(code=code, name=code, site__name=f"Điểm {code}", **site).site


class TestOfWard:
    @pytest.mark.parametrize(
        ("named", "asked"),
        [
            (HOA_HUONG, HOA_HUONG),
            (HOA_HUONG, HUONG_TRA),
            (AN_SON, HUONG_TRA),
            (HUONG_TRA, HOA_HUONG),
            (PHUONG_4, KHANH_HOI),
            (PHUONG_4, VINH_HOI),
            (VINH_HOI, PHUONG_4),
        ],
    )
    def test_finds_a_site_that_names_the_ward_or_what_it_was_or_became(self, named, asked):
        site = site_for(named)

        assert list(Site.objects.of_ward(asked)) == [site]

    @pytest.mark.parametrize(
        ("named", "asked"),
        [(AN_SON, HOA_HUONG), (TAN_THANH, HUONG_TRA), (KHANH_HOI, VINH_HOI), ("2025:20344", HOA_HUONG)],
    )
    def test_leaves_out_a_site_of_another_ward(self, named, asked):
        site_for(named)

        assert not Site.objects.of_ward(asked).exists()

    def test_finds_those_that_take_anyone_too(self):
        anyone = SiteFactory()

        assert list(Site.objects.of_ward(HUONG_TRA)) == [anyone]

    def test_works_for_a_ward_that_is_not_in_the_data(self):
        site = site_for("2025:99999")

        assert list(Site.objects.of_ward("2025:99999")) == [site]


class TestSites:
    @pytest.mark.parametrize("asked", [HOA_HUONG, HUONG_TRA])
    def test_can_be_asked_for_a_ward_by_either_code(self, stranger, asked):
        site = site_for(HOA_HUONG)
        site_for(TAN_THANH)

        with counted_statements() as said:
            page = stranger.get(f"sites/?ward={asked}").json()

        assert [row["id"] for row in page["results"]] == [str(site.public_id)]
        assert len(said) == 2


class TestFindOffices:
    def office(self, name, *codes, **site):
        agency = AgencyFactory(name=name)
        for code in codes:
            site_for(code, site__agency=agency, **site)
        return agency

    @pytest.mark.parametrize(
        "typed",
        ["hương trà", "HUONG TRA da nang", "Công an phường Hương Trà", "hoà hương", "p. hòa hương, tam kỳ"],
    )
    def test_finds_an_office_by_what_its_ward_was_or_became(self, typed):
        tam_ky = self.office("Công an TP Tam Kỳ", HOA_HUONG)
        self.office("Công an Quận 4", PHUONG_4)

        assert find_offices(typed) == [tam_ky]

    def test_finds_an_office_of_today_by_the_old_name(self):
        today = self.office("Công an phường Hương Trà", HUONG_TRA)

        assert find_offices("an sơn, tam kỳ") == [today]

    def test_puts_who_is_called_so_first(self):
        by_ward = self.office("Công an A", HOA_HUONG)
        by_address = AgencyFactory(name="Công an B", address="Hương Trà")
        by_name = AgencyFactory(name="Công an phường Hương Trà")

        assert find_offices("huong tra") == [by_name, by_address, by_ward]

    def test_asks_for_words_and_not_for_pieces_of_them(self):
        AgencyFactory(name="Công an tỉnh Hải Dương", address="Nguyễn Trãi, phường Sao Đỏ")

        assert find_offices("hương trà") == []
        assert find_offices("phường sao đ") != []

    def test_makes_up_no_ward_of_the_words_of_two(self):
        office = AgencyFactory(name="Công an TP Tam Kỳ")
        SiteFactory(agency=office, name="Công an phường Tân Thạnh")
        SiteFactory(agency=office, name="Công an xã Tam Phú")

        assert find_offices("phú thạnh") == []
        assert find_offices("tam phú") == [office]

    def test_leaves_out_who_is_not_at_work(self):
        self.office("Công an TP Tam Kỳ", HOA_HUONG, site__is_active=False)
        closed = self.office("Công an phường Tam Kỳ", AN_SON)
        closed.is_active = False
        closed.save(update_fields=["is_active"])

        assert find_offices("hương trà") == []

    def test_finds_nobody_by_signs(self):
        self.office("Công an TP Tam Kỳ", HOA_HUONG)

        assert find_offices("?!") == []

    @pytest.mark.parametrize(("typed", "statements"), [("", 3), ("phường", 3), ("hương trà", 4)])
    def test_asks_as_much_however_many_offices_there_are(self, typed, statements):
        for number, code in enumerate([HOA_HUONG, AN_SON, TAN_THANH, HUONG_TRA]):
            self.office(f"Công an phường {number}", code)

        with counted_statements() as said:
            assert find_offices(typed)

        assert len(said) == statements
