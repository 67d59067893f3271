"""Who may open what, on the officers' side: every role, every page and action, at home and elsewhere.

The table below is written by hand, apart from `cccd_portal/roles.py`: the two must agree. A page that is not
in it fails the first test. What is foreign answers 403 or 404 and leaves no trace in any list, filter, count
or search.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.template.backends.django import Template
from django.urls import URLResolver, reverse

from accounts.models import AuditEntry, Officer
from accounts.roles import Role
from accounts.tests.factories import OfficerFactory, PostingFactory
from booking.models import PostingSite, Site
from booking.tests.factories import NOW, SiteFactory
from cccd_portal.tests.officer_rows import (
    COMMON,
    OF_A_SITE,
    OF_AN_AGENCY,
    OF_THE_PORTAL,
    PUBLIC,
    ROWS,
    address,
    name_of,
)
from core.officers import Deed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_as_served")]
ELSEWHERE = "Điểm Nơi Khác"
LETTERS = {
    "R": Role.RECEPTIONIST,
    "P": Role.PLANNER,
    "C": Role.CONTENT,
    "V": Role.REVIEWER,
    "H": Role.HEAD,
    "A": Role.AUDITOR,
    "T": Role.TECHNICIAN,
}


@dataclass(frozen=True)
class May:
    """Which roles may do what with a table, by their letters; nobody what is not named."""

    see: str = ""
    add: str = ""
    change: str = ""
    delete: str = ""


TABLES = {
    "accounts.AuditEntry": May(see="A"),
    "accounts.Citizen": May(),
    "accounts.Officer": May(see="HAT", add="HT", change="HT"),
    "accounts.Posting": May(see="HAT", change="HT"),
    "agencies.AdminUnit": May(see="PCHAT"),
    "agencies.Agency": May(see="PCHAT", add="T", change="HT"),
    "agencies.CalendarDay": May(see="RPVHAT", add="PHT", change="PHT", delete="PHT"),
    "agencies.ZaloConnection": May(see="HT"),
    "booking.Appointment": May(see="RPVHAT"),
    "booking.Opening": May(see="HAT"),
    "booking.Registration": May(see="RPVHAT"),
    "booking.Release": May(see="RHA"),
    "booking.ReminderCall": May(see="RH"),
    "booking.ServiceDay": May(see="RPVHAT"),
    "booking.SheetImport": May(see="PHAT"),
    "booking.Session": May(see="RPVHAT"),
    "booking.SiteCalendarDay": May(see="RPVHAT", add="PHT", change="PHT", delete="PHT"),
    "booking.Site": May(see="RPVHAT", add="PHT", change="PHT"),
    "faq.Announcement": May(see="CVHT"),
    "faq.Answer": May(see="CVHT", add="CHT", change="CHT"),
    "faq.Conversation": May(see="RHT"),
    "faq.FakeReport": May(see="RH"),
    "faq.Feedback": May(see="CVHT"),
    "faq.Miss": May(see="CHT"),
    "faq.OfficeWord": May(see="CHT", add="CHT", change="CHT", delete="CHT"),
    "faq.Question": May(see="CVHT"),
    "faq.Topic": May(see="CHT"),
    "dossiers.Card": May(see="RVHA"),
    "dossiers.Payment": May(see="RHA"),
    # At one agency nobody writes the law: only who is posted to the whole portal (test_law.py).
    "dossiers.Version": May(see="RPCVHAT"),
    "dossiers.VisitLength": May(see="RPVHAT", add="PHT", change="PHT", delete="PHT"),
    "dossiers.Dossier": May(see="RVHA"),
    "notifications.Message": May(see="RHAT"),
    "notifications.MessageText": May(see="CHT", add="CHT", change="CHT"),
    "notifications.OaQuota": May(see="HT"),
    "notifications.Spending": May(see="HAT"),
    "zalo.OaToken": May(see="T"),
    "zalo.StoredEvent": May(see="T"),
}
# Pages beside the five of every table: the table of the row they are about, if of one, and for whom they are.
PAGES = {
    "accounts_officer_leave": ("accounts.Officer", "HT"),
    "agencies_agency_copy_policy": ("agencies.Agency", "HT"),
    "agencies_agency_see_checklist": ("agencies.Agency", "HAT"),
    "agencies_agency_see_connection": ("agencies.Agency", "HT"),
    "agencies_zaloconnection_adopt": ("agencies.ZaloConnection", "HT"),
    "agencies_zaloconnection_ask": ("agencies.ZaloConnection", "HT"),
    "agencies_zaloconnection_callback": (None, "HT"),
    "agencies_zaloconnection_connect": ("agencies.ZaloConnection", "HT"),
    "auth_user_password_change": ("accounts.Officer", "HT"),
    "booking_appointment_assist": (None, "RH"),
    "booking_appointment_cancel": ("booking.Appointment", "RH"),
    "booking_appointment_move": ("booking.Appointment", "RH"),
    "booking_appointment_reveal": ("booking.Appointment", "RVH"),
    "booking_registration_reveal": ("booking.Registration", "RVH"),
    "booking_appointment_release_number": (None, "RH"),
    "booking_appointment_release_person": ("booking.Appointment", "RH"),
    "booking_opening_begin": (None, "T"),
    "booking_opening_close": ("booking.Opening", "HT"),
    "booking_opening_open": ("booking.Opening", "HT"),
    "booking_opening_templates": ("booking.Opening", "CHT"),
    "booking_opening_trial": ("booking.Opening", "HT"),
    "booking_sheetimport_new_registrations": (None, "H"),
    "booking_sheetimport_new_sites": (None, "PHT"),
    "booking_sheetimport_refused": ("booking.SheetImport", "H"),
    "booking_sheetimport_take_in": ("booking.SheetImport", "H"),
    "booking_sheetimport_template_registrations": (None, "H"),
    "booking_sheetimport_template_sites": (None, "PHT"),
    "booking_session_call_off": ("booking.Session", "PHT"),
    "booking_session_plan_overtime": (None, "PHT"),
    "booking_session_plan_tour": (None, "PHT"),
    "dossiers_card_apology": ("dossiers.Card", "RVHA"),
    "dossiers_card_hand_over": ("dossiers.Card", "RH"),
    "dossiers_card_late": (None, "RH"),
    "dossiers_card_ready": (None, "RH"),
    "dossiers_card_receipt": ("dossiers.Card", "RVHA"),
    "dossiers_card_take_back": ("dossiers.Card", "RH"),
    "dossiers_card_take_in": ("dossiers.Card", "RH"),
    "dossiers_payment_cancel": ("dossiers.Payment", "RH"),
    "dossiers_payment_collect": ("dossiers.Card", "RH"),
    "dossiers_payment_day": (None, "RHA"),
    "dossiers_payment_paper": (None, "RHA"),
    "booking_appointment_resend": ("booking.Appointment", "HT"),
    "booking_appointment_ticket": ("booking.Appointment", "RPVHAT"),
    "booking_appointment_ticket_roll": ("booking.Appointment", "RPVHAT"),
    "booking_registration_assist": (None, "RH"),
    "booking_registration_withdraw": ("booking.Registration", "RH"),
    "booking_remindercall_list": (None, "RH"),
    "booking_remindercall_paper": (None, "RH"),
    "booking_serviceday_capacity": ("booking.ServiceDay", "PHT"),
    "booking_serviceday_forms": ("booking.ServiceDay", "RVH"),
    "booking_serviceday_list": (None, "RPVHAT"),
    "booking_serviceday_opening": ("booking.ServiceDay", "PHT"),
    "booking_serviceday_paper": ("booking.ServiceDay", "RPVHAT"),
    "booking_serviceday_week": (None, "RPVHAT"),
}
PAGES |= {
    f"dossiers_dossier_{page}": ("dossiers.Dossier", letters)
    for page, letters in {
        **dict.fromkeys(("take_up", "put_back", "take_over", "accept", "corrections", "refuse"), "VH"),
        **dict.fromkeys(("stop", "number", "reveal", "form", "attachment"), "RVH"),
        **dict.fromkeys(("corrections_paper", "refusal_paper"), "RVHA"),
    }.items()
} | {
    "dossiers_dossier_counter": (None, "RH"),
    "faq_announcement_new": (None, "CHT"),
    "faq_announcement_edit": ("faq.Announcement", "CHT"),
    **dict.fromkeys(
        [f"faq_announcement_{page}" for page in ("publish", "send", "stop", "withdraw")],
        ("faq.Announcement", "VH"),
    ),
    "dossiers_dossier_inbox": (None, "RVHA"),
}
PAGES |= {
    "faq_answer_preview": (None, "CHT"),
    "faq_answer_publish": ("faq.Answer", "VH"),
    "faq_answer_review": ("faq.Answer", "VH"),
    "faq_fakereport_handle": ("faq.FakeReport", "RH"),
    "faq_miss_answer": ("faq.Miss", "CHT"),
    "faq_miss_dismiss": ("faq.Miss", "CHT"),
    "faq_miss_gather": (None, "CHT"),
    "faq_miss_question": ("faq.Miss", "CHT"),
    "faq_question_new": (None, "CHT"),
    "faq_question_rewrite": ("faq.Question", "CHT"),
    "faq_question_wordings": ("faq.Question", "CHT"),
}
# What every officer has, and where nothing of an agency can be read.
FOR_EVERYBODY = {
    "app_list",
    "autocomplete",
    "index",
    "jsi18n",
    "login",
    "logout",
    "password_change",
    "password_change_done",
    "search",
    "second_factor_code",
    "second_factor_set_up",
    "security",
    "view_on_site",
}
OF_A_TABLE = ("changelist", "add", "history", "delete", "change")


def names(patterns: list) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def _undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages answer without being drawn, which is most of their work, where only their verdict is asked."""
    monkeypatch.setattr(Template, "render", lambda *_, **__: "")


@pytest.fixture
def home() -> dict:
    """A row of each table at one site of an agency."""
    return rows_at(SiteFactory(name="Điểm Nhà", agency__name="Công an Nhà", agency__oa_id="11"))


@pytest.fixture
def foreign() -> dict:
    """A row of each table at another agency."""
    site = SiteFactory(name=ELSEWHERE, agency__name=f"Công an {ELSEWHERE}", agency__oa_id="22")
    return rows_at(site)


def rows_at(site: Site) -> dict:
    return {label: make(site) for label, make in ROWS.items() if label not in PUBLIC}


def without_the_portals(rows: dict) -> dict:
    """What an officer of the agency may be shown: accounts of citizens and of Zalo are the portal's."""
    return {label: row for label, row in rows.items() if label not in OF_THE_PORTAL}


def officer_at(site: Site, *roles: Role) -> Officer:
    return OfficerFactory(agency=site.agency, roles=roles)


def verdicts(client, rows: dict) -> dict[str, int]:
    """What each page about these rows answers, by the page's name."""
    said = {}
    for label, row in rows.items():
        for page in ("history", "delete", "change"):
            said[name_of(label, page)] = client.get(address(label, page, row.pk)).status_code
    for name, (label, _) in PAGES.items():
        if label is not None:
            said[name] = opened(client.get(reverse(f"admin:{name}", args=[rows[label].pk]), follow=True))
    return said


def opened(answer) -> int:
    """What a page answered; one that only takes a form was reached, if it says no more than that."""
    return 200 if answer.status_code == 405 else answer.status_code


def expected(letter: str) -> dict[str, int]:
    """What each page about a row at home answers to a role."""
    said = {}
    for label, may in TABLES.items():
        seen = 200 if letter in may.see else 403
        said |= {name_of(label, page): seen for page in ("history", "change")}
        said[name_of(label, "delete")] = 200 if letter in may.delete else 403
    for name, (label, letters) in PAGES.items():
        if label is not None:
            said[name] = 200 if letter in letters else 403
    return said


@pytest.mark.usefixtures("_undrawn")
class TestMatrix:
    def test_knows_every_page_there_is(self):
        known = {name_of(label, page) for label in TABLES for page in OF_A_TABLE}

        assert set(names(admin.site.urls[0])) == known | set(PAGES) | FOR_EVERYBODY

    def test_is_of_every_table(self):
        assert set(TABLES) == set(ROWS)

    @pytest.mark.parametrize("letter", LETTERS)
    def test_holds_at_home(self, client, home, letter):
        client.force_login(officer_at(home["booking.Site"], LETTERS[letter]))
        differing = {}

        for label, may in TABLES.items():
            answers = [client.get(address(label, page)).status_code for page in ("changelist", "add")]
            if answers != [200 if letter in may.see else 403, 200 if letter in may.add else 403]:
                differing[label] = answers
        wanted = expected(letter)
        answers_of_rows = verdicts(client, without_the_portals(home))
        differing |= {name: status for name, status in answers_of_rows.items() if status != wanted[name]}
        for name, (label, letters) in PAGES.items():
            if label is None:
                status = opened(client.get(reverse(f"admin:{name}"), follow=True))
                if status != (200 if letter in letters else 403):
                    differing[name] = status

        assert differing == {}

    @pytest.mark.parametrize("letter", LETTERS)
    def test_lets_only_those_write_who_may_change(self, client, home, letter):
        client.force_login(officer_at(home["booking.Site"], LETTERS[letter]))

        refused = {
            label
            for label, row in without_the_portals(home).items()
            if client.post(address(label, "change", row.pk), {}).status_code == 403
        }

        elsewhere = set(PUBLIC) | set(OF_THE_PORTAL)
        assert refused == {label for label, may in TABLES.items() if letter not in may.change} - elsewhere

    @pytest.mark.parametrize("letter", LETTERS)
    def test_holds_for_the_whole_portal(self, client, home, letter):
        """Whose posting names no agency opens the rows of any."""
        client.force_login(OfficerFactory(portal_wide=True, roles=[LETTERS[letter]]))
        wanted = expected(letter)

        answers = verdicts(client, home)

        assert {name: status for name, status in answers.items() if status != wanted[name]} == {}


class TestElsewhere:
    @pytest.fixture
    def everything(self, client, home):
        """Somebody of one agency with every right there is: only the scope is in the way."""
        officer = officer_at(home["booking.Site"])
        officer.user_permissions.set(Permission.objects.all())
        client.force_login(officer)
        return officer

    @pytest.mark.parametrize("letter", LETTERS)
    def test_no_role_opens_a_page(self, client, home, foreign, letter):
        client.force_login(officer_at(home["booking.Site"], LETTERS[letter]))

        assert set(verdicts(client, foreign).values()) <= {403, 404}

    def test_every_right_there_is_opens_no_page(self, client, everything, foreign):
        assert set(verdicts(client, foreign).values()) <= {403, 404}

    def test_every_right_there_is_writes_nothing(self, client, everything, foreign):
        answers = {
            name: client.post(reverse(f"admin:{name}", args=[foreign[label].pk]), {}).status_code
            for name, (label, _) in PAGES.items()
            if label is not None
        }
        for label, row in foreign.items():
            for page in ("change", "delete"):
                answers[name_of(label, page)] = client.post(address(label, page, row.pk), {}).status_code

        assert set(answers.values()) <= {403, 404}

    def test_lists_name_and_count_nothing(self, client, everything, home, foreign):
        for label in TABLES:
            if label in PUBLIC:
                continue
            answer = client.get(address(label, "changelist"))
            shown = answer.context["cl"]
            assert foreign[label] not in shown.queryset
            assert shown.result_count == shown.queryset.count()
            assert ELSEWHERE not in answer.content.decode(), label

    def test_searches_find_nothing(self, client, everything, foreign):
        for label in TABLES:
            if label in PUBLIC:
                continue
            for words in (ELSEWHERE, str(foreign[label]), str(foreign[label].pk)):
                found = client.get(address(label, "changelist"), {"q": words}).context["cl"].queryset
                assert foreign[label] not in found

    def test_forms_offer_nothing(self, client, everything, home, foreign):
        for label, may in TABLES.items():
            if may.add:
                assert ELSEWHERE not in client.get(address(label, "add")).content.decode(), label
            if label in without_the_portals(home):
                page = client.get(address(label, "change", home[label].pk)).content.decode()
                assert ELSEWHERE not in page, label

    def test_autocompletion_offers_nothing(self, client, everything, foreign):
        asked = 0
        for model, page in admin.site._registry.items():
            for field in page.autocomplete_fields:
                said = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
                answer = client.get(reverse("admin:autocomplete"), said | {"field_name": field, "term": ""})
                assert ELSEWHERE not in answer.content.decode()
                asked += 1
        assert asked

    def test_the_overview_and_the_search_of_the_theme_tell_nothing(self, client, everything, foreign):
        pages = [client.get(reverse("admin:index")), client.get(reverse("admin:search"), {"s": ELSEWHERE})]

        assert not [page for page in pages if ELSEWHERE in page.content.decode()]

    def test_actions_reach_nothing(self, client, everything, foreign):
        tried = 0
        for model, page in admin.site._registry.items():
            label = model._meta.label
            request = client.get(reverse("admin:index")).wsgi_request
            for action in page.get_actions(request):
                said = {"action": action, "_selected_action": [foreign[label].pk], "post": "yes"}
                client.post(address(label, "changelist"), said)
                tried += 1
                foreign[label].refresh_from_db()  # still there
        assert tried
        assert not AuditEntry.objects.filter(deed__in=[Deed.DID, Deed.DELETED, Deed.CHANGED]).exists()


class TestSingleSites:
    @pytest.fixture
    def officer(self, client, home):
        """Somebody who works at one site of the agency only, with every right there is."""
        officer = officer_at(home["booking.Site"])
        officer.user_permissions.set(Permission.objects.all())
        PostingSite.objects.create(posting=officer.postings.get(), site=home["booking.Site"])
        client.force_login(officer)
        return officer

    @pytest.fixture
    def beside(self, home):
        """Rows of the same agency's other site."""
        site = SiteFactory(name=ELSEWHERE, agency=home["booking.Site"].agency)
        return {label: make(site) for label, make in OF_A_SITE.items()}

    def test_are_all_that_is_seen_of_an_agency(self, client, officer, home, beside):
        for label, row in beside.items():
            answer = client.get(address(label, "changelist"))
            assert home[label] in answer.context["cl"].queryset
            assert row not in answer.context["cl"].queryset
            assert ELSEWHERE not in answer.content.decode()
            pages = [client.get(address(label, page, row.pk)) for page in ("change", "history", "delete")]
            assert {page.status_code for page in pages} <= {403, 404}

    def test_open_no_page_about_a_row_of_another_site(self, client, officer, beside):
        """Shown or sent: the pages beside the five of every table."""
        asked = {name: label for name, (label, _) in PAGES.items() if label in beside}
        answers = {
            (name, way): getattr(client, way)(reverse(f"admin:{name}", args=[beside[label].pk])).status_code
            for name, label in asked.items()
            for way in ("get", "post")
        }

        assert len(asked) > 10
        assert set(answers.values()) <= {403, 404}, answers

    def test_are_shown_nothing_of_another_site_by_pages_that_choose_one(self, client, officer, home, beside):
        """Whichever site and day the address asks for."""
        for row in (beside["booking.Appointment"], home["booking.Appointment"]):
            said = {"diem": str(beside["booking.Site"].public_id), "ngay": f"{row.day.date:%Y-%m-%d}"}
            for name in (name for name, (label, _) in PAGES.items() if label is None):
                answer = client.get(reverse(f"admin:{name}"), said)
                page = answer.content.decode(errors="ignore")
                assert ELSEWHERE not in page, name
                assert beside["booking.Appointment"].code not in page, name
        assert not AuditEntry.objects.about(beside["booking.Appointment"].code).exists()

    def test_are_told_no_number_of_another_site_on_the_overview(self, client, officer, beside):
        day = beside["booking.Appointment"].day.date

        shown = client.get(reverse("admin:index"), {"ngay": f"{day:%Y-%m-%d}"})

        assert ELSEWHERE not in shown.content.decode()
        assert [found["booked"] for found in shown.context["days"]] == [0, 0]

    def test_tick_no_call_of_another_site(self, client, officer, beside):
        said = {"code": beside["booking.Appointment"].code, "result": "REACHED"}

        assert client.post(reverse("admin:booking_remindercall_list"), said).status_code == 404

    def test_write_nothing_that_is_common_to_the_agency(self, client, officer, home):
        written = {
            (label, page): client.post(address(label, page, *args), {}).status_code
            for label in COMMON
            for page, args in (("add", []), ("change", [home[label].pk]))
        }

        assert set(written.values()) == {403}, written
        policy = reverse("admin:agencies_agency_copy_policy", args=[home["agencies.Agency"].pk])
        assert client.post(policy, {}).status_code == 403
        assert client.get(address("booking.Site", "add")).status_code == 403

    def test_keep_their_site_with_its_agency(self, client, officer, home):
        page = client.get(address("booking.Site", "change", home["booking.Site"].pk))

        assert page.status_code == 200
        assert "agency" not in page.context["adminform"].form.fields

    def test_open_what_is_common_to_the_agency_and_no_more(self, client, officer, home):
        seen = {
            label
            for label in OF_AN_AGENCY | COMMON
            if client.get(address(label, "changelist")).context["cl"].queryset.exists()
        }

        assert seen == set(COMMON)

    def test_see_nothing_of_other_sites_in_the_log(self, client, officer, beside):
        assert not client.get(address("accounts.AuditEntry", "changelist")).context["cl"].queryset.exists()


# The actions on ticked rows, and for whom they are. A new one fails until it is here.
ACTIONS = {
    ("accounts.Officer", "unlock_sign_in"): "HT",
    ("accounts.Officer", "reset_second_factor"): "HT",
    ("accounts.Officer", "end_sessions"): "HT",
    ("agencies.CalendarDay", "delete_selected"): "PHT",
    ("booking.SiteCalendarDay", "delete_selected"): "PHT",
    ("dossiers.VisitLength", "delete_selected"): "PHT",
    ("faq.Answer", "publish_selected"): "VH",
    ("faq.Answer", "review_selected"): "VH",
    ("faq.Conversation", "end_wait_selected"): "RHT",
    ("faq.Conversation", "resume_selected"): "RHT",
    ("faq.FakeReport", "handle_selected"): "RH",
    ("faq.Miss", "gather_selected"): "CHT",
    ("faq.OfficeWord", "delete_selected"): "CHT",
    ("notifications.Message", "resend_selected"): "HT",
    ("zalo.StoredEvent", "retry_selected"): "T",
}


class TestActions:
    @pytest.mark.parametrize("letter", LETTERS)
    def test_are_offered_to_who_may_use_them(self, client, home, letter):
        client.force_login(officer_at(home["booking.Site"], LETTERS[letter]))
        request = client.get(reverse("admin:index")).wsgi_request

        offered = {
            (model._meta.label, action)
            for model, page in admin.site._registry.items()
            for action in page.get_actions(request)
        }

        assert offered == {action for action, letters in ACTIONS.items() if letter in letters}


class TestNowhere:
    def test_posted_any_more_is_out_in_the_middle_of_a_session(self, client, home):
        officer = officer_at(home["booking.Site"], Role.HEAD)
        client.force_login(officer)
        assert client.get(address("booking.Appointment", "changelist")).status_code == 200

        officer.postings.update(valid_from=date(2026, 1, 1), valid_to=date(2026, 11, 1))

        assert client.get(address("booking.Appointment", "changelist")).status_code == 302

    @pytest.mark.parametrize("last", [None, date(2026, 11, 1)], ids=["never", "no more"])
    def test_posted_is_not_let_in(self, client, last):
        officer = OfficerFactory()
        officer.user_permissions.set(Permission.objects.all())
        if last:
            PostingFactory(officer=officer, valid_from=date(2026, 1, 1), valid_to=last)
        client.force_login(officer)

        for page in (reverse("admin:index"), address("booking.Appointment", "changelist")):
            answer = client.get(page)
            assert answer.status_code == 302
            assert answer["Location"].startswith(reverse("admin:login"))

    def test_posted_is_said_at_the_sign_in(self, client):
        officer = OfficerFactory()
        officer.set_password("mat-khau-dai-12")
        officer.save()
        said = {"username": officer.username, "password": "mat-khau-dai-12"}

        page = client.post(reverse("admin:login"), said).content.decode()

        assert "chưa được phân công" in page


class TestAbove:
    def test_an_agency_of_elsewhere_is_not_dropped_by_saving(self, client, home, foreign):
        agency, above = home["agencies.Agency"], foreign["agencies.Agency"]
        agency.parent = above
        agency.save(update_fields=["parent"])
        client.force_login(officer_at(home["booking.Site"], Role.HEAD))
        form = client.get(address("agencies.Agency", "change", agency.pk)).context["adminform"].form
        said = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}

        answer = client.post(
            address("agencies.Agency", "change", agency.pk),
            {name: value for name, value in said.items() if value not in (None, False)} | {"hotline": "1900"},
        )

        agency.refresh_from_db()
        assert (answer.status_code, agency.parent, agency.hotline) == (302, above, "1900")


class TestApi:
    def test_takes_no_officers_session(self, client, home):
        """The API of today is the citizens' own; an officer's cookie opens nothing of it."""
        client.force_login(officer_at(home["booking.Site"], Role.HEAD))
        code = home["booking.Appointment"].code

        answers = {
            path: client.get(f"/api/v1/appointments/{path}").status_code
            for path in ("", f"{code}/", f"{code}/ticket.pdf", f"{code}/ticket.png", f"{code}/calendar.ics")
        }

        assert set(answers.values()) == {401}, answers

    def test_gives_an_officer_what_it_gives_everybody(self, client, home):
        """What is public is the same with an officer's cookie, and nothing else opens."""
        site = home["booking.Site"]
        places = ("agencies/", f"sites/?agency={site.agency.slug}", f"sites/{site.public_id}/days/")
        paths = [f"/api/v1/{path}" for path in (*places, "me/", "registrations/", "units/?q=da nang")]
        of_strangers = [client.get(path) for path in paths]

        client.force_login(officer_at(site, Role.HEAD))

        for before, after in zip(of_strangers, (client.get(path) for path in paths), strict=True):
            assert (before.status_code, before.content) == (after.status_code, after.content)
