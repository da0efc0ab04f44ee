"""Everything a consolidated report of one period is made from, read in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from assignments.models import Assignment, AssignmentRole, Duty, StandingAgency, Unit
from models_registry.models import Indicator, Initiative, Plan
from reports.domain.calendar import Rhythm
from reports.domain.numbers import Figure
from reports.models import (
    IndicatorFigure,
    Obstacle,
    ObstacleAnswer,
    ProgressEntry,
    ReportingPeriod,
    UnitReport,
)
from reports.progress.indicators import UnitCount, unit_counts
from reports.progress.initiative_status import is_late
from reports.progress.last_word import Word
from reports.progress.period_states import states_come_over, states_on


class DutyProgress(NamedTuple):
    """The latest progress of a duty as of the period's end; ``result``: the last told, maybe in an earlier period.

    ``whose``: " (theo báo cáo tuần 9/2025 của Công an huyện)" where the result was told under another duty.
    """

    work_state: str
    percent: int | None
    result: str
    whose: str
    entry_id: int


class ObstacleFamily(NamedTuple):
    """One difficulty, and those of other units joined into it, as they stood at the end of a period."""

    root: Obstacle
    joined: Sequence[Obstacle] = ()

    @property
    def members(self) -> list[Obstacle]:
        """All of them in the plan's order; each is of its own unit and initiative."""
        return sorted((self.root, *self.joined), key=_place)


@dataclass(frozen=True)
class Facts:
    """One period of a plan: ``entries`` are what was said for it (for a month in its weeks too), the earliest first;
    ``reports`` what was owed for it; ``progress`` the latest on each duty, ``progress_before`` the last word the day
    before it began, under whoever had it then; ``obstacles`` those not settled at its end; ``counted`` what the units
    counted for each indicator.
    """

    period: ReportingPeriod
    plan: Plan
    agency: Unit | None
    initiatives: Sequence[Initiative]
    duties: Sequence[Duty]
    entries: Sequence[ProgressEntry]
    reports: Sequence[UnitReport]
    progress: dict[int, DutyProgress]
    progress_before: dict[int, Word] = field(default_factory=dict)
    obstacles: Sequence[ObstacleFamily] = ()
    settled: int = 0
    answered: int = 0
    special: Sequence[ReportingPeriod] = ()
    counted: dict[int, list[UnitCount]] = field(default_factory=dict)

    @property
    def is_month(self) -> bool:
        return self.period.rhythm == Rhythm.MONTHLY

    @property
    def reporter(self) -> str:
        """Who reports: the standing agency of the plan on the last day of the period."""
        return str(self.agency) if self.agency else "Cơ quan thường trực"

    @property
    def own_reports(self) -> list[UnitReport]:
        """Those of the period itself, without the weeks of a month."""
        return [report for report in self.reports if report.period_id == self.period.pk]

    @cached_property
    def duties_of(self) -> dict[int, list[Duty]]:
        found: dict[int, list[Duty]] = {}
        for duty in self.duties:
            found.setdefault(duty.initiative_id, []).append(duty)
        return found

    def leads_of(self, initiative: Initiative) -> list[Duty]:
        """Who answers for it: the leads, all where nobody leads."""
        duties = self.duties_of.get(initiative.pk, [])
        return [duty for duty in duties if duty.role == AssignmentRole.LEAD] or duties

    def state_of(self, duty: Duty) -> str:
        known = self.progress.get(duty.pk)
        return known.work_state if known else ""

    def states_of(self, initiative: Initiative) -> list[str]:
        """The work state of each lead, "" of one that never reported."""
        return [self.state_of(duty) for duty in self.leads_of(initiative)]

    def progress_of(self, initiative: Initiative) -> list[tuple[Duty, DutyProgress]]:
        """The leads that have reported, each with its progress."""
        leads = self.leads_of(initiative)
        return [(duty, self.progress[duty.pk]) for duty in leads if duty.pk in self.progress]

    def percent_of(self, initiative: Initiative) -> int | None:
        """That of a single lead, for an average would hide the others."""
        told = [known.percent for _, known in self.progress_of(initiative)]
        return told[0] if told and len(self.leads_of(initiative)) == 1 else None

    def is_late(self, initiative: Initiative) -> bool:
        """Whether one of its leads is past a deadline on the last day of the period."""
        states, deadlines = set(self.states_of(initiative)), initiative.deadlines.all()
        return any(is_late(deadline, state, self.period.ends_on) for deadline in deadlines for state in states)

    @cached_property
    def late_codes(self) -> list[str]:
        """The initiatives that are late, by their codes."""
        return [initiative.code for initiative in self.initiatives if self.is_late(initiative)]


def read_facts(period: ReportingPeriod) -> Facts:
    """Read ``period``, a week, a month or a special report."""
    plan, day = period.plan, period.ends_on
    agency = StandingAgency.objects.on(day).filter(plan=plan).select_related("unit__letterhead").first()
    leads = Prefetch("assignments", Assignment.objects.on(day).filter(role=AssignmentRole.LEAD).order_by("position"))
    listed = plan.initiatives.open_on(day).select_related("group")
    initiatives = list(listed.prefetch_related("deadlines", "indicators", leads))
    owed = Duty.objects.owed(plan, max(day, plan.starts_on))
    periods = list(_periods_within(period))
    families, begins = _obstacles(period), _begins(period)
    duties = list(owed.order_by("initiative__position", "unit__sort_key"))
    reports = _reports(period, periods)
    _share_units(duties, reports)
    return Facts(
        period=period,
        plan=plan,
        agency=agency.unit if agency else None,
        initiatives=initiatives,
        duties=duties,
        entries=_with_known(list(_said_for(periods)), duties, initiatives, reports),
        reports=reports,
        progress=progress_at(plan, day),
        progress_before=_progress_before(period),
        obstacles=[family for family in families if not family.root.is_settled],
        settled=_settled_after(begins, families),
        answered=_answers(period, begins).count(),
        special=[each for each in periods if each.is_special],
        counted=_counted(period, initiatives, [each.pk for each in periods]),
    )


def reports_within(period: ReportingPeriod) -> QuerySet[UnitReport]:
    """The reports in effect that a consolidated report on ``period`` is made from."""
    return UnitReport.objects.in_effect().filter(period__in=list(_periods_within(period)))


def progress_at(plan: Plan, day: date) -> dict[int, DutyProgress]:
    """The progress of each duty of ``plan`` as of ``day``."""
    states = states_on(plan, day)
    told = {duty_id: result.entry_id for duty_id, (_, result) in states.items() if result}
    rows = ProgressEntry.objects.filter(pk__in=told.values()).values_list("pk", "duty", "result")
    results = {pk: (of_duty, result) for pk, of_duty, result in rows}
    whose = _whose(entry for duty_id, entry in told.items() if results[entry][0] != duty_id)
    return {
        duty_id: DutyProgress(
            word.work_state,
            word.percent,
            results[result.entry_id][1] if result else "",
            whose.get(result.entry_id, "") if result and results[result.entry_id][0] != duty_id else "",
            word.entry_id,
        )
        for duty_id, (word, result) in states.items()
    }


# --- Reading ---


def _progress_before(period: ReportingPeriod) -> dict[int, Word]:
    """A duty that came over in the period stood as it did under who had it before: a handover is no change."""
    day = period.starts_on - timedelta(days=1)
    states = states_on(period.plan, day) | states_come_over(period.plan, day, period.ends_on)
    return {duty_id: state.word for duty_id, state in states.items()}


def _whose(told: Iterable[int]) -> dict[int, str]:
    """In which report and of which unit entries were told that stand under another duty."""
    entries = ProgressEntry.objects.filter(pk__in=list(told)).select_related("report__period", "duty__unit")
    return {entry.pk: f" (theo báo cáo {entry.report.period.title} của {entry.duty.unit})" for entry in entries}


def _periods_within(period: ReportingPeriod) -> QuerySet[ReportingPeriod]:
    """The period, and those that ended in it: a month's weeks, special reports."""
    inside = Q(ends_on__range=(period.starts_on, period.ends_on))
    fed = Q(rhythm__in=(Rhythm.WEEKLY, Rhythm.SPECIAL)) if period.rhythm == Rhythm.MONTHLY else Q(rhythm=Rhythm.SPECIAL)
    of_plan = ReportingPeriod.objects.filter(plan=period.plan_id)
    return of_plan.filter(Q(pk=period.pk) | inside & fed).order_by("ends_on", "pk")


def _said_for(periods: Sequence[ReportingPeriod]) -> QuerySet[ProgressEntry]:
    entries = ProgressEntry.objects.counted().filter(report__period__in=periods)
    return entries.order_by("report__period__ends_on", "duty__initiative__position", "duty__unit__sort_key", "pk")


def _with_known(
    entries: list[ProgressEntry],
    duties: Iterable[Duty],
    initiatives: Iterable[Initiative],
    reports: Iterable[UnitReport],
) -> list[ProgressEntry]:
    """Each of ``entries`` with duty and report as they were read already; what is owed no longer is read besides."""
    initiative_of = {initiative.pk: initiative for initiative in initiatives}
    duty_of, report_of = {duty.pk: duty for duty in duties}, {report.pk: report for report in reports}
    for duty in duty_of.values():
        if duty.initiative_id in initiative_of:
            duty.initiative = initiative_of[duty.initiative_id]
    for entry in entries:
        if entry.duty_id in duty_of:
            entry.duty = duty_of[entry.duty_id]
        if entry.report_id in report_of:
            entry.report = report_of[entry.report_id]
    prefetch_related_objects(entries, "duty__initiative__group", "duty__unit", "report__period")
    return entries


def _reports(period: ReportingPeriod, periods: Sequence[ReportingPeriod]) -> list[UnitReport]:
    regular = [each for each in periods if not each.is_special or each.pk == period.pk]
    owed = UnitReport.objects.expected().filter(period__in=regular).select_related("unit", "submitted_by")
    reports = list(owed.order_by("unit__sort_key", "period__ends_on", "pk"))
    known = {each.pk: each for each in regular}
    for report in reports:
        report.period = known[report.period_id]
    return reports


def _share_units(duties: Sequence[Duty], reports: Iterable[UnitReport]) -> None:
    """The units of ``reports`` are those of ``duties`` too: one that owes none of them is read besides, once."""
    units = {report.unit_id: report.unit for report in reports}
    units |= Unit.objects.in_bulk({duty.unit_id for duty in duties} - units.keys())
    for duty in duties:
        duty.unit = units[duty.unit_id]


def _begins(period: ReportingPeriod) -> datetime:
    """The last moment of the period before, which a day off may have moved; one query."""
    if period.is_special:
        return period.opened_at
    before = period.span.previous
    of_rhythm = ReportingPeriod.objects.filter(plan=period.plan_id, rhythm=period.rhythm, ends_on=before.ends_on)
    return of_rhythm.values_list("due_at", flat=True).first() or before.due_at


def _obstacles(period: ReportingPeriod) -> list[ObstacleFamily]:
    """What had been raised by the end of the period, as it stood then: those an entry that counts speaks of."""
    spoken = ProgressEntry.objects.counted().said_by(period.ends_on).filter(report__period__plan=period.plan_id)
    mentioned = set(spoken.filter(mention__isnull=False).order_by().values_list("mention__obstacle", flat=True))
    raised = Obstacle.objects.filter(duty__initiative__plan=period.plan_id).as_of(period.due_at)
    joined: dict[int | None, list[Obstacle]] = {}
    for one in raised:
        joined.setdefault(one.joined_into_id, []).append(one)
    families = [ObstacleFamily(root, joined.get(root.pk, ())) for root in joined.get(None, ())]
    counted = [family for family in families if any(one.pk in mentioned for one in family.members)]
    return sorted(counted, key=lambda family: _place(family.root))


def _place(obstacle: Obstacle) -> tuple[int, str, int]:
    return obstacle.duty.initiative.position, obstacle.duty.unit.sort_key, obstacle.pk


def _settled_after(begins: datetime, families: Iterable[ObstacleFamily]) -> int:
    return sum(bool(family.root.settled_at and family.root.settled_at > begins) for family in families)


def _answers(period: ReportingPeriod, begins: datetime) -> QuerySet[ObstacleAnswer]:
    """What units were told in the period; a word of the unit itself is told to nobody."""
    of_plan = ObstacleAnswer.objects.exclude(notices=None).filter(obstacle__duty__initiative__plan=period.plan_id)
    return of_plan.filter(at__gt=begins, at__lte=period.due_at)


def _counted(
    period: ReportingPeriod, initiatives: Iterable[Initiative], within: Sequence[int]
) -> dict[int, list[UnitCount]]:
    """What the units counted, by indicator: to date as of the period's end, else in the periods ``within`` it."""
    indicators = [one for initiative in initiatives for one in initiative.indicators.all()]
    to_date = [one for one in indicators if one.is_cumulative]
    counts = unit_counts(to_date, ProgressEntry.objects.counted(), period.ends_on) if to_date else []
    if len(to_date) < len(indicators):
        counts += _in_periods([one for one in indicators if not one.is_cumulative], within)
    counted: dict[int, list[UnitCount]] = {}
    for count in counts:
        counted.setdefault(count.indicator_id, []).append(count)
    return counted


def _in_periods(indicators: Sequence[Indicator], within: Sequence[int]) -> list[UnitCount]:
    """What each unit that is to count counted in these periods together, with all the entries that said so."""
    entries = ProgressEntry.objects.counted().filter(report__period__in=within)
    figures = (
        IndicatorFigure.objects.that_count(indicators)
        .filter(entry__in=entries, value__isnull=False)
        .select_related("entry__duty__unit", "entry__report__period")
        .order_by("entry__duty__unit__sort_key", "entry__report__period__ends_on", "entry__report__submitted_at", "pk")
    )
    by_unit: dict[tuple[int, int], list[IndicatorFigure]] = {}
    for figure in figures:
        by_unit.setdefault((figure.indicator_id, figure.entry.duty.unit_id), []).append(figure)
    return [_sum_of(told) for told in by_unit.values()]


def _sum_of(told: Sequence[IndicatorFigure]) -> UnitCount:
    """One unit's counts: those of the weeks where there are any, for a month's own report repeats its weeks."""
    weekly = [figure for figure in told if figure.entry.report.period.rhythm == Rhythm.WEEKLY] or told
    last = weekly[-1]
    unit = last.entry.duty.unit
    figure = Figure(sum((one.value or Decimal() for one in weekly), Decimal()), last.total)
    entries = tuple(one.entry_id for one in weekly)
    report = last.entry.report
    said_at: datetime = report.submitted_at  # type: ignore[assignment]  # a report in effect says when
    named = (last.indicator_id, unit.pk, unit.name, unit.label)
    return UnitCount(*named, figure, said_at, report.period.ends_on, entries)


def indicators_of(facts: Facts) -> list[tuple[Initiative, Indicator]]:
    """The plan's indicators in its order."""
    return [(initiative, one) for initiative in facts.initiatives for one in initiative.indicators.all()]
