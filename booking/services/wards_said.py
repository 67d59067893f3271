"""A ward as citizens name it, alone or in a sentence: unmarked, shortened, by its old name or its new."""

import re

from agencies.models import AdminUnit, Agency
from agencies.place_names import is_only_a_kind, read_sought
from agencies.services.units import also_known_as, find_units, names_of
from booking.services.sessions import Ward
from booking.services.ward_names import are_one, name_key, wards_named_by

# Longer names than this no ward has.
MOST_WORDS = 4
_KINDS = r"(?:phuong|xa|thi tran|dac khu)"
_AFTER_A_KIND = re.compile(rf"\b({_KINDS}) ([a-z0-9]+(?: [a-z0-9]+){{0,{MOST_WORDS - 1}}})")


def ward_named(text: str, *, agency: Agency) -> Ward | None:
    """The ward that `text` is the name of; one that the office goes to, or one of the same names, goes before
    its namesakes elsewhere. None for what is no ward's name, or one of several wards.
    """
    named = name_key(text)
    known = _known(agency)
    return next((ward for ward in known if name_key(ward.name) == named), None) or _elsewhere(text, known)


def ward_within(text: str, *, agency: Agency) -> Ward | None:
    """The ward that a sentence names: `bao giờ p. tân lợi làm căn cước`. None if it names none for sure.

    A name of one word, or a number, counts only behind `phường` or `xã`.
    """
    plain = read_sought(text).key
    known = _known(agency)
    named = [(name_key(ward.name), ward) for ward in known]
    for name, ward in sorted(named, key=lambda pair: -len(pair[0])):
        behind = "" if " " in name else rf"{_KINDS} "
        if re.search(rf"\b{behind}{re.escape(name)}\b", plain):
            return ward
    for kind, rest in _AFTER_A_KIND.findall(plain):
        words = rest.split()
        for length in range(len(words), 0, -1):
            found = _elsewhere(f"{kind} {' '.join(words[:length])}", known)
            if found is not None:
                return found
    return None


def _known(agency: Agency) -> list[Ward]:
    """The wards of the office's sites and sessions, under the names of either era."""
    named = list(wards_named_by(agency))
    others = {other for codes in also_known_as([ward.code for ward in named]).values() for other in codes}
    names = names_of(others - {ward.code for ward in named}) if named else {}
    return [*named, *(Ward(code, name) for code, name in sorted(names.items()))]


def _elsewhere(text: str, known: list[Ward]) -> Ward | None:
    """A ward of just this name; near those of the office if there are several, or if `text` does not say that
    it is a ward: `đồng ý` is the name of one as well.
    """
    sought = read_sought(text)
    if is_only_a_kind(sought.key):
        return None
    units = [unit for unit in find_units(text) if unit.level == Agency.Level.COMMUNE]
    exact = [unit for unit in units if name_key(str(unit)) == name_key(text)]
    if exact and not (sought.kind and are_one(exact)):
        near = _upper_units(known)
        exact = [unit for unit in exact if unit.parent_id in near]
    if not exact or not are_one(exact):
        return None
    return Ward(exact[0].uid, str(exact[0]))


def _upper_units(wards: list[Ward]) -> set[int | None]:
    codes = {ward.code for ward in wards}
    numbers = {code.partition(":")[2] for code in codes}
    return {unit.parent_id for unit in AdminUnit.objects.filter(code__in=numbers) if unit.uid in codes}
