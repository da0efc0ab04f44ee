"""What units counted for the plan's indicators, per period, against what the plan asks for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from assignments.models import DutyHandover, User
from models_registry.models import Indicator, Initiative
from models_registry.text import write_percent
from reports.domain.calendar import Rhythm
from reports.domain.numbers import Figure, aggregate_figures, percent_of, write_figure
from reports.models import IndicatorFigure, ProgressEntry, ProgressEntryQuerySet, ReportingPeriod

PERIODS_SHOWN = 6


class UnitFigures(NamedTuple):
    """One unit: what it counted in each week shown ("" where it did not), and its count to date or in all."""

    unit_id: int
    unit: str
    cells: list[str]
    latest: str
    share: str


@dataclass(frozen=True)
class IndicatorTable:
    """One indicator against its target; ``reached`` 0 to 100 for the bar, None where nobody has counted yet.

    ``weeks``: those shown one by one, by their last days; ``counted_on``: the last day anybody counted for.
    """

    indicator: Indicator
    target: str
    total: str
    reached: int | None
    weeks: list[str]
    rows: list[UnitFigures]
    counted_on: date | None


class UnitCount(NamedTuple):
    """What one unit counted for an indicator: its latest count to date, or the sum of its counts of periods.

    ``label`` is its name in narrow places; ``entries`` are where it said so, of counts to date the last alone.
    ``said_at`` and ``ends_on``: when it last said so, and for which period.
    """

    indicator_id: int
    unit_id: int
    unit: str
    label: str
    figure: Figure
    said_at: datetime
    ends_on: date
    entries: tuple[int, ...] = ()


def indicator_tables(initiative: Initiative, user: User, day: date) -> list[IndicatorTable]:
    """Each indicator with the figures ``user`` may read; four queries, one where the plan sets no indicator.

    The last weeks are shown one by one, whatever was before summed up.
    """
    indicators = list(initiative.indicators.all())
    if not indicators:
        return []
    entries = ProgressEntry.objects.counted().visible_to(user, day).filter(duty__initiative=initiative)
    counts = unit_counts(indicators, entries)
    cells, weeks = _last_weeks(initiative, entries)
    return [_table(one, [each for each in counts if each.indicator_id == one.pk], cells, weeks) for one in indicators]


def unit_counts(
    indicators: Collection[Indicator], entries: ProgressEntryQuerySet, day: date | None = None
) -> list[UnitCount]:
    """What each unit that is to count counted by ``entries``, in Vietnamese order, a row for each unit.

    Two queries, three where a unit is named to count.
    A count to date is the last one said, for whatever period; a successor's takes the place of its predecessors'.
    Counts of periods are those of the weeks: a month repeats what its weeks said. As of the end of ``day``: what counts
    by then as the last word does, and of the weeks those that had ended.
    """
    of_unit = [F("indicator"), F("entry__duty__unit")]
    latest = [F("entry__report__submitted_at").desc(), F("entry").desc()]
    weeks = Q(entry__report__period__rhythm=Rhythm.WEEKLY)
    if day:
        entries = entries.said_by(day)
        weeks &= Q(entry__report__period__ends_on__lte=day)
    counts = Q(indicator__is_cumulative=True) | weeks
    unit = ("entry__duty__unit", "entry__duty__unit__name", "entry__duty__unit__short_name")
    told = ("indicator__is_cumulative", "value", "sum", "total", "entry")
    when = ("entry__report__submitted_at", "entry__report__period__ends_on")
    rows = (
        IndicatorFigure.objects.that_count(indicators)
        .filter(counts, entry__in=entries, value__isnull=False)
        .annotate(rank=Window(RowNumber(), of_unit, latest), sum=Window(Sum("value"), of_unit))
        .filter(rank=1)
        .order_by("entry__duty__unit__sort_key")
        .values_list("indicator", *unit, *told, *when)
    )
    counts_of = [
        UnitCount(
            *(indicator, pk, name, short or name),
            figure=Figure(last if to_date else all_, whole),
            said_at=said_at,
            ends_on=ends_on,
            entries=(entry,),
        )
        for indicator, pk, name, short, to_date, last, all_, whole, entry, said_at, ends_on in rows
    ]
    return _counted_once(counts_of, indicators)


def _counted_once(counts: list[UnitCount], indicators: Iterable[Indicator]) -> list[UnitCount]:
    """Without the counts to date of units that ended and whose successors have counted since for them too."""
    to_date = {one.pk: one.initiative_id for one in indicators if one.is_cumulative}
    ended = DutyHandover.objects.filter(duty__initiative__in=set(to_date.values()), is_succession=True)
    fields = ("predecessor__initiative", "predecessor__unit", "duty__unit", "on", "recorded_at")
    heirs: dict[tuple[int, int], list[tuple[int, date, datetime]]] = {}
    for initiative_id, unit_id, *heir in ended.order_by().values_list(*fields):
        heirs.setdefault((initiative_id, unit_id), []).append(tuple(heir))
    known = {(count.indicator_id, count.unit_id): count for count in counts}

    def is_counted_for(indicator_id: int, unit_id: int, since: date, at: datetime) -> bool:
        """Whether somebody that goes on for the unit has counted for ``since`` or later, knowing of it."""
        for heir, on, recorded_at in heirs.get((to_date[indicator_id], unit_id), ()):
            first, knowing = max(on, since), max(recorded_at, at)
            count = known.get((indicator_id, heir))
            if count and count.ends_on >= first and count.said_at > knowing:
                return True
            if is_counted_for(indicator_id, heir, first, knowing):
                return True
        return False

    return [
        count
        for count in counts
        if count.indicator_id not in to_date
        or not is_counted_for(count.indicator_id, count.unit_id, date.min, count.said_at)
    ]


def aggregated_figure(indicator: Indicator, counts: Iterable[UnitCount]) -> Figure | None:
    """The figure of all units, by the aggregation of the indicator; None where nobody counted."""
    return aggregate_figures(indicator.aggregation, (count.figure for count in counts))


_Cells = dict[tuple[int, int], dict[date, Figure]]


def _last_weeks(initiative: Initiative, entries: QuerySet[ProgressEntry]) -> tuple[_Cells, list[date]]:
    """What each unit counted, or told without being asked to, for each indicator in the plan's last weeks, by their
    last days; the earliest first.
    """
    weeks = ReportingPeriod.objects.filter(plan=initiative.plan_id, rhythm=Rhythm.WEEKLY).order_by("-ends_on")
    ends_on = dict(weeks.values_list("pk", "ends_on")[:PERIODS_SHOWN])
    figures = (
        IndicatorFigure.objects.filter(entry__in=entries, value__isnull=False, entry__report__period__in=ends_on)
        .order_by("entry__report__period__ends_on", "pk")
        .values_list("indicator", "entry__duty__unit", "entry__report__period", "value", "total")
    )
    cells: _Cells = {}
    for indicator, unit, period, value, total in figures:
        cells.setdefault((indicator, unit), {})[ends_on[period]] = Figure(value, total)
    return cells, sorted({day for counted in cells.values() for day in counted})


def _table(indicator: Indicator, counts: Sequence[UnitCount], cells: _Cells, weeks: Sequence[date]) -> IndicatorTable:
    counted = {count.unit_id: cells.get((indicator.pk, count.unit_id), {}) for count in counts}
    shown = [day for day in weeks if any(day in figures for figures in counted.values())]
    rows = [
        UnitFigures(
            unit_id=count.unit_id,
            unit=count.label,
            cells=[write_figure(counted[count.unit_id].get(day)) for day in shown],
            latest=write_figure(count.figure),
            share=_percent_words(count.figure) if indicator.asks_for_total else "",
        )
        for count in counts
    ]
    whole = aggregated_figure(indicator, counts)
    return IndicatorTable(
        indicator=indicator,
        target=indicator.target_words,
        total=write_figure(whole),
        reached=reached(indicator, whole),
        weeks=[f"{day:%d/%m}" for day in shown],
        rows=rows,
        counted_on=max((count.ends_on for count in counts), default=None),
    )


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


def how_counted(indicator: Indicator) -> str:
    """ "Lũy kế", "Lũy kế; cộng các đơn vị chủ trì": how the number of all units was made."""
    when = "Lũy kế" if indicator.is_cumulative else "Trong kỳ"
    return when if indicator.is_plain_sum else f"{when}; {indicator.how_added}"


def _percent_words(figure: Figure) -> str:
    share = percent_of(figure)
    return "" if share is None else write_percent(share)
