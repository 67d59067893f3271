"""Whether the templates that an agency chose can carry what its messages say."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from agencies.models import Agency
from notifications.kinds import LIMITS, PLACEHOLDERS, Kind
from notifications.services.readiness import template_ids
from zalo.models import Template


@dataclass(frozen=True)
class TemplateUse:
    """A kind of message, the template it uses, and what is wrong with that, in words."""

    kind: Kind
    template_id: str
    template: Template | None
    faults: list[str] = field(default_factory=list)

    @property
    def is_fit(self) -> bool:
        return self.template is not None and not self.faults


def templates_in_use(agency: Agency) -> list[TemplateUse]:
    """Every kind of message with its template, as far as Zalo has told of it; nobody is asked."""
    chosen = template_ids(agency)
    known = Template.objects.filter(oa_id=agency.oa_id, template_id__in=[*filter(None, chosen.values())])
    by_id = {template.template_id: template for template in known.order_by("pk")}
    return [_use(kind, chosen[kind], by_id) for kind in Kind]


def _use(kind: Kind, template_id: str, known: Mapping[str, Template]) -> TemplateUse:
    template = known.get(template_id)
    faults = _faults(kind, template) if template else []
    return TemplateUse(kind, template_id, template, faults)


def _faults(kind: Kind, template: Template) -> list[str]:
    """What would keep a message of this kind from being sent by this template, or make it say too little."""
    placeholders = PLACEHOLDERS[kind]
    faults = [] if template.is_enabled else [f"Mẫu {template.get_status_display()}."]
    for param in template.params:
        faults += _faults_of(param, placeholders.allowed, placeholders.maybe)
    if unsaid := placeholders.always - template.param_names:
        faults.append(f"Mẫu không nói: {', '.join(sorted(unsaid))}.")
    return faults


def _faults_of(param: Mapping[str, object], allowed: frozenset[str], maybe: frozenset[str]) -> list[str]:
    name, longest = str(param["name"]), param["max_length"]
    if name not in allowed:
        return [f"Mẫu cần {name}, loại tin này không có."] if param["require"] else []
    faults = []
    if name in maybe and param["require"] and not param["accept_null"]:
        faults.append(f"Mẫu luôn cần {name}, có tin để trống.")
    if isinstance(longest, int) and longest < LIMITS[name]:
        faults.append(f"{name}: mẫu nhận {longest} chữ, tin có thể dài {LIMITS[name]}.")
    return faults
