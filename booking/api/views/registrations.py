"""The citizen's own registrations, where the office assigns place and hour."""

from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import citizen_of
from booking.api import inputs, outputs
from booking.api.shared import WISHES, OwnVisits
from booking.models import Person, Registration
from booking.services import registrations
from core.api.idempotency import idempotent
from core.api.shared import IDEMPOTENCY_KEY
from core.db import retry_once


@extend_schema_view(
    list=extend_schema(operation_id="list_registrations", tags=[WISHES], summary="Đăng ký của tôi"),
    retrieve=extend_schema(operation_id="get_registration", tags=[WISHES], summary="Một đăng ký"),
)
class RegistrationViewSet(OwnVisits[Registration]):
    """The citizen's own wishes where the office assigns place and hour."""

    serializer_class = outputs.RegistrationOutput
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    page_ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[Registration]:
        if getattr(self, "swagger_fake_view", False):
            return Registration.objects.none()
        people = Person.objects.select_related(
            "dossier", "appointment__slot", "appointment__day__site__agency"
        ).order_by("position")
        people = people.defer("dossier__data", "dossier__extra_data")
        mine = Registration.objects.of(citizen_of(self.request)).select_related("agency", "site", "booking")
        return mine.prefetch_related(Prefetch("booking__people", queryset=people))

    @extend_schema(
        operation_id="register",
        request=inputs.RegistrationInput,
        responses={201: outputs.RegistrationOutput},
        parameters=[IDEMPOTENCY_KEY],
        tags=[WISHES],
        summary="Đăng ký: nơi, giờ và số được báo chiều hôm trước",
    )
    @idempotent
    def create(self, request: Request) -> Response:
        asked = inputs.RegistrationInput(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        wish = registrations.Wish(
            agency=said["agency"],
            from_date=said["from"],
            to_date=said["to"],
            half=Registration.Half(said["half"].upper()),
            site=said["site"],
            ward=said["ward"] or "",
        )
        registration = registrations.register(
            wish=wish, party=asked.party_of(citizen_of(request)), now=timezone.now()
        )
        # Read as a list reads it: the people in their order, in one query however many.
        answer = self.get_serializer(self.get_queryset().get(pk=registration.pk))
        return Response(answer.data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="withdraw_registration", responses={204: None}, tags=[WISHES], summary="Rút đăng ký"
    )
    def destroy(self, request: Request, public_id: UUID) -> Response:
        citizen, now = citizen_of(request), timezone.now()
        retry_once(lambda: registrations.withdraw(public_id=public_id, citizen=citizen, now=now))
        return Response(status=status.HTTP_204_NO_CONTENT)
