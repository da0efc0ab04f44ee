"""What lists may be narrowed by; each choice is a parameter of the address, so that it can be kept and sent."""

from datetime import date, datetime, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from assignments.models import AssignmentRole, FocalPoint, Unit, User
from models_registry.deadlines import DeadlineKind
from models_registry.models import Initiative, InitiativeGroup, Plan, Platform
from models_registry.text import fold
from reports.models import (
    RHYTHM_LABELS,
    UNSETTLED,
    Channel,
    Obstacle,
    Purpose,
    Reminder,
    ReminderItem,
    ReminderRule,
    ReminderState,
    ReportingPeriod,
    UnitReport,
)
from reports.states import ObstacleState, SolvingLevel

SOON = timedelta(days=30)
DEADLINES = {
    "qua-han": "đã qua ngày hạn",
    "sap-den": "còn trong 30 ngày",
    "thuong-xuyen": "thường xuyên",
    "lo-trinh": "theo cơ quan khác",
}
AGES = {"7": "từ 7 ngày", "14": "từ 14 ngày", "30": "từ 30 ngày", "90": "từ 90 ngày"}
PENDING = "dang-cho"
# What somebody may have to do something about comes first; then every state by itself.
REMINDER_STATES = {
    "hong": ("Không gửi được, mọi lúc", (ReminderState.UNDELIVERABLE, ReminderState.UNKNOWN)),
    "cho": ("Chờ gửi", (ReminderState.OWED, ReminderState.RETRY, ReminderState.CLAIMED)),
    "da-gui": ("Đã gửi", (ReminderState.SENT,)),
    "khong-can": ("Không cần nữa", (ReminderState.NOT_NEEDED,)),
}
BY_HAND = "don-doc"
TO_SETTLE = ("can-xu-ly", "Không gửi được, cần xử lý")
_SELECT = forms.Select(attrs={"class": "form-select portal-touch"})
_SEARCH = forms.TextInput(attrs={"class": "form-control portal-touch", "type": "search", "maxlength": 200})


def _rows(label: str, everything: str, **options: Any) -> django_filters.ModelChoiceFilter:
    """A choice among rows; the filter set says which when it knows the plan."""
    return django_filters.ModelChoiceFilter(label=label, empty_label=everything, widget=_SELECT, **options)


def _choice(label: str, everything: str, choices: Any, **options: Any) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(label=label, empty_label=everything, choices=choices, widget=_SELECT, **options)


class PortalFilter(django_filters.FilterSet):
    """A filter with a search box; what it does not understand in an address is left out, not an error."""

    q = django_filters.CharFilter(label="Tìm (không cần dấu)", method="by_words", widget=_SEARCH)

    def by_words(self, rows: Any, name: str, phrase: str) -> QuerySet:
        return rows.search(phrase)

    @property
    def is_narrowed(self) -> bool:
        return any(self.form.cleaned_data.values()) if self.form.is_valid() else False


class InitiativeFilter(PortalFilter):
    nhom = _rows("Nhóm", "mọi nhóm", field_name="group", queryset=InitiativeGroup.objects.none())
    don_vi = _rows("Đơn vị", "mọi đơn vị", method="by_unit", queryset=Unit.objects.none())
    vai_tro = _choice("Vai trò", "mọi vai trò", AssignmentRole.choices, method="by_role")
    han = _choice("Thời hạn", "mọi thời hạn", [*DEADLINES.items()], method="by_deadline")
    nen_tang = _rows("Nền tảng", "mọi nền tảng", field_name="platforms", queryset=Platform.objects.none())

    class Meta:
        model = Initiative
        fields = ("q", "nhom", "don_vi", "vai_tro", "han", "nen_tang")

    def __init__(self, *args: Any, plan: Plan, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        mentioned = Q(assignments__initiative__plan=plan) | Q(duties__initiative__plan=plan)
        self.filters["nhom"].queryset = plan.groups.all()
        self.filters["don_vi"].queryset = Unit.objects.filter(mentioned).distinct()
        self.filters["nen_tang"].queryset = Platform.objects.filter(initiatives__plan=plan).distinct()

    def by_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        """Where the unit is named, or owes reports through a collective; with a role, in that role."""
        role = self.data.get("vai_tro")
        roles = [role] if role in AssignmentRole.values else AssignmentRole.values
        named = Q(assignments__unit=unit, assignments__role__in=roles)
        reached = Q(duties__unit=unit, duties__role__in=roles, duties__valid_to=None)
        return rows.filter(named | reached).distinct()

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
    loai = _choice("Loại", "mọi loại", Unit.Kind.choices, field_name="kind")
    cap = _choice("Cấp", "mọi cấp", Unit.Level.choices, field_name="level")

    class Meta:
        model = Unit
        fields = ("q", "loai", "cap")


class ReportFilter(PortalFilter):
    nhip = _choice("Nhịp", "tuần và tháng", [*RHYTHM_LABELS.items()], field_name="period__rhythm")
    trang_thai = _choice("Trạng thái", "mọi trạng thái", UnitReport.State.choices, field_name="state")

    class Meta:
        model = UnitReport
        fields = ("q", "nhip", "trang_thai")

    def by_words(self, rows: Any, name: str, phrase: str) -> QuerySet:
        return rows.filter(unit__in=Unit.objects.search(phrase))


class ReviewFilter(ReportFilter):
    """Narrows the queue; which part of the queue one looks at is not its concern."""

    nhip = None
    trang_thai = None
    ky = _rows("Kỳ", "mọi kỳ", field_name="period", queryset=ReportingPeriod.objects.none(), to_field_name="code")
    loai = _choice("Loại đơn vị", "mọi loại", Unit.Kind.choices, field_name="unit__kind")

    class Meta:
        model = UnitReport
        fields = ("q", "ky", "loai")

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["ky"].queryset = ReportingPeriod.objects.filter(plan=plan).order_by("-ends_on", "rhythm")


class ObstacleFilter(PortalFilter):
    """Narrows the ledger of difficulties; ``units`` are those whose difficulties the reader may see."""

    trang_thai = _choice(
        "Trạng thái", "mọi trạng thái", [(PENDING, "Đang chờ giải quyết"), *ObstacleState.choices], method="by_state"
    )
    cap = _choice("Cấp giải quyết", "mọi cấp", [*SolvingLevel.choices, ("chua-ro", "Chưa rõ")], method="by_level")
    mo_hinh = _rows(
        "Mô hình",
        "mọi mô hình",
        field_name="duty__initiative",
        to_field_name="code",
        queryset=Initiative.objects.none(),
    )
    don_vi = _rows("Đơn vị", "mọi đơn vị", method="by_unit", queryset=Unit.objects.none())
    tuoi = _choice("Đã chờ", "không kể", [*AGES.items()], method="by_age")

    class Meta:
        model = Obstacle
        fields = ("q", "trang_thai", "cap", "mo_hinh", "don_vi", "tuoi")

    def __init__(self, *args: Any, plan: Plan, units: QuerySet[Unit], at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.filters["mo_hinh"].queryset = plan.initiatives.all()
        self.filters["don_vi"].queryset = units

    def by_words(self, rows: QuerySet, name: str, phrase: str) -> QuerySet:
        """Texts are long and few, so they are folded when asked for and need no column of their own."""
        words = fold(phrase).split()
        told = rows.values_list("pk", "text", "proposal", "duty__unit__name", "duty__initiative__code")
        found = [pk for pk, *texts in told if _has_words(fold(" ".join(["mh", *reversed(texts)])), words)]
        return rows.filter(pk__in=found)

    def by_state(self, rows: QuerySet, name: str, state: str) -> QuerySet:
        return rows.filter(state__in=UNSETTLED if state == PENDING else [state])

    def by_level(self, rows: QuerySet, name: str, level: str) -> QuerySet:
        return rows.filter(solving_level="" if level == "chua-ro" else level)

    def by_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        """Of the unit itself, or standing for one of the unit's that was joined into it."""
        return rows.filter(
            Q(duty__unit=unit) | Q(pk__in=Obstacle.objects.filter(duty__unit=unit).values("joined_into"))
        )

    def by_age(self, rows: QuerySet, name: str, days: str) -> QuerySet:
        return rows.filter(opened_at__lte=self.at - timedelta(days=int(days)))


class ReminderFilter(PortalFilter):
    """Narrows the messages sent and to be sent."""

    ky = _rows("Kỳ", "mọi kỳ", method="by_period", queryset=ReportingPeriod.objects.none(), to_field_name="code")
    don_vi = _rows("Đơn vị", "mọi đơn vị", method="by_unit", queryset=Unit.objects.none())
    quy_tac = _choice("Quy tắc", "mọi quy tắc", (), method="by_rule")
    kenh = _choice("Kênh", "mọi kênh", Channel.choices, field_name="channel")
    trang_thai = _choice(
        "Trạng thái",
        "mọi trạng thái",
        [TO_SETTLE, *((key, label) for key, (label, _) in REMINDER_STATES.items())],
        method="by_state",
    )

    class Meta:
        model = Reminder
        fields = ("q", "ky", "don_vi", "quy_tac", "kenh", "trang_thai")

    def __init__(self, *args: Any, plan: Plan, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.filters["q"].label = "Người (không cần dấu)"
        self.filters["ky"].queryset = ReportingPeriod.objects.filter(plan=plan).order_by("-ends_on", "rhythm")
        self.filters["don_vi"].queryset = Unit.objects.filter(reports__period__plan=plan).distinct()
        rules = [(str(rule.pk), rule.name) for rule in ReminderRule.objects.all()]
        self.filters["quy_tac"].extra["choices"] = [(BY_HAND, "Đôn đốc của cơ quan thường trực"), *rules]

    def by_words(self, rows: QuerySet, field: str, phrase: str) -> QuerySet:
        """People are few, so their names are folded when asked for; those without an account are focal points."""
        words = fold(phrase).split()
        users, points = (
            [pk for pk, named in model.objects.values_list("pk", "full_name") if _has_words(fold(named), words)]
            for model in (User, FocalPoint)
        )
        return rows.filter(Q(user__in=users) | Q(focal_point__in=points))

    def by_period(self, rows: QuerySet, name: str, period: ReportingPeriod) -> QuerySet:
        return rows.filter(pk__in=ReminderItem.objects.filter(period=period).values("reminder"))

    def by_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        return rows.filter(pk__in=ReminderItem.objects.filter(report__unit=unit).values("reminder"))

    def by_rule(self, rows: QuerySet, name: str, rule: str) -> QuerySet:
        if rule == BY_HAND:
            return rows.filter(purpose=Purpose.BY_HAND)
        return rows.filter(pk__in=ReminderItem.objects.filter(rule=int(rule)).values("reminder"))

    def by_state(self, rows: Any, name: str, state: str) -> QuerySet:
        if state == TO_SETTLE[0]:
            return rows.failed().of_use(self.at)
        return rows.filter(state__in=REMINDER_STATES[state][1])


def _has_words(text: str, words: list[str]) -> bool:
    """Whether every word begins a word of the folded ``text``."""
    return all(f" {word}" in f" {text}" for word in words)
