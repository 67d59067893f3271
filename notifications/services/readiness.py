"""Whether an agency can tell its citizens anything: with which approved templates."""

from collections.abc import Sequence

from agencies.models import Agency
from notifications.kinds import Kind
from notifications.models import MessageText


def template_ids(agency: Agency) -> dict[Kind, str]:
    """The approved template of each kind of message, empty where there is none."""
    rows = MessageText.objects.filter(agency=agency).values_list("kind", "template_id")
    return dict.fromkeys(Kind, "") | {Kind(kind): template_id for kind, template_id in rows}


def kinds_without_template(agency: Agency, kinds: Sequence[Kind]) -> list[Kind]:
    """Those of `kinds` that only reach people who wrote to the Official Account lately."""
    templates = template_ids(agency)
    return [kind for kind in kinds if not templates[kind]]
