"""What several views of this room say, ask and do in the same way."""

from typing import Any, TypeVar

from django.db.models import Model

from core.api.shared import OwnThings
from core.api.throttling import PerCitizen, limited
from dossiers.services.visits import PapersToBring

Own = TypeVar("Own", bound=Model)

BookLimit = limited("book", by=PerCitizen)
PLACES, MINE, WISHES = "Nơi và giờ", "Lịch hẹn", "Đăng ký chờ xếp"


class OwnVisits(OwnThings[Own]):
    """A citizen's own appointments and wishes; what they bring is read once for all of a list."""

    create_limit = BookLimit

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "papers": PapersToBring()}
