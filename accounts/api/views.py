from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services
from accounts.api import serializers
from accounts.api.authentication import citizen_of
from accounts.models import CODE_LIFETIME
from accounts.notice import CURRENT_NOTICE
from core.api.throttling import limited

SIGN_IN = "Đăng nhập"
SignInLimit = limited("sign_in")


# Docstrings of views would be shown to the readers of the schema.


# A call that needs no token, and that an expired one sent along does not spoil.
class OpenToAll(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)


class SignIn(OpenToAll):
    throttle_classes = (SignInLimit,)


class ZaloSignIn(SignIn):
    @extend_schema(
        request=serializers.ZaloSignInInput,
        responses={200: serializers.TokensOutput},
        summary="Đăng nhập bằng mã truy cập của Mini App",
        operation_id="sign_in_with_zalo",
        tags=[SIGN_IN],
    )
    def post(self, request: Request) -> Response:
        asked = serializers.ZaloSignInInput(data=request.data)
        asked.is_valid(raise_exception=True)
        tokens = services.sign_in_with_zalo(
            access_token=asked.validated_data["access_token"], now=timezone.now()
        )
        return Response(serializers.TokensOutput(tokens).data)


class PhoneLink(APIView):
    throttle_classes = (SignInLimit,)

    @extend_schema(
        request=serializers.PhoneLinkInput,
        responses={200: serializers.PhoneLinkOutput},
        summary="Xác minh số điện thoại qua Zalo",
        operation_id="link_phone",
        tags=[SIGN_IN],
    )
    def post(self, request: Request) -> Response:
        asked = serializers.PhoneLinkInput(data=request.data)
        asked.is_valid(raise_exception=True)
        phone = services.link_phone(
            citizen=citizen_of(request),
            access_token=asked.validated_data["access_token"],
            phone_token=asked.validated_data["phone_token"],
            now=timezone.now(),
        )
        return Response(serializers.PhoneLinkOutput({"phone": phone}).data)


class CodeRequest(SignIn):
    @extend_schema(
        request=serializers.CodeInput,
        responses={202: serializers.ChallengeOutput},
        summary="Gửi mã một lần tới số điện thoại qua Zalo",
        operation_id="request_code",
        tags=[SIGN_IN],
    )
    def post(self, request: Request) -> Response:
        asked = serializers.CodeInput(data=request.data)
        asked.is_valid(raise_exception=True)
        challenge = services.request_code(phone=asked.validated_data["phone"], now=timezone.now())
        expires_in = int(CODE_LIFETIME.total_seconds())
        answer = serializers.ChallengeOutput({"challenge": challenge.public_id, "expires_in": expires_in})
        return Response(answer.data, status=status.HTTP_202_ACCEPTED)


class CodeVerify(SignIn):
    @extend_schema(
        request=serializers.CodeVerifyInput,
        responses={200: serializers.TokensOutput},
        summary="Đăng nhập bằng mã một lần",
        operation_id="verify_code",
        tags=[SIGN_IN],
    )
    def post(self, request: Request) -> Response:
        asked = serializers.CodeVerifyInput(data=request.data)
        asked.is_valid(raise_exception=True)
        tokens = services.verify_code(
            challenge_id=asked.validated_data["challenge"],
            code=asked.validated_data["code"],
            now=timezone.now(),
        )
        return Response(serializers.TokensOutput(tokens).data)


class Refresh(SignIn):
    @extend_schema(
        request=serializers.RefreshInput,
        responses={200: serializers.TokensOutput},
        summary="Đổi mã làm mới lấy cặp mã mới",
        description="Mỗi mã làm mới dùng một lần; dùng lại mã cũ sẽ kết thúc phiên đăng nhập.",
        operation_id="refresh_session",
        tags=[SIGN_IN],
    )
    def post(self, request: Request) -> Response:
        asked = serializers.RefreshInput(data=request.data)
        asked.is_valid(raise_exception=True)
        tokens = services.refresh_session(refresh_token=asked.validated_data["refresh"], now=timezone.now())
        return Response(serializers.TokensOutput(tokens).data)


class Logout(OpenToAll):
    @extend_schema(
        request=serializers.RefreshInput,
        responses={204: None},
        summary="Đăng xuất",
        operation_id="end_session",
        tags=[SIGN_IN],
    )
    def post(self, request: Request) -> Response:
        asked = serializers.RefreshInput(data=request.data)
        asked.is_valid(raise_exception=True)
        services.end_session(refresh_token=asked.validated_data["refresh"], now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


# Not routed here: erasing the profile is a use case of a higher room, which adds it and routes the view.
class MeView(APIView):
    @extend_schema(
        responses={200: serializers.CitizenOutput},
        summary="Tài khoản của tôi",
        operation_id="my_profile",
        tags=["Tài khoản"],
    )
    def get(self, request: Request) -> Response:
        return Response(serializers.CitizenOutput(citizen_of(request)).data)

    @extend_schema(
        request=serializers.ProfileInput,
        responses={200: serializers.CitizenOutput},
        summary="Sửa tên của tôi",
        operation_id="update_my_profile",
        tags=["Tài khoản"],
    )
    def patch(self, request: Request) -> Response:
        asked = serializers.ProfileInput(data=request.data)
        asked.is_valid(raise_exception=True)
        citizen = services.update_profile(citizen=citizen_of(request), name=asked.validated_data["name"])
        return Response(serializers.CitizenOutput(citizen).data)


class Consents(APIView):
    @extend_schema(
        responses={200: serializers.ConsentsOutput},
        summary="Những cách nhận tin tôi đồng ý",
        operation_id="my_consents",
        tags=["Tài khoản"],
    )
    def get(self, request: Request) -> Response:
        return self._answer(request)

    @extend_schema(
        request=serializers.ConsentInput,
        responses={200: serializers.ConsentsOutput},
        summary="Đồng ý một cách nhận tin, hoặc rút lại",
        operation_id="choose_consent",
        tags=["Tài khoản"],
    )
    def post(self, request: Request) -> Response:
        asked = serializers.ConsentInput(data=request.data)
        asked.is_valid(raise_exception=True)
        services.choose_consent(
            citizen=citizen_of(request),
            purpose=asked.validated_data["purpose"],
            is_given=asked.validated_data["is_given"],
            notice_version=asked.validated_data["notice_version"],
            now=timezone.now(),
        )
        return self._answer(request)

    def _answer(self, request: Request) -> Response:
        given = services.standing_consents(citizen=citizen_of(request))
        return Response({"given": [purpose.lower() for purpose in given]})


class NoticeView(OpenToAll):
    @extend_schema(
        responses={200: serializers.NoticeOutput},
        summary="Thông báo về dữ liệu cá nhân",
        operation_id="notice",
        tags=["Tài khoản"],
    )
    def get(self, request: Request) -> Response:
        return Response(serializers.NoticeOutput(CURRENT_NOTICE).data)
