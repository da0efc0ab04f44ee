"""Who owes reports, once collectives are expanded (KH II, III.6)."""

from datetime import date

import pytest

from assignments.duties import refresh_duties
from assignments.models import AssignmentRole, Duty
from reports.models import ReportingPeriod, UnitReport
from tests.factories import AssignmentFactory, CollectiveFactory, InitiativeFactory, PlanFactory, UnitFactory, vn

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

DAY = date(2024, 3, 4)


@pytest.fixture
def initiative(plan):
    return InitiativeFactory(plan=plan)


def duties(day=DAY):
    return [(d.unit.name, d.role, d.is_principal, d.via and d.via.name) for d in Duty.objects.on(day).order_by("unit")]


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

    refresh_duties(plan, on=DAY)

    assert duties() == [("Phòng A", "lead", False, "Các phòng"), ("Phòng B", "lead", False, "Các phòng")]


def test_duty_of_a_unit_reached_twice_keeps_the_strongest_role(plan, initiative):
    unit = UnitFactory(name="Phòng A")
    collective = CollectiveFactory(members=[unit])
    AssignmentFactory(initiative=initiative, unit=collective, role=AssignmentRole.COORDINATING)
    AssignmentFactory(initiative=initiative, unit=unit, role=AssignmentRole.LEAD)

    refresh_duties(plan, on=DAY)

    assert duties() == [("Phòng A", "lead", False, None)]


@pytest.mark.parametrize(("role", "files_reports"), [(AssignmentRole.SUPPORT, True), (AssignmentRole.LEAD, False)])
def test_duty_is_not_owed_by_support_or_by_units_that_file_nothing(plan, initiative, role, files_reports):
    AssignmentFactory(initiative=initiative, unit=UnitFactory(files_reports=files_reports), role=role)

    refresh_duties(plan, on=DAY)

    assert duties() == []


def test_duty_of_an_ended_unit_passes_to_its_successor_from_its_date(plan, initiative):
    successor = UnitFactory(name="Phòng mới", valid_from=date(2025, 3, 1))
    AssignmentFactory(
        initiative=initiative, unit=UnitFactory(name="Phòng cũ", valid_to=date(2025, 2, 28), successor=successor)
    )
    refresh_duties(plan, on=date(2025, 2, 28))

    refresh_duties(plan, on=date(2025, 3, 1))

    assert duties(date(2025, 2, 28)) == [("Phòng cũ", "lead", False, None)]
    assert duties(date(2025, 3, 1)) == [("Phòng mới", "lead", False, None)]


def test_refresh_again_changes_nothing(plan, initiative):
    AssignmentFactory(initiative=initiative)
    refresh_duties(plan, on=DAY)

    assert refresh_duties(plan, on=DAY) == 0


def test_role_changed_on_the_day_it_began_leaves_one_duty(plan, initiative):
    assignment = AssignmentFactory(initiative=initiative, unit=UnitFactory(name="Phòng A"))
    AssignmentFactory(initiative=initiative, unit=UnitFactory(name="Phòng B"))
    refresh_duties(plan, on=plan.starts_on)
    assignment.role = AssignmentRole.COORDINATING
    assignment.save()

    refresh_duties(plan, on=plan.starts_on)

    assert duties() == [("Phòng A", "coordinating", False, None), ("Phòng B", "lead", False, None)]


@pytest.mark.parametrize("rows", [1, 3])
def test_refresh_takes_the_same_queries_for_any_number_of_rows(rows, django_assert_num_queries):
    plan = PlanFactory()
    for _ in range(rows):
        AssignmentFactory(initiative=InitiativeFactory(plan=plan))

    with django_assert_num_queries(9):
        refresh_duties(plan, on=DAY)


def test_duty_put_right_the_day_after_it_was_ended_goes_on(plan, initiative):
    assignment = AssignmentFactory(initiative=initiative, unit=UnitFactory(name="Phòng A"))
    AssignmentFactory(initiative=initiative)
    refresh_duties(plan, on=plan.starts_on)
    before = list(Duty.objects.order_by("pk").values())
    for role in (AssignmentRole.COORDINATING, AssignmentRole.LEAD):
        assignment.role = role
        assignment.save()
        refresh_duties(plan, on=DAY)

    assert list(Duty.objects.order_by("pk").values()) == before


def test_duty_of_one_day_goes_with_the_empty_reports_owed_under_it(plan, initiative, unit):
    AssignmentFactory(initiative=initiative)
    refresh_duties(plan, on=plan.starts_on)
    mistaken = AssignmentFactory(initiative=initiative, unit=unit)
    refresh_duties(plan, on=DAY)
    owed(unit, Duty.objects.get(unit=unit))
    mistaken.delete()

    refresh_duties(plan, on=DAY)

    assert (Duty.objects.filter(unit=unit).count(), UnitReport.objects.filter(unit=unit).count()) == (0, 0)


def test_duty_of_one_day_under_which_somebody_reported_ends_that_day(plan, initiative, unit):
    AssignmentFactory(initiative=initiative)
    refresh_duties(plan, on=plan.starts_on)
    mistaken = AssignmentFactory(initiative=initiative, unit=unit)
    refresh_duties(plan, on=DAY)
    entry = owed(unit, Duty.objects.get(unit=unit))
    entry.result = "Đã làm"
    entry.save()
    mistaken.delete()

    refresh_duties(plan, on=DAY)

    assert Duty.objects.get(unit=unit).valid_to == DAY
