import pytest

from agencies.tests.factories import AgencyFactory
from notifications.services import Kind, set_templates, templates_in_use
from notifications.services.template_fit import TemplateUse
from notifications.tests.factories import EIGHT
from zalo.models import Template

pytestmark = pytest.mark.django_db
OA = "3674338702778449434"
PLAIN = {"require": True, "min_length": 0, "max_length": 200, "type": "STRING", "accept_null": False}
NEEDED = ("name", "code", "site", "time", "number")


def template(*params: dict, **said: object) -> Template:
    times = dict.fromkeys(("status_at", "quality_at", "fetched_at"), EIGHT)
    known = {"oa_id": OA, "template_id": "t-1", "status": "ENABLE", "params": list(params)}
    return Template.objects.create(**times | known | said)


def param(name: str, **said: object) -> dict:
    return PLAIN | {"name": name} | said


def reminder() -> TemplateUse:
    agency = AgencyFactory(oa_id=OA)
    set_templates(agency=agency, template_ids=dict.fromkeys(Kind, "") | {Kind.REMINDER: "t-1"})
    return next(use for use in templates_in_use(agency) if use.kind == Kind.REMINDER)


class TestTemplatesInUse:
    def test_are_of_every_kind(self):
        assert [use.kind for use in templates_in_use(AgencyFactory())] == list(Kind)

    def test_fit_when_they_ask_for_what_the_kind_always_says(self):
        template(*map(param, NEEDED))

        assert reminder().is_fit

    def test_are_not_known_to_fit_before_zalo_has_told(self):
        use = reminder()

        assert (use.is_fit, use.template) == (False, None)

    def test_of_another_account_do_not_count(self):
        template(*map(param, NEEDED), oa_id="222")

        assert reminder().template is None

    @pytest.mark.parametrize(
        ("params", "words"),
        [
            ([*map(param, NEEDED), param("hang_xe")], "Mẫu cần hang_xe, loại tin này không có."),
            ([*map(param, NEEDED), param("address")], "Mẫu luôn cần address, có tin để trống."),
            (
                [*map(param, NEEDED[:2]), param("site", max_length=30), *map(param, NEEDED[3:])],
                "site: mẫu nhận 30 chữ, tin có thể dài 200.",
            ),
            (list(map(param, NEEDED[:4])), "Mẫu không nói: number."),
        ],
        ids=["foreign", "may be empty", "too short", "silent"],
    )
    def test_say_what_does_not_fit(self, params, words):
        template(*params)

        assert reminder().faults == [words]

    @pytest.mark.parametrize("said", [{"accept_null": True}, {"require": False}], ids=str)
    def test_may_ask_for_what_may_be_empty_if_they_take_nothing_as_well(self, said):
        template(*map(param, NEEDED), param("address", **said))

        assert reminder().is_fit

    def test_say_that_zalo_has_not_approved_them(self):
        template(*map(param, NEEDED), status="REJECT")

        assert reminder().faults == ["Mẫu Zalo không duyệt."]
