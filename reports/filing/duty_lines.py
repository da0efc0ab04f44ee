"""The lines of a report ready to be filled in: each with its latest progress and why it needs attention, if it does."""

import enum
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from assignments.models import AssignmentRole, Duty
from models_registry.models import Deadline, Indicator
from reports.domain.calendar import local_day
from reports.domain.numbers import Figure
from reports.domain.states import ReportState, WorkState
from reports.models import WITH_COUNTING, Progress, ProgressEntry, ReviewRemark, UnitReport
from reports.progress.entries_read import entries_with_last_word
from reports.progress.initiative_status import is_late

from .missing import EntryCheck, check_entries, open_remarks
from .obstacle_answers import LineAnswer, answers_for
from .suggestions import NO_FIGURE, Suggestion, follow_sources, latest_figures, latest_progress, suggestions_for

SOON = timedelta(days=30)


class Attention(enum.StrEnum):
    """Why a line needs to be looked at, the most pressing first; the value is what the page says where no sign does."""

    RETURNED = "có ý kiến cần sửa"
    ANSWERED = "có trả lời mới"
    BLOCKED = "vướng mắc"
    LATE = "quá hạn"
    DUE_SOON = "sắp đến hạn"
    NEVER_REPORTED = "chưa báo cáo lần nào"
    FIGURE_ASKED = "chưa có số liệu"


_PRESSING = {attention: rank for rank, attention in enumerate(Attention)}


@dataclass(frozen=True)
class FigureLine:
    """One indicator of a line: ``now`` as filled in, ``last`` as last counted in any report; empty is "not counted"."""

    indicator: Indicator
    now: Figure
    last: Figure


@dataclass(frozen=True)
class ReportLine:
    """``last``: the last word in any report; ``suggestion``: what keeping would answer; None without.

    ``remarks`` are those not yet answered; ``late`` the part of the deadline that a lead left unmet
    longest, ``ahead`` the next one that is near; ``check``: what it lacks.
    """

    entry: ProgressEntry
    last: Progress | None
    suggestion: Suggestion | None
    figures: list[FigureLine]
    remarks: list[ReviewRemark]
    late: Deadline | None
    ahead: Deadline | None
    check: EntryCheck
    answers: list[LineAnswer] = field(default_factory=list)
    attention: list[Attention] = field(default_factory=list)

    @property
    def duty(self) -> Duty:
        return self.entry.duty

    @property
    def can_be_kept(self) -> bool:
        return self.suggestion is not None and not self.entry.has_words


def lines_of(report: UnitReport, at: datetime) -> list[ReportLine]:
    """Every line of ``report``, those that need attention first, each group in the plan's order.

    A fixed number of queries whatever the number of duties: nine for a week, twelve for a month.
    """
    entries = entries_with_last_word(
        report.entries.prefetch_related(
            "duty__initiative__deadlines",
            WITH_COUNTING,
            "figures__indicator",
            "remarks__by",
            "evidence",
        )
    )
    for entry in entries:
        if entry.duty.unit_id == report.unit_id:
            entry.duty.unit = report.unit
    suggestions = suggestions_for(report, entries)
    follow_sources(entries, suggestions)
    words = latest_progress(report, entries)
    counting = [entry.duty_id for entry in entries if entry.indicators]
    figures = latest_figures(report, counting)
    checks = check_entries(report, entries)
    day = local_day(at)
    lines = [
        _line(entry, words.get(entry.duty_id), suggestions.get(entry.duty_id), figures, checks[entry.pk], day)
        for entry in entries
    ]
    answers = answers_for(entries)
    for line in lines:
        line.answers.extend(answers.get(line.entry.duty_id, ()))
        line.attention.extend(_attention(line))
    return sorted(lines, key=lambda line: min((_PRESSING[one] for one in line.attention), default=len(_PRESSING)))


def _line(
    entry: ProgressEntry,
    last: Progress | None,
    suggestion: Suggestion | None,
    figures: dict[tuple[int, int], Figure],
    check: EntryCheck,
    day: date,
) -> ReportLine:
    now = {row.indicator_id: Figure(row.value, row.total) for row in entry.figures.all()}
    if suggestion and entry.is_kept:
        now |= suggestion.figures
    counted = [
        FigureLine(one, now.get(one.pk, NO_FIGURE), figures.get((entry.duty_id, one.pk), NO_FIGURE))
        for one in entry.indicators
    ]
    dated = [part for part in entry.duty.initiative.deadlines.all() if part.due_on]
    state = last.work_state if last else ""
    late = [part for part in dated if entry.role == AssignmentRole.LEAD and is_late(part, state, day)]
    finished = state in (WorkState.DONE, WorkState.MAINTAINED)
    ahead = [part for part in dated if not finished and day <= (part.due_on or day) <= day + SOON]
    return ReportLine(entry, last, suggestion, counted, open_remarks(entry), _first(late), _first(ahead), check)


def _first(deadlines: list[Deadline]) -> Deadline | None:
    return min(deadlines, key=lambda part: part.due_on or date.max, default=None)


def _attention(line: ReportLine) -> list[Attention]:
    """By the last word: what a draft says is not yet said, and what was returned was said once."""
    state = line.last.work_state if line.last else ""
    found = {
        Attention.RETURNED: bool(line.remarks),
        Attention.ANSWERED: any(not answer.reply for answer in line.answers),
        Attention.BLOCKED: state == WorkState.BLOCKED,
        Attention.LATE: line.late is not None,
        Attention.DUE_SOON: line.ahead is not None,
        Attention.NEVER_REPORTED: line.last is None and line.entry.report.state != ReportState.RETURNED,
        Attention.FIGURE_ASKED: any(one.now.value is None and one.last.value is None for one in line.figures),
    }
    return [attention for attention, is_so in found.items() if is_so]
