from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.http import urlencode

from agencies.models import ZaloConnection
from agencies.services import official_accounts
from booking.admin.zalo_steps import console_addresses, say_trouble
from core.errors import DomainError
from core.officers import Deed
from core.pages import PageAdmin, attempt, needs
from notifications import services as notifications
from zalo import services as zalo
from zalo.errors import ZaloError
from zalo.models import ConsentRequest, OaToken, Template
from zalo.oauth import Callback

SEE, CONNECT = "agencies.view_zaloconnection", "agencies.connect_zalo"


@admin.register(ZaloConnection)
class ZaloConnectionAdmin(PageAdmin):
    """Agencies as owners of an Official Account. The page of each says how it is connected, with which
    templates. Zalo is asked when a button is pressed, never by opening a page.
    """

    agency_path = "pk"
    list_display = ("name", "oa_id", "shown_state", "is_active")
    list_filter = ("is_active", "level")
    search_fields = ("name", "slug", "oa_id")
    ordering = ("name", "pk")

    def own_urls(self) -> list[URLPattern]:
        return [
            self.route("callback/", self.callback_view, "callback"),
            self.route("<int:pk>/connect/", self.connect_view, "connect"),
            self.route("<int:pk>/adopt/", self.adopt_view, "adopt"),
            self.route("<int:pk>/ask/", self.ask_view, "ask"),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        token = OaToken.objects.filter(oa_id=OuterRef("oa_id")).order_by("pk")
        return super().get_queryset(request).annotate(token_state=Subquery(token.values("state")[:1]))

    @admin.display(description="tình trạng", ordering=F("token_state").asc(nulls_first=True))
    def shown_state(self, agency: Any) -> str:
        return OaToken.State(agency.token_state).label if agency.token_state else "chưa kết nối"

    # --- The page -----------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        agency = self.get_object(request, object_id)
        if agency is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST" or not self.has_view_permission(request, agency):
            raise PermissionDenied
        now = timezone.now()
        token = OaToken.objects.filter(oa_id=agency.oa_id).first() if agency.oa_id else None
        uses = notifications.templates_in_use(agency)
        used = {use.template_id for use in uses}
        report = zalo.known_report(oa_id=agency.oa_id)
        others = Template.objects.filter(oa_id=agency.oa_id).exclude(template_id__in=used)
        return self.page(
            request,
            "admin/booking/zalo_connection.html",
            title=f"Kết nối Zalo: {agency.name}",
            agency=agency,
            token=token,
            days_left=token.days_left(now) if token else 0,
            is_ailing=bool(token) and OaToken.objects.ailing(now).filter(oa_id=agency.oa_id).exists(),
            error=say_trouble(token.last_error) if token else "",
            report=report,
            failure=say_trouble(report.failure) if report else "",
            uses=uses,
            others=others.order_by("name", "pk")[:50] if agency.oa_id else (),
            addresses=console_addresses(),
            app_id=settings.ZALO_APP_ID,
            may_connect=request.user.has_perm(CONNECT),
            may_write=request.user.has_perm("notifications.change_messagetext"),
            may_try=request.user.has_perm("booking.open_agency"),
        )

    def _agency(self, request: HttpRequest, pk: object) -> ZaloConnection:
        agency: ZaloConnection = get_object_or_404(self.get_queryset(request), pk=pk)
        return agency

    # --- There and back -----------------------------------------------------------------------------------

    @needs(SEE, CONNECT)
    def connect_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Go to Zalo's consent page, by a page of ours: no form may end at another host."""
        agency = self._agency(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        address = official_accounts.begin_connection(
            agency=agency,
            officer=str(request.user.pk),
            browser=_browser(request),
            redirect_uri=console_addresses().oa_callback,
            now=timezone.now(),
        )
        self.note(request, Deed.DID, [agency], "sang Zalo để kết nối")
        return self.page(
            request, "admin/booking/to_zalo.html", title="Đang sang Zalo", address=address, agency=agency
        )

    @needs(SEE, CONNECT)
    def callback_view(self, request: HttpRequest) -> HttpResponse:
        """Come back from there, with the account connected or with the reason why not."""
        callback, flow = Callback.read(request.GET), ConsentRequest.Flow.OA
        back = redirect("admin:agencies_zaloconnection_changelist")
        try:
            consent = zalo.consent_of(flow=flow, callback=callback, browser=_browser(request))
            agency = self._agency(request, consent.errand)
            back = redirect("admin:agencies_zaloconnection_change", agency.pk)
            done = official_accounts.finish_connection(request=consent, callback=callback, now=timezone.now())
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return back
        self.note(request, Deed.DID, [agency], "kết nối Official Account")
        self._ask(request, done.oa_id)
        if not done.is_adopted:
            return redirect(f"{self.address('adopt', agency.pk)}?{urlencode({'oa': done.oa_id})}")
        messages.success(request, f"Đã kết nối. {agency.name} gửi được tin qua Zalo.")
        return back

    @needs(SEE, CONNECT)
    def adopt_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask whether the account that just consented is this agency's, which has none yet."""
        agency, now, oa_id = self._agency(request, pk), timezone.now(), request.GET.get("oa", "")
        back, browser = reverse("admin:agencies_zaloconnection_change", args=[agency.pk]), _browser(request)
        if request.method == "POST":
            attempt(
                request,
                lambda: official_accounts.adopt_account(agency=agency, oa_id=oa_id, browser=browser, now=now),
                note=lambda _: self.did(request, agency, "nhận Official Account"),
            )
            return redirect(back)
        if not zalo.has_just_granted(errand=str(agency.pk), oa_id=oa_id, browser=browser, now=now):
            return redirect(back)
        report = zalo.known_report(oa_id=oa_id)
        return self.page(
            request,
            "admin/booking/adopt_account.html",
            title=f"Official Account của {agency.name}?",
            oa_id=oa_id,
            name=report.name if report else "",
            agency=agency,
            back=back,
        )

    # --- Asking Zalo ----------------------------------------------------------------------------------------

    @needs(SEE, CONNECT)
    def ask_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        agency = self._agency(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if agency.oa_id and self._ask(request, agency.oa_id):
            messages.success(request, "Đã hỏi lại Zalo.")
        return redirect("admin:agencies_zaloconnection_change", agency.pk)

    def _ask(self, request: HttpRequest, oa_id: str) -> bool:
        try:
            zalo.refresh_report(oa_id=oa_id, now=timezone.now())
        except ZaloError as error:
            why = say_trouble(f"{type(error).__name__} {error.code}")
            messages.warning(request, f"Chưa hỏi được Zalo: {why}. Thử lại sau.")
            return False
        return True


def _browser(request: HttpRequest) -> str:
    """What only this browser has: the key of the officer's session."""
    return request.session.session_key or ""
