"""How units keep their duty to report: by kind of unit in one period, unit by unit over the last twelve."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from itertools import takewhile
from typing import NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from assignments.models import Unit
from reports.domain.calendar import Rhythm, local_day
from reports.domain.states import Look, ReportState, look_of, report_status
from reports.domain.wording import percent
from reports.drawing.signs import sign
from reports.models import ReportingPeriod, UnitReport

from .board import LATE, MISSING, ON_TIME, Board, OwedReport
from .scope import Scope

# So many ended periods in a row without a report are a silence.
SILENT_PERIODS = 2

_Column = tuple[ReportingPeriod, str]
_EXCUSED = ("unit", "period", "excused_reason")
_BLANK = '<td class="grid-blank"><span class="hide">không phải nộp</span></td>'


class Tally(NamedTuple):
    """How many reports are owed, and what became of them: every one is on time, late or missing.

    A rate is None where nothing is owed.
    """

    on_time: int
    late: int
    missing: int

    @property
    def filed(self) -> int:
        return self.on_time + self.late

    @property
    def expected(self) -> int:
        return self.filed + self.missing

    @property
    def filed_rate(self) -> int | None:
        return self._rate(self.filed)

    @property
    def on_time_rate(self) -> int | None:
        return self._rate(self.on_time)

    def _rate(self, part: int) -> int | None:
        return round(100 * part / self.expected) if self.expected else None


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

    ``figures``: those of its periods past their due time; ``silent``: how many periods in a row it has kept silent.
    """

    unit: Unit
    url: str
    cells: SafeString
    tally: Tally
    figures: dict[str, TallyFigure]
    silent: int


def last_day(period: ReportingPeriod) -> str:
    """ "24/11", "11/26": a period as axes and narrow columns have room for it, by its last day."""
    return f"{period.ends_on:%m/%y}" if period.rhythm == Rhythm.MONTHLY else f"{period.ends_on:%d/%m}"


def tally(reports: Iterable[OwedReport]) -> Tally:
    counts = Counter(report.result for report in reports)
    return Tally(counts[ON_TIME], counts[LATE], counts[MISSING])


def period_tally(board: Board) -> Tally:
    return tally(board.owed_in(board.scope.period))


def figures_of(scope: Scope, tally: Tally, **asked: object) -> list[TallyFigure]:
    """The five numbers of a tally, each with the address of its reports, narrowed as ``asked``."""
    told = (
        ("phải nộp", tally.expected, "", ""),
        ("đã nộp", tally.filed, percent(tally.filed_rate) or "–", "da-nop"),
        ("đúng hạn", tally.on_time, percent(tally.on_time_rate) or "–", ON_TIME),
        ("nộp muộn", tally.late, "", LATE),
        ("quá hạn, chưa nộp" if scope.is_past_due else "chưa nộp", tally.missing, "", MISSING),
    )
    return [
        TallyFigure(
            label=label,
            number=number,
            rate=rate,
            url=scope.address("rollup_filing", ket_qua=result, **asked) + "#danh-sach",
            classes="c c-red" if result == MISSING and number and scope.is_past_due else "",
        )
        for label, number, rate, result in told
    ]


def by_kind(board: Board) -> list[KindRow]:
    """The figures of the period by kind of unit, and all together at the end."""
    if board.scope.period is None:
        return []
    of_kind: dict[str, list[OwedReport]] = {}
    for report in board.owed_in(board.scope.period):
        of_kind.setdefault(board.units[report.unit_id].kind, []).append(report)
    rows = [(kind, str(label), tally(of_kind[kind])) for kind, label in Unit.Kind.choices if kind in of_kind]
    rows.append(("", "Tất cả", period_tally(board)))
    return [
        KindRow(kind, label, counts, figures_of(board.scope, counts, **({"loai": kind} if kind else {})))
        for kind, label, counts in rows
    ]


def owing_units(board: Board) -> list[Unit]:
    """Every unit that owed a report in one of the periods, departments first."""
    return board.units_among(board.owed_by)


def grid_of(board: Board, units: Sequence[Unit]) -> list[GridRow]:
    """``units``, all that owed a report or a page of them, over the periods, blanks included; one query.

    Up to a thousand cells: what many of them have in common is made once.
    """
    looks: dict[tuple, Look] = {}
    today = local_day(board.scope.now)
    columns = [(period, escape(period.title_on(today))) for period in board.scope.periods]
    excused = UnitReport.objects.filter(state=ReportState.EXCUSED, period__in=board.scope.periods, unit__in=units)
    reason_of = {(unit, period): reason for unit, period, reason in excused.values_list(*_EXCUSED)}
    addresses = reverse("unit", args=[board.scope.plan.pk, 0]), reverse("report", args=[0])
    return [_grid_row(board, unit, columns, looks, reason_of, addresses) for unit in units]


def silences(board: Board) -> dict[int, int]:
    """Units that filed none of the last ended periods they owed a report in, with how many in a row."""
    ended = board.scope.ended
    now = board.scope.now
    found = {unit_id: _silent(_owed_in(ended, reports), now) for unit_id, reports in board.owed_by.items()}
    return {unit_id: count for unit_id, count in found.items() if count >= SILENT_PERIODS}


def _owed_in(periods: Iterable[ReportingPeriod], reports: dict[int, OwedReport]) -> list[OwedReport]:
    return [reports[period.pk] for period in periods if period.pk in reports]


def _silent(reports: Sequence[OwedReport], now: datetime) -> int:
    """How many of the last ones in a row were due and not filed; one with a due day of its own to come is none."""
    due = [report for report in reports if report.is_filed or report.due_at <= now]
    return sum(1 for _ in takewhile(lambda report: not report.is_filed, reversed(due)))


def _blank(reason: str) -> str:
    """The cell of a unit that owed nothing; ``reason``: why, where that was decided."""
    if not reason:
        return _BLANK
    why = escape(f"không phải nộp: {reason}")
    return f'<td class="grid-blank" title="{why}"><span class="hide">{why}</span></td>'


def _grid_row(
    board: Board,
    unit: Unit,
    columns: Sequence[_Column],
    looks: dict[tuple, Look],
    reason_of: Mapping[tuple[int, int], str],
    addresses: tuple[str, str],
) -> GridRow:
    """The sums are of the periods past their due time: one still running is no failing yet.

    ``addresses``: of a unit and of a report, to be filled in.
    """
    reports, label, (of_unit, address) = board.owed_by[unit.pk], escape(unit.name), addresses
    past_due = _owed_in(board.scope.ended, reports)
    counts = tally(past_due)
    cells = []
    for period, title in columns:
        report = reports.get(period.pk)
        if report is None:
            cells.append(_blank(reason_of.get((unit.pk, period.pk), "")))
            continue
        key = (report.due_at, report.state, report.nothing_to_report, report.result)
        look = looks.get(key) or looks.setdefault(key, _look(report, period, board.scope))
        cells.append(
            f'<td><a class="cell c-{look.colour}" href="{address.replace("/0/", f"/{report.pk}/")}" '
            f'aria-label="{label}, {title}: {look.word}">{sign(look)}</a></td>'
        )
    return GridRow(
        unit=unit,
        url=of_unit.replace("/0/", f"/{unit.pk}/"),
        cells=mark_safe("".join(cells)),  # noqa: S308 - what people wrote is escaped above
        tally=counts,
        figures=named(figures_of(board.scope, counts, don_vi=unit.pk, moi_ky=1)),
        silent=_silent(past_due, board.scope.now),
    )


def named(figures: Sequence[TallyFigure]) -> dict[str, TallyFigure]:
    return dict(zip(("expected", "filed", "on_time", "late", "missing"), figures, strict=True))


def _look(report: OwedReport, period: ReportingPeriod, scope: Scope) -> Look:
    """At the moment of the scope's clock."""
    status = report_status(
        report.state,
        scope.now,
        starts_on=period.starts_on,
        due_at=report.due_at,
        first_submitted_at=report.first_submitted_at,
        nothing_to_report=report.nothing_to_report,
    )
    return look_of(status)
