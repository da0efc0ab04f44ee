"""Who owes reports, once collectives are expanded (KH II, III.6)."""

from datetime import date

import pytest

from assignments.duties import refresh_duties
from assignments.models import AssignmentRole, Duty
from tests.factories import AssignmentFactory, CollectiveFactory, InitiativeFactory, PlanFactory, UnitFactory

pytestmark = pytest.mark.django_db

DAY = date(2024, 3, 4)


@pytest.fixture
def initiative(plan):
    return InitiativeFactory(plan=plan)


def duties(day=DAY):
    return [(d.unit.name, d.role, d.is_principal, d.via and d.via.name) for d in Duty.objects.on(day).order_by("unit")]


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
