"""The demo's message templates: registered as Zalo would have them, and fit for what the portal sends."""

import pytest

from cccd_portal.demo.templates import templates_of
from notifications.kinds import LIMITS, PLACEHOLDERS, Kind, fitting, template_data
from zalo.sandbox.registry import Misfit, Template, read_template


@pytest.fixture
def registered(settings) -> dict[Kind, Template]:
    settings.PUBLIC_BASE_URL = "https://portal.example/"
    ids = {kind: kind.wire for kind in Kind}
    scripts = templates_of("Công an quận Tân Phú", ids, oa_id="1")
    return {Kind(script["template_id"].upper()): read_template(script, created_ms=0) for script in scripts}


class TestTemplatesOf:
    @pytest.mark.parametrize("kind", Kind)
    def test_says_all_that_a_message_of_the_kind_may_say(self, registered, kind):
        words = {name: f"«{name}»"[: LIMITS[name]] for name in PLACEHOLDERS[kind].allowed}

        filled = registered[kind].filled(words)

        assert "<" not in filled
        assert all(value in filled for value in words.values())

    @pytest.mark.parametrize("kind", Kind)
    def test_takes_the_least_that_the_portal_sends_and_shows_no_hole(self, registered, kind):
        context = dict.fromkeys(PLACEHOLDERS[kind].always, "x")
        data = template_data(kind, fitting(kind, context))

        registered[kind].check(data)

        assert "<" not in registered[kind].filled(data)

    @pytest.mark.parametrize("kind", Kind)
    def test_refuses_less(self, registered, kind):
        with pytest.raises(Misfit):
            registered[kind].check({})

    def test_the_button_leads_to_the_ticket_of_the_message(self, registered):
        (button,) = registered[Kind.REMINDER].buttons_for({"code": "TP8F2YC"})

        assert button["content"] == "https://portal.example/lich-hen/TP8F2YC/"

    def test_the_button_of_a_message_without_a_code_leads_to_all_of_them(self, registered):
        (button,) = registered[Kind.REGISTERED].buttons_for({})

        assert button["content"] == "https://portal.example/lich-hen/"

    def test_the_button_of_a_message_about_a_dossier_leads_to_the_dossiers(self, registered):
        (button,) = registered[Kind.CARD_READY].buttons_for({"code": "TP8F2YCKX"})

        assert (button["title"], button["content"]) == ("Xem hồ sơ", "https://portal.example/ho-so/")
