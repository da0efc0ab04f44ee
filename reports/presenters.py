"""Rows ready for the templates, so that those hold the frame and no rule."""

from dataclasses import dataclass
from datetime import datetime

from reports.models import UnitReport
from reports.states import Look, look_of
from reports.wording import time_left, vn_moment, vn_weekday


@dataclass(frozen=True)
class ReportRow:
    """One report in a list: where it leads, what it is, how it stands."""

    url: str
    title: str
    unit: str
    due: str
    left: str
    look: Look
    filed: str
    is_fileable: bool


def report_row(report: UnitReport, at: datetime) -> ReportRow:
    days = report.days_to_due(at)
    return ReportRow(
        url=report.get_absolute_url(),
        title=str(report.period),
        unit=report.unit.name,
        due=vn_weekday(report.period.ends_on),
        left=time_left(days),
        look=look_of(report.status(at)),
        filed=f"{report.submitted_by} nộp lúc {vn_moment(report.submitted_at)}" if report.submitted_at else "",
        is_fileable=report.is_fileable(at),
    )
