"""What was counted for each indicator of the plan by the end of a day, all units together, against what is asked."""

from collections.abc import Iterable
from typing import NamedTuple

from models_registry.models import Indicator
from reports.models import ProgressEntry
from reports.progress.indicators import (
    UnitCount,
    aggregated_figure,
    figure_words,
    how_counted,
    reached,
    target_words,
    unit_counts,
)

from .board import Board


class TargetRow(NamedTuple):
    """``reached`` 0 to 100 of the target, None where nobody has counted; ``units``: how many have;
    ``how``: the way their counts were made one."""

    indicator: Indicator
    target: str
    total: str
    reached: int | None
    units: int
    how: str


def targets_of(board: Board) -> list[TargetRow]:
    """Every indicator of the initiatives shown; two queries."""
    indicators = Indicator.objects.filter(initiative__in=board.initiatives).select_related("initiative")
    ordered = list(indicators.order_by("initiative__position", "position", "pk"))
    by_indicator = _counts_by_indicator(board, ordered)
    return [_row(indicator, by_indicator.get(indicator.pk, [])) for indicator in ordered]


def _counts_by_indicator(board: Board, indicators: Iterable[Indicator]) -> dict[int, list[UnitCount]]:
    """What each unit shown had counted by the end of the day looked at."""
    entries = ProgressEntry.objects.counted()
    if not board.scope.is_present:
        entries = entries.filter(report__period__ends_on__lte=board.scope.day)
    shown = {cell.unit_id for cell in board.cells} if board.scope.is_narrowed else None
    found: dict[int, list[UnitCount]] = {}
    for count in unit_counts(indicators, entries):
        if shown is None or count.unit_id in shown:
            found.setdefault(count.indicator_id, []).append(count)
    return found


def _row(indicator: Indicator, counts: list[UnitCount]) -> TargetRow:
    whole = aggregated_figure(indicator, counts)
    return TargetRow(
        indicator=indicator,
        target=target_words(indicator),
        total=figure_words(whole),
        reached=reached(indicator, whole),
        units=len(counts),
        how=how_counted(indicator),
    )
