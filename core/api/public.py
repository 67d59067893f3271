from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from core.api.throttling import PerAddress


@method_decorator(conditional_page, name="dispatch")
class PublicView(APIView):
    """Open to all, and answered with 304 to whoever has the same answer already."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (PerAddress,)
