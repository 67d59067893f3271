"""What the API reads. Shapes only: whether a person may come is for the use cases."""

from typing import Any

from rest_framework import serializers

from accounts.api.serializers import AcceptInput
from accounts.identity import PersonDetails, tidy_name, tidy_number
from accounts.models import Citizen
from accounts.relations import Relation
from agencies.models import WARD
from booking.models import Person, Registration
from booking.services.people import Accepted, NewPerson, Party
from core import phones
from core.api.fields import Pattern, Text, YesNo

MOST_PEOPLE = 100
LAST_FOUR = r"^[0-9]{4}\Z"
RELATIONS = [(value.lower(), label) for value, label in Relation.choices]
SEXES = [(value.lower(), label) for value, label in Person.Sex.choices]
HALVES = [(value.lower(), label) for value, label in Registration.Half.choices]


class PersonInput(serializers.Serializer[Any]):
    full_name = Text(max_length=400)
    personal_id = Text(max_length=40, allow_null=True, required=False, default=None)
    old_id = Text(max_length=40, allow_null=True, required=False, default=None)
    birth_date = Text(max_length=10, help_text="YYYY, YYYY-MM hoặc YYYY-MM-DD")
    sex = serializers.ChoiceField(choices=SEXES)
    relation = serializers.ChoiceField(choices=RELATIONS)
    ward = Pattern(WARD, allow_null=True, required=False, default=None)
    dossier = serializers.UUIDField(
        allow_null=True, required=False, default=None, help_text="hồ sơ đã duyệt của chính người này"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs["person"] = NewPerson(
            details=PersonDetails(
                full_name=tidy_name(attrs["full_name"]),
                birth_date=attrs["birth_date"],
                sex=attrs["sex"],
                personal_id=tidy_number(attrs["personal_id"]),
                old_id=tidy_number(attrs["old_id"]),
            ),
            relation=Relation(attrs["relation"].upper()),
            ward=attrs["ward"] or "",
            dossier=attrs["dossier"],
        )
        return attrs


class PartyInput(serializers.Serializer[Any]):
    """What a booking and a registration have in common."""

    people: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=PersonInput(), allow_empty=False, max_length=MOST_PEOPLE
    )
    phone = Text(max_length=30, allow_null=True, required=False, default=None)
    priority = YesNo(required=False, default=False)
    accept = AcceptInput()

    def validate_phone(self, typed: str | None) -> str | None:
        if not typed:
            return None
        try:
            return phones.normalise(typed)
        except ValueError as unreadable:
            message = "Số điện thoại không đúng, thí dụ 0905123456."
            raise serializers.ValidationError(message, code="phone") from unreadable

    def party_of(self, citizen: Citizen) -> Party:
        asked = self.validated_data
        return Party(
            citizen=citizen,
            people=[entry["person"] for entry in asked["people"]],
            accepted=Accepted(notice=asked["accept"]["notice"], on_behalf=asked["accept"]["on_behalf"]),
            phone=asked["phone"],
            priority=asked["priority"],
        )


class BookingInput(PartyInput):
    slot = serializers.UUIDField()
    together = YesNo(required=False, default=False)


class RegistrationInput(PartyInput):
    agency = serializers.SlugField(max_length=60)
    site = serializers.UUIDField(allow_null=True, required=False, default=None)
    ward = Pattern(WARD, allow_null=True, required=False, default=None)
    half = serializers.ChoiceField(choices=HALVES, required=False, default="any")

    def get_fields(self) -> dict[str, Any]:
        # `from` is a word of Python and cannot be an attribute.
        return {**super().get_fields(), "from": serializers.DateField(), "to": serializers.DateField()}


class RescheduleInput(serializers.Serializer[Any]):
    slot = serializers.UUIDField()


class ProofInput(serializers.Serializer[Any]):
    birth_year = serializers.IntegerField(min_value=1900, max_value=2100)
    id_last4 = Pattern(LAST_FOUR)


class LookupInput(serializers.Serializer[Any]):
    """The code, the birth year, and one of two numbers."""

    code = Text(max_length=40, help_text="chữ thường và dấu cách cũng được")
    birth_year = serializers.IntegerField(min_value=1900, max_value=2100)
    id_last4 = Pattern(LAST_FOUR, allow_null=True, required=False, default=None)
    phone_last4 = Pattern(LAST_FOUR, allow_null=True, required=False, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["id_last4"] is None) == (attrs["phone_last4"] is None):
            message = "Ghi 4 số cuối của số định danh, hoặc của số điện thoại."
            raise serializers.ValidationError({"id_last4": message}, code="required")
        return attrs
