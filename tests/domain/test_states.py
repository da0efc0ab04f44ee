"""The steps a report can take and the look of every state, against tables written by hand."""

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
    look_of,
)

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
    WorkState.NOT_STARTED: ("–", "grey", "Chưa triển khai"),
    WorkState.IN_PROGRESS: ("▸", "blue", "Đang triển khai"),
    WorkState.DONE: ("✓", "green", "Hoàn thành"),
    WorkState.MAINTAINED: ("↻", "teal", "Duy trì thường xuyên"),
    WorkState.BLOCKED: ("!", "red", "Vướng mắc"),
    ReportStatus.NOT_YET: ("◌", "grey", "Chưa đến kỳ"),
    ReportStatus.OPEN: ("○", "grey", "Đang mở"),
    ReportStatus.OVERDUE: ("○", "red", "Quá hạn"),
    ReportStatus.SUBMITTED: ("●", "blue", "Đã nộp"),
    ReportStatus.LATE: ("◐", "amber", "Nộp muộn"),
    ReportStatus.NOTHING_TO_REPORT: ("∅", "slate", "Không phát sinh"),
    ReportStatus.RETURNED: ("↩", "amber", "Trả lại"),
    ReportStatus.ACCEPTED: ("✓", "green", "Đã tiếp nhận"),
    ReportStatus.MISSED: ("×", "red", "Không nộp"),
    ReportStatus.EXCUSED: ("–", "grey", "Không phải nộp"),
    ReportStatus.CLOSED: ("■", "slate", "Đã đóng"),
    ObstacleState.NEW: ("!", "red", "Mới"),
    ObstacleState.IN_PROGRESS: ("▸", "amber", "Đang xử lý"),
    ObstacleState.SETTLED: ("✓", "green", "Đã giải quyết"),
    ObstacleState.CLOSED: ("–", "grey", "Đóng"),
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
    assert tuple(look_of(state)) == ("·", "none", "Chưa có báo cáo")


REMINDER_LOOKS = {
    "owed": ("○", "grey", "Chờ gửi"),
    "claimed": ("▸", "blue", "Đang gửi"),
    "sent": ("✓", "green", "Đã gửi"),
    "retry": ("◐", "amber", "Chưa gửi được, sẽ gửi lại"),
    "undeliverable": ("×", "red", "Không gửi được"),
    "not_needed": ("–", "grey", "Không cần nữa"),
    "unknown": ("!", "red", "Không rõ đã đến chưa"),
}


def test_every_state_of_a_message_has_its_sign_colour_and_word():
    assert {state.value: tuple(look_of(state)) for state in ReminderState} == REMINDER_LOOKS
