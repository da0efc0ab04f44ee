"""Rows of an inline change places in the admin as they are typed; two in one place are told at the field."""

from datetime import date

import pytest

from assignments.models import Assignment, AssignmentRole, StandingAgency
from assignments.roles import Role
from models_registry.models import Plan
from tests.config.test_admin import address, inline, save_inline
from tests.factories import AssignmentFactory, InitiativeFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

LEAD, COORDINATING, SUPPORT = AssignmentRole.values
TAKEN = {"position": ["Thứ tự này đã có ở dòng khác cùng vai trò. Hãy ghi số khác."]}


@pytest.fixture(autouse=True)
def administrator(client, time_machine):
    time_machine.move_to("2025-02-20 01:00:00+00:00", tick=False)
    client.force_login(UserFactory(role=Role.ADMIN))


@pytest.fixture
def initiative(plan):
    return InitiativeFactory(plan=plan, code="7")


@pytest.fixture
def rows(initiative):
    """What is assigned, the first of each role."""
    return [AssignmentFactory(initiative=initiative, role=role, position=0) for role in AssignmentRole.values]


def typed(row, **changes):
    said = {"id": row.pk, "role": row.role, "position": row.position, "text": row.text, "unit": row.unit_id}
    return said | {"initiative": row.initiative_id} | changes


def save(client, initiative, *rows, initial=None):
    return save_inline(client, initiative, "assignments", rows, initial)


def roles(rows):
    return [Assignment.objects.get(pk=row.pk).role for row in rows]


def told(page):
    formset = next(one.formset for one in page.context["inline_admin_formsets"] if one.formset.model is Assignment)
    return formset.errors


def test_lead_and_coordinating_unit_that_change_places_are_saved(client, initiative, rows):
    lead, coordinating, _ = rows

    answer = save(client, initiative, typed(lead, role=COORDINATING), typed(coordinating, role=LEAD))

    assert (answer.status_code, roles(rows)) == (302, [COORDINATING, LEAD, SUPPORT])


def test_rows_that_change_places_all_round_are_saved(client, initiative, rows):
    turned = [typed(row, role=role) for row, role in zip(rows, (COORDINATING, SUPPORT, LEAD), strict=True)]

    answer = save(client, initiative, *turned)

    assert (answer.status_code, roles(rows)) == (302, [COORDINATING, SUPPORT, LEAD])


def test_history_of_rows_that_change_places_tells_of_the_change_alone(client, initiative, rows):
    lead, coordinating, _ = rows

    save(client, initiative, typed(lead, role=COORDINATING), typed(coordinating, role=LEAD))

    assert list(lead.history.order_by("history_id").values_list("role", "position", "valid_from", "valid_to")) == [
        (LEAD, 0, None, None),
        (COORDINATING, 0, None, None),
    ]


@pytest.mark.parametrize("leaves", [{"DELETE": "on"}, {"valid_to": "19/02/2025"}], ids=["deleted", "ended"])
def test_row_takes_the_place_of_one_that_leaves(client, initiative, rows, leaves):
    lead, coordinating, _ = rows

    answer = save(client, initiative, typed(lead, role=COORDINATING), typed(coordinating, **leaves))

    standing = Assignment.objects.filter(role=COORDINATING, valid_to=None)
    assert (answer.status_code, list(standing)) == (302, [lead])


def test_row_that_ends_keeps_the_days_typed(client, initiative, rows):
    lead = rows[0]

    save(client, initiative, typed(lead, valid_from="01/02/2025", valid_to="19/02/2025"))

    lead.refresh_from_db()
    assert (lead.valid_from, lead.valid_to) == (date(2025, 2, 1), date(2025, 2, 19))


def test_second_row_in_one_place_is_told_at_its_position(client, initiative, rows):
    lead, coordinating, _ = rows

    page = save(client, initiative, typed(lead, role=COORDINATING), typed(coordinating))

    assert (page.status_code, told(page), roles(rows)) == (200, [TAKEN, {}], [LEAD, COORDINATING, SUPPORT])


def test_new_row_in_the_place_of_one_the_form_does_not_show_is_told(client, initiative, rows):
    new = {"role": LEAD, "position": 0, "text": "Công an huyện", "initiative": initiative.pk}

    page = save(client, initiative, new, initial=0)

    assert (page.status_code, told(page)) == (200, [TAKEN])


def test_second_standing_agency_of_a_plan_is_told_at_its_last_day(client, plan, unit):
    first = StandingAgency.objects.create(plan=plan, unit=unit)
    agencies = [
        {"id": first.pk, "plan": plan.pk, "unit": unit.pk},
        {"plan": plan.pk, "unit": UnitFactory().pk},
    ]
    fields = {
        "number": plan.number,
        "title": plan.title,
        "short_name": plan.short_name,
        "starts_on": "1/1/2025",
        "ends_on": "1/1/2026",
    }

    page = client.post(address(Plan, "change", plan.pk), fields | inline("standing_agencies", agencies, initial=1))

    assert page.status_code == 200
    assert page.context["inline_admin_formsets"][0].formset.errors == [
        {},
        {"valid_to": ["Kế hoạch đã có cơ quan thường trực. Hãy ghi ngày hết hiệu lực của một trong hai."]},
    ]
