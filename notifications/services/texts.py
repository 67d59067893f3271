"""What an agency says, and by which approved template."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from agencies.models import Agency
from notifications.kinds import Kind, check_text, default_text, fitting, render
from notifications.models import MessageText


@transaction.atomic
def set_text(*, agency: Agency, kind: Kind, text: str = "", template_id: str = "") -> MessageText:
    """Give an agency its own words (none: those of the house) and template for a kind of message.

    :raises UnreadableText: a bracket or brace has no partner
    :raises UnknownPlaceholder: a placeholder that this kind has no value for
    :raises PlaceholderMissing: a mandatory one is not said
    :raises PlaceholderMisplaced: one stands on the wrong side of the brackets
    """
    if text:
        check_text(kind, text)
    words, _ = MessageText.objects.update_or_create(
        agency=agency, kind=kind, defaults={"text": text, "template_id": template_id}
    )
    return words


@transaction.atomic
def set_templates(*, agency: Agency, template_ids: Mapping[Kind, str]) -> None:
    """Give an agency its approved templates, and leave its own words as they are."""
    for kind, template_id in sorted(template_ids.items()):
        MessageText.objects.update_or_create(agency=agency, kind=kind, defaults={"template_id": template_id})


def texts_for(*, agency: Agency, kind: Kind, contexts: Sequence[Mapping[str, str]]) -> list[str]:
    """What messages with these values would say in the words of the agency; nothing is owed by it.

    :raises ValueError: a value that the kind needs is missing (a bug)
    """
    own = MessageText.objects.filter(agency=agency, kind=kind).first()
    words = own.text if own and own.text else default_text(kind)
    return [render(words, fitting(kind, context)) for context in contexts]
