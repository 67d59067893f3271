from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from agencies.models import Agency, CalendarDay, CalendarEntry
from booking.admin.dates import WhenFilter, order_of_dates
from booking.admin.people import note_people
from booking.models import Appointment, Site, SiteCalendarDay
from booking.services import calendar_days
from core.admin import OfficeAdmin, OwnRowsFilter
from core.officers import at_work
from core.time import local_date


class DayAdmin(OfficeAdmin):
    """A date that is not what its weekday says. Saving and deleting plan the day anew, by the use case.

    Whose day it is, and which date, stay as they were written: for another one there is another row.
    """

    is_common = True
    change_form_outer_after_template = "admin/booking/people_hit.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        return () if obj is None else ("date", self.whose)

    whose: str

    def get_ordering(self, request: HttpRequest) -> tuple[str, str]:
        return order_of_dates(request)

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:  # noqa: FBT001
        hit = calendar_days.set_day(entry=obj, now=timezone.now())
        self._tell(request, hit)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._tell(request, calendar_days.clear_day(entry=obj, now=timezone.now()))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for entry in queryset:
            self.delete_model(request, entry)

    def _tell(self, request: HttpRequest, hit: Sequence[Appointment]) -> None:
        if hit:
            words = (
                f"{len(hit)} người đã hẹn vào giờ không còn làm việc. Lịch hẹn của họ vẫn giữ, không nhận "
                "thêm ai. Danh sách cần gọi ở cuối trang này."
            )
            self.message_user(request, words, messages.WARNING)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """To those who are to be called, if there are any; else to the list."""
        return self._to_people(request, obj) or super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._to_people(request, obj) or super().response_post_save_change(request, obj)

    def _to_people(self, request: HttpRequest, entry: Any) -> HttpResponse | None:
        if not calendar_days.people_hit(entry, among=self._sites_of(request)):
            return None
        meta = self.model._meta
        return redirect(f"admin:{meta.app_label}_{meta.model_name}_change", entry.pk)

    def _sites_of(self, request: HttpRequest) -> QuerySet[Site]:
        seen: QuerySet[Site] = self.admin_site.get_model_admin(Site).get_queryset(request)
        return seen

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        entry = self.get_object(request, object_id)
        people = self._people_hit(request, entry) if entry is not None else []
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "people": people})

    def _people_hit(self, request: HttpRequest, entry: Any) -> list[Appointment]:
        """Of the officer's own sites only, and for who may see appointments."""
        is_over = entry.date < local_date(timezone.now())
        if is_over or request.method != "GET" or not request.user.has_perm("booking.view_appointment"):
            return []
        people = calendar_days.people_hit(entry, among=self._sites_of(request))
        note_people(self, request, people)
        return people

    @admin.display(description="loại ngày", ordering="kind")
    def shown_kind(self, entry: CalendarEntry) -> str:
        words = entry.get_kind_display()
        if entry.kind == CalendarEntry.Kind.HALF:
            words = f"chỉ làm {entry.get_works_display()}"
        elif entry.like_weekday is not None:
            words = f"làm như {entry.get_like_weekday_display()}"
        return f"{words}, dự kiến" if entry.is_expected else words


@admin.register(CalendarDay)
class CalendarDayAdmin(DayAdmin):
    """Holidays, half days and make-up days of the country and of agencies; the country's are read by all."""

    agency_path = "agency"
    whose = "agency"
    list_display = ("date", "shown_kind", "note", "shown_agency", "origin")
    list_filter = (WhenFilter, ("agency", OwnRowsFilter), "kind")
    list_select_related = ("agency",)
    search_fields = ("note",)
    fields = ("date", "agency", "kind", "works", "like_weekday", "note", "is_expected", "source")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CalendarDay]:
        return super().get_queryset(request) | CalendarDay.objects.filter(agency=None)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Whole agencies of the officer; the whole country is for who works for all of it."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        scope = at_work(request).scope
        if not scope.everything:
            field.queryset = Agency.objects.filter(pk__in=scope.agencies).order_by("name")
            field.required, field.help_text = True, ""
            field.initial = field.queryset.first()
        return field

    def has_delete_permission(self, request: HttpRequest, obj: CalendarDay | None = None) -> bool:
        """What was loaded would come back: whoever knows better changes it."""
        is_loaded = obj is not None and obj.origin != CalendarDay.Origin.OFFICE
        return super().has_delete_permission(request, obj) and not is_loaded

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        super().delete_queryset(
            request,
            queryset.filter(pk__in=[row.pk for row in queryset if self.has_delete_permission(request, row)]),
        )

    @admin.display(description="của", ordering="agency__name")
    def shown_agency(self, entry: CalendarDay) -> str:
        return entry.agency.name if entry.agency else "cả nước"


@admin.register(SiteCalendarDay)
class SiteCalendarDayAdmin(DayAdmin):
    """What one site does on a date; stronger than agency and country."""

    agency_path = "site__agency"
    site_path = "site"
    whose = "site"
    is_common = False
    list_display = ("date", "shown_kind", "note", "site")
    list_filter = (WhenFilter, ("site", OwnRowsFilter), "kind")
    list_select_related = ("site",)
    search_fields = ("note",)
    fields = ("date", "site", "kind", "works", "like_weekday", "note", "is_expected")
