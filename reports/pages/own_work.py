"""What the units a person serves have to do, over all plans; columns alone, one query a kind."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from assignments.ended_units import mark_ended
from assignments.models import Unit, User
from models_registry.models import Plan
from reports.domain.calendar import Rhythm, local_day
from reports.domain.entry_fields import TEXT_FIELDS
from reports.domain.states import Look, ReportState, look_of, report_status
from reports.domain.wording import age, period_words, time_left
from reports.filing.duty_lines import lines_of
from reports.models import (
    DUE_AT,
    LOCKS_AT,
    Obstacle,
    ObstacleNotice,
    ProgressEntry,
    ReviewRemark,
    UnitReport,
    UnitRequest,
    near_until,
)
from reports.requests.views import open_requests

from .days_strip import DaysStrip, days_strip

# Looking into a report costs a dozen queries; who owes more than these sees the others without the counts.
LOOKED_INTO = 2
EARLIER = timedelta(weeks=12)

_COLUMNS = (
    "pk", "period__plan", "unit", "unit__name", "state", "nothing_to_report", "first_submitted_at",
    "returned_at", "return_reason", "reopened_until", "reopen_reason", "period__rhythm", "period__name",
    "period__starts_on", "period__ends_on",
)  # fmt: skip


class OwnReport(NamedTuple):
    """A report of a unit one serves, as columns; ``due_at``: its own where it has one."""

    pk: int
    plan_id: int
    unit_id: int
    unit: str
    state: str
    nothing_to_report: bool
    first_submitted_at: datetime | None
    returned_at: datetime | None
    return_reason: str
    reopened_until: datetime | None
    reopen_reason: str
    rhythm: str
    name: str
    starts_on: date
    ends_on: date
    due_at: datetime
    locks_at: datetime

    def title_on(self, day: date) -> str:
        return period_words(self.rhythm, self.starts_on, self.ends_on, self.name, day)

    def look(self, at: datetime) -> Look:
        status = report_status(
            self.state,
            at,
            starts_on=self.starts_on,
            due_at=self.due_at,
            first_submitted_at=self.first_submitted_at,
            nothing_to_report=self.nothing_to_report,
        )
        return look_of(status)

    def is_fileable(self, at: datetime) -> bool:
        """The rule of ``UnitReport.is_fileable``."""
        return self.state == ReportState.RETURNED or (self.state == ReportState.OPEN and at <= self.locks_at)


class Contents(NamedTuple):
    """Of the duties of a report ``ready`` are answered, ``quiet`` can be kept as last time, those of the initiatives
    ``to_look`` should be looked at.
    """

    duties: int
    ready: int
    quiet: int
    to_look: list[str]


class DueReport(NamedTuple):
    """A report to be filed now or later; ``contents`` is None for those not looked into.

    ``may_be_nothing``: of one to be filed now, whether each duty was reported on before and nothing is written of this
    period.
    """

    report: OwnReport
    title: str
    days: int
    strip: DaysStrip | None
    contents: Contents | None = None
    may_be_nothing: bool = False

    @property
    def left(self) -> str:
        return time_left(self.days)

    @property
    def is_overdue(self) -> bool:
        return self.days < 0


class ReturnedReport(NamedTuple):
    """A report to be corrected: since when, in words, and what was asked of it and of its lines."""

    report: OwnReport
    title: str
    since: str
    asked: list[str]


class EarlierReport(NamedTuple):
    """``label``: what its square says beside the sign."""

    report: OwnReport
    title: str
    look: Look
    label: str

    @property
    def name(self) -> str:
        """The title, with the label where it does not hold it: who speaks to the page says what is seen."""
        return self.title if self.label in self.title else f"{self.label}, {self.title}"


class EarlierReports(NamedTuple):
    """Those of one plan, the oldest first; ``words``: how many of them stand how."""

    plan_id: int
    reports: list[EarlierReport]
    words: str


class OwnObstacles(NamedTuple):
    """Difficulties of a plan that are all answered or all waiting: how many, of which initiatives, since when."""

    plan_id: int
    pks: list[int]
    codes: list[str]
    since: str


class OwnWork(NamedTuple):
    """``near``: to be filed now, the first due first; ``later``: what can wait; ``filed``: of periods that still run;
    ``earlier``: what was owed in those that are over; ``answered``: difficulties with an answer nobody has read yet;
    ``waiting``: those without one; ``ended``: units that are no more.
    """

    units: list[Unit]
    near: list[DueReport]
    later: list[DueReport]
    returned: list[ReturnedReport]
    filed: list[EarlierReport]
    earlier: list[EarlierReports]
    requests: list[UnitRequest]
    answered: list[OwnObstacles]
    waiting: list[OwnObstacles]
    ended: list[Unit]

    @property
    def plans(self) -> set[int]:
        """The keys of the plans it speaks of."""
        to_file = [due.report for due in (*self.near, *self.later)]
        others = [*(one.report for one in self.returned), *(one.report for one in self.filed)]
        plans = {report.plan_id for report in (*to_file, *others)}
        plans |= {one.plan_id for one in self.earlier} | {one.plan_id for one in (*self.answered, *self.waiting)}
        return plans | {asked.plan_id for asked in self.requests}


def own_work(user: User, shown: Sequence[Plan], at: datetime, *, kept: Collection[Plan] = ()) -> OwnWork:
    """Of plans other than ``shown`` only what is left to be done; the difficulties of ``kept`` are told elsewhere."""
    day = local_day(at)
    units = list(user.units_on(day).only("name", "valid_to"))
    reports = _reports([unit.pk for unit in units], shown, at)
    to_file = [report for report in reports if report.is_fileable(at)]
    others = [report for report in reports if not report.is_fileable(at)]
    due = [_due(report, at) for report in to_file if report.state == ReportState.OPEN]
    near = [one for one in due if one.report.due_at <= near_until(at)]
    returned = [report for report in to_file if report.state == ReportState.RETURNED]
    running = [_earlier(report, at) for report in others if report.ends_on >= day]
    return OwnWork(
        units=units,
        near=[_looked_into(one, at) for one in near[:LOOKED_INTO]] + _not_looked_into(near[LOOKED_INTO:]),
        later=[one for one in due if one not in near],
        returned=_returned(returned, at),
        filed=running,
        earlier=_earlier_by_plan([report for report in others if report.ends_on < day], at),
        requests=open_requests(user, at),
        answered=_answered(units, at),
        waiting=_waiting(user, kept, at),
        ended=mark_ended(units, day),
    )


def _reports(units: Sequence[int], shown: Sequence[Plan], at: datetime) -> list[OwnReport]:
    """What is owed, and of the plans shown what was owed in the last weeks, with what need not be filed in periods that
    still run; the first due first; one query.
    """
    not_owed = Q(state=ReportState.EXCUSED, period__ends_on__lt=local_day(at))
    lately = Q(period__plan__in=shown, period__due_at__gte=at - EARLIER) & ~not_owed
    rows = UnitReport.objects.filter(Q(pk__in=UnitReport.objects.owed().order_by().values("pk")) | lately)
    columns = rows.filter(unit__in=units).order_by(DUE_AT, "period__plan", "unit__sort_key")
    return [OwnReport(*row) for row in columns.values_list(*_COLUMNS, DUE_AT, LOCKS_AT)]


def _due(report: OwnReport, at: datetime) -> DueReport:
    today, due_on = local_day(at), local_day(report.due_at)
    return DueReport(report, report.title_on(today), (due_on - today).days, days_strip(due_on, today))


def _not_looked_into(due: Sequence[DueReport]) -> list[DueReport]:
    """One query for all."""
    written = Q(is_kept=False) & ~Q(**dict.fromkeys(TEXT_FIELDS, ""))
    entries = ProgressEntry.objects.filter(report__in=[one.report.pk for one in due])
    not_nothing = set(entries.filter(Q(duty__current=None) | written).values_list("report", flat=True))
    return [one._replace(may_be_nothing=one.report.pk not in not_nothing) for one in due]


def _looked_into(due: DueReport, at: datetime) -> DueReport:
    report = UnitReport.objects.select_related("period").get(pk=due.report.pk)
    lines = lines_of(report, at)
    waiting = [line for line in lines if line.check.missing]
    quiet = [line for line in waiting if line.can_be_kept and not line.attention]
    to_look = sorted((line for line in waiting if line not in quiet), key=lambda line: line.duty.initiative.position)
    contents = Contents(
        duties=len(lines),
        ready=len(lines) - len(waiting),
        quiet=len(quiet),
        to_look=[line.duty.initiative.code for line in to_look],
    )
    may_be_nothing = all(line.last and not line.entry.has_words for line in lines)
    return due._replace(contents=contents, may_be_nothing=may_be_nothing)


def _returned(reports: Sequence[OwnReport], at: datetime) -> list[ReturnedReport]:
    """The first returned first; one query for the remarks, where any was."""
    day = local_day(at)
    remarks = _remarks([report.pk for report in reports])
    return [
        ReturnedReport(
            report,
            report.title_on(day),
            age((day - local_day(report.returned_at or at)).days),
            [report.return_reason, *remarks.get(report.pk, [])],
        )
        for report in sorted(reports, key=lambda one: one.returned_at or at)
    ]


def _remarks(reports: Sequence[int]) -> Mapping[int, list[str]]:
    if not reports:
        return {}
    asked = (
        ReviewRemark.objects.unanswered().filter(entry__report__in=reports).select_related("entry__duty__initiative")
    )
    found: dict[int, list[str]] = {}
    for remark in asked:
        found.setdefault(remark.entry.report_id, []).append(remark.words)
    return found


def _earlier(report: OwnReport, at: datetime) -> EarlierReport:
    label = f"{report.ends_on:%d/%m}" if report.rhythm != Rhythm.MONTHLY else f"th. {report.ends_on.month}"
    return EarlierReport(report, report.title_on(local_day(at)), report.look(at), label)


def _earlier_by_plan(reports: Sequence[OwnReport], at: datetime) -> list[EarlierReports]:
    of_plan: dict[int, list[EarlierReport]] = {}
    for report in reports:
        of_plan.setdefault(report.plan_id, []).append(_earlier(report, at))
    return [EarlierReports(plan, found, _counted(found)) for plan, found in of_plan.items()]


def _counted(reports: Sequence[EarlierReport]) -> str:
    """ "6 đã tiếp nhận, 1 không nộp"."""
    counts = Counter(one.look.word for one in reports)
    return ", ".join(f"{count} {word.lower()}" for word, count in counts.most_common())


def _answered(units: Sequence[Unit], at: datetime) -> list[OwnObstacles]:
    unseen = ObstacleNotice.objects.unseen().filter(unit__in=[unit.pk for unit in units])
    of = "obstacle__duty__initiative"
    rows = unseen.order_by(f"{of}__position", "obstacle").values_list(f"{of}__plan", "obstacle", f"{of}__code")
    return _by_plan([(*row, None) for row in rows], at)


def _waiting(user: User, kept: Collection[Plan], at: datetime) -> list[OwnObstacles]:
    own = Obstacle.objects.listed_to(user, local_day(at)).unsettled()
    of = "duty__initiative"
    rows = own.exclude(**{f"{of}__plan__in": list(kept)}).order_by(f"{of}__position", "pk")
    return _by_plan(rows.values_list(f"{of}__plan", "pk", f"{of}__code", "raised_at"), at)


def _by_plan(rows: Collection[tuple[int, int, str, datetime | None]], at: datetime) -> list[OwnObstacles]:
    of_plan: dict[int, dict[int, tuple[str, datetime | None]]] = {}
    for plan, pk, code, since in rows:
        of_plan.setdefault(plan, {})[pk] = (code, since)
    return [
        OwnObstacles(plan, list(found), list(dict.fromkeys(code for code, _ in found.values())), _since(found, at))
        for plan, found in of_plan.items()
    ]


def _since(found: Mapping[int, tuple[str, datetime | None]], at: datetime) -> str:
    """For how long the first of them has waited; "" where that is not asked."""
    raised = [since for _, since in found.values() if since]
    return age((local_day(at) - local_day(min(raised))).days) if raised else ""
