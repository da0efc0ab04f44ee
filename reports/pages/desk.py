"""The desk of the standing agency: what presses in the plans it keeps; columns alone, a query a kind for all plans."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery

from models_registry.models import Plan
from reports.domain.calendar import REGULAR, Rhythm, local_day, waits_long_since
from reports.domain.states import FILED, ObstacleState, ReportState
from reports.domain.wording import age, period_words
from reports.models import DUE_AT, ConsolidatedReport, Obstacle, ReportingPeriod, UnitReport
from reports.obstacles.gathering import SharedDifficulty, difficulties_of, gathered

NAMED = 8
PROBLEMS_NAMED = 4
RETURNED_NAMED = 20
# Of a period that ended before nobody waits for a report upward.
LATELY = timedelta(days=35)
# So far back a unit's silence is counted, by rhythm.
_SILENCE = {Rhythm.WEEKLY: timedelta(weeks=12), Rhythm.MONTHLY: timedelta(days=366)}
_PERIOD = ("period__rhythm", "period__starts_on", "period__ends_on", "period__name")


class OverdueUnit(NamedTuple):
    """``silent``: how many periods in a row it has not filed, this one included."""

    name: str
    silent: int


class OverduePeriod(NamedTuple):
    """A period of which reports are missing, all due at one moment."""

    code: str
    title: str
    days: int
    units: list[OverdueUnit]

    @property
    def named(self) -> list[OverdueUnit]:
        return self.units[:NAMED]

    @property
    def others(self) -> int:
        return len(self.units) - len(self.named)


class Overdue(NamedTuple):
    """The reports that are past their due time and can still be filed."""

    periods: list[OverduePeriod]

    @property
    def total(self) -> int:
        return sum(len(period.units) for period in self.periods)

    @property
    def query(self) -> str:
        """What the page of pressing asks for: all these periods at once."""
        return urlencode([("ky", code) for code in dict.fromkeys(period.code for period in self.periods)])

    @property
    def text(self) -> str:
        """The list as one sends it round."""
        return "\n\n".join(
            "\n".join([f"Chưa nộp báo cáo {period.title}, quá {period.days} ngày:", *_listed(period.units)])
            for period in self.periods
        )


class ToReview(NamedTuple):
    """Reports that wait for acceptance: ``long`` of them for long; ``oldest`` (key of the report, unit) for ``days``;
    ``made_of``: of which periods, in words; ``nothing``: how many with nothing to report.
    """

    total: int
    long: int
    nothing: int
    made_of: str
    oldest: tuple[int, str]
    days: int


class NewObstacles(NamedTuple):
    """Difficulties nobody has answered: how many, and the problems they come down to."""

    total: int
    problems: list[SharedDifficulty]

    @property
    def named(self) -> list[SharedDifficulty]:
        return self.problems[:PROBLEMS_NAMED]

    @property
    def others(self) -> int:
        return len(self.problems) - len(self.named)


class UpwardReport(NamedTuple):
    """The report upward of a period that is over and has none issued; ``draft``: its key, None before it is begun."""

    code: str
    title: str
    filed: int
    expected: int
    accepted: int
    draft: int | None


class ReturnedReports(NamedTuple):
    """What was returned and not corrected yet: how many, the longest waiting by name."""

    total: int
    named: list[tuple[int, str, str, str]]


class Desk(NamedTuple):
    """What the standing agency of one plan has to do; None or empty is what there is nothing of."""

    overdue: Overdue | None
    to_review: ToReview | None
    new_obstacles: NewObstacles | None
    upward: list[UpwardReport]
    returned: ReturnedReports | None

    @property
    def is_clear(self) -> bool:
        return not any(self)


def desks_of(plans: Collection[Plan], at: datetime) -> dict[int, Desk]:
    """By the key of the plan; nine queries at most, none without plans."""
    if not plans:
        return {}
    overdue, to_review, new = _overdue(plans, at), _to_review(plans, at), _new_obstacles(plans)
    upward, returned = _upward(plans, at), _returned(plans, at)
    return {
        plan.pk: Desk(
            overdue.get(plan.pk),
            to_review.get(plan.pk),
            new.get(plan.pk),
            upward.get(plan.pk, []),
            returned.get(plan.pk),
        )
        for plan in plans
    }


# --- Past their time ---


def _overdue(plans: Collection[Plan], at: datetime) -> dict[int, Overdue]:
    """The period due last first, units in Vietnamese order."""
    running = [plan for plan in plans if plan.is_running(local_day(at))]
    rows = list(
        UnitReport.objects.filter(period__plan__in=running)
        .overdue(at)
        .order_by("-due", "period", "unit__sort_key")  # type: ignore[misc]  # see ``overdue``
        .values_list("period__plan", "period__code", "due", "unit", "unit__name", *_PERIOD)
    )
    silent = _silences({row[3] for row in rows}, {row[0] for row in rows}, at)
    today = local_day(at)
    found: dict[int, dict[tuple[str, datetime], OverduePeriod]] = {}
    for plan, code, due, unit, name, rhythm, *days in rows:
        new = OverduePeriod(code, _title((rhythm, *days), today), (today - local_day(due)).days, [])
        period = found.setdefault(plan, {}).setdefault((code, due), new)
        period.units.append(OverdueUnit(name, silent.get((plan, unit, rhythm), 1)))
    return {plan: Overdue(list(periods.values())) for plan, periods in found.items()}


def _silences(units: Collection[int], plans: Collection[int], at: datetime) -> dict[tuple[int, int, str], int]:
    """How many of the last periods in a row each unit has not filed, by plan, unit and rhythm; one query."""
    if not units:
        return {}
    lately = Q()
    for rhythm, back in _SILENCE.items():
        lately |= Q(period__rhythm=rhythm, period__due_at__gte=at - back)
    owed = UnitReport.objects.expected().filter(lately, period__plan__in=plans, unit__in=units)
    rows = owed.annotate(due=DUE_AT).filter(due__lt=at).order_by("-period__due_at")
    states: dict[tuple[int, int, str], list[str]] = {}
    for plan, unit, of, state in rows.values_list("period__plan", "unit", "period__rhythm", "state"):
        states.setdefault((plan, unit, of), []).append(state)
    return {key: sum(1 for _ in takewhile(lambda state: state not in FILED, of)) for key, of in states.items()}


def _listed(units: Sequence[OverdueUnit]) -> list[str]:
    return [f"- {unit.name}" + (f" ({unit.silent} kỳ liền)" if unit.silent > 1 else "") for unit in units]


# --- Waiting for acceptance ---


def _to_review(plans: Collection[Plan], at: datetime) -> dict[int, ToReview]:
    waiting = UnitReport.objects.filter(period__plan__in=plans, state=ReportState.SUBMITTED).order_by()
    rows = waiting.values_list("period__plan", "period", *_PERIOD).annotate(
        count=Count("pk"),
        nothing=Count("pk", filter=Q(nothing_to_report=True)),
        long=Count("pk", filter=Q(submitted_at__lt=waits_long_since(at))),
        first=Min("submitted_at"),
    )
    of_plan: dict[int, list[tuple]] = {}
    for plan, _, *rest in rows.order_by("-period__ends_on", "period__rhythm"):
        of_plan.setdefault(plan, []).append(tuple(rest))
    first = {plan: min(row[-1] for row in found) for plan, found in of_plan.items()}
    oldest = _oldest(waiting, first)
    today = local_day(at)
    return {
        plan: ToReview(
            total=sum(row[4] for row in found),
            nothing=sum(row[5] for row in found),
            long=sum(row[6] for row in found),
            made_of=_made_of(found, today),
            oldest=oldest[plan],
            days=(today - local_day(first[plan])).days,
        )
        for plan, found in of_plan.items()
        if plan in oldest
    }


def _oldest(waiting: QuerySet, first: Mapping[int, datetime]) -> dict[int, tuple[int, str]]:
    """Which report was filed at those moments; one query, where any waits. One accepted meanwhile is left out."""
    if not first:
        return {}
    rows = waiting.filter(submitted_at__in=list(first.values())).order_by("-pk")
    found = {
        (plan, at): (pk, unit)
        for plan, at, pk, unit in rows.values_list("period__plan", "submitted_at", "pk", "unit__name")
    }
    return {plan: found[plan, at] for plan, at in first.items() if (plan, at) in found}


def _made_of(rows: Sequence[tuple], today: date) -> str:
    """ "39 tuần 18/11 – 24/11, trong đó 18 không phát sinh · 4 đột xuất": special reports are told together."""
    said = [
        f"{count} {_title((rhythm, *days), today)}" + (f", trong đó {nothing} không phát sinh" if nothing else "")
        for rhythm, *days, count, nothing, _, _ in rows
        if rhythm != Rhythm.SPECIAL
    ]
    special = sum(row[4] for row in rows if row[0] == Rhythm.SPECIAL)
    return " · ".join([*said, f"{special} đột xuất"] if special else said)


# --- Difficulties, the report upward, what was returned ---


def _new_obstacles(plans: Collection[Plan]) -> dict[int, NewObstacles]:
    new = Obstacle.objects.filter(state=ObstacleState.NEW, duty__initiative__plan__in=plans)
    of_plan: dict[int, list] = {}
    for one in difficulties_of(new):
        of_plan.setdefault(one.plan_id, []).append(one)
    return {plan: NewObstacles(len({one.root for one in told}), gathered(told)) for plan, told in of_plan.items()}


def _upward(plans: Collection[Plan], at: datetime) -> dict[int, list[UpwardReport]]:
    """Of the last period of each rhythm that ended lately, where none is issued; one query."""
    over = ReportingPeriod.objects.filter(plan__in=plans, rhythm__in=REGULAR, due_at__range=(at - LATELY, at))
    later = over.filter(plan=OuterRef("plan"), rhythm=OuterRef("rhythm"), ends_on__gt=OuterRef("ends_on"))
    of_period = ConsolidatedReport.objects.filter(period=OuterRef("pk"))
    rows = (
        over.filter(~Exists(later), ~Exists(of_period.final()))
        .annotate(
            expected=Count("reports", filter=~Q(reports__state=ReportState.EXCUSED)),
            filed=Count("reports", filter=Q(reports__state__in=FILED)),
            accepted=Count("reports", filter=Q(reports__state=ReportState.ACCEPTED)),
            draft=Subquery(of_period.drafts().order_by().values("pk")[:1]),
        )
        .order_by("-due_at")
    )
    columns = ("plan", "code", "filed", "expected", "accepted", "draft", "rhythm", "starts_on", "ends_on", "name")
    today = local_day(at)
    found: dict[int, list[UpwardReport]] = {}
    for plan, code, filed, expected, accepted, draft, *days in rows.values_list(*columns):
        if expected:
            found.setdefault(plan, []).append(UpwardReport(code, _title(days, today), filed, expected, accepted, draft))
    return found


def _returned(plans: Collection[Plan], at: datetime) -> dict[int, ReturnedReports]:
    rows = UnitReport.objects.filter(period__plan__in=plans).returned()
    today = local_day(at)
    found: dict[int, list[tuple[int, str, str, str]]] = {}
    for plan, pk, unit, since, *days in rows.values_list("period__plan", "pk", "unit__name", "returned_at", *_PERIOD):
        row = (pk, unit, _title(days, today), age((today - local_day(since)).days))
        found.setdefault(plan, []).append(row)
    return {plan: ReturnedReports(len(named), named[:RETURNED_NAMED]) for plan, named in found.items()}


def _title(period: Sequence[Any], today: date) -> str:
    """Of the columns ``_PERIOD``."""
    rhythm, starts_on, ends_on, name = period
    return period_words(rhythm, starts_on, ends_on, name, today)
