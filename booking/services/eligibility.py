"""Sessions that are for the people of some wards only. A ward counts under its name of either era."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from agencies.services.units import also_known_as, names_of
from booking.errors import NotEligible
from booking.models import SessionWard, Slot


def accepted_wards(sessions: Collection[int]) -> dict[int, frozenset[str]]:
    """The wards, of both eras, whose people each of these sessions takes; a session for everyone is left out.

    At most two statements; none for no sessions.
    """
    if not sessions:
        return {}
    named: dict[int, set[str]] = defaultdict(set)
    for session, code in SessionWard.objects.filter(session__in=sessions).values_list("session", "code"):
        named[session].add(code)
    known = also_known_as({code for codes in named.values() for code in codes})
    return {
        session: frozenset(name for code in codes for name in known[code]) for session, codes in named.items()
    }


def refuse_outside_wards(slot: Slot, wards: Sequence[str]) -> None:
    """Refuse people whose wards (in the order of the people, empty if unsaid) a slot is not for.

    Costs nothing for a slot without a session.

    :raises NotEligible: naming the first of them by position
    """
    if slot.session_id is None:
        return
    accepted = accepted_wards([slot.session_id]).get(slot.session_id)
    if accepted is None:
        return
    for position, ward in enumerate(wards):
        if ward not in accepted:
            named = SessionWard.objects.filter(session=slot.session_id).order_by("name", "code")
            names, codes = zip(*named.values_list("name", "code"), strict=True)
            raise NotEligible(names=names, wards=codes, person=position, is_said=bool(ward))


def wards_to_ask(slot_id: str, *, ward: str) -> list[tuple[str, str]]:
    """Code and name of the wards a slot is for, where `ward` is none of them; nothing where all is well.

    Each with what it was called before the merger or is called now: people know one or the other. One
    statement where the slot is for everyone.
    """
    rows = SessionWard.objects.filter(session__slots__public_id=slot_id).order_by("name", "code")
    named = list(rows.values_list("code", "name"))
    known = also_known_as([code for code, _ in named])
    if not named or any(ward in codes for codes in known.values()):
        return []
    names = names_of({other for codes in known.values() for other in codes})
    return [(code, _with_other_names(code, name, known[code], names)) for code, name in named]


def _with_other_names(code: str, name: str, known: set[str], names: Mapping[str, str]) -> str:
    others = sorted(names[other] for other in known - {code} if other in names)
    if not others:
        return name
    return f"{name} ({'nay là' if code.startswith('2021') else 'trước là'} {', '.join(others)})"
