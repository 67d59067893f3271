"""What an office announces: written, published, corrected, withdrawn, read by citizens."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.tests.factories import EIGHT, OfficerFactory
from agencies.tests.factories import AgencyFactory
from booking.services.sessions import Ward, cancel_session
from booking.tests.factories import NOW, SiteFactory, evening
from core.errors import Invalid, NotFound
from faq.errors import BeingSent, NotADraft, NotOnShow, Withdrawn
from faq.services import announcing, broadcasting
from faq.tests.factories import AnnouncementFactory, subscriber_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
HERE, THERE = Ward("2021:24121", "Phường Tân Lợi"), Ward("2021:24118", "Phường Tân Lập")


@pytest.fixture
def officer():
    return OfficerFactory()


@pytest.fixture
def agency():
    return AgencyFactory()


def content(**other) -> announcing.Content:
    said = {"title": "Làm thêm buổi tối", "says": "Đến 21:00.", "starts_at": EIGHT}
    return announcing.Content(**{**said, **other})


def written(agency, officer, **other):
    return announcing.write(agency=agency, content=content(**other), by=officer, now=EIGHT)


def published(agency, officer, **other):
    return announcing.publish(announcement=written(agency, officer, **other), by=officer, now=EIGHT)


def titles(agency, *, now=EIGHT, **narrowed) -> list[str]:
    return [row.title for row in announcing.on_show(agency=agency, now=now, **narrowed)]


class TestOnShow:
    def test_is_what_was_published_from_its_start_to_its_end(self, agency, officer):
        published(agency, officer, starts_at=EIGHT + HOUR, ends_at=EIGHT + 2 * HOUR)
        written(agency, officer)

        shown = [bool(titles(agency, now=EIGHT + n * HOUR)) for n in range(3)]

        assert shown == [False, True, False]

    def test_has_the_pinned_first_then_the_newest(self, agency, officer):
        published(agency, officer, title="cũ", starts_at=EIGHT - HOUR)
        published(agency, officer, title="mới")
        published(agency, officer, title="ghim", starts_at=EIGHT - 2 * HOUR, is_pinned=True)
        published(AgencyFactory(), officer, title="nơi khác")

        assert titles(agency) == ["ghim", "mới", "cũ"]

    def test_of_a_ward_is_what_is_for_everybody_and_what_is_for_it(self, agency, officer):
        published(agency, officer, title="chung")
        published(agency, officer, title="đây", wards=[HERE])
        published(agency, officer, title="kia", wards=[THERE])

        assert set(titles(agency, ward=HERE.code)) == {"chung", "đây"}

    def test_of_a_site_is_what_is_about_no_other(self, agency, officer):
        site, other = SiteFactory(agency=agency), SiteFactory(agency=agency)
        published(agency, officer, title="chung")
        published(agency, officer, title="đây", sites=[site, SiteFactory(agency=agency)])
        published(agency, officer, title="kia", sites=[other])
        published(agency, officer, title="buổi", sessions=[evening(site)])

        assert sorted(titles(agency, site=site, now=EIGHT)) == ["buổi", "chung", "đây"]

    def test_what_is_about_a_session_goes_with_the_last_one(self, agency, officer):
        first, last = (evening(SiteFactory(agency=agency)) for _ in range(2))
        published(agency, officer, sessions=[first, last])
        cancel_session(session=first, now=NOW)
        assert titles(agency)

        cancel_session(session=last, now=NOW)

        assert not titles(agency)

    def test_what_is_about_a_session_goes_when_its_day_is_over(self, agency, officer):
        published(agency, officer, sessions=[evening(SiteFactory(agency=agency))])

        assert not titles(agency, now=EIGHT + timedelta(days=1))


class TestWriting:
    def test_names_no_place_of_another_office_and_no_end_before_the_start(self, agency, officer):
        elsewhere = SiteFactory()

        with pytest.raises(Invalid) as refusal:
            written(agency, officer, ends_at=EIGHT, sites=[elsewhere], sessions=[evening(elsewhere)])

        assert [fault.field for fault in refusal.value.errors] == ["ends_at", "sites", "sessions"]

    def test_has_no_places_to_fill(self, agency, officer):
        with pytest.raises(Invalid):
            written(agency, officer, says="Gọi {{hotline}}.")

    def test_what_is_published_is_corrected_where_it_stands(self, agency, officer):
        row = published(agency, officer, wards=[HERE])

        later = EIGHT + HOUR
        mended = announcing.rewrite(
            announcement=row, content=content(says="Đến 20:00."), by=officer, now=later
        )

        assert (mended.state, mended.says, mended.wards.count()) == ("PUBLISHED", "Đến 20:00.", 0)
        assert mended.is_corrected

    def test_nobody_changes_words_that_are_on_their_way(self, agency, officer):
        row = published(agency, officer)
        subscriber_of(agency)
        broadcasting.start(announcement=row, by=officer, now=EIGHT)

        with pytest.raises(BeingSent):
            announcing.rewrite(announcement=row, content=content(), by=officer, now=EIGHT)

    def test_is_published_once_and_not_when_it_is_over(self, agency, officer):
        with pytest.raises(NotADraft):
            announcing.publish(announcement=published(agency, officer), by=officer, now=EIGHT)
        late = written(agency, officer, ends_at=EIGHT + HOUR)
        with pytest.raises(NotOnShow):
            announcing.publish(announcement=late, by=officer, now=EIGHT + HOUR)

    def test_what_is_withdrawn_is_gone_for_good(self, agency, officer):
        row = published(agency, officer)

        announcing.withdraw(announcement=row, now=EIGHT)

        assert not titles(agency)
        with pytest.raises(NotFound):
            announcing.one(agency=agency, public_id=row.public_id, now=EIGHT)
        with pytest.raises(Withdrawn):
            announcing.rewrite(announcement=row, content=content(), by=officer, now=EIGHT)
        with pytest.raises(NotOnShow):
            announcing.withdraw(announcement=row, now=EIGHT)


class TestPages:
    @pytest.fixture(autouse=True)
    def _now(self):
        with time_machine.travel(EIGHT, tick=False):
            yield

    def test_show_what_holds_and_lead_to_it_from_the_office_and_the_site(self, client, agency):
        row = AnnouncementFactory(agency=agency, title="Tăng ca đến 21 giờ")
        own = reverse("announcement", args=[agency.slug, row.public_id])
        site = SiteFactory(agency=agency)

        pages = [
            client.get(address).content.decode()
            for address in (
                reverse("announcements", args=[agency.slug]),
                reverse("agency", args=[agency.slug]),
                reverse("site", args=[site.public_id]),
            )
        ]

        assert all(f'href="{own}"' in page and row.title in page for page in pages)
        assert "<strong>21:00</strong>" in pages[0]

    def test_say_when_it_is_over_and_what_was_called_off(self, client, agency):
        session = evening(SiteFactory(agency=agency))
        row = AnnouncementFactory(agency=agency)
        row.sessions.add(session)
        cancel_session(session=session, now=NOW)

        page = client.get(reverse("announcement", args=[agency.slug, row.public_id])).content.decode()

        assert "không còn áp dụng" in page
        assert "Đã hủy: thứ Hai, 23/11/2026: 18:00\u2060–\u206020:00" in page

    def test_of_a_draft_or_of_another_office_are_not_there(self, client, agency):
        draft = AnnouncementFactory(agency=agency, state="DRAFT", published_at=None)
        elsewhere = AnnouncementFactory()

        answers = {
            client.get(reverse("announcement", args=[agency.slug, row.public_id])).status_code
            for row in (draft, elsewhere)
        }

        assert answers == {404}

    def test_escape_what_was_written(self, client, agency):
        AnnouncementFactory(agency=agency, title="<script>1</script>", says="<script>2</script>")

        page = client.get(reverse("announcements", args=[agency.slug])).content.decode()

        assert "<script>1" not in page
        assert "<script>2" not in page

    def test_api_tells_the_same_and_answers_304(self, client, agency):
        row = AnnouncementFactory(agency=agency, is_pinned=True)
        session = evening(SiteFactory(agency=agency))
        row.sessions.add(session)
        row.wards.create(code=HERE.code, name=HERE.name)
        asked = ("/api/v1/announcements/", {"agency": agency.slug})

        answer = client.get(*asked)

        (told,) = answer.json()["results"]
        assert told == {
            "id": str(row.public_id),
            "title": row.title,
            "says": "Thu nhận đến 21:00 các tối trong tuần.",
            "says_html": "<p>Thu nhận đến <strong>21:00</strong> các tối trong tuần.</p>",
            "starts_at": "2026-11-23T08:00:00+07:00",
            "ends_at": None,
            "pinned": True,
            "sites": [],
            "sessions": [
                {
                    "site": str(session.site.public_id),
                    "date": "2026-11-23",
                    "starts_at": "18:00",
                    "ends_at": "20:00",
                    "called_off": False,
                }
            ],
            "wards": [{"code": HERE.code, "name": HERE.name}],
        }
        assert client.get(*asked, headers={"If-None-Match": answer["ETag"]}).status_code == 304
        assert client.get("/api/v1/announcements/").status_code == 400
        assert client.get(asked[0], {**asked[1], "ward": "Tân Lợi"}).status_code == 400
        assert not client.get(asked[0], {**asked[1], "ward": THERE.code}).json()["results"]

    def test_api_gives_them_page_by_page(self, client, agency):
        rows = AnnouncementFactory.create_batch(21, agency=agency)
        pinned = AnnouncementFactory(agency=agency, is_pinned=True, starts_at=EIGHT - timedelta(days=1))

        first = client.get("/api/v1/announcements/", {"agency": agency.slug}).json()
        second = client.get(first["next"]).json()

        told = [one["id"] for page in (first, second) for one in page["results"]]
        assert told == [str(row.public_id) for row in (pinned, *reversed(rows))]
        assert second["next"] is None
