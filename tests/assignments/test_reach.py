"""Roles are held in a plan: the standing agency's in the plans it stands for, on the days it does."""

from datetime import date

import pytest

from assignments.models import StandingAgency, User
from assignments.permissions import Permission
from assignments.roles import PERMISSIONS, Role, held_everywhere
from tests.factories import PlanFactory, UserFactory, agency_of
from tests.queries import same_queries

pytestmark = pytest.mark.django_db

DAY = date(2024, 3, 4)
LAST_DAY = date(2024, 3, 31)


@pytest.fixture
def other_plan():
    """A plan of another agency."""
    plan = PlanFactory()
    agency_of(plan)
    return plan


def held(user, plan=None, day=DAY):
    return {permission for permission in Permission if user.may(permission, plan, day)}


def test_standing_agency_reviews_in_its_own_plan(standing_agency, plan):
    assert held(standing_agency, plan) == PERMISSIONS[Role.STANDING_AGENCY]


def test_standing_agency_is_an_officer_in_the_plan_of_another(standing_agency, other_plan):
    assert held(standing_agency, other_plan) == PERMISSIONS[Role.OFFICER]


def test_what_is_held_in_one_plan_is_held_somewhere(standing_agency, other_plan):
    assert held(standing_agency) == PERMISSIONS[Role.STANDING_AGENCY]


def test_who_serves_no_agency_is_an_officer_everywhere(plan, other_plan):
    nobodys = UserFactory(role=Role.STANDING_AGENCY)

    assert [held(nobodys, where) for where in (plan, other_plan, None)] == [PERMISSIONS[Role.OFFICER]] * 3


def test_officer_of_the_agency_is_no_reviewer(plan):
    colleague = UserFactory(unit=agency_of(plan))

    assert held(colleague, plan) == PERMISSIONS[Role.OFFICER]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.LEADER, Role.OFFICER])
def test_other_roles_are_held_in_every_plan_and_before_there_is_any(role):
    user = UserFactory(role=role)
    before = held(user)

    assert (before, held(user, PlanFactory())) == (PERMISSIONS[role], PERMISSIONS[role])


def test_account_switched_off_holds_nothing_in_its_plan(standing_agency, plan):
    standing_agency.is_active = False

    assert (held(standing_agency, plan), held(standing_agency)) == (set(), set())


def test_role_goes_over_with_the_agency_on_the_day(standing_agency, plan):
    StandingAgency.objects.update(valid_to=LAST_DAY)
    heir = UserFactory(role=Role.STANDING_AGENCY, unit=agency_of(PlanFactory()))
    StandingAgency.objects.create(plan=plan, unit=heir.memberships.get().unit, valid_from=date(2024, 4, 1))

    reviewing = {
        day: [user.may(Permission.REVIEW_REPORTS, plan, day) for user in (standing_agency, heir)]
        for day in (LAST_DAY, date(2024, 4, 1))
    }

    assert reviewing == {LAST_DAY: [True, False], date(2024, 4, 1): [False, True]}


def test_role_ends_with_the_service_in_the_unit(standing_agency, plan):
    standing_agency.memberships.update(valid_to=LAST_DAY)

    reviewing = [standing_agency.may(Permission.REVIEW_REPORTS, plan, day) for day in (LAST_DAY, date(2024, 4, 1))]

    assert reviewing == [True, False]


@same_queries(1)
def test_plans_served_are_read_once_for_all_that_is_asked(plan, standing_agency, rows, counted):
    plans = [plan, *PlanFactory.create_batch(rows)]
    for one in plans[1:]:
        StandingAgency.objects.create(plan=one, unit=agency_of(plan))
    user = User.objects.get(pk=standing_agency.pk)

    with counted:
        assert [held(user, one) for one in plans] == [PERMISSIONS[Role.STANDING_AGENCY]] * (rows + 1)


def test_no_role_is_asked_of_the_database_but_that_of_the_agency(plan, django_assert_num_queries):
    users = [UserFactory(role=role) for role in (Role.ADMIN, Role.LEADER, Role.OFFICER)]

    with django_assert_num_queries(0):
        assert [held(user, plan) for user in users] == [held_everywhere(user.role) for user in users]
