"""Units, people and what is assigned to them in the admin; every change there is followed by the duties."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from import_export.admin import ImportExportMixin
from import_export.formats import base_formats
from import_export.results import Result

from assignments.duties import refresh_duties
from assignments.models import (
    Assignment,
    CollectiveMember,
    FocalPoint,
    StandingAgency,
    Unit,
    UnitAlias,
    UnitMembership,
    User,
)
from assignments.people.forms import InitialPasswordForm, UserAddForm, UserEditForm
from assignments.resources import (
    CollectiveMemberResource,
    FocalPointResource,
    UnitAliasResource,
    UnitResource,
    UserResource,
)
from assignments.table_files import UNREADABLE, TableForm, TableWorkbook
from models_registry.admin import FoldedSearchAdmin, HistoryAdmin, InitiativeAdmin, NoDeletion, PlanAdmin
from models_registry.models import Initiative, Plan
from models_registry.text import fold


class FileTable(ImportExportMixin):
    """A table that goes out to Excel and comes back."""

    import_form_class = TableForm
    import_formats: ClassVar[Any] = [TableWorkbook, base_formats.CSV]

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        form.add_error("import_file", UNREADABLE)


class DutiesFollow(admin.ModelAdmin):
    """Who owes what follows from the registry, so it is brought in line with every change made here."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        _refresh_running_plans()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        _refresh_running_plans()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        super().delete_queryset(request, queryset)
        _refresh_running_plans()

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        """After an imported file, for the tables that have one."""
        _refresh_running_plans()
        return super().process_result(result, request)  # type: ignore[misc]


def _refresh_running_plans() -> None:
    today = timezone.localdate()
    for plan in Plan.objects.running(today):
        refresh_duties(plan, on=today)


# --- What the plan says, with the units it names ---


class StandingAgencyInline(admin.TabularInline):
    model = StandingAgency
    extra = 0
    autocomplete_fields = ("unit",)


@admin.register(Plan)
class PlanWithAgencyAdmin(DutiesFollow, PlanAdmin):
    inlines = (StandingAgencyInline,)


class AssignmentInline(admin.TabularInline):
    model = Assignment
    extra = 0
    fields = ("role", "position", "text", "unit", "is_principal")
    autocomplete_fields = ("unit",)


@admin.register(Initiative)
class InitiativeWithUnitsAdmin(DutiesFollow, InitiativeAdmin):
    inlines = (AssignmentInline, *InitiativeAdmin.inlines)


# --- Units ---


class UnitAliasInline(admin.TabularInline):
    model = UnitAlias
    extra = 0


class CollectiveMemberInline(admin.TabularInline):
    model = CollectiveMember
    fk_name = "collective"
    extra = 0
    autocomplete_fields = ("unit",)


@admin.register(Unit)
class UnitAdmin(FileTable, DutiesFollow, HistoryAdmin, FoldedSearchAdmin, NoDeletion):
    resource_classes = (UnitResource,)
    list_display = ("name", "short_name", "kind", "level", "files_reports", "valid_to")
    list_filter = ("kind", "level", "files_reports")
    ordering = ("sort_key",)
    autocomplete_fields = ("successor",)

    def get_inlines(self, request: HttpRequest, obj: Unit | None = None) -> Any:
        """Only a collective has members."""
        return (UnitAliasInline, CollectiveMemberInline) if obj and obj.is_collective else (UnitAliasInline,)


@admin.register(UnitAlias)
class UnitAliasAdmin(FileTable, DutiesFollow):
    resource_classes = (UnitAliasResource,)
    list_display = ("text", "unit")
    list_select_related = ("unit",)
    search_fields = ("key",)
    autocomplete_fields = ("unit",)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return super().get_search_results(request, queryset, fold(search_term))


@admin.register(CollectiveMember)
class CollectiveMemberAdmin(FileTable, DutiesFollow):
    resource_classes = (CollectiveMemberResource,)
    list_display = ("collective", "unit", "valid_from", "valid_to")
    list_display_links = ("collective", "unit")
    list_filter = (("collective", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("collective", "unit")
    search_fields = ("collective__search_key", "unit__search_key")
    autocomplete_fields = ("collective", "unit")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return super().get_search_results(request, queryset, fold(search_term))


# --- People ---


@admin.register(FocalPoint)
class FocalPointAdmin(FileTable, HistoryAdmin):
    resource_classes = (FocalPointResource,)
    list_display = ("full_name", "position", "unit", "phone", "email", "valid_to")
    list_select_related = ("unit",)
    search_fields = ("full_name", "phone", "email")
    autocomplete_fields = ("unit",)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """By name and number as written, by unit without diacritics."""
        found, _ = super().get_search_results(request, queryset, search_term)
        return found | queryset.filter(unit__in=Unit.objects.search(search_term)), False


admin.site.unregister(Group)  # who may do what is written in assignments/roles.py


class UnitMembershipInline(admin.TabularInline):
    model = UnitMembership
    extra = 1
    autocomplete_fields = ("unit",)


@admin.register(User)
class PortalUserAdmin(FileTable, HistoryAdmin, NoDeletion, UserAdmin):
    """People are switched off, never deleted: their names stay on what they filed."""

    resource_classes = (UserResource,)
    form = UserEditForm
    add_form = UserAddForm
    change_password_form = InitialPasswordForm
    list_display = ("username", "full_name", "role", "units", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("username", "full_name", "email")
    ordering = ("username",)
    filter_horizontal = ()
    inlines = (UnitMembershipInline,)
    readonly_fields = ("password_link", "must_change_password", "last_login")
    fieldsets = (
        (None, {"fields": ("username", "full_name", "email", "role", "is_active")}),
        ("Mật khẩu", {"fields": ("password_link", "must_change_password", "last_login")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "full_name", "email", "role")}),
        ("Mật khẩu ban đầu", {"fields": ("password1", "password2")}),
    )

    @admin.display(description="đơn vị")
    def units(self, user: User) -> str:
        return ", ".join(membership.unit.label for membership in user.memberships.all())

    @admin.display(description="mật khẩu")
    def password_link(self, user: User) -> str:
        url = reverse("admin:auth_user_password_change", args=[user.pk])
        return format_html('<a class="button" href="{}">Đặt lại mật khẩu</a>', url)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("memberships__unit")

    def get_inlines(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.inlines
