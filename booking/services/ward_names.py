"""Wards as officers type them: `Tân Thạnh, Phước Hòa`."""

import re
from collections.abc import Iterable

from agencies.models import AdminUnit, Agency
from agencies.place_names import is_only_a_kind, place_key, read_sought
from agencies.services.units import also_known_as, find_units
from booking.models import SessionWard, SiteWard
from booking.services.sessions import Ward
from core.errors import FieldError, Invalid

MOST_NAMED = 4
_BETWEEN = re.compile(r"[,;\n]+")


def read_wards(text: str, *, agency: Agency | None) -> list[Ward]:
    """Read the names of wards, of either era; what the agency named before goes before its namesakes.

    :raises Invalid: a name nobody has, or one that several places have
    """
    names = [name.strip() for name in _BETWEEN.split(text) if name.strip()]
    known = {name_key(ward.name): ward for ward in wards_named_by(agency)} if names and agency else {}
    faults: list[FieldError] = []
    wards: list[Ward] = []
    for name in names:
        ward = known.get(name_key(name)) or _find(name, faults)
        if ward is not None and ward not in wards:
            wards.append(ward)
    if faults:
        raise Invalid(errors=faults)
    return wards


def name_key(name: str) -> str:
    """Without marks, and without `phường` or `xã` in front."""
    return read_sought(name).beginnings[-1] if read_sought(name).beginnings else place_key(name)


def wards_named_by(agency: Agency) -> Iterable[Ward]:
    """The wards that an agency has named for its sites and sessions, by name."""
    of_sites = SiteWard.objects.filter(site__agency=agency)
    of_sessions = SessionWard.objects.filter(session__site__agency=agency)
    rows = of_sites.values_list("code", "name").union(of_sessions.values_list("code", "name"))
    return [Ward(*row) for row in rows.order_by("name", "code")]


def _find(name: str, faults: list[FieldError]) -> Ward | None:
    found = [] if is_only_a_kind(name) else find_units(name)
    units = [unit for unit in found if unit.level == Agency.Level.COMMUNE]
    exact = [unit for unit in units if name_key(str(unit)) == name_key(name)] or units
    if not exact:
        faults.append(FieldError("wards", "unknown", f"Không tìm thấy phường, xã “{name}”."))
        return None
    if len(exact) > 1 and not are_one(exact):
        listed = "; ".join(unit.full_name for unit in exact[:MOST_NAMED])
        text = f"Có nhiều nơi tên “{name}”: {listed}… Ghi thêm tên huyện, tỉnh."
        faults.append(FieldError("wards", "ambiguous", text))
        return None
    return Ward(exact[0].uid, str(exact[0]))


def are_one(units: list[AdminUnit]) -> bool:
    """Whether they are the same ground before and after the merger."""
    same = also_known_as([units[0].uid])[units[0].uid]
    return all(unit.uid in same for unit in units)
