"""What the list of reports may be narrowed by."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from assignments.models import Unit
from models_registry.models import Plan
from reports.domain.calendar import local_day
from reports.domain.wording import period_title, period_words
from reports.models import RHYTHM_LABELS, UnitReport
from reports.web.filters import PortalFilter, choice_filter


class ListedPeriod(NamedTuple):
    """A period to choose, by its columns; it calls itself as ``ReportingPeriod`` does."""

    pk: int
    plan_id: int
    rhythm: str
    name: str
    starts_on: date
    ends_on: date
    due_at: datetime

    @property
    def title(self) -> str:
        return period_title(self.rhythm, self.ends_on, self.name)

    def title_on(self, day: date) -> str:
        return period_words(self.rhythm, self.starts_on, self.ends_on, self.name, day)

    def title_at(self, at: datetime) -> str:
        return self.title_on(local_day(at))


class ReportFilter(PortalFilter):
    """``plans`` are those to choose from; where there is one alone, nothing is asked."""

    ke_hoach = choice_filter("Kế hoạch", "Tất cả kế hoạch", (), field_name="period__plan")
    nhip = choice_filter("Loại báo cáo", "Tất cả loại", [*RHYTHM_LABELS.items()], field_name="period__rhythm")
    trang_thai = choice_filter("Trạng thái", "Tất cả trạng thái", UnitReport.State.choices, field_name="state")

    class Meta:
        model = UnitReport
        fields: tuple[str, ...] = ("q", "ke_hoach", "nhip", "trang_thai")

    def __init__(self, *args: Any, plans: Collection[Plan] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(plans) < 2:
            self.filters.pop("ke_hoach", None)
        else:
            self.filters["ke_hoach"].extra["choices"] = [(plan.pk, str(plan)) for plan in plans]

    def by_words(self, rows: Any, name: str, phrase: str) -> QuerySet:
        return rows.filter(unit__in=Unit.objects.search(phrase))


class PeriodwiseFilter(ReportFilter):
    """Of a page that shows one of ``periods`` at a time, which of them being for the page to say; without any, all."""

    ky = choice_filter("Kỳ", "Kỳ gần nhất", (), method="leave")

    class Meta(ReportFilter.Meta):
        fields = (*ReportFilter.Meta.fields, "ky")

    def __init__(self, *args: Any, periods: Collection[ListedPeriod] = (), day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if periods:
            self.filters["ky"].extra["choices"] = [(one.pk, one.title_on(day).capitalize()) for one in periods]
        else:
            self.filters.pop("ky")

    def leave(self, rows: Any, name: str, value: str) -> QuerySet:
        return rows

    def chosen_from(self, periods: Collection[ListedPeriod]) -> list[ListedPeriod]:
        """Those of the plan and the rhythm asked for."""
        asked = self.form.cleaned_data if self.form.is_valid() else {}
        plan, rhythm = asked.get("ke_hoach"), asked.get("nhip")
        return [one for one in periods if plan in ("", None, str(one.plan_id)) and rhythm in ("", None, one.rhythm)]
