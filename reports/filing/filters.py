"""What the list of reports may be narrowed by."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from assignments.models import Unit
from models_registry.models import Plan
from reports.models import RHYTHM_LABELS, UnitReport
from reports.web.filters import PortalFilter, choice_filter


class ReportFilter(PortalFilter):
    """``plans`` are those to choose from; where there is one alone, nothing is asked."""

    ke_hoach = choice_filter("Kế hoạch", "mọi kế hoạch", (), field_name="period__plan")
    nhip = choice_filter("Nhịp", "tuần và tháng", [*RHYTHM_LABELS.items()], field_name="period__rhythm")
    trang_thai = choice_filter("Trạng thái", "mọi trạng thái", UnitReport.State.choices, field_name="state")

    class Meta:
        model = UnitReport
        fields = ("q", "ke_hoach", "nhip", "trang_thai")

    def __init__(self, *args: Any, plans: Collection[Plan] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(plans) < 2:
            self.filters.pop("ke_hoach", None)
        else:
            self.filters["ke_hoach"].extra["choices"] = [(plan.pk, str(plan)) for plan in plans]

    def by_words(self, rows: Any, name: str, phrase: str) -> QuerySet:
        return rows.filter(unit__in=Unit.objects.search(phrase))
