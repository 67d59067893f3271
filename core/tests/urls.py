"""A small API to try what every API of the portal is made of. A thing is a row of the only table here."""

from typing import Any

from django.db import OperationalError
from django.urls import path
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.fields import Moment, Text, YesNo
from core.api.idempotency import idempotent
from core.api.problems import internal_error
from core.errors import DomainError
from core.models import StoredAnswer


class Caller:
    """Whoever the header `X-Caller` names."""

    is_authenticated = True

    def __init__(self, pk: str) -> None:
        self.pk = pk


class ByHeader(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Caller, None] | None:
        caller = request.headers.get("X-Caller")
        return (Caller(caller), None) if caller else None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class Refused(DomainError):
    code = "refused"
    message = "Không được: {reason}."


class PartInput(serializers.Serializer[Any]):
    colour = serializers.ChoiceField(choices=["red", "blue"])


class ThingInput(serializers.Serializer[Any]):
    name = Text(max_length=20)
    is_good = YesNo(required=False, default=True)
    parts = PartInput(many=True, required=False, default=list)


class ThingOutput(serializers.Serializer[Any]):
    name = serializers.CharField(source="key")
    begun_at = Moment()


class Things(ListAPIView[StoredAnswer]):
    authentication_classes = (ByHeader,)
    serializer_class = ThingOutput
    page_ordering = ("-begun_at", "-pk")
    queryset = StoredAnswer.objects.filter(owner="thing")
    throttle_classes = ()

    @idempotent
    def post(self, request: Request) -> Response:
        asked = ThingInput(data=request.data)
        asked.is_valid(raise_exception=True)
        name = asked.validated_data["name"]
        thing = StoredAnswer.objects.create(owner="thing", key=name, begun_at=timezone.now())
        if name == "refused":
            raise Refused(reason="vì thế")
        if name == "bug":
            return Response(MultiValueDict()["nothing"])
        if name == "away":
            raise OperationalError("secret of the database")
        return Response(ThingOutput(thing).data, status=201)


urlpatterns = [path("api/things/", Things.as_view())]


def handler500(request: Any) -> Any:
    return internal_error(request)
