from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api.serializers import UnitOutput
from agencies.models import AdminUnit
from agencies.services.units import find_units
from core.api.public import PublicView
from core.errors import Malformed

LONGEST_TEXT = 100


class UnitList(PublicView):
    @extend_schema(
        operation_id="find_units",
        responses=UnitOutput(many=True),
        tags=["Nơi và giờ"],
        summary="Đơn vị hành chính theo tên, trước và sau 1/7/2025; nhiều nhất 20, giống nhất đứng trước",
        parameters=[
            OpenApiParameter("q", str, description="tên, không cần dấu: ban thach da nang, P12 Q4"),
            OpenApiParameter("set", str, enum=AdminUnit.Set.values, description="chỉ một danh mục"),
        ],
    )
    def get(self, request: Request) -> Response:
        text, of_set = request.query_params.get("q", ""), request.query_params.get("set")
        if len(text) > LONGEST_TEXT or of_set not in (None, *AdminUnit.Set.values):
            raise Malformed
        return Response(UnitOutput(find_units(text, of_set=of_set), many=True).data)
