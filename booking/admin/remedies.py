"""Where a line of the checklist is mended, and what its page asks for."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from unfold.widgets import UnfoldAdminTextInputWidget

from agencies.models import Agency
from notifications.services import Kind

TEMPLATES = "admin:booking_opening_templates"


@dataclass(frozen=True)
class Remedy:
    """Where a line of the checklist is mended, and the right that takes."""

    words: str
    page: str
    right: str
    of_agency: bool = True
    more: str = ""

    def address(self, agency: Agency) -> str:
        where = reverse(self.page, args=[agency.pk] if self.of_agency else [])
        return where + self.more.format(agency=agency.pk)


_AGENCY = ("admin:agencies_agency_change", "agencies.change_agency")
REMEDIES = {
    "unit_code": Remedy("Ghi mã đơn vị", *_AGENCY, more="#id_unit_code"),
    "hotline": Remedy("Ghi số", *_AGENCY, more="#id_hotline"),
    "oa": Remedy("Kết nối Zalo", "admin:agencies_zaloconnection_change", "agencies.view_zaloconnection"),
    "reminder_template": Remedy("Ghi mã mẫu tin", TEMPLATES, "notifications.change_messagetext"),
    "other_templates": Remedy("Ghi mã mẫu tin", TEMPLATES, "notifications.change_messagetext"),
    "sites": Remedy(
        "Thêm điểm thu nhận",
        "admin:booking_site_add",
        "booking.add_site",
        of_agency=False,
        more="?agency={agency}",
    ),
    "hours": Remedy(
        "Xem giờ mở cửa",
        "admin:booking_site_changelist",
        "booking.view_site",
        of_agency=False,
        more="?agency__id__exact={agency}",
    ),
    "officers": Remedy("Thêm cán bộ", "admin:accounts_officer_add", "accounts.add_officer", of_agency=False),
}


class PhoneForm(forms.Form):
    """The officer's own phone, for the message of trial."""

    phone = forms.CharField(
        label="Số điện thoại của mình",
        max_length=20,
        help_text="Số đã đăng nhập trang của người dân ít nhất một lần.",
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )


class TemplatesForm(forms.Form):
    """The approved template of each kind of message."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in Kind:
            self.fields[kind.value] = forms.CharField(
                label=kind.label.capitalize(),
                max_length=40,
                required=False,
                widget=UnfoldAdminTextInputWidget,
            )

    def template_ids(self) -> dict[Kind, str]:
        return {Kind(name): value.strip() for name, value in self.cleaned_data.items()}
