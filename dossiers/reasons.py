"""Why a dossier is sent back, refused or stopped: a code for counting, a name for officers, and words that an
old person understands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dossiers.form_definitions.shape import Kind
from dossiers.models import Version

# What can be sent back beside the fields of a form.
ATTACHMENTS, EXEMPTIONS = "attachments", "exemptions"
OTHER = "OTHER"
_OLD, _NOW = Version.Regime.LAW_OF_2014, Version.Regime.LAW_OF_2023


@dataclass(frozen=True, kw_only=True)
class Correction:
    """Why a field is sent back. `fits` names keys and kinds of fields; empty fits every field of a form."""

    code: str
    name: str
    says: str
    fits: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ending:
    """Why a dossier ends without a card. `law` is the article by regime, as far as one speaks of it."""

    code: str
    name: str
    says: str
    law: Mapping[str, str] = field(default_factory=dict)


_PLACES = (
    *("residence", "permanent_residence", "current_residence", "birth_registration_place"),
    *("home_town", "delivery_address", "result_address"),
)
CORRECTIONS = (
    Correction(
        code="NAME_NOT_AS_ON_PAPERS",
        name="Họ tên không giống giấy khai sinh",
        says="Họ tên chưa giống trong giấy khai sinh. Ghi lại đúng từng chữ, đủ dấu, như trong giấy.",
        fits=(Kind.NAME,),
    ),
    Correction(
        code="BIRTH_DATE_DIFFERS",
        name="Ngày sinh khác giấy tờ",
        says="Ngày sinh chưa giống trong giấy tờ. Xem giấy khai sinh hoặc thẻ đang có rồi ghi lại.",
        fits=(Kind.BIRTH_DATE,),
    ),
    Correction(
        code="NUMBER_WRONG",
        name="Số không đúng",
        says="Số chưa đúng. Xem số trên thẻ hoặc giấy tờ rồi ghi lại đủ các chữ số.",
        fits=(Kind.PERSONAL_ID, Kind.ANY_ID, Kind.PHONE),
    ),
    Correction(
        code="ADDRESS_NOT_ENOUGH",
        name="Địa chỉ chưa đủ",
        says="Địa chỉ chưa đủ. Ghi thêm số nhà hoặc thôn, tổ; xã, phường; tỉnh, thành phố.",
        fits=_PLACES,
    ),
    Correction(
        code="ADDRESS_DIFFERS",
        name="Địa chỉ khác dữ liệu cư trú",
        says="Địa chỉ chưa giống nơi đang đăng ký cư trú. Ghi nơi đã đăng ký; vừa chuyển thì nói rõ.",
        fits=_PLACES,
    ),
    Correction(
        code="REPRESENTATIVE_WRONG",
        name="Người đại diện không đúng",
        says="Người đại diện ghi chưa đúng. Ghi cha, mẹ hoặc người giám hộ theo giấy tờ.",
        fits=("representative",),
    ),
    Correction(
        code="REPRESENTATIVE_PROOF_MISSING",
        name="Thiếu giấy tờ chứng minh người đại diện",
        says="Còn thiếu giấy tờ chứng minh là người đại diện: giấy khai sinh của trẻ hoặc giấy giám hộ.",
        fits=("representative", ATTACHMENTS),
    ),
    Correction(
        code="EXEMPTION_PROOF_MISSING",
        name="Thiếu giấy tờ miễn lệ phí",
        says="Còn thiếu giấy tờ để được miễn lệ phí. Chụp gửi thêm, hoặc mang theo khi đến.",
        fits=(EXEMPTIONS, ATTACHMENTS),
    ),
    Correction(
        code="EXEMPTION_WRONG",
        name="Không thuộc diện miễn đã chọn",
        says="Theo giấy tờ thì không thuộc diện miễn lệ phí đã chọn. Chọn lại.",
        fits=(EXEMPTIONS,),
    ),
    Correction(
        code="PICTURE_UNREADABLE",
        name="Ảnh mờ, không đọc được",
        says="Ảnh chụp bị mờ hoặc lóa, không đọc được. Chụp lại nơi đủ sáng, để giấy nằm phẳng.",
        fits=(ATTACHMENTS,),
    ),
    Correction(
        code="PICTURE_NOT_WHOLE",
        name="Ảnh thiếu góc hoặc thiếu mặt",
        says="Ảnh chụp chưa đủ. Chụp cả tờ giấy, đủ bốn góc, đủ hai mặt.",
        fits=(ATTACHMENTS,),
    ),
    Correction(
        code="WRONG_PAPER",
        name="Không phải giấy tờ cần gửi",
        says="Ảnh gửi không phải giấy tờ cần có. Xem danh sách giấy tờ rồi chụp gửi lại.",
        fits=(ATTACHMENTS,),
    ),
    Correction(
        code="PAPER_MISSING",
        name="Thiếu giấy tờ",
        says="Còn thiếu giấy tờ. Xem danh sách giấy tờ rồi chụp gửi thêm.",
        fits=(ATTACHMENTS,),
    ),
    Correction(
        code="NOT_AS_ON_PAPERS",
        name="Khác giấy tờ",
        says="Mục này chưa giống giấy tờ. Xem giấy tờ rồi ghi lại.",
    ),
    Correction(
        code="NOT_CLEAR",
        name="Ghi chưa rõ",
        says="Mục này ghi chưa rõ, chưa hiểu được. Ghi lại cho rõ hơn.",
    ),
    Correction(
        code="NOT_FILLED_IN",
        name="Còn để trống",
        says="Mục này còn để trống. Ghi vào theo giấy tờ.",
    ),
    Correction(
        code=OTHER,
        name="Lý do khác, ghi ở bên cạnh",
        says="",
        fits=("*",),
    ),
)
CORRECTION_OF: Mapping[str, Correction] = {reason.code: reason for reason in CORRECTIONS}

REFUSALS = (
    Ending(
        code="NOT_OF_THIS_COUNTRY",
        name="Không phải công dân Việt Nam",
        says="Thẻ chỉ cấp cho công dân Việt Nam",
        law={_OLD: "Luật Căn cước công dân 2014 Điều 19", _NOW: "Luật Căn cước 2023 Điều 19"},
    ),
    Ending(
        code="NOT_THE_AGE",
        name="Chưa đủ tuổi",
        says="Người được khai chưa đủ tuổi được cấp thẻ",
        law={_OLD: "Luật Căn cước công dân 2014 Điều 19"},
    ),
    Ending(
        code="NOT_THIS_CASE",
        name="Không thuộc trường hợp cấp đổi, cấp lại",
        says="Việc đề nghị không thuộc trường hợp được cấp đổi, cấp lại thẻ",
        law={_OLD: "Luật Căn cước công dân 2014 Điều 23", _NOW: "Luật Căn cước 2023 Điều 24"},
    ),
    Ending(
        code="DATA_NOT_RIGHT_FIRST",
        name="Thông tin dân cư sai, phải điều chỉnh trước",
        says="Thông tin của người này trong Cơ sở dữ liệu quốc gia về dân cư phải được điều chỉnh trước",
    ),
    Ending(
        code="NOT_TRUE",
        name="Khai không đúng sự thật",
        says="Thông tin hoặc giấy tờ đã khai không đúng sự thật",
        law={_OLD: "Luật Căn cước công dân 2014 Điều 7", _NOW: "Luật Căn cước 2023 Điều 7"},
    ),
    Ending(
        code="NOT_THE_REPRESENTATIVE",
        name="Người khai không phải người đại diện",
        says="Người khai không phải người đại diện hợp pháp",
    ),
    Ending(
        code="ALREADY_DONE",
        name="Đã có thẻ hoặc đang làm ở nơi khác",
        says="Người này vừa được cấp thẻ, hoặc đang làm thẻ ở nơi khác",
    ),
    Ending(code=OTHER, name="Lý do khác, ghi ở dưới", says=""),
)
STOPS = (
    Ending(
        code="DECLARED_BY_A_STRANGER",
        name="Người lạ khai, chính chủ có mặt",
        says="Chính người được khai đã mang giấy tờ đến và cho biết không nhờ khai",
    ),
    Ending(
        code="ASKED_AT_THE_COUNTER",
        name="Người khai xin dừng tại quầy",
        says="Dừng theo yêu cầu tại quầy",
    ),
    Ending(code="TWICE", name="Khai hai lần", says="Người này đã có hồ sơ khác"),
    Ending(code=OTHER, name="Lý do khác, ghi ở dưới", says=""),
)


def corrections_for(*marks: str) -> Iterable[Correction]:
    """The reasons that an officer may choose for a field of this key and kind, the closest first."""
    beside_forms = {ATTACHMENTS, EXEMPTIONS} & set(marks)
    close = [reason for reason in CORRECTIONS if set(reason.fits) & {*marks}]
    everywhere = [reason for reason in CORRECTIONS if not reason.fits and not beside_forms]
    return [*close, *everywhere, CORRECTION_OF[OTHER]]


def ending(code: str, endings: Iterable[Ending]) -> Ending | None:
    return next((one for one in endings if one.code == code), None)
