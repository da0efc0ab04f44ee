"""Rows ready for the templates, so that those hold the frame and no rule."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from assignments.models import Duty
from models_registry.models import Deadline, Initiative
from reports.domain.calendar import local_day
from reports.domain.states import Look, look_of
from reports.domain.wording import (
    deadline_reading,
    due_words,
    overdue_by,
    time_left,
    vn_date,
    vn_moment,
)
from reports.domain.wording import percent as percent_words
from reports.models import CurrentProgress, ProgressEntry, UnitReport

from .initiative_status import InitiativeStatus, current_of, is_late


@dataclass(frozen=True)
class ReportRow:
    """One report in a list: where it leads, what it is, how it stands; ``reopened``: until when and why, if it was."""

    url: str
    title: str
    unit: str
    due: str
    left: str
    look: Look
    reopened: str
    filed: str
    is_fileable: bool


@dataclass(frozen=True)
class DeadlineRow:
    """One deadline part: the plan's words, the portal's reading, how far away ("còn 25 ngày")."""

    words: str
    reading: str
    left: str
    is_late: bool


@dataclass(frozen=True)
class ProgressRow:
    """What one unit said of one initiative, the last time or in one report; ``report_url`` leads to that one."""

    unit: str
    url: str
    role: str
    look: Look
    percent: str
    result: str
    difficulty: str
    when: str
    report_url: str = ""


@dataclass(frozen=True)
class InitiativeRow:
    """One initiative in a list: its deadline, the states of its leads and the last word."""

    url: str
    code: str
    name: str
    deadlines: list[DeadlineRow]
    spread: list[tuple[Look, int]]
    is_single: bool
    percent: str
    last: ProgressRow | None
    is_late: bool


def report_row(report: UnitReport, at: datetime) -> ReportRow:
    days = report.days_to_due(at)
    return ReportRow(
        url=report.get_absolute_url(),
        title=str(report.period),
        unit=report.unit.name,
        due=due_words(report.period.due_at),
        left=time_left(days),
        look=look_of(report.status(at)),
        reopened=_reopened(report),
        filed=f"{report.submitted_by} nộp lúc {vn_moment(report.submitted_at)}" if report.submitted_at else "",
        is_fileable=report.is_fileable(at),
    )


def _reopened(report: UnitReport) -> str:
    """To the unit that missed it; once it is filed this is past."""
    if report.state != UnitReport.State.OPEN or report.reopened_until is None:
        return ""
    return f"Được mở lại, nộp được đến {vn_moment(report.reopened_until)}. Lý do: {report.reopen_reason}"


def deadline_row(deadline: Deadline, states: list[str], day: date) -> DeadlineRow:
    """``states`` are those of the units that answer for the initiative."""
    late = any(is_late(deadline, state, day) for state in states)
    return DeadlineRow(
        words=deadline.text,
        reading=deadline_reading(deadline),
        left=_deadline_left(deadline, day, is_late=late),
        is_late=late,
    )


def _deadline_left(deadline: Deadline, day: date, *, is_late: bool) -> str:
    """Nothing of a deadline that has passed while the work was finished in time."""
    days = deadline.days_left(day)
    if days is None or (days < 0 and not is_late):
        return ""
    return time_left(days) if days >= 0 else f"quá hạn {overdue_by(-days, deadline.due_on)}"


def initiative_row(initiative: Initiative, status: InitiativeStatus, day: date) -> InitiativeRow:
    last = status.last
    return InitiativeRow(
        url=initiative.get_absolute_url(),
        code=initiative.code,
        name=initiative.name,
        deadlines=[deadline_row(deadline, list(status.spread), day) for deadline in initiative.deadlines.all()],
        spread=[(look_of(state), count) for state, count in status.spread.items()],
        is_single=sum(status.spread.values()) == 1,
        percent=percent_words(status.percent),
        last=current_row(last.duty) if last else None,
        is_late=status.is_late,
    )


def current_row(duty: Duty) -> ProgressRow:
    """The last word on a duty; a duty nobody has reported on has a row that says so."""
    current = current_of(duty) or CurrentProgress()
    return _progress_row(duty, current, f"lúc {vn_moment(current.reported_at)}" if current.reported_at else "")


def entry_row(entry: ProgressEntry) -> ProgressRow:
    """One filed entry; report, period and unit should be read with it."""
    filed = f", nộp {vn_date(local_day(entry.report.submitted_at))}" if entry.report.submitted_at else ""
    row = _progress_row(entry.duty, entry, f"{entry.report.period}{filed}")
    return replace(row, report_url=entry.report.get_absolute_url())


def _progress_row(duty: Duty, progress: ProgressEntry | CurrentProgress, when: str) -> ProgressRow:
    return ProgressRow(
        unit=duty.unit.name,
        url=duty.unit.get_absolute_url(),
        role=role_words(duty),
        look=look_of(progress.work_state),
        percent=percent_words(progress.percent),
        result=progress.result,
        difficulty=progress.difficulty,
        when=when,
    )


def role_words(duty: Duty) -> str:
    """ "Chủ trì", "Phối hợp (chính)"."""
    return f"{duty.get_role_display()}{' (chính)' if duty.is_principal else ''}"
