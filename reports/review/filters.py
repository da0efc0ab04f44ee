"""What the queue of reports may be narrowed by."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from assignments.models import Unit
from models_registry.models import Plan
from reports.domain.calendar import LONG_WAIT_DAYS, local_day
from reports.filing.filters import ReportFilter
from reports.models import ReportingPeriod, UnitReport
from reports.web.filters import choice_filter

from .queue import waiting_long

LONG = "lau"
NOTHING = "khong-phat-sinh"


class ReviewFilter(ReportFilter):
    """Narrows the queue; the part of the queue is chosen elsewhere."""

    ke_hoach = None
    nhip = None
    trang_thai = None
    ky = choice_filter("Kỳ", "Tất cả các kỳ", (), field_name="period__code")
    loai = choice_filter("Loại đơn vị", "Tất cả các loại", Unit.Kind.choices, field_name="unit__kind")

    cho = choice_filter("Thời gian chờ", "Tất cả", [(LONG, f"quá {LONG_WAIT_DAYS} ngày")], method="by_wait")
    noi_dung = choice_filter("Nội dung", "Tất cả nội dung", [(NOTHING, "không phát sinh")], method="by_contents")

    class Meta:
        model = UnitReport
        fields = ("q", "ky", "loai", "cho", "noi_dung")

    def __init__(self, *args: Any, plan: Plan, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.filters["ky"].extra["choices"] = ReportingPeriod.objects.filter(plan=plan).choices_on(local_day(at))

    def by_wait(self, rows: QuerySet, name: str, wait: str) -> QuerySet:
        return rows.filter(waiting_long(self.at))

    def by_contents(self, rows: QuerySet, name: str, contents: str) -> QuerySet:
        return rows.filter(nothing_to_report=True)
