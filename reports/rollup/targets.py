"""What was counted for each indicator of the plan by the end of a day, all units together, against what is asked."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Sum, Window
from django.db.models.functions import RowNumber

from models_registry.models import Indicator
from reports.calendar import Rhythm
from reports.figures import Figure
from reports.indicators import figure_words, reached, target_words, whole_of
from reports.models import IndicatorFigure, ProgressEntry
from reports.rollup.board import Board


@dataclass(frozen=True)
class TargetRow:
    """``reached`` 0 to 100 of the target, None where nobody has counted; ``units``: how many have."""

    indicator: Indicator
    code: str
    url: str
    target: str
    total: str
    reached: int | None
    units: int


def targets_of(board: Board) -> list[TargetRow]:
    """Every indicator of the initiatives shown; two queries."""
    indicators = Indicator.objects.filter(initiative__in=board.initiatives).select_related("initiative")
    ordered = list(indicators.order_by("initiative__position", "position", "pk"))
    standing = _standing(board, ordered)
    return [_row(indicator, standing.get(indicator.pk, [])) for indicator in ordered]


def _standing(board: Board, indicators: Iterable[Indicator]) -> dict[int, list[Figure]]:
    """Where each unit stood for each indicator: its latest count to date, or all its counts of periods together."""
    until = ProgressEntry.objects.with_news().filter(report__period__rhythm=Rhythm.WEEKLY)
    if not board.scope.is_present:
        until = until.filter(report__period__ends_on__lte=board.scope.day)
    of_unit = [F("indicator"), F("entry__duty__unit")]
    latest = [F("entry__report__period__ends_on").desc(), F("entry__report__submitted_at").desc(), F("pk").desc()]
    figures = (
        IndicatorFigure.objects.filter(indicator__in=indicators, entry__in=until, value__isnull=False)
        .annotate(rank=Window(RowNumber(), of_unit, latest), together=Window(Sum("value"), of_unit))
        .filter(rank=1)
        .order_by()
        .values_list("indicator", "indicator__is_cumulative", "entry__duty__unit", "value", "together", "total")
    )
    shown = {cell.unit_id for cell in board.cells} if board.scope.is_narrowed else None
    found: dict[int, list[Figure]] = {}
    for indicator_id, is_cumulative, unit_id, value, together, total in figures:
        if shown is None or unit_id in shown:
            found.setdefault(indicator_id, []).append(Figure(value if is_cumulative else together, total))
    return found


def _row(indicator: Indicator, figures: list[Figure]) -> TargetRow:
    whole = whole_of(figures)
    return TargetRow(
        indicator=indicator,
        code=indicator.initiative.code,
        url=f"{indicator.initiative.get_absolute_url()}#chi-tieu",
        target=target_words(indicator),
        total=figure_words(whole),
        reached=reached(indicator, whole),
        units=len(figures),
    )
