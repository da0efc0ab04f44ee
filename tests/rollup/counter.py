"""The roll-up counted slowly, in plain Python over every row, and random plans to count it on.

Nothing here is taken from the code it judges: rows are read whole and looked at one by one.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from assignments.models import AssignmentRole, Duty, DutyTerm, Unit
from models_registry.deadlines import DeadlineKind
from models_registry.models import Deadline, Indicator, Initiative, InitiativeGroup, Plan
from reports.domain.calendar import Rhythm, Span, local_day, span_of
from reports.domain.states import ObstacleState, ReportState, WorkState
from reports.models import IndicatorFigure, Obstacle, ProgressEntry, ReportingPeriod, UnitReport
from tests.factories import UserFactory

FIRST = date(2024, 2, 28)
KINDS = (Unit.Kind.DEPARTMENT, Unit.Kind.COMMUNE, Unit.Kind.POLICE)
IN_EFFECT = ("submitted", "accepted")
FILED = ("submitted", "returned", "accepted", "concluded")


# --- Random plans ---


class RandomPlan:
    """A small plan with some weeks and months behind it, written past the services: anything may have happened."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.indicators: dict[int, list[Indicator]] = {}
        self.term_of: dict[Duty, DutyTerm] = {}
        self.user = UserFactory(username=f"nguoi-{seed}")
        self.plan = Plan.objects.create(
            number=f"{seed}/KH", title="Thử", short_name="Thử", starts_on=FIRST, ends_on=date(2024, 12, 31)
        )
        self.weeks = self.random.randint(2, 5)
        last = span_of(Rhythm.WEEKLY, FIRST + timedelta(weeks=self.weeks - 1))
        self.now = last.due_at - timedelta(days=self.random.randint(0, 6), hours=5)
        self.units = [self._unit(seed, number) for number in range(self.random.randint(2, 5))]
        groups = [InitiativeGroup.objects.create(plan=self.plan, numeral="I" * n, name=f"Nhóm {n}") for n in (1, 2)]
        self.initiatives = [self._initiative(number, groups) for number in range(1, self.random.randint(2, 4))]
        self.duties = self._duties()
        self.periods = [self._period(span) for span in self._spans()]
        for period in self.periods:
            self._reports(period)
        self._obstacles()

    def _unit(self, seed: int, number: int) -> Unit:
        kind = self.random.choice(KINDS)
        return Unit.objects.create(
            name=f"Đơn vị {seed} {number}", kind=kind, level=Unit.Level.DISTRICT, files_reports=True
        )

    def _initiative(self, number: int, groups: list[InitiativeGroup]) -> Initiative:
        made = Initiative.objects.create(
            plan=self.plan,
            group=self.random.choice([*groups, None]),
            code=str(number),
            name=f"Việc {number}",
            position=number,
        )
        for position in range(self.random.randint(0, 2)):
            Deadline.objects.create(
                initiative=made,
                position=position,
                text="Hạn",
                kind=DeadlineKind.DAY,
                due_on=self.random.choice([None, FIRST + timedelta(days=self.random.randint(0, 40))]),
                ongoing=self.random.random() < 0.3,
                depends_on="Bộ Công an" if self.random.random() < 0.2 else "",
            )
        if self.random.random() < 0.7:
            kind = self.random.choice(Indicator.Kind.values)
            self.indicators[made.pk] = [Indicator.objects.create(
                initiative=made, name="Số đếm", kind=kind, target=50, unit_of_measure="lượt",
                is_cumulative=self.random.random() < 0.5, aggregation=self.random.choice(Indicator.Aggregation.values),
                **self._counters(),
            )]  # fmt: skip
        return made

    def _counters(self) -> dict:
        by = self.random.choice(Indicator.CountedBy.values)
        return {"counted_by": by, "counting_unit": self.random.choice(self.units) if by == "unit" else None}

    def _duties(self) -> list[Duty]:
        made = []
        for initiative in self.initiatives:
            for unit in self.units:
                if not made or self.random.random() < 0.75:
                    role = self.random.choice([AssignmentRole.LEAD, AssignmentRole.COORDINATING])
                    ends = FIRST + timedelta(days=self.random.randint(7, 30)) if self.random.random() < 0.15 else None
                    duty = Duty.objects.create(unit=unit, initiative=initiative)
                    self.term_of[duty] = DutyTerm.objects.create(duty=duty, role=role, valid_from=FIRST, valid_to=ends)
                    made.append(duty)
        return made

    def _spans(self) -> list[Span]:
        weeks = [span_of(Rhythm.WEEKLY, FIRST + timedelta(weeks=week)) for week in range(self.weeks)]
        months = dict.fromkeys(span_of(Rhythm.MONTHLY, span.starts_on) for span in weeks)
        return [*weeks, *months]

    def _period(self, span: Span) -> ReportingPeriod:
        return ReportingPeriod.objects.create(
            plan=self.plan, rhythm=span.rhythm, code=span.code, starts_on=span.starts_on, ends_on=span.ends_on,
            due_at=span.due_at, locks_at=span.next.due_at, opened_at=span.due_at - timedelta(days=6),
        )  # fmt: skip

    def _reports(self, period: ReportingPeriod) -> None:
        first = max(period.starts_on, FIRST)
        for unit in self.units:
            owed = [one for one in self.duties if one.unit_id == unit.pk and self.term_of[one].is_valid_on(first)]
            if owed and (unit == self.units[0] or self.random.random() < 0.95):
                self._report(period, unit, owed)

    def _report(self, period: ReportingPeriod, unit: Unit, owed: list[Duty]) -> None:
        state = self.random.choice(ReportState.values)
        report = UnitReport(period=period, unit=unit, state=state)
        if state in FILED:
            moved = timedelta(hours=self.random.randint(-150, 60))
            report.first_submitted_at = period.due_at + moved
            report.submitted_at = report.first_submitted_at + timedelta(hours=self.random.randint(0, 30))
            report.submitted_by = self.user
        if state == ReportState.ACCEPTED:
            report.accepted_at, report.accepted_by = report.submitted_at, self.user
        if state == ReportState.RETURNED:
            report.returned_at, report.returned_by, report.return_reason = report.submitted_at, self.user, "sửa"
        if state == ReportState.MISSED:
            report.missed_at = period.due_at + timedelta(days=7)
        if state == ReportState.EXCUSED:
            report.excused_at, report.excused_reason = period.due_at, "nghỉ"
        if state == ReportState.CLOSED:
            report.closed_at, report.closed_by, report.closed_reason = report.submitted_at, self.user, "đã cũ"
        report.nothing_to_report = state in IN_EFFECT and self.random.random() < 0.2
        report.save()
        entries = ProgressEntry.objects.bulk_create([self._entry(report, duty) for duty in owed])
        IndicatorFigure.objects.bulk_create(figure for entry in entries for figure in self._figures(entry))

    def _entry(self, report: UnitReport, duty: Duty) -> ProgressEntry:
        entry = ProgressEntry(report=report, duty=duty, role=self.term_of[duty].role)
        if report.state in FILED and not report.nothing_to_report:
            entry.work_state = self.random.choice([*WorkState.values, ""])
            entry.percent = self.random.choice([None, 0, 40, 100])
            entry.result = self.random.choice(["", f"kết quả {report.pk}-{duty.pk}"])
        if self.random.random() < 0.1:
            entry.excluded_at, entry.excluded_by, entry.excluded_reason = self.now, self.user, "sai"
        return entry

    def _figures(self, entry: ProgressEntry) -> Iterator[IndicatorFigure]:
        for indicator in self.indicators.get(entry.duty.initiative_id, ()):
            value = self.random.choice([None, Decimal(self.random.randint(0, 30))])
            total = self.random.choice([None, Decimal(30)]) if indicator.kind == Indicator.Kind.PERCENT else None
            yield IndicatorFigure(entry=entry, indicator=indicator, value=value, total=total)

    def _obstacles(self) -> None:
        for duty in self.duties:
            if self.random.random() < 0.3:
                opened = self.now - timedelta(days=self.random.randint(0, 60))
                settled = opened + timedelta(days=self.random.randint(0, 20)) if self.random.random() < 0.4 else None
                one = Obstacle(duty=duty, text="khó", opened_at=opened, raised_at=opened)
                bulk_create_with_history([one], Obstacle, default_date=opened)
                if settled:
                    one.state, one.settled_at = ObstacleState.SETTLED, settled
                    bulk_update_with_history([one], Obstacle, ["state", "settled_at"], default_date=settled)


# --- The slow counter ---


class Word(NamedTuple):
    """What stands of a duty as of a day."""

    state: str
    percent: int | None


def _counts(entry: ProgressEntry, day: date | None) -> bool:
    """Said by ``day``, or for a period that had ended by then."""
    if day is None:
        return True
    return entry.report.period.ends_on <= day or local_day(entry.report.submitted_at) <= day


class History:
    """Every row of a plan, read once and whole; the rest is looking at them one by one."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        entries = ProgressEntry.objects.filter(report__period__plan=plan)
        entries = entries.select_related("report__period", "report__unit", "duty__unit").prefetch_related("figures")
        self.entries = list(entries)
        reports = UnitReport.objects.filter(period__plan=plan).select_related("period", "unit")
        self.reports = [report for report in reports if report.state != "excused"]
        self.duties = list(Duty.objects.filter(initiative__plan=plan).select_related("unit", "initiative"))
        self.obstacles = list(Obstacle.objects.filter(duty__initiative__plan=plan))
        self.indicators = list(Indicator.objects.filter(initiative__plan=plan))
        self.news = self._news()

    def _news(self) -> list[ProgressEntry]:
        """Every entry that counts, in the order in which later ones take the place of earlier ones."""
        counting = [
            entry
            for entry in self.entries
            if entry.report.state in IN_EFFECT and entry.excluded_at is None and entry.work_state != ""
        ]
        return sorted(counting, key=lambda entry: (entry.report.submitted_at, entry.pk))

    def words_until(self, day: date | None) -> dict[int, Word]:
        """The last word on each duty as of ``day``; None: as of now."""
        return {entry.duty_id: Word(entry.work_state, entry.percent) for entry in self.news if _counts(entry, day)}

    def owed_on(self, day: date) -> list[Duty]:
        """With the role of that day."""
        return list(Duty.objects.on(day).filter(initiative__plan=self.plan).select_related("unit", "initiative"))

    def filed_in(self, period: ReportingPeriod, kind: str = "", unit: Unit | None = None) -> tuple[int, ...]:
        """Expected, filed, on time, late, missing."""
        counts = [0, 0, 0, 0, 0]
        for report in self.reports:
            if report.period != period or (kind and report.unit.kind != kind) or (unit and report.unit != unit):
                continue
            counts[0] += 1
            if report.state in FILED:
                counts[1] += 1
                counts[2 if report.first_submitted_at <= period.due_at else 3] += 1
            else:
                counts[4] += 1
        return tuple(counts)

    def silent_in_a_row(self, unit: Unit, ended: list[ReportingPeriod]) -> int:
        count = 0
        for period in sorted(ended, key=lambda one: one.ends_on, reverse=True):
            for report in self.reports:
                if (report.unit, report.period) == (unit, period):
                    if report.state in FILED:
                        return count
                    count += 1
        return count

    def counted_until(self, indicator: Indicator, day: date | None) -> tuple[Decimal, int] | None:
        """What all units have counted together, and how many units have; None where nobody has.

        A count to date is the last one told, for whatever period; counts of periods are those of the weeks.
        """
        of_unit: dict[int, list[Decimal]] = {}
        for entry in self.news:
            period = entry.report.period
            counts = indicator.is_cumulative or period.rhythm == "weekly"
            if counts and (_counts(entry, day) if indicator.is_cumulative else day is None or period.ends_on <= day):
                for figure in entry.figures.all():
                    if figure.indicator_id == indicator.pk and figure.value is not None and asked(indicator, entry):
                        of_unit.setdefault(entry.duty.unit_id, []).append(figure.value)
        if not of_unit:
            return None
        per_unit = {pk: values[-1] if indicator.is_cumulative else sum(values) for pk, values in of_unit.items()}
        if indicator.aggregation == "highest":
            return max(per_unit.values()), len(per_unit)
        return sum(per_unit.values()), len(per_unit)


def asked(indicator: Indicator, entry: ProgressEntry) -> bool:
    """Whether the unit of the entry is one that counts the indicator."""
    if indicator.counted_by == "leads":
        return entry.role == "lead"
    if indicator.counted_by == "communes":
        return entry.duty.unit.kind == "commune"
    return indicator.counted_by == "units" or indicator.counting_unit_id == entry.duty.unit_id


def is_past(deadline: Deadline, state: str, day: date) -> bool:
    if deadline.due_on is None or day <= deadline.due_on or state in ("done", "maintained"):
        return False
    return not deadline.depends_on
