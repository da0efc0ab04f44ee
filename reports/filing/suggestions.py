"""What an entry is pre-filled with: the last thing said of its duty in any report, and for a month its weeks' results.

A suggestion is no answer. It becomes one when the officer keeps it or files over it; what was kept follows it until
the report is filed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from models_registry.text import fold
from reports.domain.calendar import Rhythm
from reports.domain.entry_fields import CARRIED_FIELDS, FILLED_FIELDS, empty_value
from reports.domain.numbers import Figure
from reports.domain.wording import period_words
from reports.models import CurrentProgress, IndicatorFigure, Progress, ProgressEntry, UnitReport
from reports.progress.initiative_status import current_of

NO_FIGURE = Figure(None)


@dataclass(frozen=True)
class Suggestion:
    """``fields`` by the names of FILLED_FIELDS, ``figures`` by indicator, ``source`` in words ("tuần 21/02 – 27/02").

    ``is_of_weeks``: of a month, what its weekly reports say; ``is_inherited``: what the unit said that had the duty.
    """

    fields: dict[str, Any]
    source: str
    figures: dict[int, Figure] = field(default_factory=dict)
    is_of_weeks: bool = False
    is_inherited: bool = False


# --- The last thing said ---


def latest_progress(report: UnitReport, entries: Sequence[ProgressEntry]) -> dict[int, Progress]:
    """The last word on each duty in any report, by duty; they are read by ``entries_with_last_word``.

    Of a report in effect it is what had been said when it was filed: only where more was said since is history asked,
    with one query.
    """
    words: dict[int, Progress] = {
        entry.duty_id: word for entry in entries if (word := current_of(entry.duty)) and not _is_since(word, report)
    }
    later = [entry.duty_id for entry in entries if entry.duty_id not in words and current_of(entry.duty)]
    if later:
        before = ProgressEntry.objects.counted().filter(duty__in=later, report__submitted_at__lte=report.submitted_at)
        ordered = before.select_related("report__period").order_by("report__submitted_at", "pk")
        words |= {entry.duty_id: entry for entry in ordered}
    return words


def _is_since(word: CurrentProgress, report: UnitReport) -> bool:
    return report.is_in_effect and report.submitted_at is not None and word.reported_at > report.submitted_at


def source_of(word: Progress, day: date) -> str:
    """In which report ``word`` was said, as the screens call it on ``day``, and of whom, where that is another's:
    "tuần 26/02 – 04/03 của Công an huyện".
    """
    if isinstance(word, CurrentProgress):
        return word.source.words_on(day)
    return word.report.period.title_on(day)  # type: ignore[attr-defined]


def latest_figures(report: UnitReport, duty_ids: Collection[int], **only: Any) -> dict[tuple[int, int], Figure]:
    """The figures last counted in any other report, by duty and indicator; of those alone that ``only`` looks up."""
    rows = (
        IndicatorFigure.objects.filter(entry__duty__in=duty_ids, entry__in=ProgressEntry.objects.counted(), **only)
        .filter(value__isnull=False)
        .exclude(entry__report=report)
        .order_by("entry__report__submitted_at", "pk")
        .values_list("entry__duty", "indicator", "value", "total")
    )
    return {(duty_id, indicator_id): Figure(value, total) for duty_id, indicator_id, value, total in rows}


# --- Suggestions ---


def suggestions_for(report: UnitReport, entries: Sequence[ProgressEntry]) -> dict[int, Suggestion]:
    """The suggestion for each duty that has one, by duty; a month takes three queries more than a week."""
    day = report.period.ends_on
    found = {duty_id: _carried(word, day) for duty_id, word in latest_progress(report, entries).items()}
    if report.period.rhythm != Rhythm.MONTHLY:
        return found
    weeks = _weeks_of(report)
    figures = _figures_of_month(report, found, weeks)
    return {
        duty_id: _of_month(carried, weeks.get(duty_id, []), figures.get(duty_id, {}), day)
        for duty_id, carried in found.items()
    }


def _carried(word: Progress, day: date) -> Suggestion:
    fields = {name: getattr(word, name) for name in CARRIED_FIELDS}
    return Suggestion(
        fields, source_of(word, day), is_inherited=isinstance(word, CurrentProgress) and bool(word.source.whose)
    )


class _Week(NamedTuple):
    """What a weekly entry says of what was done, by its columns: a month has four of each line."""

    pk: int
    duty_id: int
    result: str
    next_steps: str
    starts_on: date
    ends_on: date

    def source_on(self, day: date) -> str:
        return period_words(Rhythm.WEEKLY, self.starts_on, self.ends_on, "", day)


def _weeks_of(report: UnitReport) -> dict[int, list[_Week]]:
    """The weekly entries in effect that ended in the month, by duty, the earliest first."""
    period = report.period
    weeks = (
        ProgressEntry.objects.counted()
        .filter(report__unit=report.unit_id, report__period__plan=period.plan_id)
        .filter(report__period__rhythm=Rhythm.WEEKLY, report__period__ends_on__range=(period.starts_on, period.ends_on))
        .order_by("report__period__ends_on")
    )
    of_duty: dict[int, list[_Week]] = {}
    columns = ("pk", "duty_id", "result", "next_steps", "report__period__starts_on", "report__period__ends_on")
    for row in weeks.values_list(*columns):
        week = _Week(*row)
        of_duty.setdefault(week.duty_id, []).append(week)
    return of_duty


def _of_month(carried: Suggestion, weeks: list[_Week], figures: dict[int, Figure], day: date) -> Suggestion:
    """How the work stands by the last word of all, what was done by the weeks."""
    if not weeks:
        return replace(carried, figures=figures)
    done = {"result": merge_texts(week.result for week in weeks), "next_steps": weeks[-1].next_steps}
    source = f"{len(weeks)} báo cáo tuần trong tháng"
    if carried.source not in {week.source_on(day) for week in weeks}:
        source += f" và {carried.source}"
    return Suggestion(carried.fields | done, source, figures, is_of_weeks=True)


# --- What was kept ---


def follow_sources(entries: Iterable[ProgressEntry], suggestions: Mapping[int, Suggestion]) -> None:
    """Let entries that were kept say, in memory, what would be kept now; without a source any more they say nothing.

    A figure counted since they were kept is with the suggestion alone. Writing is for ``drafts.keep_up``.
    """
    for entry in entries:
        if entry.is_kept:
            suggestion = suggestions.get(entry.duty_id)
            values = kept_values(entry, suggestion)
            for name in FILLED_FIELDS:
                setattr(entry, name, values[name])
            for row in entry.figures.all():
                row.value, row.total = values.get(figure_key(row.indicator_id), (row.value, row.total))
            entry.is_kept = suggestion is not None


def kept_values(entry: ProgressEntry, suggestion: Suggestion | None) -> dict[str, Any]:
    """What a kept entry would say if it were kept now, by field and ``figure_key``.

    Figures counted before it was kept are the officer's own and left out.
    """
    rows = [row for row in entry.figures.all() if row.version == entry.version]
    values: dict[str, Any] = {name: empty_value(name) for name in FILLED_FIELDS}
    values |= {figure_key(row.indicator_id): NO_FIGURE for row in rows}
    return values | as_values(suggestion) if suggestion else values


def as_values(suggestion: Suggestion) -> dict[str, Any]:
    return suggestion.fields | {figure_key(pk): figure for pk, figure in suggestion.figures.items()}


def figure_key(indicator_id: int) -> str:
    return f"figure-{indicator_id}"


# --- Texts of several weeks ---


def merge_texts(texts: Iterable[str]) -> str:
    """The lines of ``texts`` in order without repetitions, however they are written."""
    said: dict[str, str] = {}
    for line in (line.strip() for text in texts for line in text.splitlines()):
        if line:
            said.setdefault(fold(line) or line, line)
    return "\n".join(said.values())


def _figures_of_month(
    report: UnitReport, duty_ids: Collection[int], weeks: Mapping[int, Sequence[_Week]]
) -> dict[int, dict[int, Figure]]:
    """By duty and indicator: a figure to date is the last one counted, the others are added up over the weeks."""
    found = latest_figures(report, duty_ids, indicator__is_cumulative=True)
    of_weeks = IndicatorFigure.objects.filter(
        entry__in=[week.pk for of_duty in weeks.values() for week in of_duty],
        indicator__is_cumulative=False,
        value__isnull=False,
    )
    in_order = of_weeks.order_by("entry__report__submitted_at", "pk")
    for duty_id, indicator_id, value, total in in_order.values_list("entry__duty", "indicator", "value", "total"):
        before = found.get((duty_id, indicator_id), NO_FIGURE).value or Decimal()
        found[duty_id, indicator_id] = Figure(before + (value or Decimal()), total)
    of_duty: dict[int, dict[int, Figure]] = {}
    for (duty_id, indicator_id), figure in found.items():
        of_duty.setdefault(duty_id, {})[indicator_id] = figure
    return of_duty
