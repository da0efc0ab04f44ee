"""Settings of reporting in the admin: letterheads, the calendar, the reminders."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from assignments.admin import FileTable
from models_registry.admin import HistoryAdmin, NoDeletion, PortalAdmin
from models_registry.models import Plan
from models_registry.text import fold
from reports.domain.calendar import local_day
from reports.domain.wording import vn_weekday
from reports.models import DueDayRule, Holiday, Letterhead, ReminderRule
from reports.periods.resources import HolidayResource
from reports.reminders.forecast import DAYS_AHEAD, forecast, unreachable_units
from reports.reminders.services import create_due_reminders, skip_passed_slots
from reports.reminders.wording import channel_names, rule_moment

BY_HAND = "nhập tay"
_ABOUT_HOLIDAYS = (
    "Thứ Bảy, Chủ nhật là ngày nghỉ sẵn, không cần ghi. Sửa lịch thì các lần nhắc sắp tới tính lại ngay; "
    "hạn nộp của kỳ đã mở giữ nguyên."
)
_ABOUT_DUE_DAYS = (
    "Chưa có quy tắc thì hạn giữ nguyên ngày, chỉ lần nhắc chuyển lên trước. "
    "Quy tắc mới áp dụng cho các kỳ mở từ nay về sau; hạn của kỳ đang mở giữ nguyên."
)


@admin.register(Letterhead)
class LetterheadAdmin(HistoryAdmin):
    list_display = ("unit", "symbol", "place", "drafter")
    list_select_related = ("unit",)
    search_fields = ("unit__search_key",)
    autocomplete_fields = ("unit",)


class FewNamed(PortalAdmin):
    """Rows are few, so their names are folded when asked for: found without diacritics, as everywhere."""

    search_fields = ("name",)
    search_help_text = "Không cần gõ dấu."

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        words = fold(search_term).split()
        named = queryset.values_list("pk", "name") if words else ()
        found = [pk for pk, name in named if all(word in fold(name) for word in words)]
        return queryset.filter(pk__in=found) if words else queryset, False


@admin.register(Holiday)
class HolidayAdmin(FileTable, HistoryAdmin, FewNamed):
    resource_classes = (HolidayResource,)
    list_display = ("day", "kind", "name", "source")
    list_filter = ("kind",)
    date_hierarchy = "date"
    fieldsets = ((None, {"fields": ("date", "kind", "name"), "description": _ABOUT_HOLIDAYS}),)

    @admin.display(description="ngày", ordering="date")
    def day(self, holiday: Holiday) -> str:
        return f"{vn_weekday(holiday.date)}/{holiday.date:%Y}"

    def save_model(self, request: HttpRequest, obj: Holiday, form: Any, change: bool) -> None:
        obj.source = BY_HAND
        super().save_model(request, obj, form, change)


@admin.register(DueDayRule)
class DueDayRuleAdmin(HistoryAdmin):
    list_display = ("plan", "rhythm", "rule")
    list_display_links = ("plan", "rhythm")
    list_select_related = ("plan",)
    autocomplete_fields = ("plan",)
    fieldsets = ((None, {"fields": ("plan", "rhythm", "rule"), "description": _ABOUT_DUE_DAYS}),)


@admin.register(ReminderRule)
class ReminderRuleAdmin(HistoryAdmin, NoDeletion, FewNamed):
    list_display = ("name", "moment", "day_off", "channels", "is_active")
    list_filter = ("rhythm", "kind", "is_active")

    @admin.display(description="gửi lúc")
    def moment(self, rule: ReminderRule) -> str:
        return rule_moment(rule)

    @admin.display(description="kênh")
    def channels(self, rule: ReminderRule) -> str:
        return channel_names(rule.channels)

    def save_model(self, request: HttpRequest, obj: ReminderRule, form: Any, change: bool) -> None:
        """What is sent is what the preview shows: no message for a moment that had passed when the rule was changed."""
        at = timezone.now()
        create_due_reminders(at=at)
        super().save_model(request, obj, form, change)
        skip_passed_slots(obj, at=at)

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
            "plans": [
                (plan, coming, unreachable_units(coming))
                for plan in Plan.objects.running(local_day(at))
                for coming in [forecast(plan, at=at)]
            ],
        }
        return render(request, "admin/reports/reminderrule/preview.html", context)
