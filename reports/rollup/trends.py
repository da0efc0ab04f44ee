"""How filing and work went over the last twelve periods, how one initiative went, and what was counted for indicators.

Each chart has its table.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from django.db.models import Count
from django.utils.safestring import SafeString

from models_registry.models import Indicator
from reports.domain.numbers import write_figure
from reports.domain.states import look_of
from reports.domain.wording import percent
from reports.drawing.charts import MOST_LINES, Line, column_chart, line_chart, target_bar
from reports.models import PeriodState, ProgressEntry
from reports.progress.indicators import UnitCount, aggregated_figure, how_counted, reached, unit_counts
from reports.progress.initiative_units import Course, OwingUnit

from .board import STATES, Board
from .scope import initiative_path, state_code
from .timeliness import last_day, tally


class Series(NamedTuple):
    """A value is None where there is nothing to tell.

    ``urls``: what stands behind each value, "" or nothing at all where it is not asked for by an address.
    """

    label: str
    values: list[int | None]
    urls: Sequence[str] = ()


class Chart(NamedTuple):
    """``drawn`` shows what the table of ``series`` says, a column of it for each."""

    title: str
    labels: list[str]
    series: list[Series]
    drawn: SafeString

    @property
    def rows(self) -> list[tuple[str, list[tuple[int | None, str]]]]:
        """A row for each period; each value with its address."""
        return [
            (label, [(one.values[at], one.urls[at] if one.urls else "") for one in self.series])
            for at, label in enumerate(self.labels)
        ]


class TargetRow(NamedTuple):
    """``reached`` 0 to 100 of the target, None where nobody has counted; ``units``: how many have;
    ``how``: the way their counts were made one."""

    indicator: Indicator
    url: str
    target: str
    total: str
    reached: int | None
    units: int
    how: str

    @property
    def bar(self) -> SafeString:
        return target_bar(self.reached or 0, f"Đạt {percent(self.reached)} mục tiêu")


def filing_trend(board: Board) -> Chart:
    """Both rates of each period that is due, from what the board has read: before that a rate says nothing yet."""
    scope = board.scope
    tallies = [tally(board.owed_in(period) if period in scope.ended else ()) for period in scope.periods]
    urls = [scope.address("rollup_filing", ky=period.code, nhip="") for period in scope.periods]
    series = [
        Series("Đã nộp (%)", [one.filed_rate for one in tallies], urls),
        Series("Đúng hạn (%)", [one.on_time_rate for one in tallies], urls),
    ]
    return _lines("Tỷ lệ nộp và đúng hạn (%)", [last_day(period) for period in scope.periods], series)


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
    columns = [(last_day(period), counts[period.pk]) for period in ended]
    asked: list[dict[str, str]] = [{"ky": period.code, "nhip": ""} for period in ended]
    if scope.is_present:
        columns.append(("Hiện nay", Counter(cell.state for cell in board.cells)))
        asked.append({})

    def behind(at: int, state: str) -> str:
        # Narrowed to a state, the duties of today's state are followed back: no address asks for that.
        entries = scope.address("rollup_entries", trang_thai=state_code(state), **asked[at])
        return entries if scope.state is None else ""

    return _stack("Số nhiệm vụ theo trạng thái", columns, "nhiệm vụ", behind)


def progress_of(course: Course) -> Chart | None:
    """How one initiative went: a line of percents for each unit, for each lead where they are too many for the eye, and
    where these are too many how many of them stood where. None while nothing was summed yet.
    """
    if not course.weeks:
        return None
    units = course.units if len(course.units) <= MOST_LINES else course.leads
    labels = [*(f"{day:%d/%m}" for day in course.weeks), "Hiện nay"]
    if len(units) > MOST_LINES:
        told = [
            Counter(states[one.duty_id].state for one in units if one.duty_id in states) for states in course.states
        ]
        now = Counter(one.state for one in units if one.reported_at)
        return _stack("Số đơn vị chủ trì theo trạng thái", [*zip(labels, [*told, now], strict=True)], "đơn vị")
    return _lines(f"Tiến độ {len(course.weeks)} tuần (%)", labels, [_line_of(one, course) for one in units])


def targets_of(board: Board) -> list[TargetRow]:
    """Every indicator of the initiatives shown; two queries."""
    indicators = Indicator.objects.filter(initiative__in=board.initiatives).select_related("initiative")
    ordered = list(indicators.order_by("initiative__position", "position", "pk"))
    by_indicator = _counts_by_indicator(board, ordered)
    return [_row(indicator, by_indicator.get(indicator.pk, [])) for indicator in ordered]


def _line_of(unit: OwingUnit, course: Course) -> Series:
    known = [states.get(unit.duty_id) for states in course.states]
    return Series(unit.name, [*(state.percent if state else None for state in known), unit.percent])


def _lines(title: str, labels: list[str], series: list[Series]) -> Chart:
    lines = [Line(one.label.removesuffix(" (%)"), one.values) for one in series]
    return Chart(title, labels, series, line_chart(title, labels, lines))


def _stack(
    title: str,
    columns: Sequence[tuple[str, Counter[str]]],
    counted: str,
    behind: Callable[[int, str], str] = lambda at, state: "",
) -> Chart:
    """``counted``: what is counted; ``behind``: the address of what stands behind a state in the column ``at``."""
    series = [
        Series(
            look_of(state).word,
            [counts[state] for _, counts in columns],
            [behind(at, state) for at in range(len(columns))],
        )
        for state in STATES
        if any(counts[state] for _, counts in columns)
    ]
    return Chart(title, [label for label, _ in columns], series, column_chart(title, columns, counted))


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
        url=f"{initiative_path(indicator.initiative.plan_id, indicator.initiative.code)}#chi-tieu",
        target=indicator.target_words,
        total=write_figure(whole),
        reached=reached(indicator, whole),
        units=len(counts),
        how=how_counted(indicator),
    )
