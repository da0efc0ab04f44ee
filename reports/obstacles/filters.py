"""What the list of difficulties may be narrowed by."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from assignments.models import Unit
from models_registry.models import Initiative, Plan
from models_registry.text import fold
from reports.domain.states import ObstacleState, SolvingLevel
from reports.models import UNSETTLED, Obstacle, UnitRequest
from reports.web.filters import PortalFilter, choice_filter, has_words, row_filter

AGES = {"7": "từ 7 ngày", "14": "từ 14 ngày", "30": "từ 30 ngày", "90": "từ 90 ngày"}


PENDING, OVERDUE = "dang-cho", "qua-han"


_STATES = [(PENDING, "Đang chờ giải quyết"), (OVERDUE, "Quá hạn trả lời"), *ObstacleState.choices]


class ObstacleFilter(PortalFilter):
    """Narrows the list of difficulties; ``units`` are those whose difficulties the reader may see."""

    trang_thai = choice_filter(
        "Trạng thái",
        "Tất cả trạng thái",
        _STATES,
        method="by_state",
    )
    cap = choice_filter(
        "Cấp giải quyết", "Tất cả cấp", [*SolvingLevel.choices, ("chua-ro", "Chưa rõ")], method="by_level"
    )
    mo_hinh = row_filter(
        "Mô hình",
        "Tất cả mô hình",
        columns=("code", "short_name", "name"),
        words=lambda code, short_name, name: f"MH {code}. {short_name or name}",
        method="by_initiative",
        to_field_name="code",
        queryset=Initiative.objects.none(),
    )
    don_vi = row_filter("Đơn vị", "Tất cả đơn vị", columns=("name",), method="by_unit", queryset=Unit.objects.none())
    tuoi = choice_filter("Thời gian chờ", "Tất cả", [*AGES.items()], method="by_age")

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
        found = [pk for pk, *texts in told if has_words(fold(" ".join(["mh", *reversed(texts)])), words)]
        return rows.filter(pk__in=found)

    def by_state(self, rows: QuerySet, name: str, state: str) -> QuerySet:
        if state == OVERDUE:
            return rows.filter(pk__in=UnitRequest.objects.overdue(self.at).order_by().values("obstacle"))
        return rows.filter(state__in=UNSETTLED if state == PENDING else [state])

    def by_level(self, rows: QuerySet, name: str, level: str) -> QuerySet:
        return rows.filter(solving_level="" if level == "chua-ro" else level)

    def by_unit(self, rows: QuerySet, name: str, unit: Unit) -> QuerySet:
        """Of the unit itself, or the one into which an obstacle of the unit was joined."""
        return _with_joined(rows, duty__unit=unit)

    def by_initiative(self, rows: QuerySet, name: str, initiative: Initiative) -> QuerySet:
        return _with_joined(rows, duty__initiative=initiative)

    def by_age(self, rows: QuerySet, name: str, days: str) -> QuerySet:
        return rows.filter(raised_at__lte=self.at - timedelta(days=int(days)))


def _with_joined(rows: QuerySet, **of: Any) -> QuerySet:
    return rows.filter(Q(**of) | Q(pk__in=Obstacle.objects.filter(**of).values("joined_into")))
