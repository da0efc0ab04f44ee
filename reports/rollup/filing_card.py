"""How a period is being filed, in one card: figures, who is missing, who was late, twelve periods of punctuality."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Count, Q
from django.utils.safestring import SafeString

from assignments.models import Unit
from reports.domain.states import FILED
from reports.drawing.charts import sparkline
from reports.models import ReportingPeriod, UnitReport

from .board import LATE, MISSING, Board
from .timeliness import Tally, TallyFigure, figures_of, last_day, named, period_tally, silences, tally

# As many names as one reads in a card; the others are behind a link.
_NAMED = 6


class UnitNames(NamedTuple):
    """Some units by name, and how many more there are."""

    names: list[str]
    left: int

    @property
    def number(self) -> int:
        return len(self.names) + self.left


class FilingCard(NamedTuple):
    """``missing`` tells also how long a unit has kept silent; ``trend``: the share on time in each period past due."""

    tally: Tally
    figures: dict[str, TallyFigure]
    missing: UnitNames
    late: UnitNames
    trend: SafeString


def filing_card(board: Board) -> FilingCard:
    counts = period_tally(board)
    silent = silences(board)
    return FilingCard(
        tally=counts,
        figures=named(figures_of(board.scope, counts)),
        missing=_names(_units(board, MISSING), silent),
        late=_names(_units(board, LATE), {}),
        trend=punctuality(board),
    )


def punctuality(board: Board) -> SafeString:
    """The share of reports on time in each period past its due time."""
    scope = board.scope
    rates = [(last_day(period), tally(board.owed_in(period)).on_time_rate) for period in scope.ended]
    return sparkline(f"Tỷ lệ nộp đúng hạn {len(rates)} kỳ", rates)


def filed_of(period: ReportingPeriod | None) -> tuple[int, int] | None:
    """How many of the reports owed in ``period`` were filed; one query for the period beside the one looked at."""
    if period is None:
        return None
    owed = UnitReport.objects.expected().filter(period=period)
    found = owed.aggregate(filed=Count("pk", filter=Q(state__in=FILED)), owed=Count("pk"))
    return found["filed"], found["owed"]


def _units(board: Board, result: str) -> list[Unit]:
    return board.units_among(one.unit_id for one in board.owed_in(board.scope.period) if one.result == result)


def _names(units: Iterable[Unit], silent: dict[int, int]) -> UnitNames:
    told = [f"{unit.name} ({silent[unit.pk]} kỳ liền)" if unit.pk in silent else unit.name for unit in units]
    return UnitNames(told[:_NAMED], len(told) - len(told[:_NAMED]))
