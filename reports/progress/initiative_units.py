"""How each unit that owes an initiative stands, and what changed over its last weeks; columns alone."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Value
from django.db.models.functions import Coalesce

from assignments.models import AssignmentRole, Duty, User, role_in_words
from models_registry.models import Initiative
from reports.domain.calendar import Rhythm
from reports.domain.sources import Source
from reports.domain.states import Look, look_of
from reports.domain.wording import percent
from reports.models import PeriodState, ProgressEntry, ReportingPeriod

WEEKS_SHOWN = 12
CHANGES_SHOWN = 8
_OF_DUTY = ("pk", "unit", "unit__name", "role", "is_principal")
_OF_WORD = tuple(
    f"current__{field}" for field in ("percent", "difficulty", "result", "result_entry", "reported_at", "entry__duty")
)
_OF_SOURCE = (
    *("current__result_entry__report__submitted_at", "current__result_entry__duty__unit__name"),
    "current__entry__duty__unit__name",
    *(f"current__period__{field}" for field in ("rhythm", "starts_on", "ends_on", "name")),
)


class OwingUnit(NamedTuple):
    """One unit that owes an initiative and its last word; ``state`` "" and None else where nothing was ever reported.

    ``told_at``, ``told_by``: when the result was told, by which unit; ``inherited``: whose word it is where nothing was
    said under the duty itself, "tuần 25/02 – 03/03 của Công an huyện".
    """

    duty_id: int
    unit_id: int
    name: str
    role: str
    is_principal: bool
    state: str
    percent: int | None
    difficulty: str
    result: str
    result_entry_id: int | None
    reported_at: datetime | None
    told_at: datetime | None
    told_by: str
    inherited: str

    @property
    def role_words(self) -> str:
        return role_in_words(self.role, is_principal=self.is_principal)

    @property
    def is_lead(self) -> bool:
        return self.role == AssignmentRole.LEAD


class WeekState(NamedTuple):
    """How a duty stood at the end of a week, or stands now."""

    duty_id: int
    state: str
    percent: int | None
    result_entry_id: int | None
    reported_at: datetime


class Course(NamedTuple):
    """``weeks``: the last days of the weeks that ended, the earliest first; ``states`` of each of them, by duty."""

    units: list[OwingUnit]
    weeks: list[date]
    states: list[dict[int, WeekState]]

    @property
    def leads(self) -> list[OwingUnit]:
        """Those that answer for it: to somebody who may not read the leads, the own units."""
        return [unit for unit in self.units if unit.is_lead] or self.units


class ProgressChange(NamedTuple):
    """What one unit said that it had not said before: ``words`` "85 % → 95 %", ``result`` told anew, "" where none."""

    at: datetime
    unit: str
    look: Look
    words: str
    result: str


def units_of(initiative: Initiative, user: User, day: date) -> list[OwingUnit]:
    """Those ``user`` may read, the leads first; one query."""
    owed = Duty.objects.owed(initiative.plan, day).visible_to(user, day).filter(initiative=initiative)
    stands = owed.annotate(state=Coalesce("current__work_state", Value("")))
    rows = stands.order_by("unit__sort_key").values_list(*_OF_DUTY, "state", *_OF_WORD, *_OF_SOURCE)
    roles = AssignmentRole.values
    units = [_unit(row, day) for row in rows]
    return sorted(units, key=lambda unit: (roles.index(unit.role), not unit.is_principal))


def course_of(initiative: Initiative, units: list[OwingUnit]) -> Course:
    """How ``units`` stood at the end of the last weeks of the plan that ended; two queries."""
    ended = ReportingPeriod.objects.filter(plan=initiative.plan_id, rhythm=Rhythm.WEEKLY, summed_at__isnull=False)
    weeks = dict(ended.order_by("-ends_on").values_list("pk", "ends_on")[:WEEKS_SHOWN])
    rows = PeriodState.objects.filter(period__in=weeks, duty__in=[unit.duty_id for unit in units])
    of_week: dict[int, dict[int, WeekState]] = {pk: {} for pk in weeks}
    for period_id, *state in rows.order_by().values_list(
        "period", *WeekState._fields[:1], "work_state", *WeekState._fields[2:]
    ):
        found = WeekState._make(state)
        of_week[period_id][found.duty_id] = found
    earliest_first = [(weeks[pk], of_week[pk]) for pk in reversed(weeks)]
    known = [(ends_on, states) for ends_on, states in earliest_first if states]
    return Course(units, [ends_on for ends_on, _ in known], [states for _, states in known])


def changes_of(course: Course) -> list[ProgressChange]:
    """What changed over the weeks of ``course`` and since, the latest first; one query where anything did."""
    found = sorted(_changed(course), key=lambda step: step[2].reported_at, reverse=True)[:CHANGES_SHOWN]
    told = [pk for _, before, after in found if (pk := _result_told_anew(before, after))]
    results = dict(ProgressEntry.objects.filter(pk__in=told).order_by().values_list("pk", "result")) if told else {}
    return [
        ProgressChange(
            *(after.reported_at, unit.name, look_of(after.state), _words(before, after)),
            result=results.get(_result_told_anew(before, after), ""),
        )
        for unit, before, after in found
    ]


def _unit(row: Sequence, day: date) -> OwingUnit:
    *about, entry_duty, told_at, told_by, whose, rhythm, starts_on, ends_on, name = row
    percent, difficulty, result, result_entry, reported_at = about[-5:]
    is_own = entry_duty in (None, about[0])
    source = "" if is_own else Source(rhythm, name, starts_on, ends_on, whose).words_on(day)
    said = (percent, difficulty or "", result or "", result_entry, reported_at)
    return OwingUnit._make((*about[:-5], *said, told_at, told_by or "", source))


def _changed(course: Course) -> Iterable[tuple[OwingUnit, WeekState | None, WeekState]]:
    """Each unit with a state and the one before it, where they differ; what was before the first week is not known."""
    for unit in course.units:
        states = [states.get(unit.duty_id) for states in course.states]
        for before, after in pairwise([*states, _now(unit)]):
            if after and (before is None or before[1:4] != after[1:4]):
                yield unit, before, after


def _now(unit: OwingUnit) -> WeekState | None:
    if unit.reported_at is None:
        return None
    return WeekState(unit.duty_id, unit.state, unit.percent, unit.result_entry_id, unit.reported_at)


def _result_told_anew(before: WeekState | None, after: WeekState) -> int:
    """The entry of a result that was not known before, 0 where it was or there is none."""
    return 0 if before and before.result_entry_id == after.result_entry_id else after.result_entry_id or 0


def _words(before: WeekState | None, after: WeekState) -> str:
    """ "85 % → 95 %", "Đang triển khai → Vướng mắc"; the first time "Đang triển khai, 10 %"; "" of a result alone."""
    now = look_of(after.state).word
    if before is None:
        return ", ".join(filter(None, (now, percent(after.percent))))
    said = []
    if before.state != after.state:
        said.append(f"{look_of(before.state).word} → {now}")
    if before.percent != after.percent:
        said.append(f"{percent(before.percent) or 'chưa ghi'} → {percent(after.percent) or 'chưa ghi'}")
    return ", ".join(said)
