"""Settings of reporting in the admin: letterheads, the calendar, the reminders."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from assignments.admin import FileTable
from models_registry.admin import HistoryAdmin, NoDeletion
from models_registry.models import Plan
from reports.calendar import VIETNAM, local_day
from reports.models import DueDayRule, Holiday, Letterhead, ReminderRule
from reports.preview import DAYS_AHEAD, PlannedMessage, preview
from reports.resources import HolidayResource
from reports.services.reminders import begin_after, owe_reminders
from reports.wording import vn_weekday

BY_HAND = "nhập tay"


@admin.register(Letterhead)
class LetterheadAdmin(HistoryAdmin):
    list_display = ("unit", "symbol", "place", "drafter")
    list_select_related = ("unit",)
    search_fields = ("unit__search_key",)
    autocomplete_fields = ("unit",)


@admin.register(Holiday)
class HolidayAdmin(FileTable, HistoryAdmin):
    resource_classes = (HolidayResource,)
    list_display = ("date", "kind", "name", "source")
    list_filter = ("kind",)
    search_fields = ("name",)
    date_hierarchy = "date"

    def save_model(self, request: HttpRequest, obj: Holiday, form: Any, change: bool) -> None:
        obj.source = BY_HAND
        super().save_model(request, obj, form, change)


@admin.register(DueDayRule)
class DueDayRuleAdmin(HistoryAdmin):
    list_display = ("plan", "rhythm", "rule")
    list_display_links = ("plan", "rhythm")
    list_select_related = ("plan",)
    autocomplete_fields = ("plan",)


@admin.register(ReminderRule)
class ReminderRuleAdmin(HistoryAdmin, NoDeletion):
    list_display = ("name", "rhythm", "kind", "days", "at_time", "day_off", "by_email", "by_webhook", "is_active")
    list_filter = ("rhythm", "kind", "is_active")
    search_fields = ("name",)

    def save_model(self, request: HttpRequest, obj: ReminderRule, form: Any, change: bool) -> None:
        """What is sent is what the preview shows: no message for a moment that had passed when the rule was changed."""
        at = timezone.now()
        owe_reminders(at=at)
        super().save_model(request, obj, form, change)
        begin_after(obj, at=at)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.preview_view)
        return [path("sap-toi/", view, name="reports_reminderrule_preview"), *super().get_urls()]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Who will get what, and when, by the rules as they are now."""
        at = timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "title": "Ai sẽ nhận gì, khi nào",
            "days": DAYS_AHEAD,
            "plans": [(plan, _in_words(preview(plan, at=at))) for plan in Plan.objects.running(local_day(at))],
        }
        return render(request, "admin/reports/reminderrule/preview.html", context)


def _in_words(planned: list[PlannedMessage]) -> list[tuple[PlannedMessage, str]]:
    return [
        (message, f"{message.at.astimezone(VIETNAM):%H:%M} {vn_weekday(local_day(message.at))}") for message in planned
    ]
