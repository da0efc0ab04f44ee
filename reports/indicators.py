"""What units counted for the plan's indicators, per period, against what the plan asks for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from assignments.models import User
from models_registry.models import Indicator, Initiative
from reports.calendar import Rhythm
from reports.figures import Figure, percent_of, write_number
from reports.models import IndicatorFigure, ProgressEntry, ReportingPeriod

PERIODS_SHOWN = 6


class UnitFigures(NamedTuple):
    """One unit: what it counted in each period shown ("" where it did not), and where it stands."""

    unit: str
    cells: list[str]
    latest: str
    share: str


@dataclass(frozen=True)
class IndicatorTable:
    """One indicator against its target; ``reached`` 0 to 100 for the bar, None where nobody has counted yet."""

    indicator: Indicator
    target: str
    total: str
    reached: int | None
    periods: list[str]
    rows: list[UnitFigures]


class _Counted(NamedTuple):
    indicator_id: int
    unit: str
    period: ReportingPeriod
    figure: Figure


def indicator_tables(initiative: Initiative, user: User, day: date) -> list[IndicatorTable]:
    """Each indicator with the weekly figures ``user`` may read; two queries, one where the plan sets no indicator.

    Weeks alone: a month repeats what its weeks said.
    """
    indicators = list(initiative.indicators.all())
    counted = _counted(initiative, user, day) if indicators else []
    return [_table(one, [each for each in counted if each.indicator_id == one.pk]) for one in indicators]


def _counted(initiative: Initiative, user: User, day: date) -> list[_Counted]:
    """The figures that stand, the earliest period first."""
    standing = ProgressEntry.objects.with_news().visible_to(user, day).filter(duty__initiative=initiative)
    figures = (
        IndicatorFigure.objects.filter(entry__in=standing, value__isnull=False)
        .filter(entry__report__period__rhythm=Rhythm.WEEKLY)
        .select_related("entry__report__period", "entry__report__unit")
        .order_by("entry__report__period__ends_on", "entry__report__unit__sort_key")
    )
    return [
        _Counted(figure.indicator_id, report.unit.label, report.period, Figure(figure.value, figure.total))
        for figure in figures
        if (report := figure.entry.report)
    ]


def _table(indicator: Indicator, counted: Sequence[_Counted]) -> IndicatorTable:
    shown = sorted({each.period for each in counted}, key=lambda period: period.ends_on)[-PERIODS_SHOWN:]
    of_unit: dict[str, dict[int, Figure]] = {}
    for each in counted:
        of_unit.setdefault(each.unit, {})[each.period.pk] = each.figure
    standing = {unit: _standing(indicator, figures.values()) for unit, figures in of_unit.items()}
    rows = [
        UnitFigures(
            unit=unit,
            cells=[figure_words(figures.get(period.pk)) for period in shown],
            latest=figure_words(standing[unit]),
            share=_percent_words(standing[unit]) if indicator.asks_for_total else "",
        )
        for unit, figures in of_unit.items()
    ]
    whole = whole_of(standing.values())
    return IndicatorTable(
        indicator=indicator,
        target=target_words(indicator),
        total=figure_words(whole),
        reached=reached(indicator, whole),
        periods=[period.title for period in shown],
        rows=rows,
    )


def _standing(indicator: Indicator, figures: Iterable[Figure]) -> Figure:
    """Where a unit stands: its latest count where it is one to date, else all its counts together."""
    told = list(figures)
    if indicator.is_cumulative:
        return told[-1]
    return Figure(sum((one.value or Decimal() for one in told), Decimal()), told[-1].total)


def whole_of(figures: Iterable[Figure]) -> Figure | None:
    """All units together; a whole is told only where every unit told its own."""
    told = list(figures)
    if not told:
        return None
    totals = [one.total for one in told]
    value = sum((one.value or Decimal() for one in told), Decimal())
    return Figure(value, sum((each or Decimal() for each in totals), Decimal()) if all(totals) else None)


def reached(indicator: Indicator, whole: Figure | None) -> int | None:
    if whole is None or whole.value is None:
        return None
    if indicator.asks_for_total:
        share = percent_of(whole)
        return None if share is None else _part(share, indicator.target)
    return _part(whole.value, indicator.target)


def _part(value: Decimal, target: Decimal) -> int:
    """``value`` in hundredths of ``target``, cut off: a hundred only for what is wholly reached."""
    return min(100, int(100 * value / target))


def target_words(indicator: Indicator) -> str:
    number = write_number(indicator.target)
    if indicator.asks_for_total:
        return f"{number} % {indicator.unit_of_measure}"
    least = "ít nhất " if indicator.kind == Indicator.Kind.AT_LEAST else ""
    return f"{least}{number} {indicator.unit_of_measure}"


def figure_words(figure: Figure | None) -> str:
    if figure is None or figure.value is None:
        return ""
    return write_number(figure.value) + (f"/{write_number(figure.total)}" if figure.total is not None else "")


def _percent_words(figure: Figure) -> str:
    share = percent_of(figure)
    return "" if share is None else f"{write_number(share)} %"
