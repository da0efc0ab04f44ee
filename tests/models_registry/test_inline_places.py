"""Deadlines of an initiative change places in the admin as they are typed; two in one place are told at the field."""

import pytest

from assignments.roles import Role
from models_registry.models import Deadline
from tests.config.test_admin import save_inline
from tests.factories import InitiativeFactory, UserFactory

pytestmark = pytest.mark.django_db

TAKEN = {"position": ["Thứ tự này đã có ở dòng khác. Hãy ghi số khác."]}


@pytest.fixture(autouse=True)
def administrator(client):
    client.force_login(UserFactory(role=Role.ADMIN))


@pytest.fixture
def initiative(plan):
    return InitiativeFactory(plan=plan, code="7")


@pytest.fixture
def rows(initiative):
    """Three deadlines, 0, 1 and 2."""
    return [
        Deadline.objects.create(initiative=initiative, position=position, text=text, kind="unread")
        for position, text in enumerate(("Quý I", "Quý II", "Quý III"))
    ]


def typed(row, **changes):
    said = {"id": row.pk, "position": row.position, "text": row.text, "kind": row.kind}
    return said | {"initiative": row.initiative_id} | changes


def save(client, initiative, *rows, initial=None):
    return save_inline(client, initiative, "deadlines", rows, initial)


def in_order(initiative):
    return list(Deadline.objects.filter(initiative=initiative).order_by("position").values_list("position", "text"))


def told(page):
    formset = next(one.formset for one in page.context["inline_admin_formsets"] if one.formset.model is Deadline)
    return formset.errors, formset.non_form_errors()


@pytest.mark.parametrize(
    ("positions", "order"),
    [
        ((1, 0, 2), ["Quý II", "Quý I", "Quý III"]),
        ((1, 2, 0), ["Quý III", "Quý I", "Quý II"]),
        ((2, 1, 0), ["Quý III", "Quý II", "Quý I"]),
    ],
)
def test_deadlines_that_change_places_are_saved(client, initiative, rows, positions, order):
    turned = [typed(row, position=position) for row, position in zip(rows, positions, strict=True)]

    answer = save(client, initiative, *turned)

    assert (answer.status_code, in_order(initiative)) == (302, list(enumerate(order)))


def test_history_of_deadlines_that_change_places_tells_of_the_change_alone(client, initiative, rows):
    first, second, third = rows

    save(client, initiative, typed(first, position=1), typed(second, position=0), typed(third))

    assert list(first.history.order_by("history_id").values_list("position", flat=True)) == [0, 1]


def test_deadline_takes_the_place_of_one_that_is_deleted(client, initiative, rows):
    first, second, third = rows

    answer = save(client, initiative, typed(first, DELETE="on"), typed(second, position=0), typed(third))

    assert (answer.status_code, in_order(initiative)) == (302, [(0, "Quý II"), (2, "Quý III")])


def test_new_deadline_takes_the_place_of_one_that_moves(client, initiative, rows):
    first, second, third = rows
    new = {"position": 0, "text": "Tháng 1", "kind": "unread", "initiative": initiative.pk}

    answer = save(client, initiative, typed(first, position=3), typed(second), typed(third), new, initial=3)

    assert (answer.status_code, in_order(initiative)) == (
        302,
        [(0, "Tháng 1"), (1, "Quý II"), (2, "Quý III"), (3, "Quý I")],
    )


def test_second_deadline_in_one_place_is_told_at_its_position(client, initiative, rows):
    first, second, third = rows

    page = save(client, initiative, typed(first), typed(second, position=0), typed(third))

    assert (page.status_code, told(page)) == (200, ([{}, TAKEN, {}], []))
