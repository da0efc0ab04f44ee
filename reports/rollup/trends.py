"""How filing and work went over the last twelve periods, how one initiative went, and what was counted for indicators.

Each chart has its table.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count

from assignments.models import AssignmentRole, Duty, User
from models_registry.models import Indicator, Initiative
from reports.domain.calendar import Rhythm
from reports.domain.numbers import write_figure
from reports.domain.states import look_of
from reports.models import PeriodState, ProgressEntry, ReportingPeriod
from reports.progress.indicators import UnitCount, aggregated_figure, how_counted, reached, unit_counts
from reports.progress.initiative_status import current_of

from .board import STATES, Board
from .scope import state_code
from .timeliness import tally

# As many lines as an eye can follow; more units are told by how many are in each state.
_LINES = 5
HISTORY_SHOWN = 26
_COLOURS = ("blue", "teal", "amber", "slate", "green")


class Series(NamedTuple):
    """``colour`` names a colour of the style sheet; a value is None where there is nothing to tell.

    ``urls``: what stands behind each value, "" or nothing at all where it is not asked for by an address.
    """

    label: str
    colour: str
    values: list[int | None]
    urls: Sequence[str] = ()


class Chart(NamedTuple):
    """``kind``: "line" (in percent) or "stack" (counts that add up)."""

    name: str
    kind: str
    title: str
    labels: list[str]
    series: list[Series]

    @property
    def data(self) -> dict[str, Any]:
        """What the page hands to the script."""
        series = [{"label": one.label, "colour": one.colour, "values": one.values} for one in self.series]
        return {"kind": self.kind, "labels": self.labels, "series": series}

    @property
    def rows(self) -> list[tuple[str, list[tuple[int | None, str]]]]:
        """The same, a row for each period; each value with its address."""
        return [
            (label, [(one.values[at], one.urls[at] if one.urls else "") for one in self.series])
            for at, label in enumerate(self.labels)
        ]


class TargetRow(NamedTuple):
    """``reached`` 0 to 100 of the target, None where nobody has counted; ``units``: how many have;
    ``how``: the way their counts were made one."""

    indicator: Indicator
    target: str
    total: str
    reached: int | None
    units: int
    how: str


def filing_trend(board: Board) -> Chart:
    """Both rates of each period that is due, from what the board has read: before that a rate says nothing yet."""
    scope = board.scope
    tallies = [tally(board.owed_in(period) if period in scope.ended else ()) for period in scope.periods]
    urls = [scope.address("rollup_filing", ky=period.code, nhip="") for period in scope.periods]
    return Chart(
        name="xu-huong-nop",
        kind="line",
        title="Tỷ lệ nộp và đúng hạn (%)",
        labels=[period.short_title for period in scope.periods],
        series=[
            Series("Đã nộp", "blue", [one.filed_rate for one in tallies], urls),
            Series("Đúng hạn", "teal", [one.on_time_rate for one in tallies], urls),
        ],
    )


def state_trend(board: Board) -> Chart:
    """How many of the duties shown were in each state at the end of each period, and are now; one query."""
    scope = board.scope
    ended = [period for period in scope.periods if period.summed_at]
    shown = {cell.duty_id for cell in board.cells}
    rows = PeriodState.objects.filter(period__in=ended, duty__initiative__in=[one.pk for one in board.initiatives])
    counts: dict[int, Counter[str]] = {period.pk: Counter() for period in ended}
    if scope.is_narrowed:
        for period_id, duty_id, state in rows.values_list("period", "duty", "work_state"):
            counts[period_id][state] += duty_id in shown
    else:
        for period_id, state, count in rows.order_by().values_list("period", "work_state").annotate(Count("pk")):
            counts[period_id][state] += count
    columns = [(period.short_title, counts[period.pk]) for period in ended]
    asked: list[dict[str, str]] = [{"ky": period.code, "nhip": ""} for period in ended]
    if scope.is_present:
        columns.append(("Hiện nay", Counter(cell.state for cell in board.cells)))
        asked.append({})

    def behind(at: int, state: str) -> str:
        # Narrowed to a state, the duties of today's state are followed back: no address asks for that.
        entries = scope.address("rollup_entries", trang_thai=state_code(state), **asked[at])
        return entries if scope.state is None else ""

    return _stack("xu-huong-trang-thai", "Số nhiệm vụ theo trạng thái", columns, behind)


def progress_of(initiative: Initiative, user: User, day: date) -> Chart | None:
    """How one initiative went: the percent of each lead over its weeks, or where there are many how many stand where.

    None while nothing was summed yet. Two queries.
    """
    own = Duty.objects.on(day).filter(initiative=initiative).visible_to(user, day).select_related("unit", "current")
    duties = [duty for duty in own if duty.role == AssignmentRole.LEAD] or list(own)
    rows = PeriodState.objects.filter(duty__in=duties, period__rhythm=Rhythm.WEEKLY).select_related("period")
    states = list(rows.order_by("-period__ends_on")[: HISTORY_SHOWN * max(1, len(duties))])
    periods = sorted({state.period for state in states}, key=lambda period: period.ends_on)[-HISTORY_SHOWN:]
    if not periods:
        return None
    said = {(state.period_id, state.duty_id): state for state in states}
    if len(duties) > _LINES:
        columns = [(period.short_title, _counter(said, period, duties)) for period in periods]
        columns.append(("Hiện nay", Counter(current.work_state for duty in duties if (current := current_of(duty)))))
        return _stack("dien-bien-mo-hinh", "Số đơn vị chủ trì theo trạng thái", columns)
    labels = [*(period.short_title for period in periods), "Hiện nay"]
    series = [_line_of(duty, said, periods, colour) for duty, colour in zip(duties, _COLOURS, strict=False)]
    return Chart("dien-bien-mo-hinh", "line", "Tiến độ (%)", labels, series)


def targets_of(board: Board) -> list[TargetRow]:
    """Every indicator of the initiatives shown; two queries."""
    indicators = Indicator.objects.filter(initiative__in=board.initiatives).select_related("initiative")
    ordered = list(indicators.order_by("initiative__position", "position", "pk"))
    by_indicator = _counts_by_indicator(board, ordered)
    return [_row(indicator, by_indicator.get(indicator.pk, [])) for indicator in ordered]


def _line_of(
    duty: Duty, said: dict[tuple[int, int], PeriodState], periods: Sequence[ReportingPeriod], colour: str
) -> Series:
    states = [said.get((period.pk, duty.pk)) for period in periods]
    current = current_of(duty)
    percents = [state.percent if state else None for state in states]
    return Series(duty.unit.label, colour, [*percents, current.percent if current else None])


def _counter(said: dict[tuple[int, int], PeriodState], period: ReportingPeriod, duties: Iterable[Duty]) -> Counter[str]:
    return Counter(state.work_state for duty in duties if (state := said.get((period.pk, duty.pk))))


def _stack(
    name: str,
    title: str,
    columns: Sequence[tuple[str, Counter[str]]],
    behind: Callable[[int, str], str] = lambda at, state: "",
) -> Chart:
    """``behind``: the address of what stands behind a state in the column ``at``."""
    told = [state for state in STATES if any(counts[state] for _, counts in columns)]
    series = [
        Series(
            f"{look.sign} {look.word}",
            look.colour,
            [counts[state] for _, counts in columns],
            [behind(at, state) for at in range(len(columns))],
        )
        for state in told
        if (look := look_of(state))
    ]
    return Chart(name, "stack", title, [label for label, _ in columns], series)


def _counts_by_indicator(board: Board, indicators: Collection[Indicator]) -> dict[int, list[UnitCount]]:
    """What each unit shown had counted by the end of the day looked at."""
    day = None if board.scope.is_present else board.scope.day
    shown = {cell.unit_id for cell in board.cells} if board.scope.is_narrowed else None
    found: dict[int, list[UnitCount]] = {}
    for count in unit_counts(indicators, ProgressEntry.objects.counted(), day):
        if shown is None or count.unit_id in shown:
            found.setdefault(count.indicator_id, []).append(count)
    return found


def _row(indicator: Indicator, counts: list[UnitCount]) -> TargetRow:
    whole = aggregated_figure(indicator, counts)
    return TargetRow(
        indicator=indicator,
        target=indicator.target_words,
        total=write_figure(whole),
        reached=reached(indicator, whole),
        units=len(counts),
        how=how_counted(indicator),
    )
