"""Settings of reporting in the admin: letterheads, the calendar, the reminders."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from assignments.admin import FileTable
from models_registry.admin import HistoryAdmin, NoDeletion
from reports.models import DueDayRule, Holiday, Letterhead, ReminderRule
from reports.resources import HolidayResource

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
