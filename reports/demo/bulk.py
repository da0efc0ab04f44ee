"""A made-up directory with a long history, to see the portal under weight; also what tests/bench/rollup measures on.

Written past the services, since fifteen million rows one by one would take days: every unit files every week and says
something of every initiative, so the state at the end of a week is what was said in it, and the last week's is the
present one. ``rebuild_current`` finds nothing to mend.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from assignments.duties import refresh_duties
from assignments.models import Assignment, AssignmentRole, CollectiveMember, StandingAgency, Unit, User
from models_registry.deadlines import DeadlineKind
from models_registry.models import Deadline, Initiative, InitiativeGroup, Plan
from reports.domain.calendar import VIETNAM, Rhythm, Span, span_of
from reports.domain.entry_fields import FILLED_FIELDS
from reports.models import ReportingPeriod

BULK_CANNOT_BE_CLEARED = "Cổng đã có dữ liệu minh họa cỡ lớn, không xóa từng dòng được. Hãy tạo lại cơ sở dữ liệu."
_NUMBER = "minh-hoa-"
_GROUPS = ("I", "II", "III", "IV", "V")
_LEADS_ONE_IN = 6
_COMMUNES_ONE_IN = 4

# One unit in twenty files late, by its place: keys may skip every twentieth; a state lasts nine weeks.
_REPORTS = """
    INSERT INTO reports_unitreport (period_id, unit_id, state, nothing_to_report, first_submitted_at, submitted_at,
        submitted_by_id, accepted_at, accepted_by_id, filed_on_behalf, return_reason, reopen_reason,
        excused_reason, closed_reason)
    SELECT %(period)s, u.unit_id, 'accepted', false,
        CASE WHEN u.place %% 20 = 1 THEN %(late)s ELSE %(early)s END,
        CASE WHEN u.place %% 20 = 1 THEN %(late)s ELSE %(early)s END,
        %(user)s, %(accepted)s, %(user)s, false, '', '', '', ''
    FROM (SELECT d.unit_id, ROW_NUMBER() OVER (ORDER BY d.unit_id) AS place FROM assignments_duty d
          JOIN models_registry_initiative i ON i.id = d.initiative_id WHERE i.plan_id = %(plan)s
          GROUP BY d.unit_id) u
"""
_SAID = {
    "work_state": """CASE (d.id + (%(week)s + d.id) / 9) %% 6 WHEN 0 THEN 'not_started' WHEN 3 THEN 'done'
        WHEN 4 THEN 'maintained' WHEN 5 THEN 'blocked' ELSE 'in_progress' END""",
    "percent": "(d.id + %(week)s) %% 101",
    "result": "'Đã hướng dẫn người dân thực hiện tại chỗ, tiếp nhận ' || (r.id %% 90) || ' lượt.'",
}
_FIELDS = ", ".join(FILLED_FIELDS)
# S608: only names of columns are put in.
_ENTRIES = f"""
    INSERT INTO reports_progressentry (report_id, duty_id, role, is_principal, is_kept, version, excluded_reason,
        {_FIELDS})
    SELECT r.id, d.id, t.role, t.is_principal, false, 1, '',
        {", ".join(_SAID.get(name, "''") for name in FILLED_FIELDS)}
    FROM reports_unitreport r JOIN assignments_duty d ON d.unit_id = r.unit_id
    JOIN assignments_dutyterm t ON t.duty_id = d.id
    JOIN models_registry_initiative i ON i.id = d.initiative_id
    WHERE r.period_id = %(period)s AND i.plan_id = %(plan)s
"""  # noqa: S608
_STATES = """
    INSERT INTO reports_periodstate (period_id, duty_id, entry_id, result_entry_id, work_state, percent, reported_at)
    SELECT r.period_id, e.duty_id, e.id, e.id, e.work_state, e.percent, r.submitted_at
    FROM reports_progressentry e JOIN reports_unitreport r ON r.id = e.report_id
    WHERE r.period_id = %(period)s
"""
_CURRENT = f"""
    INSERT INTO reports_currentprogress (duty_id, entry_id, result_entry_id, period_id, reported_at, {_FIELDS})
    SELECT e.duty_id, e.id, e.id, r.period_id, r.submitted_at, {", ".join(f"e.{name}" for name in FILLED_FIELDS)}
    FROM reports_progressentry e JOIN reports_unitreport r ON r.id = e.report_id
    WHERE r.period_id = %(period)s
"""  # noqa: S608


def has_bulk_data() -> bool:
    """Whether the database holds plans made here."""
    return Plan.objects.filter(number__startswith=_NUMBER).exists()


# --- What the plan says and who does it ---


def make_plan(number: int, *, units: int, initiatives: int, first_day: date) -> Plan:
    """A plan under which each of ``units`` units owes each of ``initiatives`` initiatives from ``first_day`` on."""
    name = f"Kế hoạch minh họa tỉnh {number}"
    last_day = first_day + timedelta(days=3 * 365)
    plan = Plan.objects.create(
        number=f"{_NUMBER}{number}", title=name, short_name=name, starts_on=first_day, ends_on=last_day
    )
    owing = _make_units(number, units)
    _assign(_make_initiatives(plan, initiatives), owing, _make_collective(number, owing))
    StandingAgency.objects.create(plan=plan, unit=owing[0])
    refresh_duties(plan, at=datetime.combine(first_day, time(), VIETNAM))
    return plan


def _make_units(plan: int, count: int) -> list[Unit]:
    units = []
    for number in range(1, count + 1):
        is_commune = number % _COMMUNES_ONE_IN == 0
        units.append(
            Unit(
                name=f"{'UBND xã' if is_commune else 'Phòng'} {number} tỉnh {plan}",
                short_name=f"{'Xã' if is_commune else 'Phòng'} {number}",
                kind=Unit.Kind.COMMUNE if is_commune else Unit.Kind.DEPARTMENT,
                level=Unit.Level.COMMUNE if is_commune else Unit.Level.DISTRICT,
                files_reports=True,
            )
        )
        units[-1].set_keys()
    return Unit.objects.bulk_create(units)


def _make_collective(plan: int, members: Sequence[Unit]) -> Unit:
    everyone = Unit.objects.create(name=f"Các đơn vị tỉnh {plan}", kind=Unit.Kind.COLLECTIVE, level=Unit.Level.PROVINCE)
    CollectiveMember.objects.bulk_create(CollectiveMember(collective=everyone, unit=unit) for unit in members)
    return everyone


def _make_initiatives(plan: Plan, count: int) -> list[Initiative]:
    groups = [
        InitiativeGroup.objects.create(plan=plan, numeral=numeral, name=f"Nhóm {numeral}", position=position)
        for position, numeral in enumerate(_GROUPS)
    ]
    initiatives = [
        Initiative(
            plan=plan,
            group=groups[rank * len(groups) // count],
            code=str(rank + 1),
            ordinal=str(rank + 1),
            name=f"Triển khai việc {rank + 1}",
            position=rank,
        )
        for rank in range(count)
    ]
    for initiative in initiatives:
        initiative.set_keys()
    Initiative.objects.bulk_create(initiatives)
    last_day = plan.ends_on
    Deadline.objects.bulk_create(
        Deadline(initiative=one, text=f"Ngày {last_day:%d/%m/%Y}", kind=DeadlineKind.DAY, due_on=last_day)
        for one in initiatives
    )
    return initiatives


def _assign(initiatives: Sequence[Initiative], units: Sequence[Unit], everyone: Unit) -> None:
    """One unit in six leads, all others coordinate through their collective."""
    coordinating = [
        Assignment(initiative=one, unit=everyone, role=AssignmentRole.COORDINATING, text=everyone.name)
        for one in initiatives
    ]
    leading = [
        Assignment(initiative=one, unit=unit, role=AssignmentRole.LEAD, text=unit.name, position=place)
        for rank, one in enumerate(initiatives)
        for place, unit in enumerate(units)
        if (place + rank) % _LEADS_ONE_IN == 0
    ]
    Assignment.objects.bulk_create([*coordinating, *leading], batch_size=1000)


# --- How it goes ---


def fill_weeks(plan: Plan, first_day: date, weeks: int, *, today: date, by: User) -> list[ReportingPeriod]:
    """``weeks`` weeks from the one of ``first_day`` on, all filed and accepted; those ended by ``today`` are summed."""
    spans = [span_of(Rhythm.WEEKLY, first_day + timedelta(weeks=week)) for week in range(weeks)]
    periods = ReportingPeriod.objects.bulk_create(_period(plan, span, today) for span in spans)
    with connection.cursor() as cursor:
        for week, period in enumerate(periods):
            values = {"plan": plan.pk, "period": period.pk, "user": by.pk, "week": week, **_moments(period)}
            for statement in (_REPORTS, _ENTRIES, *([_STATES] if period.summed_at else [])):
                cursor.execute(statement, values)
        cursor.execute(_CURRENT, values)
    return periods


def _period(plan: Plan, span: Span, today: date) -> ReportingPeriod:
    return ReportingPeriod(
        plan=plan,
        rhythm=span.rhythm,
        code=span.code,
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        due_at=span.due_at,
        locks_at=span.next.due_at,
        opened_at=datetime.combine(span.starts_on, time(0, 5), VIETNAM),
        summed_at=span.due_at + timedelta(minutes=5) if span.ends_on < today else None,
    )


def _moments(period: ReportingPeriod) -> dict[str, Any]:
    """When reports come in and are accepted, as the database at hand writes a moment."""
    adapt = connection.ops.adapt_datetimefield_value
    after = {"early": timedelta(hours=-12), "late": timedelta(hours=10), "accepted": timedelta(hours=12)}
    return {name: adapt(period.due_at + delay) for name, delay in after.items()}
