"""The running plans a person has to do with."""

from datetime import date

import pytest

from assignments.concerned_plans import concerned_plans
from tests.factories import DutyFactory, InitiativeFactory, PlanFactory, UnitFactory, UserFactory, agency_of

pytestmark = pytest.mark.django_db

DAY = date(2024, 3, 4)


@pytest.fixture
def unit():
    return UnitFactory()


def owing(unit, **more):
    plan = PlanFactory(**more)
    DutyFactory(unit=unit, initiative=InitiativeFactory(plan=plan))
    return plan


def test_person_has_to_do_with_the_plans_under_which_the_units_served_owe_something(unit):
    plans = {owing(unit).pk, owing(unit).pk}
    owing(UnitFactory())

    assert concerned_plans(UserFactory(unit=unit), DAY) == plans


def test_person_has_to_do_with_the_plans_whose_standing_agency_is_served(unit):
    owed, led = owing(unit), PlanFactory()
    agency_of(led, unit)

    assert concerned_plans(UserFactory(unit=unit), DAY) == {owed.pk, led.pk}


@pytest.mark.parametrize("days", [{"closed_on": date(2024, 3, 3)}, {"starts_on": date(2024, 3, 5)}])
def test_person_has_nothing_to_do_with_a_plan_that_does_not_run(unit, days):
    owing(unit, **days)

    assert concerned_plans(UserFactory(unit=unit), DAY) == set()
