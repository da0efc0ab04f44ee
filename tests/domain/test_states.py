"""The steps a report can take and the look of every state, against tables written by hand."""

from datetime import timedelta

import pytest

from reports.domain.states import (
    FILED,
    IN_EFFECT,
    OWED,
    STEPS,
    ObstacleState,
    ReminderState,
    ReportAction,
    ReportState,
    ReportStatus,
    SolvingLevel,
    WorkState,
    allows,
    is_fileable,
    look_of,
)
from tests.factories import vn

# From a state by an action to the next; what is not here cannot be done.
TABLE = {
    ("open", "submit"): "submitted",
    ("open", "miss"): "missed",
    ("submitted", "withdraw"): "open",
    ("submitted", "return"): "returned",
    ("submitted", "accept"): "accepted",
    ("returned", "submit"): "submitted",
    ("accepted", "return"): "returned",
    ("missed", "reopen"): "open",
    ("returned", "take_back"): "submitted",
    ("returned", "accept_as_filed"): "accepted",
    ("returned", "close"): "concluded",
    ("concluded", "return"): "returned",
    ("open", "excuse"): "excused",
    ("missed", "excuse"): "excused",
    ("excused", "expect"): "open",
}
# Of each state: whether what the report says counts, whether it counts as filed, whether its unit still owes it.
MEANS = {
    "open": (False, False, True),
    "submitted": (True, True, False),
    "returned": (False, True, True),
    "accepted": (True, True, False),
    "missed": (False, False, False),
    "excused": (False, False, False),
    "concluded": (False, True, False),
}
LOOKS = {
    WorkState.NOT_STARTED: ("w-not_started", "grey", "Chưa triển khai"),
    WorkState.IN_PROGRESS: ("w-in_progress", "blue", "Đang triển khai"),
    WorkState.DONE: ("w-done", "green", "Hoàn thành"),
    WorkState.MAINTAINED: ("w-maintained", "teal", "Duy trì thường xuyên"),
    WorkState.BLOCKED: ("w-blocked", "red", "Vướng mắc"),
    ReportStatus.NOT_YET: ("r-not_yet", "grey", "Chưa đến kỳ"),
    ReportStatus.OPEN: ("r-open", "grey", "Đang mở"),
    ReportStatus.OVERDUE: ("r-open", "red", "Quá hạn"),
    ReportStatus.SUBMITTED: ("r-submitted", "blue", "Đã nộp"),
    ReportStatus.LATE: ("r-late", "amber", "Nộp muộn"),
    ReportStatus.NOTHING_TO_REPORT: ("r-nothing", "slate", "Không phát sinh"),
    ReportStatus.RETURNED: ("r-returned", "amber", "Trả lại"),
    ReportStatus.ACCEPTED: ("r-accepted", "green", "Đã tiếp nhận"),
    ReportStatus.MISSED: ("r-missed", "red", "Không nộp"),
    ReportStatus.EXCUSED: ("r-excused", "grey", "Không phải nộp"),
    ReportStatus.CLOSED: ("r-concluded", "slate", "Đã đóng"),
    ObstacleState.NEW: ("w-blocked", "red", "Mới"),
    ObstacleState.IN_PROGRESS: ("w-in_progress", "amber", "Đang xử lý"),
    ObstacleState.SETTLED: ("r-accepted", "green", "Đã giải quyết"),
    ObstacleState.CLOSED: ("r-excused", "grey", "Đóng"),
}


def test_steps_are_those_of_the_table():
    assert STEPS == TABLE


@pytest.mark.parametrize("state", ReportState)
def test_state_allows_the_actions_that_lead_from_it_and_no_others(state):
    assert {action for action in ReportAction if allows(state.value, action)} == {
        action for before, action in TABLE if before == state
    }


def test_action_of_a_state_that_is_none_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="overdue"):
        allows("overdue", ReportAction.SUBMIT)


def test_each_state_counts_as_the_table_says():
    assert {state: (state in IN_EFFECT, state in FILED, state in OWED) for state in ReportState} == MEANS


def test_open_report_can_be_filed_until_the_very_lock_and_a_returned_one_after_it():
    lock = vn("2024-03-12 23:59")
    moments = (lock, lock + timedelta(microseconds=1))

    assert {state: [is_fileable(state, at, lock) for at in moments] for state in ReportState} == {
        state: {"open": [True, False], "returned": [True, True]}.get(state, [False, False]) for state in ReportState
    }


def test_every_state_looks_as_the_table_says():
    assert {state: tuple(look_of(state)) for state in (*WorkState, *ReportStatus, *ObstacleState)} == LOOKS


def test_words_of_what_is_stored_are_those_shown():
    assert {state.value: state.label for state in ReportState} == {
        status.value: status.label for status in ReportStatus if status.value in ReportState.values
    }


def test_levels_that_solve_go_from_the_commune_up():
    assert SolvingLevel.labels == ["Cấp xã", "Cấp huyện", "Cấp tỉnh", "Bộ, ngành"]


@pytest.mark.parametrize("state", ["", None, "no such state"])
def test_what_was_never_reported_has_a_look_of_its_own(state):
    assert tuple(look_of(state)) == ("r-none", "grey", "Chưa có báo cáo")


REMINDER_LOOKS = {
    "owed": ("r-open", "grey", "Chờ gửi"),
    "claimed": ("w-in_progress", "blue", "Đang gửi"),
    "sent": ("r-accepted", "green", "Đã gửi"),
    "retry": ("r-late", "amber", "Chưa gửi được, sẽ gửi lại"),
    "undeliverable": ("r-missed", "red", "Không gửi được"),
    "not_needed": ("r-excused", "grey", "Không cần nữa"),
    "unknown": ("w-blocked", "red", "Không rõ đã đến chưa"),
}


def test_every_state_of_a_message_has_its_sign_colour_and_word():
    assert {state.value: tuple(look_of(state)) for state in ReminderState} == REMINDER_LOOKS
