"""What the queue of reports may be narrowed by."""

from typing import Any

from assignments.models import Unit
from models_registry.models import Plan
from reports.filing.filters import ReportFilter
from reports.models import ReportingPeriod, UnitReport
from reports.web.filters import choice_filter, row_filter


class ReviewFilter(ReportFilter):
    """Narrows the queue; the part of the queue is chosen elsewhere."""

    nhip = None
    trang_thai = None
    ky = row_filter("Kỳ", "mọi kỳ", field_name="period", queryset=ReportingPeriod.objects.none(), to_field_name="code")
    loai = choice_filter("Loại đơn vị", "mọi loại", Unit.Kind.choices, field_name="unit__kind")

    class Meta:
        model = UnitReport
        fields = ("q", "ky", "loai")

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["ky"].queryset = ReportingPeriod.objects.filter(plan=plan).order_by("-ends_on", "rhythm")
