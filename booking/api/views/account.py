"""The citizen's account, as far as it touches what they hold."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import citizen_of
from accounts.api.views import MeView
from booking.api import inputs
from booking.api.shared import BookLimit
from booking.services.owners import claim_old_account, erase_citizen
from core.api.throttling import PerAddress
from core.db import retry_once


class Me(MeView):
    """The citizen's profile. Erasing it ends what the account holds, so the use case lives in this room."""

    @extend_schema(
        operation_id="erase_me",
        responses={204: None},
        tags=["Tài khoản"],
        summary="Xóa tài khoản: hủy lịch hẹn, rút và xóa hồ sơ chưa thu nhận",
    )
    def delete(self, request: Request) -> Response:
        citizen, now = citizen_of(request), timezone.now()
        retry_once(lambda: erase_citizen(citizen=citizen, now=now))
        return Response(status=status.HTTP_204_NO_CONTENT)


class AccountClaim(APIView):
    """Joining an older account that holds the same phone."""

    throttle_classes = (PerAddress, BookLimit)

    @extend_schema(
        operation_id="claim_old_account",
        request=inputs.ProofInput,
        responses={204: None},
        tags=["Tài khoản"],
        summary="Nhập tài khoản cũ cùng số điện thoại, chứng minh bằng năm sinh và 4 số cuối",
    )
    def post(self, request: Request) -> Response:
        asked = inputs.ProofInput(data=request.data)
        asked.is_valid(raise_exception=True)
        birth_year, id_last4 = asked.validated_data["birth_year"], asked.validated_data["id_last4"]
        citizen, now = citizen_of(request), timezone.now()
        retry_once(
            lambda: claim_old_account(citizen=citizen, birth_year=birth_year, id_last4=id_last4, now=now)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
