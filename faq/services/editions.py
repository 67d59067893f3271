"""The stamp by which every process knows whether the content is still what it made an index of."""

import uuid

from faq.models import ContentEdition


def content_changed() -> None:
    """Give the content a new stamp, in the transaction of the change."""
    ContentEdition.objects.update_or_create(pk=1, defaults={"stamp": uuid.uuid4()})


def current_stamp() -> uuid.UUID | None:
    """None before anything was ever written."""
    return ContentEdition.objects.filter(pk=1).values_list("stamp", flat=True).first()
