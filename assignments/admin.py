"""Units, people and what is assigned to them in the admin; every change there is followed by the duties."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from import_export.admin import ImportExportMixin
from import_export.results import Result

from assignments.asking_first import ProblemsFirst
from assignments.counting import adding_up
from assignments.duties import refresh_duties
from assignments.fact_days import earliest_change, read_facts
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
from assignments.standing_rows import OneStandingInEachPlace
from assignments.table_files import UNREADABLE, TableForm, TableText, TableWorkbook
from models_registry.admin import (
    FoldedSearchAdmin,
    HistoryAdmin,
    IndicatorInline,
    InitiativeAdmin,
    NoDeletion,
    PlanAdmin,
    PortalAdmin,
)
from models_registry.models import Indicator, Initiative, Plan
from models_registry.text import fold


class FileTable(ImportExportMixin):
    """A table that goes out to Excel and comes back."""

    import_form_class = TableForm
    import_formats: ClassVar[Any] = [TableWorkbook, TableText]

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        """What is wrong in words, where the file was judged; whatever else it is cannot be read."""
        form.add_error("import_file", e if isinstance(e, ValidationError) else UNREADABLE)


class DutiesFollow(ProblemsFirst):
    """Who owes what follows from the registry, so it is brought in line with every change made here.

    It stands before ``FileTable``, which ends an imported file without asking anybody after it.
    """

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self._before(request)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self._follow(request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._before(request)
        super().delete_model(request, obj)
        self._follow(request)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._before(request)
        super().delete_queryset(request, queryset)
        self._follow(request)

    def process_dataset(self, dataset: Any, form: Any, request: HttpRequest, **kwargs: Any) -> Result:
        self._before(request)
        return super().process_dataset(dataset, form, request, **kwargs)

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        """After an imported file, for the tables that have one."""
        self._follow(request)
        return super().process_result(result, request)

    def _before(self, request: HttpRequest) -> None:
        request.facts_before = read_facts()  # type: ignore[attr-defined]

    def _follow(self, request: HttpRequest) -> None:
        at = timezone.now()
        today = timezone.localdate(at)
        since = earliest_change(request.facts_before, read_facts(), today)  # type: ignore[attr-defined]
        if since:
            for plan in Plan.objects.running(today):
                refresh_duties(plan, at=at, since=since)


# --- What the plan says, with the units it names ---


class OneStandingAgency(OneStandingInEachPlace):
    place = ()
    told_at = "valid_to"
    taken = "Kế hoạch đã có cơ quan thường trực. Hãy ghi ngày hết hiệu lực của một trong hai."


class StandingAgencyInline(admin.TabularInline):
    model = StandingAgency
    formset = OneStandingAgency
    extra = 0
    autocomplete_fields = ("unit",)


@admin.register(Plan)
class PlanWithAgencyAdmin(DutiesFollow, PlanAdmin):
    inlines = (StandingAgencyInline,)


class OneAssignmentInEachPlace(OneStandingInEachPlace):
    place = ("role", "position")
    told_at = "position"
    taken = "Thứ tự này đã có ở dòng khác cùng vai trò. Hãy ghi số khác."


class AssignmentInline(admin.TabularInline):
    model = Assignment
    formset = OneAssignmentInEachPlace
    extra = 0
    fields = ("role", "position", "text", "unit", "is_principal", "valid_from", "valid_to")
    autocomplete_fields = ("unit",)


class IndicatorWithUnitsInline(IndicatorInline):
    """Beside who counts: what their numbers make together today."""

    fields = (*IndicatorInline.fields, "adds_up")  # type: ignore[assignment]  # one more than the inline it widens
    readonly_fields = ("adds_up",)

    @admin.display(description="cách cộng hiện nay")
    def adds_up(self, indicator: Indicator) -> str:
        return adding_up(indicator, timezone.localdate()) if indicator.pk else "Lưu để xem."


@admin.register(Initiative)
class InitiativeWithUnitsAdmin(DutiesFollow, InitiativeAdmin):
    inlines = (
        AssignmentInline,
        *(IndicatorWithUnitsInline if one is IndicatorInline else one for one in InitiativeAdmin.inlines),
    )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """A unit chosen by hand stays, whatever the next file is recognised as."""
        if formset.model is Assignment:
            for row in formset.forms:
                if "unit" in row.changed_data:
                    row.instance.is_corrected = row.instance.unit_id is not None
        super().save_formset(request, form, formset, change)


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
class UnitAdmin(DutiesFollow, FileTable, HistoryAdmin, FoldedSearchAdmin, NoDeletion):
    resource_classes = (UnitResource,)
    list_display = ("name", "short_name", "kind", "level", "files_reports", "valid_to")
    list_filter = ("kind", "level", "files_reports")
    ordering = ("sort_key",)
    autocomplete_fields = ("successor",)

    def get_inlines(self, request: HttpRequest, obj: Unit | None = None) -> Any:
        """Only a collective has members."""
        return (UnitAliasInline, CollectiveMemberInline) if obj and obj.is_collective else (UnitAliasInline,)


@admin.register(UnitAlias)
class UnitAliasAdmin(DutiesFollow, FileTable, PortalAdmin):
    resource_classes = (UnitAliasResource,)
    list_display = ("text", "unit")
    list_select_related = ("unit",)
    search_fields = ("key",)
    autocomplete_fields = ("unit",)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return super().get_search_results(request, queryset, fold(search_term))


@admin.register(CollectiveMember)
class CollectiveMemberAdmin(DutiesFollow, FileTable, PortalAdmin):
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
class PortalUserAdmin(ProblemsFirst, FileTable, HistoryAdmin, NoDeletion, UserAdmin):
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
