"""What an entry is pre-filled with: the latest progress for a week, its weekly entries for a month.

A suggestion is no answer. It becomes one when the officer keeps it or files over it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from models_registry.text import fold
from reports.domain.calendar import Rhythm
from reports.domain.entry_fields import CARRIED_FIELDS, FILLED_FIELDS
from reports.domain.numbers import Figure
from reports.models import CurrentProgress, IndicatorFigure, Progress, ProgressEntry, UnitReport
from reports.progress.initiative_status import current_of


@dataclass(frozen=True)
class Suggestion:
    """``fields`` by the names of FILLED_FIELDS, ``figures`` by indicator, ``source`` in words ("tuần 9/2024")."""

    fields: dict[str, Any]
    source: str
    figures: dict[int, Figure] = field(default_factory=dict)


def latest_progress(report: UnitReport, entries: Sequence[ProgressEntry]) -> dict[int, Progress]:
    """The latest progress on each duty before this report, by duty; ``duty__current__period`` should be read with them.

    A report filed late is not shown entries of a later period: only then is history asked, with one query more.
    """
    current = {entry.duty_id: current_of(entry.duty) for entry in entries}
    words: dict[int, Progress] = {
        duty_id: word for duty_id, word in current.items() if word and word.period.ends_on <= report.period.ends_on
    }
    later = [duty_id for duty_id, word in current.items() if word and duty_id not in words]
    if later:
        earlier = ProgressEntry.objects.counted().filter(
            duty__in=later, report__period__ends_on__lte=report.period.ends_on
        )
        ordered = earlier.select_related("report__period").order_by("report__period__ends_on", "report__submitted_at")
        words |= {entry.duty_id: entry for entry in ordered}
    return words


def suggestions_for(report: UnitReport, entries: Sequence[ProgressEntry]) -> dict[int, Suggestion]:
    """The suggestion for each duty that has one, by duty; a month takes two queries more than a week."""
    found = {duty_id: _carried(word) for duty_id, word in latest_progress(report, entries).items()}
    if report.period.rhythm == Rhythm.MONTHLY:
        found |= _from_weeks(report)
    return found


def _carried(word: Progress) -> Suggestion:
    period = word.period if isinstance(word, CurrentProgress) else word.report.period  # type: ignore[attr-defined]
    return Suggestion({name: getattr(word, name) for name in CARRIED_FIELDS}, source=period.title)


def _from_weeks(report: UnitReport) -> dict[int, Suggestion]:
    """The weekly entries in effect that ended in the month, brought together by duty."""
    period = report.period
    weeks = (
        ProgressEntry.objects.counted()
        .filter(report__unit=report.unit_id, report__period__plan=period.plan_id)
        .filter(report__period__rhythm=Rhythm.WEEKLY, report__period__ends_on__range=(period.starts_on, period.ends_on))
        .select_related("report__period")
        .order_by("report__period__ends_on")
    )
    of_duty: dict[int, list[ProgressEntry]] = {}
    for entry in weeks:
        of_duty.setdefault(entry.duty_id, []).append(entry)
    figures = _figures_of(entry for entries in of_duty.values() for entry in entries)
    return {duty_id: _brought_together(entries, figures.get(duty_id, [])) for duty_id, entries in of_duty.items()}


def _brought_together(entries: list[ProgressEntry], figures: list[IndicatorFigure]) -> Suggestion:
    latest = entries[-1]
    fields = {name: getattr(latest, name) for name in FILLED_FIELDS}
    fields["result"] = merge_texts(entry.result for entry in entries)
    return Suggestion(fields, source=f"{len(entries)} báo cáo tuần trong tháng", figures=_summed(figures))


def merge_texts(texts: Iterable[str]) -> str:
    """The lines of ``texts`` in order without repetitions, however they are written."""
    said: dict[str, str] = {}
    for line in (line.strip() for text in texts for line in text.splitlines()):
        if line:
            said.setdefault(fold(line) or line, line)
    return "\n".join(said.values())


def _figures_of(entries: Iterable[ProgressEntry]) -> dict[int, list[IndicatorFigure]]:
    """The figures of these entries by duty, the earliest period first."""
    figures = (
        IndicatorFigure.objects.filter(entry__in=list(entries), value__isnull=False)
        .select_related("indicator", "entry")
        .order_by("entry__report__period__ends_on")
    )
    of_duty: dict[int, list[IndicatorFigure]] = {}
    for figure in figures:
        of_duty.setdefault(figure.entry.duty_id, []).append(figure)
    return of_duty


def _summed(figures: Iterable[IndicatorFigure]) -> dict[int, Figure]:
    """A cumulative figure is the latest one said; the others are added up, their totals being the latest."""
    summed: dict[int, Figure] = {}
    for figure in figures:
        before = summed.get(figure.indicator_id)
        value = figure.value
        if before and before.value is not None and value is not None and not figure.indicator.is_cumulative:
            value += before.value
        summed[figure.indicator_id] = Figure(value, figure.total)
    return summed
