"""Forms of the citizens' pages. They check shape; whether a person may come is for the use cases."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast

from django import forms

from accounts.forms import BirthDateField, PhoneField
from accounts.identity import FEMALE, MALE, PersonDetails, tidy_name, tidy_number
from accounts.relations import Relation
from booking.models import Registration
from core.time import say_day

ELSEWHERE = "-"


def capitalised(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    return [(value, f"{label[:1].upper()}{label[1:]}") for value, label in choices]


def say_birth_date(iso: str) -> str:
    """`12/04/1985` for `1985-04-12`."""
    return "/".join(reversed(iso.split("-")))


class PersonForm(forms.Form):
    """One person. Sex is asked only of who has no number: the number says it."""

    relation = forms.ChoiceField(label="Người này là ai?", choices=capitalised(Relation.choices))
    full_name = forms.CharField(
        label="Họ và tên",
        max_length=400,
        help_text="Như trên giấy tờ, thí dụ: Trần Văn An.",
        error_messages={"required": "Ghi họ và tên."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words"}),
    )
    personal_id = forms.CharField(
        label="Số định danh cá nhân",
        required=False,
        max_length=40,
        help_text="12 chữ số, in trên thẻ căn cước hoặc CCCD.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
    )
    birth_date = BirthDateField(label="Ngày sinh")
    sex = forms.ChoiceField(
        label="Giới tính", required=False, choices=[("", "Chọn"), (MALE, "Nam"), (FEMALE, "Nữ")]
    )
    old_id = forms.CharField(
        label="Số CMND cũ, nếu có",
        required=False,
        max_length=40,
        help_text="9 chữ số.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
    )

    def __init__(self, *args: Any, number_required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if number_required:
            del self.fields["sex"], self.fields["old_id"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        number = tidy_number(said.get("personal_id"))
        if number is None and "sex" in self.fields and not said.get("sex"):
            text = "Ghi số định danh. Chưa có số thì để trống và chọn giới tính ở mục dưới."
            self.add_error("personal_id", text)
        return said

    def details(self) -> PersonDetails:
        """What was filled in, as the use cases want it."""
        said = self.cleaned_data
        number = tidy_number(said["personal_id"])
        return PersonDetails(
            full_name=tidy_name(said["full_name"]),
            birth_date=said["birth_date"],
            sex=sex_of_number(number) or said.get("sex") or MALE,
            personal_id=number,
            old_id=tidy_number(said.get("old_id")),
        )

    def relation_chosen(self) -> Relation:
        return Relation(self.cleaned_data["relation"])


def sex_of_number(number: str | None) -> str | None:
    """The sex that an identity number tells: its fourth digit is even for men, odd for women."""
    if number is None or len(number) < 4 or number[3] not in "0123456789":
        return None
    return FEMALE if int(number[3]) % 2 else MALE


class WishForm(forms.Form):
    """When a party wants to come where the office assigns place and hour.

    Days are picked from a list: written out they cannot be mistaken, and every phone shows a list alike.
    """

    from_date = forms.TypedChoiceField(label="Từ ngày", coerce=date.fromisoformat)
    to_date = forms.TypedChoiceField(label="Đến hết ngày", coerce=date.fromisoformat)
    half = forms.ChoiceField(label="Buổi", choices=capitalised(Registration.Half.choices))
    ward = forms.ChoiceField(
        label="Phường, xã đang ở", required=False, help_text="Được xếp về nơi làm gần nhà trước, nếu còn chỗ."
    )
    site = forms.ChoiceField(label="Nơi muốn đến", required=False)

    def __init__(
        self,
        *args: Any,
        days: list[date],
        wards: list[tuple[str, str]],
        sites: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if wards:
            self._offer("ward", [("", "Nơi khác"), *wards])
        else:
            del self.fields["ward"]
        listed = [(day.isoformat(), say_day(day)) for day in days]
        self._offer("from_date", capitalised(listed))
        self._offer("to_date", capitalised(listed))
        self._offer("site", [("", "Nơi nào cũng được"), *sites])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        first, last = said.get("from_date"), said.get("to_date")
        if first and last and last < first:
            self.add_error("to_date", "Ngày cuối phải từ ngày đầu trở đi.")
        return said


class CheckForm(forms.Form):
    """What is agreed to before booking: one box a purpose, none of them ticked beforehand.

    The ward is asked for only where the hour is for the people of some. `phone` is where the code goes of who
    is not signed in; `call_phone` is for who is, by Zalo, and has told no phone.
    """

    ward = forms.ChoiceField(
        label="Phường, xã đang ở",
        required=False,
        help_text="Giờ này chỉ dành cho người ở những nơi có tên trong danh sách.",
    )
    phone = PhoneField(
        label="Số điện thoại dùng Zalo",
        help_text="Mã xác nhận được gửi tới số này qua Zalo. Không cần mật khẩu.",
        error_messages={"required": "Ghi số điện thoại để nhận mã xác nhận."},
    )
    call_phone = PhoneField(
        label="Số điện thoại để đơn vị gọi khi cần",
        required=False,
        help_text="Không bắt buộc. Cán bộ chỉ gọi khi tin nhắn không đến được.",
    )
    notice = forms.BooleanField(
        label="Đã đọc thông báo dữ liệu cá nhân và đồng ý để đơn vị dùng thông tin này giữ chỗ, cấp số.",
        error_messages={"required": "Cần đồng ý thì đơn vị mới được dùng thông tin để giữ chỗ."},
    )
    on_behalf = forms.BooleanField(
        label="Những người có tên ở trên đã nhờ đăng ký giúp, hoặc là con, người được giám hộ.",
        error_messages={"required": "Cần xác nhận đã được nhờ đăng ký giúp."},
    )
    priority = forms.BooleanField(
        label="Có người cần ưu tiên: từ 80 tuổi, khuyết tật nặng, mang thai, có con dưới 3 tuổi, ốm nặng.",
        required=False,
    )
    messages = forms.BooleanField(
        label="Gửi số thứ tự và nhắc hẹn qua Zalo. (Không chọn thì tự xem trên trang này.)", required=False
    )

    def __init__(
        self,
        *args: Any,
        signed_in: bool,
        phone_is_known: bool,
        for_others: bool,
        takes_messages: bool,
        wards: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if wards:
            field = cast("forms.ChoiceField", self.fields["ward"])
            field.choices = [("", "Chọn"), *wards, (ELSEWHERE, "Nơi khác")]
            field.required = True
            field.error_messages["required"] = "Chọn phường, xã đang ở."
        else:
            del self.fields["ward"]
        if signed_in:
            del self.fields["phone"]
        if phone_is_known or not signed_in:
            del self.fields["call_phone"]
        if takes_messages:  # asked and answered before
            del self.fields["messages"]
        if not for_others:
            del self.fields["on_behalf"]

    def clean_ward(self) -> str:
        if self.cleaned_data["ward"] == ELSEWHERE:
            raise forms.ValidationError("Giờ này không nhận người ở nơi khác. Chọn giờ khác ở trên.")
        return str(self.cleaned_data["ward"])


def _birth_year_field(label: str = "Năm sinh của người đến làm") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1900,
        max_value=2100,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), "Ghi năm sinh, 4 chữ số."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
    )


def _last4_field(label: str) -> forms.RegexField:
    return forms.RegexField(
        r"^[0-9]{4}$",
        label=label,
        error_messages={"required": "Ghi 4 số cuối.", "invalid": "Ghi đúng 4 chữ số."},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "4", "class": "short"}
        ),
    )


class LookUpForm(forms.Form):
    """Finding an appointment without an account: the code and a proof."""

    code = forms.CharField(
        label="Mã hẹn",
        max_length=20,
        help_text="In trên phiếu hẹn và trong tin nhắn, thí dụ TK7F3KQ.",
        error_messages={"required": "Ghi mã hẹn."},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "short"}
        ),
    )
    birth_year = _birth_year_field()
    last4 = _last4_field("4 số cuối của số định danh hoặc số điện thoại")


class DossierLookUpForm(forms.Form):
    """Finding a dossier without an account: the code and what its person and the family know."""

    code = forms.CharField(
        label="Mã tờ khai",
        max_length=20,
        help_text="Người khai hộ có mã này, thí dụ BT7F3KQ29.",
        error_messages={"required": "Ghi mã tờ khai."},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "short"}
        ),
    )
    birth_year = _birth_year_field("Năm sinh của người làm thẻ")
    last4 = _last4_field("4 số cuối của số định danh (hoặc CMND) của người đó")


class ClaimForm(forms.Form):
    """Proving that another account with the same phone is one's own: one person of it."""

    birth_year = _birth_year_field()
    last4 = _last4_field("4 số cuối của số định danh của người đó")
