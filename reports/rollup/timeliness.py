"""How units keep their duty to report: by kind of unit in one period, unit by unit over the last twelve."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from assignments.models import Unit
from reports.domain.states import Look, ReportStatus, look_of
from reports.models import ReportingPeriod, UnitReport

from .board import Board, OwedReport, Tally, UnitFacts, tally
from .scope import Scope

# So many ended periods in a row without a report are a silence.
SILENT_PERIODS = 2

_BLANK = '<td class="grid-blank"><span class="visually-hidden">không phải nộp</span></td>'


class TallyFigure(NamedTuple):
    """One number of a tally; ``url`` opens the reports behind it, ``classes`` make it red where it should be 0."""

    label: str
    number: int
    rate: str
    url: str
    classes: str


class KindRow(NamedTuple):
    """One kind of units in the period; ``kind`` "" for all of them together."""

    kind: str
    label: str
    tally: Tally
    figures: list[TallyFigure]


class GridRow(NamedTuple):
    """One unit over the periods shown; ``cells`` is ready HTML, a table cell for each period.

    ``filing_url`` leads to the unit's reports alone.
    """

    url: str
    filing_url: str
    label: str
    name: str
    cells: SafeString
    tally: Tally
    silent: int


class Grid(NamedTuple):
    periods: list[ReportingPeriod]
    heads: list[tuple[str, str]]
    rows: list[GridRow]
    legend: list[Look]


def period_tally(board: Board) -> Tally:
    period = board.scope.period
    return tally(board.owed_in(period), period.due_at) if period else Tally(0, 0, 0)


def previous_tally(board: Board) -> tuple[ReportingPeriod, Tally] | None:
    """How the period before was filed: what one wants to know while the present one has just begun."""
    if len(board.scope.periods) < 2:
        return None
    period = board.scope.periods[-2]
    return period, tally(board.owed_in(period), period.due_at)


def figures_of(scope: Scope, tally: Tally, kind: str = "") -> list[TallyFigure]:
    """The five numbers of a tally, each with the address of its reports."""
    is_past_due = scope.period is not None and scope.period.due_at <= scope.at
    missing = "quá hạn, chưa nộp" if is_past_due else "chưa nộp"
    told = (
        ("phải nộp", tally.expected, "", ""),
        ("đã nộp", tally.filed, tally.filed_rate, "da-nop"),
        ("đúng hạn", tally.on_time, tally.on_time_rate, "dung-han"),
        ("nộp muộn", tally.late, "", "muon"),
        (missing, tally.missing, "", "thieu"),
    )
    asked = {"loai": kind} if kind else {}
    return [
        TallyFigure(
            label=label,
            number=number,
            rate=rate,
            url=scope.address("rollup_filing", ket_qua=result, **asked) + "#danh-sach",
            classes="state-red" if result == "thieu" and number and is_past_due else "",
        )
        for label, number, rate, result in told
    ]


def by_kind(board: Board) -> list[KindRow]:
    """The figures of the period by kind of unit, and all together at the end."""
    period = board.scope.period
    if period is None:
        return []
    owed = board.owed_in(period)
    of_kind: dict[str, list[OwedReport]] = {}
    for report in owed:
        of_kind.setdefault(board.units[report.unit_id].kind, []).append(report)
    labels = {str(kind): str(label) for kind, label in Unit.Kind.choices if kind in of_kind} | {"": "Tất cả"}
    of_kind[""] = owed
    tallies = {kind: tally(of_kind[kind], period.due_at) for kind in labels}
    return [
        KindRow(kind, label, tallies[kind], figures_of(board.scope, tallies[kind], kind))
        for kind, label in labels.items()
    ]


def owing_units(board: Board) -> list[UnitFacts]:
    """Every unit that owed a report in one of the periods, departments first."""
    return sorted((board.units[pk] for pk in board.owed_by), key=lambda unit: unit.order)


def grid_of(board: Board, units: Sequence[UnitFacts]) -> Grid:
    """``units``, all that owed a report or a page of them, over the periods, blanks included."""
    periods = board.scope.periods
    return Grid(
        periods=periods,
        heads=[(short_title(period), board.scope.address("rollup", ky=period.code, nhip="")) for period in periods],
        rows=[_grid_row(board, unit, board.owed_by[unit.pk]) for unit in units],
        legend=[look_of(status) for status in ReportStatus if status != ReportStatus.NOT_YET],
    )


def silences(board: Board) -> dict[int, int]:
    """Units that filed none of the last ended periods they owed a report in, with how many in a row."""
    ended = ended_periods(board.scope)
    found = {unit_id: _silent(ended, reports) for unit_id, reports in board.owed_by.items()}
    return {unit_id: count for unit_id, count in found.items() if count >= SILENT_PERIODS}


def ended_periods(scope: Scope) -> list[ReportingPeriod]:
    """Those past their due time at the moment looked at, the one looked at included once it has ended."""
    return [period for period in scope.periods if period.due_at <= scope.at]


def short_title(period: ReportingPeriod) -> str:
    """ "Tuần 10", "03/24" or the code of a special report: what a narrow column has room for."""
    if period.is_special:
        return period.code
    return f"Tuần {period.code[-2:]}" if "W" in period.code else f"{period.ends_on:%m/%y}"


def _silent(ended: Sequence[ReportingPeriod], reports: dict[int, OwedReport]) -> int:
    count = 0
    for period in reversed(ended):
        report = reports.get(period.pk)
        if report is None:
            continue
        if report.is_filed:
            break
        count += 1
    return count


def _grid_row(board: Board, unit: UnitFacts, reports: dict[int, OwedReport]) -> GridRow:
    """The sums are of the periods past their due time: one still running is no failing yet."""
    ended = ended_periods(board.scope)
    cells = [_grid_cell(board, unit, period, reports.get(period.pk)) for period in board.scope.periods]
    tallies = [tally([report], period.due_at) for period in ended if (report := reports.get(period.pk))]
    return GridRow(
        url=reverse("unit", args=[unit.pk]),
        filing_url=board.scope.address("rollup_filing", don_vi=unit.pk),
        label=unit.label,
        name=unit.name,
        cells=mark_safe("".join(cells)),  # noqa: S308 - up to a thousand on one page, escaped in _grid_cell
        tally=Tally(*(sum(column) for column in zip(*tallies, strict=True))) if tallies else Tally(0, 0, 0),
        silent=_silent(ended, reports),
    )


def _grid_cell(board: Board, unit: UnitFacts, period: ReportingPeriod, report: OwedReport | None) -> str:
    if report is None:
        return _BLANK
    look = look_of(status_of(report, period, board.scope))
    words = escape(f"{unit.label}, {period.title}: {look.word}")
    url = reverse("report", args=[report.pk])
    return f'<td><a class="cell state-{look.colour}" href="{url}" aria-label="{words}">{look.sign}</a></td>'


def status_of(report: OwedReport, period: ReportingPeriod, scope: Scope) -> ReportStatus:
    """As ``UnitReport.status`` says it, at the moment of the scope's clock."""
    whole = UnitReport(
        period=period,
        state=report.state,
        nothing_to_report=report.nothing_to_report,
        first_submitted_at=report.first_submitted_at,
    )
    return whole.status(scope.now)
