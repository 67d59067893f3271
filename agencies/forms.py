"""The form of an agency: each field says what it does to citizens."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from unfold.widgets import UnfoldAdminSelectWidget

from agencies.models import Agency
from agencies.services.naming import is_unit_code, suggest_prefix, suggest_slug
from agencies.services.policies import EXAMPLES, example_named, policy_of

HELP = {
    "name": "Tên người dân đọc, thí dụ: Công an phường Bàn Thạch.",
    "slug": "Phần cuối của địa chỉ trang, thí dụ cong-an-phuong-ban-thach. Đổi thì đường dẫn đã phát không "
    "mở được nữa.",
    "code_prefix": "Hai chữ, thí dụ BT: mã hẹn sẽ là BT7F3KQ. Lịch hẹn cũ giữ mã cũ.",
    "unit_code": "Mã của Bộ Công an cho đơn vị, thí dụ G01.863.205.",
    "dossier_serial_digits": "Chỉ chọn khi đơn vị được giao dãy mã hồ sơ, thí dụ G01.899.909-260916-890028: "
    "6 chữ số. Để trống: cổng chỉ dùng mã tờ khai của mình.",
    "oa_id": "Dãy số của Official Account trên Zalo: tin nhắn của đơn vị gửi từ tài khoản này.",
    "area": "Trước 1/7/2024, thời hạn trả thẻ theo luật khác nhau theo địa bàn.",
    "hotline": "Số người dân gọi khi cần; hiện trên trang, phiếu hẹn và trong tin nhắn.",
    "address": "Trụ sở, hiện trên trang của đơn vị. Địa chỉ từng điểm thu nhận ghi ở điểm đó.",
    "allocation": "Người dân chọn giờ: tự bấm khung giờ còn chỗ. Đơn vị xếp giờ: chỉ đăng ký khoảng ngày, "
    "chiều hôm trước nhận nơi, giờ và số.",
    "numbering": "Cấp ngay: đặt xong thấy số A031. Chiều hôm trước: đặt xong thấy giờ, số gửi sau theo thứ "
    "tự giờ hẹn và ưu tiên.",
    "number_release": "Giờ phát số cho ngày hôm sau (chỉ khi cấp số chiều hôm trước). Thí dụ 16:00: 16:00 "
    "ngày 22 phát số của ngày 23.",
    "reminder_at": "Giờ gửi tin nhắc cho người hẹn ngày hôm sau. Đặt trong khoảng 07:00–21:00.",
    "window_days": "Người dân thấy và đặt được bao nhiêu ngày tới. Thí dụ 30: hôm nay đặt được đến hết 30 "
    "ngày nữa.",
    "cut_off_minutes": "Thí dụ 120: khung 10:00 thôi nhận từ 08:00.",
    "arrive_early_minutes": "Ghi trong phiếu và tin nhắn: “Đến trước 5 phút”.",
    "grace_minutes": "Thí dụ 15: hẹn 08:30, đến 08:45 vẫn được gọi theo số.",
    "people_per_booking": "Một lần đặt được cho bao nhiêu người nhà.",
    "live_per_citizen": "Một tài khoản giữ chỗ cho nhiều nhất bao nhiêu người cùng lúc; chặn người gom chỗ.",
    "changes_allowed": "Thí dụ 3: đổi giờ được ba lần, sau đó chỉ hủy và đặt lại.",
    "dossier_required": "Bật thì chưa khai hồ sơ không đặt được lịch. Chưa có phần khai hồ sơ thì để tắt.",
    "daily_target": "Số người đơn vị muốn làm mỗi ngày, chỉ để cán bộ so với thực tế. Có thể để trống.",
}


class AgencyForm(forms.ModelForm):
    """An agency as it is changed."""

    class Meta:
        model = Agency
        exclude = ("is_active",)  # noqa: DJ006 - a policy has every field of its model
        help_texts = HELP

    def clean_unit_code(self) -> str:
        code = str(self.cleaned_data["unit_code"]).strip().upper()
        if code and not is_unit_code(code):
            raise forms.ValidationError("Mã đơn vị có dạng G01.863.205: ba chữ, số, rồi các nhóm 2–3 chữ số.")
        return code


class PolicySourceField(forms.ChoiceField):
    """A policy to begin from: a named example, or that of an agency the officer may see."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=UnfoldAdminSelectWidget, **kwargs)
        self._agencies: QuerySet[Agency] | None = None

    def offer(self, agencies: QuerySet[Agency]) -> None:
        self._agencies = agencies
        examples = [(f"example:{example.key}", example.name) for example in EXAMPLES]
        others = [(f"agency:{pk}", name) for pk, name in agencies.order_by("name").values_list("pk", "name")]
        groups: list[Any] = [("", "chọn cách làm việc"), ("Mẫu có sẵn", examples)]
        self.choices = [*groups, *([("Như đơn vị", others)] if others else [])]

    def values_of(self, choice: str) -> dict[str, Any]:
        """The policy behind a valid choice."""
        kind, _, key = choice.partition(":")
        if kind == "example" or self._agencies is None:
            return example_named(key).values
        return policy_of(self._agencies.get(pk=key))


class NewAgencyForm(AgencyForm):
    """A new agency: who it is, and whose way of working it begins with. The checklist asks for the rest."""

    policy_source = PolicySourceField(
        label="Cách làm việc ban đầu",
        help_text="Chép toàn bộ chính sách; từng mục sửa được sau. "
        + " ".join(f"{example.name[0].upper()}{example.name[1:]}: {example.says}" for example in EXAMPLES),
    )

    class Meta:
        model = Agency
        help_texts = HELP
        fields = (
            "name",
            "slug",
            "code_prefix",
            "level",
            "parent",
            "unit_code",
            "address",
            "hotline",
            "oa_id",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in (("slug", "Để trống: lấy từ tên."), ("code_prefix", "Để trống: hệ thống chọn.")):
            self.fields[name].required = False
            self.fields[name].help_text = f"{words} {HELP[name]}"

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        name = said.get("name", "")
        if name and not said.get("slug"):
            said["slug"] = suggest_slug(name)
        if name and not said.get("code_prefix"):
            said["code_prefix"] = suggest_prefix(name)
        return said

    def policy(self) -> dict[str, Any]:
        source = self.fields["policy_source"]
        assert isinstance(source, PolicySourceField)  # noqa: S101 - declared above
        return source.values_of(self.cleaned_data["policy_source"])


class CopyPolicyForm(forms.Form):
    """Whose way of working an agency is to take over."""

    source = PolicySourceField(label="Chép chính sách từ")

    def policy(self) -> dict[str, Any]:
        source = self.fields["source"]
        assert isinstance(source, PolicySourceField)  # noqa: S101 - declared above
        return source.values_of(self.cleaned_data["source"])
