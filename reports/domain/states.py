"""States and their looks: the transitions of a report, and one sign, one colour, one word wherever a state is shown."""

import enum
from datetime import date, datetime
from typing import NamedTuple

from django.db import models

from .calendar import local_day


class Look(NamedTuple):
    """How a state is shown: a sign of static/web/signs.svg, a colour name of the style sheet, the word."""

    sign: str
    colour: str
    word: str


class WorkState(models.TextChoices):
    """How the work on an initiative stands. "Chậm" is not one of them: it is computed from the deadline."""

    NOT_STARTED = "not_started", "Chưa triển khai"
    IN_PROGRESS = "in_progress", "Đang triển khai"
    DONE = "done", "Hoàn thành"
    MAINTAINED = "maintained", "Duy trì thường xuyên"
    BLOCKED = "blocked", "Vướng mắc"


class SolvingLevel(models.TextChoices):
    """The level that can solve a difficulty (KH III.2: what a unit cannot settle goes to the standing agency)."""

    COMMUNE = "commune", "Cấp xã"
    DISTRICT = "district", "Cấp huyện"
    PROVINCE = "province", "Cấp tỉnh"
    MINISTRY = "ministry", "Bộ, ngành"


class ReportState(models.TextChoices):
    """What is stored of a report; what is shown at a moment is ``ReportStatus``."""

    OPEN = "open", "Đang mở"
    SUBMITTED = "submitted", "Đã nộp"
    RETURNED = "returned", "Trả lại"
    ACCEPTED = "accepted", "Đã tiếp nhận"
    MISSED = "missed", "Không nộp"
    EXCUSED = "excused", "Không phải nộp"
    CLOSED = "concluded", "Đã đóng"


# Reports in effect: what they say is the unit's answer. A returned one is being corrected.
IN_EFFECT = (ReportState.SUBMITTED, ReportState.ACCEPTED)
# Reports that were filed, whatever became of them: timeliness is judged by the filing, not by the review.
FILED = (ReportState.SUBMITTED, ReportState.RETURNED, ReportState.ACCEPTED, ReportState.CLOSED)
# Reports their unit still has to answer for: one that was returned is reminded of like one never filed.
OWED = (ReportState.OPEN, ReportState.RETURNED)


class ReportAction(enum.StrEnum):
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    RETURN = "return"
    ACCEPT = "accept"
    MISS = "miss"
    REOPEN = "reopen"
    TAKE_BACK = "take_back"
    ACCEPT_AS_FILED = "accept_as_filed"
    CLOSE = "close"
    EXCUSE = "excuse"
    EXPECT = "expect"


# Every step there is. The services ask this table, and the database refuses any other change of the column (a trigger
# written by a migration): a new step here needs a new migration, which a test asks for.
STEPS: dict[tuple[ReportState, ReportAction], ReportState] = {
    (ReportState.OPEN, ReportAction.SUBMIT): ReportState.SUBMITTED,
    (ReportState.RETURNED, ReportAction.SUBMIT): ReportState.SUBMITTED,
    (ReportState.SUBMITTED, ReportAction.WITHDRAW): ReportState.OPEN,
    (ReportState.SUBMITTED, ReportAction.RETURN): ReportState.RETURNED,
    (ReportState.ACCEPTED, ReportAction.RETURN): ReportState.RETURNED,
    (ReportState.SUBMITTED, ReportAction.ACCEPT): ReportState.ACCEPTED,
    (ReportState.OPEN, ReportAction.MISS): ReportState.MISSED,
    (ReportState.MISSED, ReportAction.REOPEN): ReportState.OPEN,
    (ReportState.RETURNED, ReportAction.TAKE_BACK): ReportState.SUBMITTED,
    (ReportState.RETURNED, ReportAction.ACCEPT_AS_FILED): ReportState.ACCEPTED,
    (ReportState.RETURNED, ReportAction.CLOSE): ReportState.CLOSED,
    (ReportState.CLOSED, ReportAction.RETURN): ReportState.RETURNED,
    (ReportState.OPEN, ReportAction.EXCUSE): ReportState.EXCUSED,
    (ReportState.MISSED, ReportAction.EXCUSE): ReportState.EXCUSED,
    (ReportState.EXCUSED, ReportAction.EXPECT): ReportState.OPEN,
}


def allows(state: str, action: ReportAction) -> bool:
    return (ReportState(state), action) in STEPS


class ReportStatus(models.TextChoices):
    """How a report stands at a moment: the stored state seen against the due time."""

    NOT_YET = "not_yet", "Chưa đến kỳ"
    OPEN = "open", "Đang mở"
    OVERDUE = "overdue", "Quá hạn"
    SUBMITTED = "submitted", "Đã nộp"
    LATE = "late", "Nộp muộn"
    NOTHING_TO_REPORT = "nothing_to_report", "Không phát sinh"
    RETURNED = "returned", "Trả lại"
    ACCEPTED = "accepted", "Đã tiếp nhận"
    MISSED = "missed", "Không nộp"
    EXCUSED = "excused", "Không phải nộp"
    CLOSED = "concluded", "Đã đóng"


def report_status(
    state: str,
    at: datetime,
    *,
    starts_on: date,
    due_at: datetime,
    first_submitted_at: datetime | None,
    nothing_to_report: bool,
) -> ReportStatus:
    """How a report stands at ``at``, from its columns; ``due_at``: its own where it has one."""
    if state == ReportState.OPEN:
        if local_day(at) < starts_on:
            return ReportStatus.NOT_YET
        return ReportStatus.OVERDUE if at > due_at else ReportStatus.OPEN
    if state != ReportState.SUBMITTED:
        return ReportStatus(state)
    if first_submitted_at is not None and first_submitted_at > due_at:
        return ReportStatus.LATE
    return ReportStatus.NOTHING_TO_REPORT if nothing_to_report else ReportStatus.SUBMITTED


def is_fileable(state: str, at: datetime, locks_at: datetime) -> bool:
    """A report can be filed, if need be late, until the lock; a returned one can always be corrected."""
    return state == ReportState.RETURNED or (state == ReportState.OPEN and at <= locks_at)


class ObstacleState(models.TextChoices):
    NEW = "new", "Mới"
    IN_PROGRESS = "handling", "Đang xử lý"
    SETTLED = "settled", "Đã giải quyết"
    CLOSED = "closed", "Đóng"


class RequestState(models.TextChoices):
    OPEN = "open", "Chờ trả lời"
    ANSWERED = "answered", "Đã trả lời"
    SETTLED = "settled", "Đã giải quyết"
    WITHDRAWN = "withdrawn", "Đã rút"


class ReminderState(models.TextChoices):
    OWED = "owed", "Sẽ gửi"
    CLAIMED = "claimed", "Đang gửi"
    SENT = "sent", "Đã gửi"
    RETRY = "retry", "Gửi chưa được, sẽ gửi lại"
    UNDELIVERABLE = "undeliverable", "Không gửi được"
    NOT_NEEDED = "not_needed", "Không cần nữa"
    UNKNOWN = "unknown", "Không rõ đã đến chưa"


_SIGNS = {
    WorkState.NOT_STARTED: ("w-not_started", "grey"),
    WorkState.IN_PROGRESS: ("w-in_progress", "blue"),
    WorkState.DONE: ("w-done", "green"),
    WorkState.MAINTAINED: ("w-maintained", "teal"),
    WorkState.BLOCKED: ("w-blocked", "red"),
    ReportStatus.NOT_YET: ("r-not_yet", "grey"),
    ReportStatus.OPEN: ("r-open", "grey"),
    ReportStatus.OVERDUE: ("r-open", "red"),
    ReportStatus.SUBMITTED: ("r-submitted", "blue"),
    ReportStatus.LATE: ("r-late", "amber"),
    ReportStatus.NOTHING_TO_REPORT: ("r-nothing", "slate"),
    ReportStatus.RETURNED: ("r-returned", "amber"),
    ReportStatus.ACCEPTED: ("r-accepted", "green"),
    ReportStatus.MISSED: ("r-missed", "red"),
    ReportStatus.EXCUSED: ("r-excused", "grey"),
    ReportStatus.CLOSED: ("r-concluded", "slate"),
    ObstacleState.NEW: ("w-blocked", "red"),
    ObstacleState.IN_PROGRESS: ("w-in_progress", "amber"),
    ObstacleState.SETTLED: ("r-accepted", "green"),
    ObstacleState.CLOSED: ("r-excused", "grey"),
    RequestState.ANSWERED: ("r-submitted", "blue"),
    RequestState.WITHDRAWN: ("r-excused", "grey"),
}

_OF_REMINDERS = {
    ReminderState.OWED: Look("r-open", "grey", "Chờ gửi"),
    ReminderState.CLAIMED: Look("w-in_progress", "blue", "Đang gửi"),
    ReminderState.SENT: Look("r-accepted", "green", "Đã gửi"),
    ReminderState.RETRY: Look("r-late", "amber", "Chưa gửi được, sẽ gửi lại"),
    ReminderState.UNDELIVERABLE: Look("r-missed", "red", "Không gửi được"),
    ReminderState.NOT_NEEDED: Look("r-excused", "grey", "Không cần nữa"),
    ReminderState.UNKNOWN: Look("w-blocked", "red", "Không rõ đã đến chưa"),
}

LOOKS: dict[str, Look] = {state.value: Look(*look, str(state.label)) for state, look in _SIGNS.items()}
LOOKS |= {state.value: look for state, look in _OF_REMINDERS.items()}
NOT_REPORTED = Look("r-none", "grey", "Chưa có báo cáo")


def look_of(state: str | None) -> Look:
    return LOOKS.get(state or "", NOT_REPORTED)
