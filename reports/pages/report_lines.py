"""Reports as the lines of a list, from their columns."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.urls import reverse

from reports.domain.calendar import local_day
from reports.domain.states import ReportStatus, is_fileable, report_status
from reports.domain.wording import period_words, vn_moment
from reports.models import DUE_AT, LOCKS_AT

# "period__plan_id": selected as "period__plan" it would also be what ``order_by("period__plan")`` means, the bare key.
_COLUMNS = (
    "pk", "period__plan_id", "unit", "unit__name", "state", "nothing_to_report", "first_submitted_at", "submitted_at",
    "submitted_by__full_name", "submitted_by__username", "period__rhythm", "period__name", "period__starts_on",
    "period__ends_on", DUE_AT, LOCKS_AT,
)  # fmt: skip


class ReportLine(NamedTuple):
    """``filed``: who filed it and when, or ""; ``days`` are left to its due day, None where it cannot be filed."""

    url: str
    plan_id: int
    unit_id: int
    unit: str
    period: str
    status: ReportStatus
    due_at: datetime
    filed: str
    days: int | None


def report_lines(reports: Any, at: datetime) -> list[ReportLine]:
    """In the order of ``reports``, a query of UnitReport or a slice of one."""
    return [_line(at, *row) for row in reports.values_list(*_COLUMNS)]


def _line(
    at: datetime,
    pk: int,
    plan_id: int,
    unit_id: int,
    unit: str,
    state: str,
    nothing_to_report: bool,
    first_submitted_at: datetime | None,
    submitted_at: datetime | None,
    name: str | None,
    login: str | None,
    rhythm: str,
    asked: str,
    starts_on: date,
    ends_on: date,
    due_at: datetime,
    locks_at: datetime,
) -> ReportLine:
    today = local_day(at)
    return ReportLine(
        url=reverse("report", args=[pk]),
        plan_id=plan_id,
        unit_id=unit_id,
        unit=unit,
        period=period_words(rhythm, starts_on, ends_on, asked, today),
        status=report_status(
            state, at, starts_on=starts_on, due_at=due_at, first_submitted_at=first_submitted_at,
            nothing_to_report=nothing_to_report,
        ),
        due_at=due_at,
        filed=f"{name or login} nộp lúc {vn_moment(submitted_at)}" if submitted_at else "",
        days=(local_day(due_at) - today).days if is_fileable(state, at, locks_at) else None,
    )  # fmt: skip
