"""The plan's part of the admin. What also shows units (plans, initiatives) is registered in assignments/admin.py."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import BadRequest
from django.db import DatabaseError, transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from models_registry.history import changes_of
from models_registry.inline_places import OneInEachPosition
from models_registry.models import Deadline, Indicator, InitiativeGroup, InitiativePlatform, InitiativeText, Platform


class CarefulChangeList(ChangeList):
    """Rows as the address asks for them; what nothing can be asked by is told before the page, or a file, is begun."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet:
        """Raise BadRequest: any field and any comparison of Django may stand in the address, with any value."""
        try:
            rows: QuerySet = super().get_queryset(request, exclude_parameters)
            if request.GET:
                with transaction.atomic():
                    rows.exists()
        except (IncorrectLookupParameters, ArithmeticError, LookupError, ValueError, TypeError, DatabaseError) as error:
            raise BadRequest("no such filter") from error
        return rows


class PortalAdmin(admin.ModelAdmin):
    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CarefulChangeList


class FoldedSearchAdmin(PortalAdmin):
    """Search as everywhere in the portal: without diacritics, every word."""

    search_fields = ("search_key",)
    search_help_text = "Không cần gõ dấu."

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return queryset.search(search_term) if search_term else queryset, False  # type: ignore[attr-defined]


class HistoryAdmin(PortalAdmin):
    """The page "Lịch sử" tells who changed what, from what to what; whether it was here, by a file or by the clock."""

    object_history_template = "admin/portal_history.html"

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        found = self.get_object(request, object_id)
        changes = changes_of(found) if found else []
        return super().history_view(request, object_id, {**(extra_context or {}), "changes": changes})


class NoDeletion(PortalAdmin):
    """What reports refer to is closed or switched off, never deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DeadlineInline(admin.StackedInline):
    model = Deadline
    formset = OneInEachPosition
    extra = 0
    fields = (
        ("position", "text", "subject"),
        ("kind", "starts_on", "due_on", "ongoing"),
        ("depends_on", "review_on", "is_corrected"),
    )
    readonly_fields = ("is_corrected",)


class IndicatorInline(admin.StackedInline):
    model = Indicator
    extra = 0
    fields = (
        ("position", "name", "unit_of_measure"),
        ("kind", "target", "is_cumulative"),
        ("counted_by", "counting_unit", "aggregation"),
        "source_phrase",
    )
    autocomplete_fields = ("counting_unit",)


class PlatformInline(admin.TabularInline):
    model = InitiativePlatform
    extra = 0
    fields = ("position", "platform", "text")
    autocomplete_fields = ("platform",)


class TextInline(admin.TabularInline):
    model = InitiativeText
    extra = 0
    can_delete = False
    fields = ("source", "kind", "label", "text")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class InitiativeAdmin(HistoryAdmin, FoldedSearchAdmin, NoDeletion):
    list_display = ("code", "ordinal", "name", "short_name", "group", "closed_on")
    list_display_links = ("code", "name")
    list_filter = ("plan", "group")
    list_select_related = ("group",)
    autocomplete_fields = ("plan", "group")
    inlines: ClassVar[Any] = (DeadlineInline, IndicatorInline, PlatformInline, TextInline)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """A deadline touched by hand stays as it was settled, whatever the next file says."""
        for row in formset.save(commit=False):
            if isinstance(row, Deadline):
                row.is_corrected = True
        super().save_formset(request, form, formset, change)


class PlanAdmin(HistoryAdmin, FoldedSearchAdmin, NoDeletion):
    list_display = ("short_name", "number", "starts_on", "ends_on", "closed_on")


@admin.register(InitiativeGroup)
class InitiativeGroupAdmin(FoldedSearchAdmin, NoDeletion):
    list_display = ("numeral", "name", "stated_count", "plan")
    list_display_links = ("numeral", "name")
    list_filter = ("plan",)
    autocomplete_fields = ("plan",)


@admin.register(Platform)
class PlatformAdmin(FoldedSearchAdmin):
    list_display = ("name", "used")
    ordering = ("sort_key",)

    @admin.display(description="số mô hình")
    def used(self, platform: Platform) -> int:
        return int(platform.used)  # type: ignore[attr-defined]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        platforms: QuerySet = super().get_queryset(request).annotate(used=Count("mentions"))
        return platforms
