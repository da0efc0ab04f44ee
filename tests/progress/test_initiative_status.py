"""How an initiative stands: the states of its leads, its deadline seen from a day, its last word."""

from datetime import date, timedelta

import pytest

from assignments.models import AssignmentRole
from models_registry.models import Deadline
from reports.domain.states import WorkState
from reports.progress.deadline_status import deadline_status, oldest_unmet
from reports.progress.initiative_status import StateCount, initiative_status, is_late

DUE = date(2024, 3, 31)
AFTER = DUE + timedelta(days=1)


def duty(state="", role=AssignmentRole.LEAD, percent=None, units=1):
    """As ``state_counts`` reads it."""
    return StateCount(1, role, state, units, percent)


@pytest.mark.parametrize("state", ["", WorkState.NOT_STARTED, WorkState.IN_PROGRESS, WorkState.BLOCKED])
def test_unfinished_work_is_late_from_the_day_after_its_deadline(state):
    deadline = Deadline(due_on=DUE)

    assert (is_late(deadline, state, DUE), is_late(deadline, state, AFTER)) == (False, True)


@pytest.mark.parametrize("state", [WorkState.DONE, WorkState.MAINTAINED])
def test_finished_work_is_never_late(state):
    assert is_late(Deadline(due_on=DUE), state, AFTER) is False


@pytest.mark.parametrize("state", ["", WorkState.NOT_STARTED, WorkState.IN_PROGRESS, WorkState.BLOCKED])
@pytest.mark.parametrize(
    ("deadline", "expected"),
    [(Deadline(due_on=DUE, ongoing=True), True), (Deadline(due_on=DUE, depends_on="Bộ Y tế"), False)],
    ids=["and for ever", "then as another body goes on"],
)
def test_only_what_then_follows_another_body_is_not_late_once_its_day_has_passed(deadline, expected, state):
    assert is_late(deadline, state, AFTER) is expected


def test_part_late_longest_is_the_one_told():
    parts = [Deadline(due_on=due, subject=due) for due in (None, DUE, DUE - timedelta(days=9), AFTER)]
    day = AFTER + timedelta(days=1)

    told = oldest_unmet(deadline_status(part, [WorkState.IN_PROGRESS], day) for part in parts)

    assert (told.deadline, told.left) == (parts[2], "quá hạn 11 ngày")


def test_nothing_is_told_where_no_part_is_late():
    parts = [Deadline(due_on=DUE), Deadline(due_on=AFTER)]

    assert oldest_unmet(deadline_status(part, [WorkState.DONE], AFTER) for part in parts) is None


def test_deadline_without_a_day_is_never_passed():
    assert is_late(Deadline(due_on=None, ongoing=True), WorkState.NOT_STARTED, AFTER) is False


def test_leads_answer_for_an_initiative():
    status = initiative_status([], [duty(WorkState.BLOCKED), duty(WorkState.DONE, AssignmentRole.SUPPORT)], DUE)

    assert status.spread == {WorkState.BLOCKED: 1}


def test_own_units_answer_to_somebody_who_may_not_read_the_leads():
    status = initiative_status([], [duty(WorkState.DONE, AssignmentRole.SUPPORT)], DUE)

    assert status.spread == {WorkState.DONE: 1}


def test_several_leads_are_counted_and_never_averaged():
    leads = [duty(WorkState.DONE, percent=100), duty(WorkState.IN_PROGRESS, percent=20), duty()]

    status = initiative_status([], leads, DUE)

    assert (status.spread, status.percent) == ({WorkState.IN_PROGRESS: 1, WorkState.DONE: 1, "": 1}, None)


def test_single_lead_has_its_percent():
    assert initiative_status([], [duty(WorkState.IN_PROGRESS, percent=60)], DUE).percent == 60


def test_units_given_the_duty_are_all_counted_whoever_answers():
    counts = [duty(WorkState.BLOCKED), duty(WorkState.DONE, AssignmentRole.COORDINATING, units=3)]

    assert initiative_status([], counts, DUE).counts == {WorkState.DONE: 3, WorkState.BLOCKED: 1}


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([duty(WorkState.IN_PROGRESS)], "Đang triển khai"),
        ([duty(WorkState.IN_PROGRESS, units=2)], "2 đơn vị chủ trì đang triển khai"),
        ([duty(WorkState.IN_PROGRESS, units=24), duty(WorkState.BLOCKED, units=3)], "3/27 đơn vị chủ trì vướng mắc"),
        ([duty(WorkState.DONE, AssignmentRole.COORDINATING, units=2)], "2 đơn vị hoàn thành"),
    ],
)
def test_head_says_how_those_that_answer_stand(counts, words):
    assert initiative_status([], counts, DUE).head.words == words


def test_head_says_nothing_to_who_may_read_no_duty():
    assert initiative_status([], [], DUE).head is None


def test_initiative_is_late_as_soon_as_one_lead_is():
    status = initiative_status([Deadline(due_on=DUE)], [duty(WorkState.DONE), duty(WorkState.IN_PROGRESS)], AFTER)

    assert status.is_late is True
