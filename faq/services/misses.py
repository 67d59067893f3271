"""What was asked in vain: kept without numbers, encrypted, for 90 days, so that officers can mend it."""

import re
from datetime import datetime, timedelta

from django.db.models import F

from agencies.models import Agency
from core.crypto import keyed_hash
from core.text import search_key
from faq.models import Feedback, Miss

KEPT = timedelta(days=90)
LONGEST = 300
# Any figure of four digits or more, however it is spaced, and whatever looks like an address on the net.
_NUMBERS = re.compile(r"\d(?:[ .,-]?\d){3,}")
_LETTER = re.compile(r"[^\W\d_]")
_ADDRESSES = re.compile(r"\S+@\S+|https?://\S+")


def remember_miss(*, agency: Agency, text: str, was_offered: bool, now: datetime) -> None:
    """Count a text among those that were not understood; the same text is counted once more. Figures alone
    would help nobody, and are not kept.
    """
    kept = without_figures(text)
    if not _LETTER.search(kept):
        return
    text_hash = keyed_hash("faq-miss", f"{agency.pk}:{search_key(kept)}")
    facts = {"text": kept, "was_offered": was_offered, "first_at": now, "last_at": now}
    miss, is_new = Miss.objects.get_or_create(agency=agency, text_hash=text_hash, defaults=facts)
    if not is_new:
        Miss.objects.filter(pk=miss.pk).update(times=F("times") + 1, was_offered=was_offered, last_at=now)


def without_figures(text: str) -> str:
    """The text in one line, without long numbers and addresses, cut where nobody reads on."""
    return " ".join(_ADDRESSES.sub("…", _NUMBERS.sub("…", text)).split())[:LONGEST]


def forget_old_questions(*, now: datetime) -> None:
    """Delete what was asked in vain, and what was said of answers, 90 days ago."""
    Miss.objects.filter(last_at__lte=now - KEPT).delete()
    Feedback.objects.filter(given_at__lte=now - KEPT).delete()
