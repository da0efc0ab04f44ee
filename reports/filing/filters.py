"""What the list of reports may be narrowed by."""

from typing import Any

from django.db.models import QuerySet

from assignments.models import Unit
from reports.models import RHYTHM_LABELS, UnitReport
from reports.web.filters import PortalFilter, choice_filter


class ReportFilter(PortalFilter):
    nhip = choice_filter("Nhịp", "tuần và tháng", [*RHYTHM_LABELS.items()], field_name="period__rhythm")
    trang_thai = choice_filter("Trạng thái", "mọi trạng thái", UnitReport.State.choices, field_name="state")

    class Meta:
        model = UnitReport
        fields = ("q", "nhip", "trang_thai")

    def by_words(self, rows: Any, name: str, phrase: str) -> QuerySet:
        return rows.filter(unit__in=Unit.objects.search(phrase))
