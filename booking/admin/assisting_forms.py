"""What an officer asks somebody at the desk. Shape only: whether the person may come is for the rules."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, cast
from uuid import UUID

from django import forms

from accounts.identity import NUMBER_REQUIRED_FROM, PersonDetails
from booking.forms import PersonForm, capitalised
from booking.models import Registration, Site, Slot
from booking.services import visits
from core import phones
from core.time import local_date, say_clock
from dossiers.models import Dossier
from dossiers.services import filling

Choices = list[tuple[str, str]]
SAID_BY_A_DOSSIER = ("full_name", "personal_id", "birth_date", "sex", "old_id")


class AssistedPerson(PersonForm):
    """The one person before the officer, and how to reach them. Who brings the code of an accepted dossier is
    known by that.
    """

    dossier = forms.CharField(
        label="Mã tờ khai đã duyệt, nếu có",
        max_length=20,
        required=False,
        help_text="Có mã thì không cần ghi họ tên, số định danh, ngày sinh.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    phone = forms.CharField(
        label="Điện thoại để gọi, nếu có",
        max_length=30,
        required=False,
        help_text="Của chính họ hoặc người nhà. Không có thì để trống.",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    priority = forms.BooleanField(
        label="Cần ưu tiên: từ 80 tuổi, khuyết tật nặng, mang thai, có con dưới 3 tuổi, ốm nặng.",
        required=False,
    )
    notice = forms.BooleanField(
        label="Đã đọc cho công dân nghe thông báo dữ liệu cá nhân, công dân đồng ý.",
        error_messages={"required": "Cần đọc thông báo và được đồng ý trước khi ghi thông tin."},
    )

    def __init__(
        self, *args: Any, sites: Sequence[Site], wards: Choices, now: datetime, **kwargs: Any
    ) -> None:
        law_days = [site.agency.law_day(now=now) for site in sites]
        super().__init__(*args, number_required=all(d >= NUMBER_REQUIRED_FROM for d in law_days), **kwargs)
        del self.fields["relation"]
        self._agencies = {site.agency_id for site in sites}
        self.found: Dossier | None = None
        if wards:
            self.fields["ward"] = forms.ChoiceField(
                label="Phường, xã đang ở", required=False, choices=[("", "Nơi khác, không ghi"), *wards]
            )
        self.order_fields(
            [*self.first_fields, "dossier", "full_name", "personal_id", "birth_date", "sex", "ward", "phone"]
        )

    first_fields: tuple[str, ...] = ()

    def clean_dossier(self) -> str:
        typed = self.cleaned_data["dossier"].strip()
        self.found = visits.find(typed, agencies=self._agencies)
        if typed and self.found is None:
            raise forms.ValidationError("Không có hồ sơ mang mã này ở đơn vị.")
        if self.found is not None and (why_not := visits.fault_of_state(self.found)):
            raise forms.ValidationError(why_not)
        return typed

    def clean(self) -> dict[str, Any]:
        if not self.data.get("dossier", "").strip():
            return super().clean()
        for name in SAID_BY_A_DOSSIER:
            self.errors.pop(name, None)
        return self.cleaned_data

    def details(self) -> PersonDetails:
        if self.found is None:
            return super().details()
        return filling.person_of(filling.data_of(self.found))

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"].strip()
        try:
            return phones.normalise(typed) if typed else ""
        except ValueError as unreadable:
            raise forms.ValidationError("Số điện thoại chưa đúng, thí dụ 0905123456.") from unreadable


class AssistedForm(AssistedPerson):
    first_fields = ("slot",)

    slot = forms.TypedChoiceField(
        label="Khung giờ", coerce=UUID, error_messages={"required": "Chọn khung giờ."}
    )

    def __init__(self, *args: Any, slots: Sequence[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["slot"]).choices = [
            (site.name, [(str(slot.public_id), _say(slot)) for slot in found])
            for site, found in groupby(slots, key=lambda slot: slot.day.site)
        ]


def _say(slot: Slot) -> str:
    return f"{say_clock(slot.starts_at)}–{say_clock(slot.ends_at)}, còn {slot.places_left} chỗ"


class AssistedWishForm(AssistedPerson):
    """The person, and from which day to which; place, hour and number come from the evening run."""

    first_fields = ("agency", "site", "from_date", "to_date", "half")

    agency = forms.ChoiceField(label="Đơn vị")
    site = forms.ChoiceField(label="Nơi muốn đến", required=False)
    from_date = forms.DateField(
        label="Từ ngày", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    to_date = forms.DateField(
        label="Đến hết ngày", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    half = forms.ChoiceField(label="Buổi", choices=capitalised(Registration.Half.choices))

    def __init__(
        self, *args: Any, sites: Sequence[Site], is_anywhere: bool, now: datetime, **kwargs: Any
    ) -> None:
        first = local_date(now) + timedelta(days=1)
        span: dict[str, date] = {"from_date": first, "to_date": first + timedelta(days=6)}
        super().__init__(*args, sites=sites, now=now, initial=span, **kwargs)
        agencies = dict.fromkeys((site.agency.slug, site.agency.name) for site in sites)
        self._offer("agency", list(agencies))
        anywhere = [("", "Nơi nào cũng được")] if is_anywhere else []
        self._offer("site", [*anywhere, *((str(site.public_id), site.name) for site in sites)])
        self.fields["site"].required = not is_anywhere

    def _offer(self, name: str, choices: Choices) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices
