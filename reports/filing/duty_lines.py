"""The lines of a report ready to be filled in: each with its latest progress and why it needs attention, if it does."""

import enum
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from assignments.models import Duty
from models_registry.models import Deadline, Indicator
from reports.domain.calendar import local_day
from reports.domain.numbers import Figure
from reports.domain.states import ReportState, WorkState
from reports.models import WITH_COUNTING, WITH_LAST_WORD, Progress, ProgressEntry, ReviewRemark, UnitReport
from reports.progress.initiative_status import is_late

from .missing import EntryCheck, check_entries, open_remarks
from .obstacle_answers import LineAnswer, answers_for
from .suggestions import NO_FIGURE, Suggestion, follow_sources, latest_figures, latest_progress, suggestions_for

SOON = timedelta(days=30)


class Attention(enum.StrEnum):
    """Why a line needs to be looked at, the most pressing first; the value is what the page says."""

    RETURNED = "cơ quan thường trực yêu cầu sửa"
    ANSWERED = "khó khăn có trả lời"
    BLOCKED = "đang vướng mắc"
    LATE = "đã quá hạn hoàn thành"
    DUE_SOON = "sắp đến hạn hoàn thành"
    NEVER_REPORTED = "chưa báo cáo lần nào"
    FIGURE_ASKED = "chưa có số liệu chỉ tiêu"


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

    ``remarks`` are those not yet answered; ``deadline`` the nearest part of the initiative's that still matters;
    ``check``: what it lacks.
    """

    entry: ProgressEntry
    last: Progress | None
    suggestion: Suggestion | None
    figures: list[FigureLine]
    remarks: list[ReviewRemark]
    deadline: Deadline | None
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
    entries = list(
        report.entries.select_related("duty__initiative", "duty__unit", *WITH_LAST_WORD).prefetch_related(
            "duty__initiative__deadlines",
            WITH_COUNTING,
            "figures__indicator",
            "remarks__by",
            "evidence",
        )
    )
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
        line.attention.extend(_attention(line, day))
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
    deadlines = list(entry.duty.initiative.deadlines.all())
    return ReportLine(entry, last, suggestion, counted, open_remarks(entry), _nearest(deadlines, day), check)


def _attention(line: ReportLine, day: date) -> list[Attention]:
    """By the last word: what a draft says is not yet said, and what was returned was said once."""
    state = line.last.work_state if line.last else ""
    deadlines = list(line.duty.initiative.deadlines.all())
    finished = state in (WorkState.DONE, WorkState.MAINTAINED)
    days = [left for one in deadlines if (left := one.days_left(day)) is not None and left >= 0]
    found = {
        Attention.RETURNED: bool(line.remarks),
        Attention.ANSWERED: any(not answer.reply for answer in line.answers),
        Attention.BLOCKED: state == WorkState.BLOCKED,
        Attention.LATE: any(is_late(deadline, state, day) for deadline in deadlines),
        Attention.DUE_SOON: not finished and any(left <= SOON.days for left in days),
        Attention.NEVER_REPORTED: line.last is None and line.entry.report.state != ReportState.RETURNED,
        Attention.FIGURE_ASKED: any(one.now.value is None and one.last.value is None for one in line.figures),
    }
    return [attention for attention, is_so in found.items() if is_so]


def _nearest(deadlines: list[Deadline], day: date) -> Deadline | None:
    """The first part that has not passed; where all have, the last one."""
    dated = sorted((one for one in deadlines if one.due_on), key=lambda one: one.due_on or day)
    ahead = [one for one in dated if one.due_on and one.due_on >= day]
    return next(iter(ahead or dated[-1:]), None)
