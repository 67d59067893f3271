"""What people declare when they hand a dossier in, in words that are kept: a dossier names the version it was
declared under. A wording that was published is never changed; a new one is added.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """`version` is the day from which it is used."""

    version: str
    text: str


TRUTH = (
    Wording(
        "2026-11-27",
        "Tôi cam đoan những thông tin đã khai là đúng sự thật và chịu trách nhiệm trước pháp luật về "
        "những thông tin đó.",
    ),
)
ON_BEHALF = (
    Wording(
        "2026-11-27",
        "Tôi được người này nhờ khai hộ, đã cho người này biết những gì được khai và biết rằng người này "
        "có thể tra cứu, rút hoặc xóa hồ sơ bất cứ lúc nào bằng mã tờ khai.",
    ),
)
CURRENT_TRUTH = TRUTH[-1]
CURRENT_ON_BEHALF = ON_BEHALF[-1]
