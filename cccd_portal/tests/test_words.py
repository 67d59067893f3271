"""Officers read Vietnamese, and nothing else: what Django and the theme say, and what the pages show."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
import unfold
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation.template import templatize

from accounts.tests.factories import OfficerFactory
from booking.tests.factories import SiteFactory
from notifications.tests.factories import MessageTextFactory
from tools.messages import compiled, messages, sources

DJANGO, THEME = Path(django.__file__).parent, Path(unfold.__file__).parent
# What officers meet of each; the theme's dresses for packages that we do not use are left out.
READ = [
    DJANGO / "contrib/admin",
    DJANGO / "contrib/auth",
    DJANGO / "forms",
    THEME / "templates",
    THEME / "contrib/filters",
]
CALL = re.compile(r"\bn?gettext\(((?:\s*u?'(?:\\.|[^'\\])*'\s*,?|\s*u?\"(?:\\.|[^\"\\])*\"\s*,?)+)")
TEXT = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"")
FUNCTIONS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
# Signs, and a name of ours put into a frame.
SAME_IN_BOTH = {":", ":?.!", "%(class_name)s %(instance)s"}

# Words of the admin and its theme that have no business on a Vietnamese page.
WORDS = """
Account Action Actions Add All Apply Are Back By Cancel Change Changed Choose Clear Close Collapse
Confirm Create Currently Dark Date Delete Deleted Edit Error Expand False Filter Filters Forgotten
Found From General Go Group Help Hide History Home Language Light Loading Log Model Models models
More Name Next None Note Nothing Object Open Page Password Please Previous Recent Remove Reset
results Return Run Save Search Select Show Sign Skip Submit superuser System This Time Today
Toggle True Type Undo Unknown User Username Value View Warning Welcome Yes You Your
"""
ENGLISH = re.compile(rf"\b(?:{'|'.join(WORDS.split())})\b")
# Proper names and what people wrote themselves.
NAMES = re.compile(r"Official Account|Mini App|Google Authenticator|Microsoft Authenticator|FreeOTP")
UNSEEN = re.compile(
    r"<(script|style|template)\b.*?</\1>|<span[^>]*material-symbols[^>]*>.*?</span>|<!--.*?-->", re.DOTALL
)
READ_ALOUD = re.compile(r'\s(?:title|placeholder|aria-label|alt)="([^"]*)"')


def said_in_code(path: Path) -> Iterator[list[str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in FUNCTIONS:
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            if texts and isinstance(texts[0], str):
                yield [text for text in texts if isinstance(text, str)]


def said_in_template(path: Path) -> Iterator[list[str]]:
    for call in CALL.findall(templatize(path.read_text("utf-8"), origin=str(path))):
        yield [ast.literal_eval(text.replace("\n", "\\n")) for text in TEXT.findall(call)]


def english_sentences() -> set[tuple[str, ...]]:
    found = set()
    for folder in READ:
        for path in folder.rglob("*.py"):
            if "migrations" not in path.parts:
                found |= {tuple(texts[:2]) for texts in said_in_code(path)}
        for path in folder.rglob("*.html"):
            found |= {tuple(texts[:2]) for texts in said_in_template(path)}
    for path in (THEME / name for name in ("admin.py", "forms.py", "widgets.py")):
        found |= {tuple(texts[:2]) for texts in said_in_code(path)}
    return found


def visible(page: str) -> str:
    """What is read on a page, by eye or by ear."""
    page = UNSEEN.sub(" ", page)
    heard = " ¦ ".join(READ_ALOUD.findall(page))
    return NAMES.sub(" ", f"{re.sub('<[^>]+>', ' ', page)} ¦ {heard}")


class TestCatalogue:
    def test_has_everything_that_django_and_the_theme_say(self):
        sentences = english_sentences()

        assert len(sentences) > 300
        untold = [
            said
            for said in sentences
            if said[0] not in SAME_IN_BOTH
            and (gettext(said[0]) if len(said) == 1 else ngettext(*said, 3)) in said
        ]
        assert untold == []

    @pytest.mark.parametrize("path", sources(), ids=lambda path: path.stem)
    def test_is_compiled(self, path):
        assert path.with_suffix(".mo").read_bytes() == compiled(messages(path.read_text("utf-8")))

    def test_fills_in_no_more_places_than_there_are(self):
        for path in sources():
            for key, value in messages(path.read_text("utf-8")).items():
                if not key:
                    continue
                places = [set(re.findall(r"%\(\w+\)s|%[sd]|\{\w*\}", text)) for text in (key, value)]
                assert places[1] <= places[0], key


@pytest.mark.django_db
@pytest.mark.usefixtures("_as_served")
class TestPages:
    def english_on(self, client, address: str) -> list[str]:
        answer = client.get(address)
        assert answer.status_code in (200, 403), address
        return ENGLISH.findall(visible(answer.content.decode())) if answer.status_code == 200 else []

    @pytest.fixture
    def superuser(self, client):
        client.force_login(OfficerFactory(admin=True, username="can.bo"))
        return client

    def test_of_every_table_have_no_english(self, superuser):
        for model in admin.site._registry:
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            for address in (reverse(f"{name}_changelist"), reverse(f"{name}_changelist") + "?q=khong-co"):
                assert self.english_on(superuser, address) == [], address

    def test_of_a_row_have_no_english(self, superuser):
        for row in (SiteFactory(), MessageTextFactory(), OfficerFactory(portal_wide=True)):
            name = f"admin:{row._meta.app_label}_{row._meta.model_name}"
            for page in ("change", "history", "delete"):
                address = reverse(f"{name}_{page}", args=[row.pk])
                assert self.english_on(superuser, address) == [], address
            assert self.english_on(superuser, reverse(f"{name}_add")) == []

    def test_of_wrong_input_have_no_english(self, superuser):
        page = superuser.post(reverse("admin:booking_site_add"), {"name": ""}).content.decode()

        assert "Sửa các lỗi dưới đây" in page
        assert ENGLISH.findall(visible(page)) == []

    @pytest.mark.parametrize(
        "address",
        [
            "/admin/",
            "/admin/booking/",
            "/admin/password_change/",
            "/admin/security/",
            "/admin/login/set-up/",
            "/admin/search/?s=l",
            "/admin/search/?s=l&extended=1",
            "/admin/search/?s=khong-co&extended=1",
        ],
    )
    def test_of_the_site_have_no_english(self, superuser, address):
        assert self.english_on(superuser, address) == []

    def test_of_the_sign_in_have_no_english(self, client, superuser):
        goodbye = superuser.post("/admin/logout/", follow=True).content.decode()

        assert ENGLISH.findall(visible(goodbye)) == []
        assert self.english_on(client, "/admin/login/") == []

    def test_of_a_deletion_of_many_rows_have_no_english(self, superuser):
        chosen = {"action": "delete_selected", "_selected_action": [SiteFactory().pk, SiteFactory().pk]}

        page = superuser.post(reverse("admin:booking_site_changelist"), chosen).content.decode()

        assert ENGLISH.findall(visible(page)) == []

    def test_scripts_speak_vietnamese(self, superuser):
        catalogue = superuser.get("/admin/jsi18n/").content.decode()

        assert '"abbrev. day Monday\\u0004Mon": "T2"' in catalogue
        assert "Ch\\u1ecdn m\\u1ecdi %s" in catalogue
