"""Forms of overtime and tours. They check shape; whether a session may be is for the use cases."""

import re
from collections.abc import Iterable
from datetime import date, time
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from agencies.models import Agency
from booking.models import Site
from booking.models.sites import SiteQuerySet
from booking.services.sessions import Hours, Place, Stop, Ward
from booking.services.ward_names import read_wards
from core.errors import FieldError, Invalid

LONGEST_NAME = 120
MOST_STOPS = 60
_STRETCH = re.compile(r"(\d{1,2})[:hg.](\d{2})?\s*(?:-|–|đến)\s*(\d{1,2})[:hg.](\d{2})?")
HOURS_HELP = "Thí dụ: 7:30–11:30, 13:30–17:00"


def read_hours(text: str) -> list[tuple[time, time]]:
    """Read `7:30–11:30, 13h30-17h`.

    :raises ValueError: some of it is no hours
    """
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    found = [_STRETCH.fullmatch(part) for part in parts]
    if not parts or not all(found):
        raise ValueError("not hours")
    clocks = [[int(number or 0) for number in match.groups()] for match in found if match]
    return [(time(first, half), time(last, rest)) for first, half, last, rest in clocks]


class HoursField(forms.CharField):
    """One or more stretches of a day."""

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        try:
            return read_hours(typed) if typed else []
        except ValueError as unreadable:
            raise forms.ValidationError(f"Chưa đọc được giờ. {HOURS_HELP}.") from unreadable


def _number(label: str, *, least: int, most: int, **said: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, **said)


def _text(label: str, **said: Any) -> forms.CharField:
    return forms.CharField(label=label, **said)


def _day(label: str, **said: Any) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=picker, **said)


class SlicedHoursForm(forms.Form):
    """What overtime and the stops of a tour have in common."""

    hours = HoursField(label="Giờ làm", help_text=HOURS_HELP)
    slot_minutes = _number("Mỗi khung (phút)", least=5, most=240, initial=30)
    capacity = _number("Số người mỗi khung", least=1, most=500, initial=6)
    wards = _text(
        "Chỉ nhận phường, xã",
        required=False,
        max_length=400,
        help_text="Tên cũ hay mới, cách nhau bằng dấu phẩy. Để trống: ai cũng đến được.",
    )

    def wanted_hours(self) -> list[Hours]:
        said = self.cleaned_data
        return [Hours(start, end, said["slot_minutes"], said["capacity"]) for start, end in said["hours"]]

    def read_wards(self, agency: Agency) -> list[Ward] | None:
        """The wards that were named; None, and the error on its field, where one is not known."""
        try:
            return read_wards(self.cleaned_data["wards"], agency=agency)
        except Invalid as unknown:
            for fault in unknown.errors:
                self.add_error("wards", fault.message)
            return None


class OvertimeForm(SlicedHoursForm):
    """An evening or a Sunday of a site."""

    site = forms.ModelChoiceField(Site.objects.none(), label="Điểm thu nhận", empty_label=None)
    on = _day("Ngày")
    note = _text(
        "Lời ghi cho người dân", required=False, max_length=80, initial="Làm thêm ngoài giờ", help_text=""
    )
    field_order = ("site", "on", "hours", "slot_minutes", "capacity", "wards", "note")

    def __init__(self, *args: Any, sites: SiteQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField", self.fields["site"]).queryset = sites
        self.fields["hours"].initial = "18:00–20:00"
        self.fields["hours"].help_text = "Thí dụ: 18:00–20:30"

    def wanted_wards(self) -> list[Ward] | None:
        return self.read_wards(self.cleaned_data["site"].agency)


class StopForm(SlicedHoursForm):
    """A stop of the mobile team: a site that is there, or a new place."""

    site = forms.ModelChoiceField(
        Site.objects.none(),
        label="Nơi làm",
        required=False,
        empty_label="Nơi mới, ghi bên cạnh",
    )
    name = _text("Tên nơi mới", required=False, max_length=LONGEST_NAME)
    address = _text("Địa chỉ nơi mới", required=False, max_length=200)
    first = _day("Từ ngày")
    last = _day("Đến hết ngày", required=False, help_text="Để trống: một ngày.")
    drop = forms.BooleanField(label="Bỏ chặng này", required=False)
    field_order = (
        *("site", "name", "address", "wards", "first", "last", "hours", "slot_minutes", "capacity", "drop"),
    )

    def __init__(self, *args: Any, sites: SiteQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField", self.fields["site"]).queryset = sites
        self.fields["wards"].label = "Phường, xã được phục vụ"

    @property
    def is_dropped(self) -> bool:
        """Whether the row is to be left out, whatever else stands in it."""
        return bool(self["drop"].value())

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not said.get("site"):
            for field, text in (("name", "Chọn nơi làm, hoặc ghi tên nơi mới."), ("address", "Ghi địa chỉ.")):
                if not said.get(field):
                    self.add_error(field, text)
        return said

    def stop(self, agency: Agency) -> Stop | None:
        """The stop as it was filled in; None, and the errors on their fields, where that cannot be read."""
        if not self.is_valid():
            return None
        said, wards = self.cleaned_data, self.read_wards(agency)
        if wards is None:
            return None
        first: date = said["first"]
        return Stop(
            place=said["site"] or Place(said["name"], said["address"]),
            first=first,
            last=said["last"] or first,
            hours=self.wanted_hours(),
            wards=wards,
        )


# A row more is a press of a button; it needs no script.
Stops = forms.formset_factory(StopForm, extra=0, min_num=1, max_num=MOST_STOPS, absolute_max=MOST_STOPS)


class AgencyForm(forms.Form):
    """Whose tour it is, for who works at several agencies."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label="Đơn vị", empty_label=None)

    def __init__(self, *args: Any, agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField", self.fields["agency"]).queryset = agencies


def put_on_form(form: forms.Form, faults: Iterable[FieldError], *, below: str = "") -> None:
    """Show what a use case refuses at the fields it is about, else above the form."""
    names = {"date": "on", "ends_at": "hours", "starts_at": "hours"}
    for fault in faults:
        name = fault.field.removeprefix(below)
        name = name if name in form.fields else names.get(name, "")
        form.add_error(name if name in form.fields else None, fault.message)
