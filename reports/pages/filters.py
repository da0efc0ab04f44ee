"""What the lists of initiatives and units may be narrowed by."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from assignments.models import Assignment, AssignmentRole, DutyTerm, Unit
from models_registry.deadlines import DeadlineKind
from models_registry.models import Initiative, InitiativeGroup, Plan, Platform
from reports.web.filters import PortalFilter, choice_filter, row_filter

SOON = timedelta(days=30)


DEADLINES = {
    "qua-han": "đã qua ngày hạn",
    "sap-den": "còn trong 30 ngày",
    "thuong-xuyen": "thường xuyên",
    "lo-trinh": "theo cơ quan khác",
}


class InitiativeFilter(PortalFilter):
    nhom = row_filter(
        *("Nhóm", "Tất cả nhóm"),
        columns=("numeral", "name"),
        words="{}. {}".format,
        field_name="group",
        queryset=InitiativeGroup.objects.none(),
    )
    don_vi = row_filter("Đơn vị", "Tất cả đơn vị", columns=("name",), method="by_unit", queryset=Unit.objects.none())
    vai_tro = choice_filter("Vai trò", "Tất cả vai trò", AssignmentRole.choices, method="by_role")
    han = choice_filter("Thời hạn", "Tất cả thời hạn", [*DEADLINES.items()], method="by_deadline")
    nen_tang = row_filter(
        "Nền tảng", "Tất cả nền tảng", columns=("name",), field_name="platforms", queryset=Platform.objects.none()
    )

    class Meta:
        model = Initiative
        fields = ("q", "nhom", "don_vi", "vai_tro", "han", "nen_tang")

    def __init__(self, *args: Any, plan: Plan, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        mentioned = Q(assignments__in=Assignment.objects.on(day).filter(initiative__plan=plan))
        mentioned |= Q(duties__initiative__plan=plan)
        self.filters["nhom"].queryset = plan.groups.all()
        self.filters["don_vi"].queryset = Unit.objects.filter(mentioned).distinct()
        self.filters["nen_tang"].queryset = Platform.objects.filter(initiatives__plan=plan).distinct()

    def by_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        """Where the unit is named, or owes reports through a collective; with a role, in that role."""
        role = self.data.get("vai_tro")
        roles = [role] if role in AssignmentRole.values else AssignmentRole.values
        named = Assignment.objects.on(self.day).filter(unit=unit, role__in=roles)
        reached = DutyTerm.objects.on(self.day).filter(duty__unit=unit, role__in=roles)
        return rows.filter(Q(assignments__in=named) | Q(duties__terms__in=reached)).distinct()

    def by_role(self, rows: QuerySet, name: str, role: str) -> QuerySet:
        """A role says something about a unit; without one there is nothing to narrow."""
        return rows

    def by_deadline(self, rows: QuerySet, name: str, choice: str) -> QuerySet:
        wanted = {
            "qua-han": Q(deadlines__due_on__lt=self.day),
            "sap-den": Q(deadlines__due_on__range=(self.day, self.day + SOON)),
            "thuong-xuyen": Q(deadlines__ongoing=True),
            "lo-trinh": Q(deadlines__kind=DeadlineKind.SCHEDULE),
        }
        return rows.filter(wanted[choice]).distinct()


class UnitFilter(PortalFilter):
    loai = choice_filter("Loại", "Tất cả loại", Unit.Kind.choices, field_name="kind")
    cap = choice_filter("Cấp", "Tất cả cấp", Unit.Level.choices, field_name="level")

    class Meta:
        model = Unit
        fields = ("q", "loai", "cap")
