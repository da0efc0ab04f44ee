"""Who owes a report in a period and how each of them did."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from models_registry.models import Plan
from reports.domain.calendar import REGULAR
from reports.models import ReportingPeriod, UnitReport

from .board import rate


class PeriodFiling(NamedTuple):
    """Who owes a report in a period and how each of them did, in Vietnamese order of the units."""

    period: ReportingPeriod
    on_time: list[UnitReport]
    late: list[UnitReport]
    missing: list[UnitReport]

    @property
    def expected(self) -> int:
        return self.filed + len(self.missing)

    @property
    def filed(self) -> int:
        return len(self.on_time) + len(self.late)

    @property
    def filed_rate(self) -> str:
        return rate(self.filed, self.expected)

    @property
    def on_time_rate(self) -> str:
        return rate(len(self.on_time), self.expected)

    def is_past_due(self, at: datetime) -> bool:
        return at > self.period.due_at


def filings_of(periods: Sequence[ReportingPeriod]) -> list[PeriodFiling]:
    """How each period was filed; one query for all of them."""
    expected = UnitReport.objects.filter(period__in=periods).order_by("unit__sort_key")
    by_period: dict[int, list[UnitReport]] = {period.pk: [] for period in periods}
    period_of = {period.pk: period for period in periods}
    for report in expected.select_related("unit", "submitted_by"):
        report.period = period_of[report.period_id]
        by_period[report.period_id].append(report)
    return [_filing(period, by_period[period.pk]) for period in periods]


def latest_periods(plan: Plan) -> list[ReportingPeriod]:
    """The last period opened of each rhythm, weekly first; one query for each."""
    of_plan = ReportingPeriod.objects.filter(plan=plan)
    latest = [of_plan.filter(rhythm=rhythm).order_by("-ends_on").first() for rhythm in REGULAR]
    return [period for period in latest if period]


def _filing(period: ReportingPeriod, reports: list[UnitReport]) -> PeriodFiling:
    filed = [report for report in reports if report.is_filed]
    return PeriodFiling(
        period=period,
        on_time=[report for report in filed if not report.is_late],
        late=[report for report in filed if report.is_late],
        missing=[report for report in reports if not report.is_filed],
    )
