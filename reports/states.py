"""The language of states: one sign, one colour, one word for each, wherever a state is shown."""

from typing import NamedTuple

from django.db import models


class Look(NamedTuple):
    """How a state is shown: a sign that survives grey print, a colour name of the style sheet, the word."""

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


class ReportStatus(models.TextChoices):
    """How a report stands at a moment: the stored state seen against the due time."""

    OPEN = "open", "Đang mở"
    OVERDUE = "overdue", "Quá hạn"
    SUBMITTED = "submitted", "Đã nộp"
    LATE = "late", "Nộp muộn"
    NOTHING_TO_REPORT = "nothing_to_report", "Không phát sinh"
    MISSED = "missed", "Không nộp"


_SIGNS = {
    WorkState.NOT_STARTED: ("–", "grey"),
    WorkState.IN_PROGRESS: ("▸", "blue"),
    WorkState.DONE: ("✓", "green"),
    WorkState.MAINTAINED: ("↻", "teal"),
    WorkState.BLOCKED: ("!", "red"),
    ReportStatus.OPEN: ("○", "grey"),
    ReportStatus.OVERDUE: ("○", "red"),
    ReportStatus.SUBMITTED: ("●", "blue"),
    ReportStatus.LATE: ("◐", "amber"),
    ReportStatus.NOTHING_TO_REPORT: ("∅", "slate"),
    ReportStatus.MISSED: ("×", "red"),
}

LOOKS: dict[str, Look] = {state.value: Look(*_SIGNS[state], str(state.label)) for state in (*WorkState, *ReportStatus)}
NOT_REPORTED = Look("·", "none", "Chưa có báo cáo")


def look_of(state: str | None) -> Look:
    return LOOKS.get(state or "", NOT_REPORTED)
