"""Who owes what is worked out again where it may have changed: after any fact it follows from, and once a day."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from assignments.models import Assignment, AssignmentRole, DutyTerm, Unit
from models_registry.models import Initiative
from reports.periods import services
from reports.periods.services import run_schedule
from tests.acts import MONDAY
from tests.factories import InitiativeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

SOON = MONDAY + timedelta(minutes=5)


@pytest.fixture
def worked_out(monkeypatch, duty):
    """The moments at which duties were worked out; the first of them has passed."""
    moments = []
    refresh = services.refresh_duties

    def noted(plan, *, at):
        moments.append(at)
        return refresh(plan, at=at)

    monkeypatch.setattr(services, "refresh_duties", noted)
    run_schedule(at=MONDAY)
    return moments


def test_nothing_is_worked_out_again_where_nothing_changed(worked_out):
    run_schedule(at=SOON)

    assert worked_out == [MONDAY]


def test_everything_is_worked_out_on_the_next_day(worked_out):
    tomorrow = MONDAY + timedelta(days=1)

    run_schedule(at=tomorrow)

    assert worked_out == [MONDAY, tomorrow]


@pytest.mark.parametrize(
    "change",
    [
        lambda unit: Unit.objects.filter(pk=unit.pk).update(valid_to=date(2024, 6, 30)),
        lambda unit: Unit.objects.filter(pk=unit.pk).update(files_reports=False),
        lambda unit: unit.assignments.all().delete(),
        lambda unit: Assignment.objects.update(role=AssignmentRole.SUPPORT),
        lambda unit: Initiative.objects.update(closed_on=date(2024, 6, 30)),
        lambda unit: DutyTerm.objects.all().delete(),
        lambda unit: DutyTerm.objects.update(role=AssignmentRole.COORDINATING),
        lambda unit: DutyTerm.objects.update(valid_to=date(2024, 6, 30)),
    ],
    ids=["end of a unit", "reports or not", "assignment gone", "role", "initiative closed", "terms lost",
         "terms in another role", "terms with another end"],
)  # fmt: skip
def test_change_written_without_history_is_followed_at_the_next_tick(worked_out, unit, change):
    change(unit)

    run_schedule(at=SOON)
    run_schedule(at=SOON + timedelta(minutes=5))

    assert worked_out == [MONDAY, SOON]


def test_new_assignment_is_followed_at_the_next_tick(worked_out, unit, plan):
    Assignment.objects.create(initiative=InitiativeFactory(plan=plan), unit=unit, role="lead", text=unit.name)

    run_schedule(at=SOON)

    assert worked_out == [MONDAY, SOON]


def test_tick_that_was_undone_is_done_again(worked_out, unit):
    Unit.objects.filter(pk=unit.pk).update(valid_to=date(2024, 6, 30))
    with transaction.atomic():
        run_schedule(at=SOON)
        transaction.set_rollback(True)

    run_schedule(at=SOON)

    assert worked_out == [MONDAY, SOON, SOON]
