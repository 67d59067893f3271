import hashlib
import uuid
from base64 import b32decode
from datetime import UTC, date, datetime, timedelta

import factory
from django.contrib.auth.models import Group
from django_otp.oath import TOTP

from accounts.models import (
    CODE_LIFETIME,
    Citizen,
    Consent,
    Officer,
    OtpChallenge,
    Posting,
    SecondFactor,
    Session,
    ZaloContact,
)
from accounts.notice import CURRENT_NOTICE
from accounts.services.phones import phone_key_of
from agencies.tests.factories import AgencyFactory

# 08:00 in Hà Nội.
EIGHT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


class OfficerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Officer
        skip_postgeneration_save = True

    class Params:
        admin = factory.Trait(is_superuser=True)

    username = factory.Sequence(lambda n: f"desk.{n}")
    is_staff = True

    @factory.post_generation
    def roles(self, create, roles, **_):
        self.groups.set(Group.objects.filter(name__in=[role.label for role in roles or ()]))

    @factory.post_generation
    def agency(self, create, agency, **_):
        """The agency to which the officer is posted; none given: no posting."""
        if agency is not None:
            PostingFactory(officer=self, agency=agency)

    @factory.post_generation
    def portal_wide(self, create, portal_wide, **_):
        if portal_wide:
            PostingFactory(officer=self, agency=None)


class PostingFactory(factory.django.DjangoModelFactory):
    """A posting that began long ago and has no end."""

    class Meta:
        model = Posting

    officer = factory.SubFactory(OfficerFactory)
    agency = factory.SubFactory(AgencyFactory)
    valid_from = date(2026, 1, 1)


class SecondFactorFactory(factory.django.DjangoModelFactory):
    """An app that was set up yesterday."""

    class Meta:
        model = SecondFactor

    user = factory.SubFactory(OfficerFactory)
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    set_up_at = EIGHT - timedelta(days=1)


def app_code(secret: str, *, at: datetime) -> str:
    """What an officer's app shows at that moment."""
    app = TOTP(b32decode(secret))
    app.time = at.timestamp()
    return f"{app.token():06}"


class CitizenFactory(factory.django.DjangoModelFactory):
    """Somebody who came by Zalo and has shared no phone yet."""

    class Meta:
        model = Citizen

    class Params:
        with_phone = factory.Trait(phone=factory.Sequence(lambda n: f"+8490512{n % 10_000:04d}"))
        by_code = factory.Trait(
            name="",
            zalo_id=None,
            phone=factory.Sequence(lambda n: f"+8491512{n % 10_000:04d}"),
            is_opened_by_code=True,
        )
        erased = factory.Trait(name="", zalo_id=None, erased_at=EIGHT)

    name = "Trần Văn An"
    zalo_id = factory.Sequence(lambda n: str(3368637342326460000 + n))
    phone = None
    phone_key = factory.LazyAttribute(lambda row: phone_key_of(row.phone) if row.phone else None)
    phone_verified_at = factory.LazyAttribute(lambda row: EIGHT - timedelta(days=1) if row.phone else None)
    created_at = EIGHT - timedelta(days=1)


class ZaloContactFactory(factory.django.DjangoModelFactory):
    """A follower whom the Official Account knows and the portal has linked."""

    class Meta:
        model = ZaloContact

    class Params:
        stranger = factory.Trait(
            citizen=None, app_user_id=factory.Sequence(lambda n: str(5521727797177300 + n))
        )

    oa_id = "3674338702778449434"
    uid = factory.Sequence(lambda n: str(675059164343090000 + n))
    citizen = factory.SubFactory(CitizenFactory)
    app_user_id = factory.LazyAttribute(lambda row: row.citizen.zalo_id or "")
    follows = True
    follows_as_of = EIGHT - timedelta(days=1)
    last_interaction_at = EIGHT - timedelta(days=1)


class SessionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Session

    citizen = factory.SubFactory(CitizenFactory)
    refresh_hash = factory.LazyFunction(lambda: hashlib.sha256(uuid.uuid4().bytes).hexdigest())
    created_at = EIGHT
    rotated_at = EIGHT


class OtpChallengeFactory(factory.django.DjangoModelFactory):
    """A code that was sent a moment ago and not entered yet."""

    class Meta:
        model = OtpChallenge

    class Params:
        failed = factory.Trait(sent_at=None, failed_at=factory.SelfAttribute("created_at"))

    phone = "+84905123456"
    phone_key = factory.LazyAttribute(lambda row: phone_key_of(row.phone))
    code_hash = "0" * 64
    created_at = EIGHT
    expires_at = factory.LazyAttribute(lambda row: row.created_at + CODE_LIFETIME)
    sent_at = factory.SelfAttribute("created_at")


class ConsentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Consent

    citizen = factory.SubFactory(CitizenFactory)
    purpose = Consent.Purpose.MESSAGES_BY_ZALO
    notice_version = CURRENT_NOTICE.version
    given_at = EIGHT
