"""Who owes reports, once collectives are expanded (KH II, III.6)."""

from datetime import date, datetime, time
from unittest.mock import Mock

import pytest

from assignments.duties import refresh_duties
from assignments.models import AssignmentRole, CollectiveMember, Duty, DutyTerm
from reports.domain.calendar import VIETNAM
from reports.models import ReportingPeriod, UnitReport
from reports.periods.excuses import excuse_report
from tests.factories import (
    AssignmentFactory,
    CollectiveFactory,
    DutyFactory,
    InitiativeFactory,
    PlanFactory,
    UnitFactory,
    vn,
)
from tests.queries import same_queries

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

DAY = date(2024, 3, 4)


@pytest.fixture
def initiative(plan):
    return InitiativeFactory(plan=plan)


def noon(day):
    return datetime.combine(day, time(12), VIETNAM)


def duties(day=DAY):
    rows = Duty.objects.on(day).order_by("unit").values_list("unit__name", "role", "is_principal", "term__via__name")
    return list(rows)


def terms():
    """Every term as (unit, role, first, last)."""
    rows = DutyTerm.objects.order_by("duty__unit", "duty__initiative", "valid_from")
    return list(rows.values_list("duty__unit__name", "role", "valid_from", "valid_to"))


def owed(unit, duty):
    """The empty entry of ``duty`` in the weekly report of ``unit``."""
    period = ReportingPeriod.objects.create(
        plan=duty.initiative.plan,
        rhythm="weekly",
        code="2024-W10",
        starts_on=date(2024, 2, 28),
        ends_on=date(2024, 3, 5),
        due_at=vn("2024-03-05 23:59"),
        locks_at=vn("2024-03-12 23:59"),
        opened_at=vn("2024-02-28 00:05"),
    )
    return UnitReport.objects.create(period=period, unit=unit).entries.create(duty=duty)


def test_duty_of_a_collective_is_owed_by_each_member(plan, initiative):
    a, b = UnitFactory(name="Phòng A"), UnitFactory(name="Phòng B")
    AssignmentFactory(initiative=initiative, unit=CollectiveFactory(name="Các phòng", members=[a, b]))

    refresh_duties(plan, at=noon(DAY))

    assert duties() == [("Phòng A", "lead", False, "Các phòng"), ("Phòng B", "lead", False, "Các phòng")]


def test_duty_of_a_unit_reached_twice_keeps_the_strongest_role(plan, initiative):
    unit = UnitFactory(name="Phòng A")
    collective = CollectiveFactory(members=[unit])
    AssignmentFactory(initiative=initiative, unit=collective, role=AssignmentRole.COORDINATING)
    AssignmentFactory(initiative=initiative, unit=unit, role=AssignmentRole.LEAD)

    refresh_duties(plan, at=noon(DAY))

    assert duties() == [("Phòng A", "lead", False, None)]


# How one unit may be mentioned twice under an initiative, and the duty that comes of it: (role, (chính), itself).
LEAD, COORDINATING = AssignmentRole.LEAD, AssignmentRole.COORDINATING
TWICE = {
    "lead before (chính)": ((LEAD, False, True), (COORDINATING, True, True)),
    "lead before named itself": ((LEAD, False, False), (COORDINATING, True, True)),
    "(chính) before not": ((LEAD, True, True), (LEAD, False, True)),
    "(chính) before named itself": ((LEAD, True, False), (LEAD, False, True)),
    "named itself before via a collective": ((COORDINATING, False, True), (COORDINATING, False, False)),
    "(chính) itself before via a collective": ((LEAD, True, True), (LEAD, True, False)),
}


@pytest.mark.parametrize("turned", [False, True], ids=["stronger first", "stronger last"])
@pytest.mark.parametrize(("stronger", "weaker"), TWICE.values(), ids=TWICE)
def test_duty_of_a_unit_mentioned_twice_is_the_stronger_one_in_whatever_order(
    plan, initiative, stronger, weaker, turned
):
    unit = UnitFactory(name="Phòng A")
    collective = CollectiveFactory(name="Các phòng", members=[unit])
    for role, is_principal, is_itself in (weaker, stronger) if turned else (stronger, weaker):
        named = unit if is_itself else collective
        AssignmentFactory(initiative=initiative, unit=named, role=role, is_principal=is_principal)

    refresh_duties(plan, at=noon(DAY))

    role, is_principal, is_itself = stronger
    assert duties() == [("Phòng A", role, is_principal, None if is_itself else "Các phòng")]


def test_duty_of_a_unit_reached_through_two_collectives_alike_is_kept_under_the_one_mentioned_first(plan, initiative):
    unit = UnitFactory(name="Phòng A")
    for name in ("Các phòng", "Các đơn vị"):
        AssignmentFactory(initiative=initiative, unit=CollectiveFactory(name=name, members=[unit]))

    refresh_duties(plan, at=noon(DAY))

    assert duties() == [("Phòng A", "lead", False, "Các phòng")]


@pytest.mark.parametrize(("role", "files_reports"), [(AssignmentRole.SUPPORT, True), (AssignmentRole.LEAD, False)])
def test_duty_is_not_owed_by_support_or_by_units_that_file_nothing(plan, initiative, role, files_reports):
    AssignmentFactory(initiative=initiative, unit=UnitFactory(files_reports=files_reports), role=role)

    refresh_duties(plan, at=noon(DAY))

    assert duties() == []


def test_duty_of_a_unit_nobody_has_recognised_is_owed_by_nobody(plan, initiative):
    AssignmentFactory(initiative=initiative, unit=None)

    refresh_duties(plan, at=noon(DAY))

    assert duties() == []


def test_duty_of_an_ended_unit_passes_to_its_successor_from_its_date(plan, initiative):
    successor = UnitFactory(name="Phòng mới", valid_from=date(2025, 3, 1))
    AssignmentFactory(
        initiative=initiative, unit=UnitFactory(name="Phòng cũ", valid_to=date(2025, 2, 28), successor=successor)
    )
    refresh_duties(plan, at=noon(date(2025, 2, 28)))

    refresh_duties(plan, at=noon(date(2025, 3, 1)))

    assert duties(date(2025, 2, 28)) == [("Phòng cũ", "lead", False, None)]
    assert duties(date(2025, 3, 1)) == [("Phòng mới", "lead", False, None)]


def test_duty_passes_along_several_successors_to_the_one_in_force(plan, initiative):
    last = UnitFactory(name="Phòng thứ ba", valid_from=date(2024, 3, 4))
    second = UnitFactory(valid_from=date(2024, 2, 20), valid_to=date(2024, 3, 3), successor=last)
    AssignmentFactory(initiative=initiative, unit=UnitFactory(valid_to=date(2024, 2, 19), successor=second))

    refresh_duties(plan, at=noon(DAY))

    assert duties() == [("Phòng thứ ba", "lead", False, None)]


def test_duty_of_an_ended_unit_with_nobody_to_take_over_is_owed_by_nobody(plan, initiative):
    to_come = UnitFactory(valid_from=date(2024, 3, 5))
    for successor in (None, to_come):
        AssignmentFactory(initiative=initiative, unit=UnitFactory(valid_to=date(2024, 3, 3), successor=successor))

    refresh_duties(plan, at=noon(DAY))

    assert duties() == []


def test_duty_of_units_that_name_each_other_as_successors_is_owed_by_nobody(plan, initiative):
    """A slip of the hand that no form refuses: it must not hold up the plan for ever."""
    first = UnitFactory(valid_to=date(2024, 3, 1))
    second = UnitFactory(valid_to=date(2024, 3, 2), successor=first)
    first.successor = second
    first.save()
    AssignmentFactory(initiative=initiative, unit=first)
    AssignmentFactory(initiative=initiative, unit=UnitFactory(name="Phòng A"))

    refresh_duties(plan, at=noon(DAY))

    assert duties() == [("Phòng A", "lead", False, None)]


def test_first_duties_of_a_plan_begin_with_the_plan_and_later_ones_on_their_day(plan, initiative):
    AssignmentFactory(initiative=initiative, unit=UnitFactory(name="Phòng A"))
    refresh_duties(plan, at=noon(DAY))
    AssignmentFactory(initiative=initiative, unit=UnitFactory(name="Phòng B"))

    refresh_duties(plan, at=noon(date(2024, 3, 5)))

    begun = dict(DutyTerm.objects.values_list("duty__unit__name", "valid_from"))
    assert begun == {"Phòng A": plan.starts_on, "Phòng B": date(2024, 3, 5)}


def test_refresh_before_the_plan_begins_lets_its_duties_begin_that_day(plan, initiative):
    AssignmentFactory(initiative=initiative)

    refresh_duties(plan, at=noon(date(2024, 1, 15)))

    assert DutyTerm.objects.get().valid_from == date(2024, 1, 15)


def test_duty_is_owed_from_the_first_day_of_its_assignment_to_the_last_those_to_come_as_well(plan, initiative):
    """One ends without another that begins, and one begins without another that ends."""
    AssignmentFactory(initiative=initiative, unit=UnitFactory(name="Phòng A"), valid_to=date(2024, 3, 10))
    AssignmentFactory(initiative=initiative, unit=UnitFactory(name="Phòng B"), valid_from=date(2024, 3, 20))

    refresh_duties(plan, at=noon(DAY))

    assert terms() == [
        ("Phòng A", "lead", plan.starts_on, date(2024, 3, 10)),
        ("Phòng B", "lead", date(2024, 3, 20), None),
    ]


def test_duty_of_a_member_is_owed_as_long_as_it_belongs_to_its_collective(plan, initiative):
    collective = CollectiveFactory(members=[UnitFactory(name="Phòng A")])
    for name, first, last in (("Phòng B", None, date(2024, 3, 10)), ("Phòng C", date(2024, 3, 20), None)):
        member = UnitFactory(name=name)
        CollectiveMember.objects.create(collective=collective, unit=member, valid_from=first, valid_to=last)
    AssignmentFactory(initiative=initiative, unit=collective)

    refresh_duties(plan, at=noon(DAY))

    assert terms() == [
        ("Phòng A", "lead", plan.starts_on, None),
        ("Phòng B", "lead", plan.starts_on, date(2024, 3, 10)),
        ("Phòng C", "lead", date(2024, 3, 20), None),
    ]


def test_duty_is_owed_until_the_day_before_its_initiative_is_closed(plan, initiative):
    AssignmentFactory(initiative=initiative, unit=UnitFactory(name="Phòng A"))
    initiative.closed_on = date(2024, 3, 11)
    initiative.save()

    refresh_duties(plan, at=noon(DAY))

    assert terms() == [("Phòng A", "lead", plan.starts_on, date(2024, 3, 10))]


def test_duty_of_an_assignment_that_is_to_hold_for_ever_has_no_last_day(plan, initiative):
    """As it is typed where a form asks for a day; there is none after it."""
    AssignmentFactory(initiative=initiative, unit=UnitFactory(name="Phòng A"), valid_to=date.max)

    refresh_duties(plan, at=noon(DAY))

    assert terms() == [("Phòng A", "lead", plan.starts_on, None)]


def test_duty_changed_for_a_day_past_is_as_though_it_had_been_known_then(plan, initiative):
    assignment = AssignmentFactory(initiative=initiative, unit=UnitFactory(name="Phòng A"))
    refresh_duties(plan, at=noon(DAY))
    assignment.valid_to = date(2024, 2, 20)
    assignment.save()

    refresh_duties(plan, at=noon(DAY), since=date(2024, 2, 21))

    assert terms() == [("Phòng A", "lead", plan.starts_on, date(2024, 2, 20))]


def test_refresh_for_a_day_to_come_is_one_from_today(plan, initiative):
    AssignmentFactory(initiative=initiative)
    refresh_duties(plan, at=noon(DAY))
    AssignmentFactory(initiative=initiative, unit=UnitFactory(name="Phòng B"))

    refresh_duties(plan, at=noon(DAY), since=date(2024, 3, 20))

    assert DutyTerm.objects.get(duty__unit__name="Phòng B").valid_from == DAY


def test_refresh_that_fails_on_the_way_changes_nothing(plan, initiative, monkeypatch):
    AssignmentFactory(initiative=initiative)
    monkeypatch.setattr("assignments.reported.follow", Mock(side_effect=RuntimeError("Mất điện")))

    with pytest.raises(RuntimeError, match="Mất điện"):
        refresh_duties(plan, at=noon(DAY))

    assert (Duty.objects.count(), DutyTerm.objects.count()) == (0, 0)


def test_refresh_leaves_the_duties_of_other_plans_alone(plan, initiative):
    other = DutyFactory()
    other.initiative.assignments.all().delete()
    AssignmentFactory(initiative=initiative)

    refresh_duties(plan, at=noon(DAY))

    assert (other.terms.get().valid_to, Duty.objects.count()) == (None, 2)


def test_refresh_returns_how_many_duties_it_began_ended_and_corrected(plan, initiative):
    """A role that changes ends one term and begins another; on its first day it is corrected where it stands."""
    to_stay, to_change, to_end = (AssignmentFactory(initiative=initiative) for _ in range(3))
    begun = refresh_duties(plan, at=noon(DAY))
    to_change.role = AssignmentRole.COORDINATING
    to_change.save()
    to_end.delete()
    changed_and_ended = refresh_duties(plan, at=noon(date(2024, 3, 5)))
    to_change.role = AssignmentRole.LEAD
    to_change.save()
    taken_back_and_resumed = refresh_duties(plan, at=noon(date(2024, 3, 5)))
    late = AssignmentFactory(initiative=initiative)
    begun_late = refresh_duties(plan, at=noon(date(2024, 3, 6)))
    late.is_principal = True
    late.save()
    corrected = refresh_duties(plan, at=noon(date(2024, 3, 6)))

    assert (begun, changed_and_ended, taken_back_and_resumed, begun_late, corrected) == (3, 2, 1, 1, 1)
    terms = DutyTerm.objects.order_by("duty", "valid_from")
    assert list(terms.values_list("duty__unit", "role", "is_principal", "valid_to")) == [
        (to_stay.unit_id, "lead", False, None),
        (to_change.unit_id, "lead", False, None),
        (to_end.unit_id, "lead", False, DAY),
        (late.unit_id, "lead", True, None),
    ]


def test_refresh_again_changes_nothing(plan, initiative):
    AssignmentFactory(initiative=initiative)
    refresh_duties(plan, at=noon(DAY))

    assert refresh_duties(plan, at=noon(DAY)) == 0


def test_role_changed_on_the_day_it_began_leaves_one_duty(plan, initiative):
    assignment = AssignmentFactory(initiative=initiative, unit=UnitFactory(name="Phòng A"))
    AssignmentFactory(initiative=initiative, unit=UnitFactory(name="Phòng B"))
    refresh_duties(plan, at=noon(plan.starts_on))
    assignment.role = AssignmentRole.COORDINATING
    assignment.save()

    refresh_duties(plan, at=noon(plan.starts_on))

    assert duties() == [("Phòng A", "coordinating", False, None), ("Phòng B", "lead", False, None)]


@same_queries(16)
def test_refresh_takes_the_same_queries_for_any_number_of_rows(rows, counted):
    plan = PlanFactory()
    for _ in range(rows):
        AssignmentFactory(initiative=InitiativeFactory(plan=plan))

    with counted:
        refresh_duties(plan, at=noon(DAY))


def test_duty_put_right_the_day_after_it_was_ended_goes_on(plan, initiative):
    assignment = AssignmentFactory(initiative=initiative, unit=UnitFactory(name="Phòng A"))
    AssignmentFactory(initiative=initiative)
    refresh_duties(plan, at=noon(plan.starts_on))
    before = terms()
    for role in (AssignmentRole.COORDINATING, AssignmentRole.LEAD):
        assignment.role = role
        assignment.save()
        refresh_duties(plan, at=noon(DAY))

    assert terms() == before


def test_duty_of_one_day_goes_with_the_empty_reports_owed_under_it(plan, initiative, unit):
    AssignmentFactory(initiative=initiative)
    refresh_duties(plan, at=noon(plan.starts_on))
    mistaken = AssignmentFactory(initiative=initiative, unit=unit)
    refresh_duties(plan, at=noon(DAY))
    owed(unit, Duty.objects.get(unit=unit))
    mistaken.delete()

    refresh_duties(plan, at=noon(DAY))

    assert (Duty.objects.filter(unit=unit).count(), UnitReport.objects.filter(unit=unit).count()) == (0, 0)


def test_duty_of_one_day_goes_alone(plan, initiative):
    """Of those that stay nothing was reported either."""
    stays, elsewhere = AssignmentFactory(initiative=initiative), DutyFactory()
    refresh_duties(plan, at=noon(plan.starts_on))
    mistaken = AssignmentFactory(initiative=initiative)
    refresh_duties(plan, at=noon(DAY))
    mistaken.delete()

    refresh_duties(plan, at=noon(DAY))

    assert set(Duty.objects.values_list("unit", flat=True)) == {stays.unit_id, elsewhere.unit_id}


def test_duty_of_one_day_goes_and_leaves_the_report_that_was_excused_under_it(plan, initiative, unit, standing_agency):
    AssignmentFactory(initiative=initiative)
    refresh_duties(plan, at=noon(plan.starts_on))
    mistaken = AssignmentFactory(initiative=initiative, unit=unit)
    refresh_duties(plan, at=noon(DAY))
    report = owed(unit, Duty.objects.get(unit=unit)).report
    excuse_report(report, reason="Nhầm đơn vị", by=standing_agency, at=noon(DAY))
    mistaken.delete()

    refresh_duties(plan, at=noon(DAY))

    report.refresh_from_db()
    assert (Duty.objects.filter(unit=unit).count(), report.excused_reason) == (0, "Nhầm đơn vị")


def test_duty_of_one_day_under_which_somebody_reported_keeps_what_was_said(plan, initiative, unit):
    AssignmentFactory(initiative=initiative)
    refresh_duties(plan, at=noon(plan.starts_on))
    mistaken = AssignmentFactory(initiative=initiative, unit=unit)
    refresh_duties(plan, at=noon(DAY))
    entry = owed(unit, Duty.objects.get(unit=unit))
    entry.result = "Đã làm"
    entry.save()
    mistaken.delete()

    refresh_duties(plan, at=noon(DAY))

    entry.refresh_from_db()
    assert (Duty.objects.on(DAY).filter(unit=unit).count(), entry.result) == (0, "Đã làm")
